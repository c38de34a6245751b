"""What holds while somebody looks as another person: it is asked at every read, and every read is in the trail.

The token says as whom and by which session (`support`, an actor claim as of RFC 8693); the session says who looks, and
until when. A token alone is not enough: a session that was ended, or whose owner lost the office, opens nothing more.
"""

from fastapi import Request
from sqlalchemy import or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.problem import Problem
from miaopu.people.access import Actor, roles_with
from miaopu.people.models import Account, Membership
from miaopu.people.permissions import Permission
from miaopu.people.support_models import SupportSession

# Frame and navigation: they tell nothing of anybody but who the page is shown as.
QUIET = ("/api/v1/me", "/api/v1/cycles", "/api/v1/units")
# What a person keeps under seal is opened for that person alone, masked or not.
SEALED = ("/api/v1/preferences", "/api/v1/jobs")


async def looked(request: Request, actor: Actor) -> None:
    """Ask whether the session of a support token is still in force, and write the read into the trail.

    Raises:
        Problem: 401 `support_over`; 403 `support_sealed` for what is opened for the person alone.
    """
    path = request.url.path
    async with request.app.state.database.session() as session:
        found = (
            await session.execute(
                select(SupportSession, Membership.role)
                .join(Membership, Membership.id == SupportSession.membership_id)
                .join(Account, Account.id == SupportSession.account_id)
                .where(
                    SupportSession.id == actor.support_id,
                    SupportSession.person_membership_id == actor.membership_id,
                    SupportSession.ended_at.is_(None),
                    SupportSession.ends_at > clock.real_now(),
                    Account.active,
                    Membership.role.in_([role.value for role in roles_with(Permission.SUPPORT_ACT)]),
                    or_(Membership.ended_at.is_(None), Membership.ended_at > clock.now()),
                )
            )
        ).one_or_none()
        if found is None:
            raise Problem("support_over", 401)
        if request.method not in ("GET", "HEAD"):
            return
        if path.startswith(SEALED):
            raise Problem("support_sealed", 403)
        if path.startswith(QUIET):
            return
        look, role = found
        audit.act_as(session, audit.Who(look.account_id, look.membership_id, role, request.state.request_id))
        audit.record(session, Act("support.read", look.reason), "account", look.person_id, path=path)
        await audit.commit(session)
