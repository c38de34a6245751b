"""Reads of first meetings (P16b), and of who is linked with whom (P21)."""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from miaopu.core import passes
from miaopu.core.calendars import event
from miaopu.core.documents import qr_svg
from miaopu.core.problem import Language, not_found, say
from miaopu.core.read import Rows, among, as_list, as_page, as_record, kept
from miaopu.core.secrets import Vault
from miaopu.nominations.letters import named
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.meeting_schemas import Pass
from miaopu.pairings.models import Enrolment, Meeting, MeetingGuest
from miaopu.pairings.queries import City, Mentor, School, University, visible_enrolments
from miaopu.people.acting import Reads
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import OVERSIGHT, PERSONS, Role
from miaopu.programme.models import Cycle
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

Guide = aliased(Account, name="guide")
Guardian = aliased(Account, name="guardian")
CoMentor = aliased(Nomination, name="co_mentor")
CoUniversity = aliased(Unit, name="co_university")


def visible_meetings(role: Role) -> ColumnElement[bool]:
    """A city's meeting is for everybody in the city."""
    here = Meeting.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    return and_(here, Meeting.city_id == MY_CITY) if role in PERSONS else false()


def _invited() -> ColumnElement[bool]:
    """The student's circle holds the reader."""
    return or_(
        Enrolment.account_id == ME,
        Enrolment.guardian_account_id == ME,
        Enrolment.guide_teacher_account_id == ME,
        Mentor.account_id == ME,
    )


def invited_to() -> ColumnElement[bool]:
    """The reader belongs to a circle that a meeting is for."""
    circles = select(Enrolment.id).join(Mentor, Mentor.id == Enrolment.mentor_id)
    return circles.where(
        Enrolment.cycle_id == Meeting.cycle_id, Enrolment.city_id == Meeting.city_id, _invited()
    ).exists()


def _meetings(role: Role) -> Rows:
    guests = select(func.count()).select_from(MeetingGuest).where(MeetingGuest.meeting_id == Meeting.id)
    return (
        select(
            Meeting.id,
            Meeting.city_id,
            City.name.label("city_name"),
            Meeting.starts_at,
            Meeting.address,
            Meeting.agenda,
            Meeting.held_at,
            guests.scalar_subquery().label("guests"),
            Meeting.version,
        )
        .join(City, City.id == Meeting.city_id)
        .where(visible_meetings(role))
    )


@kept
def meetings_page(role: Role) -> Rows:
    """First meetings."""
    return as_page(_meetings(role), Meeting.starts_at, Meeting.id)


def _guests(role: Role) -> Any:
    """The students a reader sees, each with who of the circle is expected and who has come."""
    came = aliased(MeetingGuest, name="came")
    return rows_json(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.number,
            Enrolment.name.label("student_name"),
            School.name.label("school_name"),
            Mentor.name.label("mentor_name"),
            Enrolment.state,
            Enrolment.guardian_account_id.is_not(None).label("guardian_known"),
            Enrolment.guide_teacher_account_id.is_not(None).label("guide_teacher_known"),
            func.coalesce(came.student, false()).label("student"),
            func.coalesce(came.guardian, false()).label("guardian"),
            func.coalesce(came.guide_teacher, false()).label("guide_teacher"),
            func.coalesce(came.mentor, false()).label("mentor"),
        )
        .join(School, School.id == Enrolment.school_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .outerjoin(came, (came.enrolment_id == Enrolment.id) & (came.meeting_id == Meeting.id))
        .where(
            Enrolment.cycle_id == Meeting.cycle_id,
            Enrolment.city_id == Meeting.city_id,
            or_(among(Enrolment.state, ("enrolled", "active")), came.id.is_not(None)),
            visible_enrolments(role),
        )
        .order_by(Enrolment.number)
    )


@kept
def meeting_record(role: Role) -> Rows:
    """One meeting: to the office all its guests, to anybody else those of their own students."""
    mine = invited_to()
    return as_record(
        _meetings(role)
        .add_columns(_guests(role).label("guest_list"), case((mine, True), else_=False).label("invited"))
        .where(Meeting.id == ID)
    )


@kept
def meeting_trail(role: Role) -> Rows:
    """The trail of a meeting."""
    return trail_of(role, "meeting", select(Meeting.id).where(Meeting.id == ID, visible_meetings(role)))


@kept
def _one(role: Role) -> Rows:
    mine = invited_to()
    return (
        select(
            Meeting.starts_at,
            Meeting.address,
            Meeting.agenda,
            Meeting.version,
            mine.label("invited"),
            Cycle.title,
            Cycle.title_en,
        )
        .join(Cycle, Cycle.id == Meeting.cycle_id)
        .where(Meeting.id == ID, visible_meetings(role))
    )


async def calendar(reads: Reads, meeting_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the meeting for one's calendar. Raises 404."""
    rows = await reads.rows(_one(reads.actor.role), id=meeting_id)
    if not rows:
        raise not_found()
    row = rows[0]
    title = say(language, "meeting.title", {"programme": named(row, "title", language)})
    made = event(
        f"meeting-{meeting_id}", row["starts_at"], None, title, row["address"], row["agenda"], row["version"] - 1
    )
    return say(language, "meeting.file", {}), made


async def own_pass(reads: Reads, vault: Vault, meeting_id: uuid.UUID, public_url: str) -> Pass:
    """The code one shows at the door. Raises 404 for who is not invited."""
    rows = await reads.rows(_one(reads.actor.role), id=meeting_id)
    if not rows or not rows[0]["invited"]:
        raise not_found()
    code = passes.sign(vault, "meeting", meeting_id, reads.actor.account_id)
    return Pass(code=code, svg=qr_svg(passes.address(public_url, code)))


@kept
def contacts(role: Role) -> Rows:
    """Who is linked with whom around one student, in the order of the contact chain (P21)."""
    seen = (Enrolment.id == ID, visible_enrolments(role))

    def line(place: int, who: str, name: Any, unit: Any, unit_en: Any, source: Rows) -> Rows:
        return source.with_only_columns(
            literal(place).label("place"),
            literal(who).label("role"),
            name.label("name"),
            unit.label("unit_name"),
            unit_en.label("unit_name_en"),
        )

    base = select(Enrolment.id).where(*seen)
    school = base.join(School, School.id == Enrolment.school_id)
    lines = [
        line(1, "student", Enrolment.name, School.name, School.name_en, school),
        line(
            2, "guardian", Guardian.name, School.name, School.name_en,
            school.join(Guardian, Guardian.id == Enrolment.guardian_account_id),
        ),
        line(
            3, "guide_teacher", Guide.name, School.name, School.name_en,
            school.join(Guide, Guide.id == Enrolment.guide_teacher_account_id),
        ),
        line(
            4, "mentor", Mentor.name, University.name, University.name_en,
            base.join(Mentor, Mentor.id == Enrolment.mentor_id)
            .join(University, University.id == Enrolment.university_id),
        ),
        line(
            5, "co_mentor", CoMentor.name, CoUniversity.name, CoUniversity.name_en,
            base.join(CoMentor, CoMentor.id == Enrolment.co_mentor_id)
            .join(CoUniversity, CoUniversity.id == CoMentor.university_id),
        ),
        line(
            6, "team_member", TeamMember.name, TeamMember.unit_name, literal(""),
            base.join(TeamMember, TeamMember.nomination_id == Enrolment.mentor_id),
        ),
        line(7, "school", literal(""), School.name, School.name_en, school),
        line(8, "city_office", literal(""), City.name, City.name_en, base.join(City, City.id == Enrolment.city_id)),
    ]  # fmt: skip
    listed = union_all(*lines).subquery("contact")
    c = listed.c
    rows = select(c.role, c.name, c.unit_name, c.unit_name_en).order_by(c.place, c.name)
    return as_list(rows).having(select(Enrolment.id).where(*seen).exists())
