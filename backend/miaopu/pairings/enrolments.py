"""Verbs of first meetings and enrolments (P12a, P16b, P19)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment, Meeting, MeetingGuest
from miaopu.pairings.queries import visible_enrolments, visible_meetings
from miaopu.pairings.schemas import CoMentorForm, EnrolmentAction, GuideForm, MeetingForm, MeetingHeld
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Membership
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load, plan_of


def about(enrolment: Enrolment, mentor: Nomination | None = None) -> Concerned:
    """Whom an enrolment concerns: the family, the guide teacher, the mentor; school and city by their turn."""
    return Concerned(
        title=f"{enrolment.number} {enrolment.name}",
        owners=[
            enrolment.account_id,
            enrolment.guardian_account_id,
            enrolment.guide_teacher_account_id,
            mentor.account_id if mentor else None,
        ],
        units={Role.SCHOOL: enrolment.school_id, Role.CITY_OFFICE: enrolment.city_id, Role.REGION_OFFICE: None},
    )


async def create_meeting(tx: Tx, form: MeetingForm) -> Meeting:
    """Invite to a first meeting of one's city (P16b). Raises 409 outside the window."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.MEETING)
    meeting = Meeting(id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, **form.model_dump())
    tx.session.add(meeting)
    await tx.session.flush()
    return meeting


async def hold(tx: Tx, meeting_id: uuid.UUID, form: MeetingHeld) -> int:
    """Who came: from now on the pairs of the students who came are active. Returns how many became so.

    Raises:
        Problem: 404, 403, 409 `stale`, `wrong_state`, `window_closed`; 422 for a student of another city.
    """
    meeting = await load(tx, Meeting, visible_meetings(tx.actor.role), meeting_id)
    require(tx.actor, Permission.MEETING_ARRANGE)
    ask_version(meeting, form.version)
    if meeting.held_at is not None:
        raise Problem("wrong_state", 409, state="held")
    ids = [line.enrolment_id for line in form.attendance]
    enrolments = {
        e.id: e
        for e in await tx.session.scalars(
            select(Enrolment)
            .where(Enrolment.id.in_(ids), Enrolment.cycle_id == meeting.cycle_id, Enrolment.city_id == meeting.city_id)
            .with_for_update()
        )
    }
    faults = [
        FieldError(f"/attendance/{i}/enrolment_id", "unknown") for i, key in enumerate(ids) if key not in enrolments
    ]
    if faults or len(set(ids)) != len(ids):
        raise invalid(*(faults or [FieldError("/attendance", "attendance_twice")]))
    meeting.held_at = clock.now()
    audit.note(tx.session, meeting, Act("meeting.hold"))
    active = 0
    for line in form.attendance:
        tx.session.add(MeetingGuest(id=new_id(), meeting_id=meeting.id, **line.model_dump()))
        enrolment = enrolments[line.enrolment_id]
        if line.student and enrolment.state == "enrolled":
            enrolment.active_from = clock.now()
            await move(tx, ENROLMENT_FLOW, enrolment, "meet", version=None, concerned=about(enrolment))
            active += 1
    await tx.session.flush()
    return active


async def act(tx: Tx, enrolment_id: uuid.UUID, action: EnrolmentAction, form: Move) -> Enrolment:
    """Leave the programme of one's own will: recorded with its reason, no mark against the student."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    mentor = await tx.session.get(Nomination, enrolment.mentor_id)
    await move(
        tx,
        ENROLMENT_FLOW,
        enrolment,
        action,
        version=form.version,
        reason=form.reason,
        concerned=about(enrolment, mentor),
    )
    enrolment.ended_at, enrolment.end_reason = clock.now(), "own_will"
    await tx.session.flush()
    return enrolment


async def set_guide(tx: Tx, enrolment_id: uuid.UUID, form: GuideForm) -> Enrolment:
    """The school names a student's guide teacher (P19, P21). Raises 404, 403, 409; 422 for anybody else."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    require(tx.actor, Permission.ENROLMENT_GUIDE)
    ask_version(enrolment, form.version)
    teacher = await tx.session.scalar(
        select(Membership.id).where(
            Membership.account_id == form.account_id,
            Membership.unit_id == enrolment.school_id,
            Membership.role == Role.GUIDE_TEACHER.value,
            Membership.ended_at.is_(None),
        )
    )
    if teacher is None:
        raise invalid(FieldError("/account_id", "unknown"))
    enrolment.guide_teacher_account_id = form.account_id
    audit.note(tx.session, enrolment, Act("enrolment.set_guide"))
    await tx.session.flush()
    return enrolment


async def set_co_mentor(tx: Tx, enrolment_id: uuid.UUID, form: CoMentorForm) -> Enrolment:
    """A second mentor of another subject, laboratory or university (P12a). Raises 404, 403, 409, 422."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    require(tx.actor, Permission.PAIRING_PROPOSE)
    ask_version(enrolment, form.version)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    mentor = await tx.session.get(Nomination, form.mentor_id)
    if (
        not plan.pairing.co_mentors
        or mentor is None
        or mentor.id == enrolment.mentor_id
        or (mentor.cycle_id, mentor.state) != (enrolment.cycle_id, "appointed")
    ):
        raise invalid(FieldError("/mentor_id", "unknown"))
    enrolment.co_mentor_id = mentor.id
    audit.note(tx.session, enrolment, Act("enrolment.set_co_mentor", form.reason))
    await tx.session.flush()
    return enrolment
