"""The mentor's leave: what each member of the team may do, and for which students (职责分工: by the mentor's leave)."""

import uuid
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, invalid, not_found
from miaopu.core.read import Rows, as_list, kept
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.programme.queries import MY_CYCLE, ask_version


class LeaveForm(BaseModel):
    """What a member may do, and for which students; all of them where `students` is null."""

    version: int = Field(ge=1)
    may_record: bool
    may_review: bool
    students: list[uuid.UUID] | None = Field(default=None, max_length=60)


class LeaveItem(BaseModel):
    id: uuid.UUID
    nomination_id: uuid.UUID
    name: str
    title: str
    duty: str
    joined: bool = Field(description="has an account of their own")
    may_record: bool
    may_review: bool
    students: list[uuid.UUID] | None
    version: int


class Leaves(BaseModel):
    items: list[LeaveItem]
    total: int


def _led(role: Role) -> Any:
    """Teams of one's own, as their mentor; a member reads what it was given."""
    if role is Role.MENTOR:
        return Nomination.account_id == ME
    return TeamMember.account_id == ME


@kept
def listed(role: Role) -> Rows:
    """The members of one's own team with what each may do."""
    return as_list(
        select(
            TeamMember.id,
            TeamMember.nomination_id,
            TeamMember.name,
            TeamMember.title,
            TeamMember.duty,
            TeamMember.account_id.is_not(None).label("joined"),
            TeamMember.may_record,
            TeamMember.may_review,
            TeamMember.students,
            TeamMember.version,
        )
        .join(Nomination, Nomination.id == TeamMember.nomination_id)
        .where(Nomination.cycle_id == MY_CYCLE, _led(role))
        .order_by(TeamMember.name, TeamMember.id)
    )


async def give(tx: Tx, member_id: uuid.UUID, form: LeaveForm) -> TeamMember:
    """Give or take back leave; in force at once, and in the trail. Raises 404, 403, 409, 422 for another's student."""
    require(tx.actor, Permission.TEAM_LEAVE)
    rows = (
        select(TeamMember)
        .join(Nomination, Nomination.id == TeamMember.nomination_id)
        .where(TeamMember.id == member_id, Nomination.cycle_id == tx.actor.cycle_id, _led(tx.actor.role))
    )
    found: TeamMember | None = await tx.session.scalar(rows, scope(tx.actor))
    if found is None:
        raise not_found()
    ask_version(found, form.version)
    if form.students is not None:
        own = set(
            await tx.session.scalars(
                select(Enrolment.id).where(
                    or_(Enrolment.mentor_id == found.nomination_id, Enrolment.co_mentor_id == found.nomination_id)
                )
            )
        )
        faults = [FieldError(f"/students/{i}", "unknown") for i, one in enumerate(form.students) if one not in own]
        if faults:
            raise invalid(*faults)
    found.may_record, found.may_review, found.students = form.may_record, form.may_review, form.students
    audit.note(tx.session, found, Act("team_member.leave"))
    await tx.session.flush()
    if found.account_id is not None:
        await tell(
            tx.session,
            [found.account_id],
            "team_member.leave",
            thing_type="nomination",
            thing_id=found.nomination_id,
            cycle_id=tx.actor.cycle_id,
            title=found.name,
        )
    return found
