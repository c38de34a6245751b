"""Reads of pairs, meetings and enrolments."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, String, Uuid, and_, any_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.interviews.models import Result
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import ENROLMENT_FLOW, ROUND_FLOW, Enrolment, Pair, PairingRound
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration

EnrolmentSort = Literal["name", "number", "state_since", "-state_since", "mentor"]
City = aliased(Unit, name="city")
School = aliased(Unit, name="school")
University = aliased(Unit, name="university")
Mentor = aliased(Nomination, name="mentor")
CoMentor = aliased(Nomination, name="co_mentor")


def own_enrolments(role: Role) -> ColumnElement[bool]:
    """Each unit its own; a mentor and, by leave, the team their students; a family its own: of any year."""
    if role in OVERSIGHT:
        return true()
    own: dict[Role, ColumnElement[bool]] = {
        Role.CITY_OFFICE: Enrolment.city_id == MY_CITY,
        Role.UNIVERSITY: Enrolment.university_id == MY_UNIT,
        Role.SCHOOL: Enrolment.school_id == MY_UNIT,
        Role.GUIDE_TEACHER: Enrolment.guide_teacher_account_id == ME,
        Role.STUDENT: Enrolment.account_id == ME,
        Role.GUARDIAN: Enrolment.guardian_account_id == ME,
        Role.MENTOR: exists()
        .where(
            or_(Nomination.id == Enrolment.mentor_id, Nomination.id == Enrolment.co_mentor_id),
            Nomination.account_id == ME,
        )
        .correlate_except(Nomination),
        Role.TEAM_MEMBER: by_leave(Enrolment, ME),
    }
    return own.get(role, false())


def visible_enrolments(role: Role) -> ColumnElement[bool]:
    """The own students of this cycle."""
    return and_(Enrolment.cycle_id == MY_CYCLE, own_enrolments(role))


def by_leave(student: Any, account: Any) -> ColumnElement[bool]:
    """The account is of the mentor's team and has leave for the student (an enrolment, or an alias of it).

    The one home of the mentor's leave: whom it does not name, a member of the team does not see.
    """
    return (
        exists()
        .where(
            TeamMember.nomination_id == student.mentor_id,
            TeamMember.account_id == account,
            or_(TeamMember.may_record, TeamMember.may_review),
            or_(TeamMember.students.is_(None), student.id == any_(TeamMember.students)),
        )
        .correlate_except(TeamMember)
    )


def student_seen(role: Role, enrolment_id: Any) -> ColumnElement[bool]:
    """The reader sees the student that a row is about; also where the row's statement lists students itself."""
    seen = exists().where(Enrolment.id == enrolment_id, visible_enrolments(role))
    return seen.correlate_except(Enrolment)


def visible_rounds(role: Role) -> ColumnElement[bool]:
    """Only the offices see a list in the making."""
    here = PairingRound.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    return and_(here, PairingRound.city_id == MY_CITY) if role is Role.CITY_OFFICE else false()


def _rounds(role: Role) -> Rows:
    def count(*conditions: Any) -> Any:
        rows = select(func.count()).select_from(Pair).where(Pair.round_id == PairingRound.id, *conditions)
        return rows.scalar_subquery()

    return (
        select(
            PairingRound.id,
            PairingRound.city_id,
            City.name.label("city_name"),
            PairingRound.number,
            count().label("pairs"),
            count(Pair.choice == 1).label("first_choices"),
            count(Pair.choice.is_(None)).label("adjusted"),
            count(Pair.mentor_id != Pair.proposed_mentor_id).label("changed"),
            PairingRound.filed_at,
            PairingRound.filing_number,
            PairingRound.state,
            PairingRound.state_since,
            PairingRound.version,
        )
        .join(City, City.id == PairingRound.city_id)
        .where(visible_rounds(role))
    )


@kept
def rounds_page(role: Role, filters: frozenset[str]) -> Rows:
    """Rounds of pairing."""
    conditions = {
        "state": PairingRound.state == bindparam("state"),
        "city": PairingRound.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_rounds(role), conditions, filters), City.name, PairingRound.number, PairingRound.id)


@kept
def round_record(role: Role) -> Rows:
    """One round: its pairs, who is left over, the mentors' seats."""
    pairs = rows_json(
        select(
            Pair.id,
            Pair.registration_id,
            Registration.number.label("registration_number"),
            Registration.name.label("student_name"),
            School.name.label("school_name"),
            Registration.subject,
            Result.total,
            Pair.mentor_id,
            Mentor.name.label("mentor_name"),
            University.name.label("university_name"),
            Pair.choice,
            (Pair.mentor_id != Pair.proposed_mentor_id).label("changed"),
            Pair.reason,
            Pair.version,
        )
        .join(Registration, Registration.id == Pair.registration_id)
        .join(School, School.id == Registration.school_id)
        .join(Mentor, Mentor.id == Pair.mentor_id)
        .join(University, University.id == Mentor.university_id)
        .outerjoin(Result, Result.registration_id == Registration.id)
        .where(Pair.round_id == PairingRound.id)
        .order_by(Registration.subject, Result.total.desc().nulls_last(), Registration.number)
    )
    left = rows_json(
        select(
            Registration.id.label("registration_id"),
            Registration.number.label("registration_number"),
            Registration.name.label("student_name"),
            Registration.subject,
        )
        .where(
            Registration.cycle_id == PairingRound.cycle_id,
            Registration.city_id == PairingRound.city_id,
            Registration.state == "selected",
            ~exists().where(Pair.registration_id == Registration.id),
        )
        .order_by(Registration.subject, Registration.number)
    )
    paired = select(func.count()).select_from(Pair).where(Pair.mentor_id == Mentor.id).scalar_subquery()
    seats = rows_json(
        select(
            Mentor.id.label("mentor_id"),
            Mentor.name.label("mentor_name"),
            Mentor.subject,
            Mentor.capacity,
            paired.label("paired"),
        )
        .where(
            Mentor.cycle_id == PairingRound.cycle_id,
            Mentor.city_id == PairingRound.city_id,
            Mentor.state == "appointed",
        )
        .order_by(Mentor.subject, Mentor.name_key)
    )
    return as_record(
        _rounds(role)
        .add_columns(
            PairingRound.filed_digest,
            pairs.label("pair_list"),
            left.label("unpaired"),
            seats.label("mentors"),
            offers(ROUND_FLOW, role, PairingRound.state, PairingRound.cycle_id),
            waiting_for(ROUND_FLOW, PairingRound.state),
        )
        .where(PairingRound.id == ID)
    )


@kept
def round_trail(role: Role) -> Rows:
    """The trail of a round."""
    return trail_of(role, "pairing", select(PairingRound.id).where(PairingRound.id == ID, visible_rounds(role)))


def enrolment_rows(role: Role) -> Rows:
    """The columns by which every later room shows an enrolment."""
    teacher = select(Account.name).where(Account.id == Enrolment.guide_teacher_account_id).scalar_subquery()
    return (
        select(
            Enrolment.id,
            Enrolment.registration_id,
            Enrolment.number,
            Enrolment.name,
            Enrolment.subject,
            Enrolment.school_id,
            School.name.label("school_name"),
            Enrolment.city_id,
            City.name.label("city_name"),
            University.name.label("university_name"),
            Enrolment.mentor_id,
            Mentor.name.label("mentor_name"),
            teacher.label("guide_teacher_name"),
            Enrolment.active_from,
            Enrolment.grade,
            Enrolment.state,
            Enrolment.state_since,
            Enrolment.version,
        )
        .join(School, School.id == Enrolment.school_id)
        .join(City, City.id == Enrolment.city_id)
        .join(University, University.id == Enrolment.university_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .where(visible_enrolments(role))
    )


ENROLMENT_FILTERS: dict[str, ColumnElement[bool]] = {
    "state": Enrolment.state == bindparam("state"),
    "subject": Enrolment.subject == bindparam("subject"),
    "city": Enrolment.city_id == bindparam("city", type_=Uuid),
    "school": Enrolment.school_id == bindparam("school", type_=Uuid),
    "mentor": Enrolment.mentor_id == bindparam("mentor", type_=Uuid),
    "q": Enrolment.name.contains(bindparam("q", type_=String)) | (Enrolment.number == bindparam("q", type_=String)),
}
ENROLMENT_SORTS: dict[str, Any] = {
    "name": Enrolment.name_key,
    "number": Enrolment.number,
    "state_since": Enrolment.state_since,
    "-state_since": Enrolment.state_since.desc(),
    "mentor": Mentor.name_key,
}


@kept
def enrolments_page(role: Role, filters: frozenset[str], sort: EnrolmentSort) -> Rows:
    """Students in training."""
    rows = filtered(enrolment_rows(role), ENROLMENT_FILTERS, filters)
    return as_page(rows, ENROLMENT_SORTS[sort], Enrolment.id)


@kept
def enrolment_record(role: Role) -> Rows:
    """One student in training."""
    return as_record(
        enrolment_rows(role)
        .outerjoin(CoMentor, CoMentor.id == Enrolment.co_mentor_id)
        .add_columns(
            Enrolment.co_mentor_id,
            CoMentor.name.label("co_mentor_name"),
            Enrolment.ended_at,
            Enrolment.end_reason,
            offers(ENROLMENT_FLOW, role, Enrolment.state, Enrolment.cycle_id),
            waiting_for(ENROLMENT_FLOW, Enrolment.state),
        )
        .where(Enrolment.id == ID)
    )


@kept
def enrolment_trail(role: Role) -> Rows:
    """The trail of an enrolment."""
    return trail_of(role, "enrolment", select(Enrolment.id).where(Enrolment.id == ID, visible_enrolments(role)))
