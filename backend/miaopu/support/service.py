"""Verbs of support: begin to look as somebody else, and stop."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.notices.service import tell
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.queries import TAKEN_UP
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.people.service import within
from miaopu.people.sessions import actor_for
from miaopu.people.support_models import SupportSession

# A reason is a sentence, not a full stop.
SHORTEST_REASON = 5


class SupportForm(BaseModel):
    """As whom, and why: the person is told this very sentence."""

    membership_id: uuid.UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=SHORTEST_REASON, max_length=500)]


class SupportGranted(BaseModel):
    """A token that reads as somebody else. It is good for `expires_in` seconds at most, and cannot be renewed."""

    id: uuid.UUID
    access_token: str
    token_type: str = "Bearer"
    expires_in: int = Field(description="seconds")
    name: str
    role: Role
    unit_name: str


async def begin(tx: Tx, form: SupportForm, minutes: int) -> tuple[SupportSession, Actor, str, str]:
    """A session as the holder of a membership; gives it, the actor it reads as, and their name and unit.

    The person is told who looks, why and until when. One at a time: an earlier one ends.

    Raises:
        Problem: 404 for somebody out of reach or who never signed in; 403 `support_not_of_equals` for whoever holds a
            role of oversight anywhere, and for oneself.
    """
    found = (
        await tx.session.execute(
            select(Membership, Account, Unit)
            .join(Account, Account.id == Membership.account_id)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(
                Membership.id == form.membership_id,
                Account.active,
                TAKEN_UP,
                or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
            )
        )
    ).one_or_none()
    if found is None or not within(tx.actor, found[2]):
        raise not_found("membership")
    membership, person, unit = found
    await _ask_below(tx.session, person.id, tx.actor.account_id)
    await _end_all(tx)
    moment = clock.real_now()
    look = SupportSession(
        id=new_id(),
        account_id=tx.actor.account_id,
        membership_id=tx.actor.membership_id,
        person_id=person.id,
        person_membership_id=membership.id,
        reason=form.reason,
        started_at=moment,
        ends_at=moment + timedelta(minutes=minutes),
    )
    tx.session.add(look)
    audit.note(tx.session, look, Act("support.begin", form.reason))
    # Under the person's own name too, so that their trail says who looked.
    audit.record(tx.session, Act("support.begin", form.reason), "account", person.id)
    await tx.session.flush()
    by = await tx.session.get(Account, tx.actor.account_id)
    await tell(
        tx.session,
        [person.id],
        "support.begin",
        thing_type="support_session",
        thing_id=None,
        cycle_id=tx.actor.cycle_id,
        title=by.name if by else "",
        reason=form.reason,
    )
    actor = await actor_for(tx.session, person.id, membership.id, tx.actor.cycle_id)
    return look, replace(actor, sign_in_id=tx.actor.sign_in_id, support_id=look.id), person.name, unit.name


async def _ask_below(session: AsyncSession, person_id: uuid.UUID, own_id: uuid.UUID) -> None:
    roles = await session.scalars(
        select(Membership.role).where(
            Membership.account_id == person_id, or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now())
        )
    )
    if person_id == own_id or OVERSIGHT & {Role(role) for role in roles}:
        raise Problem("support_not_of_equals", 403)


async def _end_all(tx: Tx) -> None:
    running = select(SupportSession).where(
        SupportSession.account_id == tx.actor.account_id,
        SupportSession.ended_at.is_(None),
        SupportSession.ends_at > clock.real_now(),
    )
    for look in await tx.session.scalars(running.with_for_update()):
        _end(tx.session, look)


def _end(session: AsyncSession, look: SupportSession) -> None:
    look.ended_at = clock.real_now()
    audit.note(session, look, Act("support.end", look.reason))
    audit.record(session, Act("support.end", look.reason), "account", look.person_id)


async def end(tx: Tx) -> None:
    """Stop looking, by the support token itself. The office's person is who did it. Raises 404 without a session."""
    look = await tx.session.get(SupportSession, tx.actor.support_id) if tx.actor.support_id else None
    if look is None:
        raise not_found("support_session")
    role = await tx.session.scalar(select(Membership.role).where(Membership.id == look.membership_id))
    audit.act_as(tx.session, audit.Who(look.account_id, look.membership_id, role, tx.request_id))
    _end(tx.session, look)
