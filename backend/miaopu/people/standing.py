"""An account is disabled and enabled again by the office that looks after it (ASVS 5.0 7.4.2)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault
from miaopu.people import sessions
from miaopu.people.acting import Tx
from miaopu.people.models import Account
from miaopu.people.roles import DISABLES
from miaopu.people.service import in_reach
from miaopu.people.telling import tell_owner


async def disable(tx: Tx, vault: Vault, account_id: uuid.UUID, reason: str) -> None:
    """Nobody comes in by this account any more, and whoever is in by it is out at once. The owner is told.

    Roles, and all that was done in them, stay; an invitation that was not taken up opens nothing.

    Raises:
        Problem: 404 out of reach; 403 `own_account`, or `beyond_reach` where the person also has a role that this
            office does not look after; 409 `account_disabled`.
    """
    account = await _found(tx, account_id)
    if not account.active:
        raise Problem("account_disabled", 409)
    account.active = False
    audit.note(tx.session, account, Act("account.disabled", reason))
    await sessions.end_all(tx.session, account_id, "disabled")
    await tx.session.flush()
    await tell_owner(tx.session, vault, account_id, "account.disabled", reason=reason)


async def enable(tx: Tx, vault: Vault, account_id: uuid.UUID, reason: str) -> None:
    """The account opens again, by the password and second step that it had. The owner is told.

    Raises as `disable`, and 409 `account_enabled`.
    """
    account = await _found(tx, account_id)
    if account.active:
        raise Problem("account_enabled", 409)
    account.active = True
    audit.note(tx.session, account, Act("account.enabled", reason))
    await tx.session.flush()
    await tell_owner(tx.session, vault, account_id, "account.enabled", reason=reason)


async def _found(tx: Tx, account_id: uuid.UUID) -> Account:
    await in_reach(tx, account_id, DISABLES)
    # Both in one order: of two who disable each other at once the second is out already, and one of the office is left.
    both = select(Account).where(Account.id.in_([account_id, tx.actor.account_id])).order_by(Account.id)
    locked = {
        one.id: one
        for one in await tx.session.scalars(both.with_for_update().execution_options(populate_existing=True))
    }
    if not locked[tx.actor.account_id].active:
        raise Problem("unauthenticated", 401)
    return locked[account_id]
