"""Verbs of the first meeting of mentors, students, guide teachers and parents (P16b)."""

import uuid
from collections.abc import Collection, Iterable

from sqlalchemy import or_, select

from miaopu.core import audit, clock, passes
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.secrets import Vault
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.enrolments import about
from miaopu.pairings.meeting_schemas import Arrived, ArrivedFor, Attendance, MeetingForm, MeetingHeld
from miaopu.pairings.meetings_queries import visible_meetings
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment, Meeting, MeetingGuest
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version, load

GUESTS = ("student", "guardian", "guide_teacher", "mentor")


async def create(tx: Tx, form: MeetingForm) -> Meeting:
    """Invite everybody of one's city to a first meeting: each is told.

    Raises:
        Problem: 409 outside the window; 422 for a time that is over.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.MEETING)
    if form.starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "future"))
    meeting = Meeting(id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, **form.model_dump())
    tx.session.add(meeting)
    await tx.session.flush()
    await _invite(tx, meeting, "meeting.created")
    return meeting


async def _invite(tx: Tx, meeting: Meeting, kind: str) -> None:
    invited: list[uuid.UUID] = []
    for enrolment, mentor in await _circle(tx, meeting, ()):
        invited += [one for one in _accounts(enrolment, mentor).values() if one is not None]
    await tell(
        tx.session,
        invited,
        kind,
        thing_type="meeting",
        thing_id=meeting.id,
        cycle_id=meeting.cycle_id,
        title=meeting.address,
    )


async def _circle(tx: Tx, meeting: Meeting, accounts: Iterable[uuid.UUID]) -> list[tuple[Enrolment, Nomination]]:
    """The students a meeting is for, each with the mentor; only those of some accounts where any are given."""
    rows = (
        select(Enrolment, Nomination)
        .join(Nomination, Nomination.id == Enrolment.mentor_id)
        .where(
            Enrolment.cycle_id == meeting.cycle_id,
            Enrolment.city_id == meeting.city_id,
            Enrolment.state.in_(("enrolled", "active")),
        )
        .order_by(Enrolment.number)
    )
    for account in accounts:
        rows = rows.where(
            or_(
                Enrolment.account_id == account,
                Enrolment.guardian_account_id == account,
                Enrolment.guide_teacher_account_id == account,
                Nomination.account_id == account,
            )
        )
    return [(enrolment, mentor) for enrolment, mentor in (await tx.session.execute(rows)).all()]


def _accounts(enrolment: Enrolment, mentor: Nomination) -> dict[str, uuid.UUID | None]:
    return {
        "student": enrolment.account_id,
        "guardian": enrolment.guardian_account_id,
        "guide_teacher": enrolment.guide_teacher_account_id,
        "mentor": mentor.account_id,
    }


async def check_in(tx: Tx, vault: Vault, code: str) -> Arrived:
    """Somebody's pass, scanned at the door: present for every student of theirs. Twice is once.

    Raises:
        Problem: 404 for the meeting of another city, 403; 409 `wrong_state` when it has been held; 422
            `pass_invalid`, also for somebody who is not invited.
    """
    ids = passes.read(vault, "meeting", code)
    if len(ids) != 2:
        raise Problem("pass_invalid", 422)
    meeting = await load(tx, Meeting, visible_meetings(tx.actor.role), ids[0])
    require(tx.actor, Permission.MEETING_ARRANGE)
    if meeting.held_at is not None:
        raise Problem("wrong_state", 409, state="held")
    account = await tx.session.get(Account, ids[1])
    circle = await _circle(tx, meeting, ids[1:])
    if account is None or not circle:
        raise Problem("pass_invalid", 422)
    before = {
        guest.enrolment_id: guest
        for guest in await tx.session.scalars(
            select(MeetingGuest).where(
                MeetingGuest.meeting_id == meeting.id, MeetingGuest.enrolment_id.in_([e.id for e, _ in circle])
            )
        )
    }
    again, came = True, []
    for enrolment, mentor in circle:
        guest = before.get(enrolment.id)
        if guest is None:
            guest = MeetingGuest(id=new_id(), meeting_id=meeting.id, enrolment_id=enrolment.id)
            guest.student = guest.guardian = guest.guide_teacher = guest.mentor = False
            tx.session.add(guest)
        for role, known in _accounts(enrolment, mentor).items():
            if known == account.id:
                if not getattr(guest, role):
                    again = False
                    setattr(guest, role, True)
                    audit.note(tx.session, guest, Act("meeting.check_in"))
                came.append(ArrivedFor(role=role, student_name=enrolment.name))
    await tx.session.flush()
    return Arrived(name=account.name, again=again, came=came)


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
    guests = {
        guest.enrolment_id: guest
        for guest in await tx.session.scalars(select(MeetingGuest).where(MeetingGuest.meeting_id == meeting.id))
    }
    # Whom the door has seen is there, also when the office's list is older than the scan.
    came = {key for key, guest in guests.items() if guest.student}
    came |= {line.enrolment_id for line in form.attendance if line.student}
    enrolments = await _present(tx, meeting, form, came)
    meeting.held_at = clock.now()
    audit.note(tx.session, meeting, Act("meeting.hold"))
    for line in form.attendance:
        _seen(tx, meeting, guests.get(line.enrolment_id), line)
    active = 0
    for enrolment in enrolments.values():
        if enrolment.id in came and enrolment.state == "enrolled":
            enrolment.active_from = clock.now()
            await move(tx, ENROLMENT_FLOW, enrolment, "meet", version=None, concerned=about(enrolment))
            active += 1
    await tx.session.flush()
    return active


def _seen(tx: Tx, meeting: Meeting, guest: MeetingGuest | None, line: Attendance) -> None:
    if guest is None:
        tx.session.add(MeetingGuest(id=new_id(), meeting_id=meeting.id, **line.model_dump()))
        return
    # Whom the door has seen was there; the office adds who came in without a pass.
    for role in GUESTS:
        setattr(guest, role, getattr(guest, role) or getattr(line, role))


async def _present(
    tx: Tx, meeting: Meeting, form: MeetingHeld, came: Collection[uuid.UUID]
) -> dict[uuid.UUID, Enrolment]:
    ids = [line.enrolment_id for line in form.attendance]
    enrolments = {
        e.id: e
        for e in await tx.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.id.in_({*ids, *came}),
                Enrolment.cycle_id == meeting.cycle_id,
                Enrolment.city_id == meeting.city_id,
            )
            .with_for_update()
        )
    }
    faults = [
        FieldError(f"/attendance/{i}/enrolment_id", "unknown") for i, key in enumerate(ids) if key not in enrolments
    ]
    if faults or len(set(ids)) != len(ids):
        raise invalid(*(faults or [FieldError("/attendance", "attendance_twice")]))
    return enrolments
