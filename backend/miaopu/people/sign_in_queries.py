"""Reads of one's own sign-ins and second factor, and of a link for a new password."""

from sqlalchemy import Interval, LargeBinary, bindparam, func, select

from miaopu.core.read import Rows, as_record, kept
from miaopu.people.models import Account, PasswordLink, RefreshToken, SecondFactor, SignIn
from miaopu.people.queries import ME


@kept
def own_sign_ins() -> Rows:
    """One's own sign-ins that are not over nor rested longer than `rests` (`idle.idle_after`), the last used first.

    A use is told by its refresh: ten minutes apart.
    """
    used = (
        select(func.max(func.coalesce(RefreshToken.used_at, RefreshToken.issued_at)))
        .where(RefreshToken.sign_in_id == SignIn.id)
        .scalar_subquery()
    )
    last = func.coalesce(used, SignIn.created_at).label("last_used_at")
    return (
        select(SignIn.id, SignIn.agent, SignIn.address, SignIn.created_at, last)
        .where(
            SignIn.account_id == ME,
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > func.now(),
            last + bindparam("rests", type_=Interval) > func.now(),
        )
        .order_by(last.desc(), SignIn.id)
    )


@kept
def own_factor() -> Rows:
    """One's own second factor: when it was set up, and how many recovery codes are left."""
    return select(SecondFactor.set_up_at, func.cardinality(SecondFactor.recovery).label("left")).where(
        SecondFactor.account_id == ME
    )


@kept
def reset_link_record() -> Rows:
    """Whose password a link is for, while it can be used."""
    return as_record(
        select(Account.name, Account.login, PasswordLink.expires_at)
        .join(Account, Account.id == PasswordLink.account_id)
        .where(
            PasswordLink.token_hash == bindparam("token_hash", type_=LargeBinary),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > func.now(),
            Account.active,
        )
    )
