"""Reads of leaving, of changes of mentor and of who had which place."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination
from miaopu.pairings.changing_models import FLOW, Mentorship, PlaceChange, PlaceChangeVoice
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import City, School, University, student_seen
from miaopu.people.models import Account
from miaopu.people.queries import ME, MY_UNIT
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

Old = aliased(Nomination, name="old")
New = aliased(Nomination, name="new")
NewUniversity = aliased(University, name="new_university")
Proposer = aliased(Account, name="proposer")
FILE = bindparam("file_id", type_=Uuid)


def _mine(mentor_id: Any) -> ColumnElement[bool]:
    return exists().where(Nomination.id == mentor_id, Nomination.account_id == ME).correlate_except(Nomination)


def visible_changes(role: Role) -> ColumnElement[bool]:
    """Who sees the student, the new mentor and university asked, the old mentor; not the team: reasons are private."""
    here = PlaceChange.cycle_id == MY_CYCLE
    if role is Role.TEAM_MEMBER:
        return false()
    seen = student_seen(role, PlaceChange.enrolment_id)
    if role is Role.MENTOR:
        # A co-mentor is not asked, and sees the student but not why.
        return and_(here, or_(_mine(PlaceChange.old_mentor_id), _mine(PlaceChange.new_mentor_id)))
    if role is Role.UNIVERSITY:
        return and_(here, or_(seen, PlaceChange.new_university_id == MY_UNIT))
    return and_(here, seen)


def awaited(role: Role) -> ColumnElement[bool]:
    """This reader has not spoken yet, and is asked to."""

    def asked(part: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = literal(part, String) == any_(PlaceChange.awaiting)
        return found

    if role is Role.MENTOR:
        return or_(
            and_(asked("mentor"), _mine(PlaceChange.old_mentor_id)),
            and_(asked("new_mentor"), _mine(PlaceChange.new_mentor_id)),
        )
    if role is Role.UNIVERSITY:
        return and_(asked("university"), PlaceChange.new_university_id == MY_UNIT)
    return asked(role.value)


def waiting_changes(role: Role) -> ColumnElement[bool]:
    """For home: what waits for this reader's word, and what is further on."""
    return and_(visible_changes(role), or_(PlaceChange.state != "proposed", awaited(role)))


def _changes(role: Role) -> Rows:
    return (
        select(
            PlaceChange.id,
            PlaceChange.kind,
            PlaceChange.enrolment_id,
            Enrolment.name.label("student_name"),
            Enrolment.number,
            Enrolment.subject,
            City.name.label("city_name"),
            School.name.label("school_name"),
            Old.name.label("mentor_name"),
            New.name.label("new_mentor_name"),
            PlaceChange.reason_kind,
            PlaceChange.proposed_at,
            PlaceChange.awaiting,
            PlaceChange.filing_number,
            PlaceChange.filed_at,
            PlaceChange.state,
            PlaceChange.state_since,
            PlaceChange.version,
        )
        .join(Enrolment, Enrolment.id == PlaceChange.enrolment_id)
        .join(City, City.id == Enrolment.city_id)
        .join(School, School.id == Enrolment.school_id)
        .join(Old, Old.id == PlaceChange.old_mentor_id)
        .outerjoin(New, New.id == PlaceChange.new_mentor_id)
        .where(visible_changes(role))
    )


FILTERS: dict[str, Any] = {
    "state": PlaceChange.state == bindparam("state"),
    "kind": PlaceChange.kind == bindparam("kind"),
    "enrolment": PlaceChange.enrolment_id == bindparam("enrolment", type_=Uuid),
    "q": Enrolment.name.contains(bindparam("q", type_=String)) | (Enrolment.number == bindparam("q", type_=String)),
}


@kept
def page(role: Role, filters: frozenset[str]) -> Rows:
    """Changes, the last first."""
    return as_page(filtered(_changes(role), FILTERS, filters), PlaceChange.proposed_at.desc(), PlaceChange.id)


def _offered(role: Role) -> Any:
    """The offers of the flow, less what this very person cannot do: speak twice, or take back another's proposal."""
    e = func.jsonb_array_elements(offers(FLOW, role, PlaceChange.state, PlaceChange.cycle_id).element).column_valued(
        "offered"
    )
    action = func.jsonb_extract_path_text(e, "action")
    fits = and_(
        or_(~among(action, ("confirm", "refuse")), awaited(role)),
        or_(action != "take_back", PlaceChange.proposed_by == ME),
        action != "complete",
    )
    return func.coalesce(select(func.jsonb_agg(e)).where(fits).scalar_subquery(), func.jsonb_build_array()).label(
        "actions"
    )


def _reason(language: str) -> Any:
    """The plan's words for the reason."""
    reasons = case(
        (PlaceChange.kind == "departure", Cycle.plan[("leaving", "reasons")]),
        else_=Cycle.plan[("mentor_change", "reasons")],
    )
    one = func.jsonb_array_elements(func.coalesce(reasons, func.jsonb_build_array())).column_valued("reason")
    code = func.jsonb_extract_path_text(one, "code")
    words = func.jsonb_extract_path_text(one, language)
    said = select(words).where(code == PlaceChange.reason_kind).limit(1).scalar_subquery()
    return func.coalesce(said, PlaceChange.reason_kind)


@kept
def record(role: Role) -> Rows:
    """One change with every word given to it."""
    voices = rows_json(
        select(PlaceChangeVoice.part, Account.name, PlaceChangeVoice.agreed, PlaceChangeVoice.text, PlaceChangeVoice.at)
        .join(Account, Account.id == PlaceChangeVoice.account_id)
        .where(PlaceChangeVoice.change_id == PlaceChange.id)
        .order_by(PlaceChangeVoice.at, PlaceChangeVoice.id)
    )
    papers = rows_json(
        select(StoredFile.id, StoredFile.name)
        .where(StoredFile.id == any_(PlaceChange.files))
        .order_by(StoredFile.created_at, StoredFile.id)
    )
    return as_record(
        _changes(role)
        .join(Proposer, Proposer.id == PlaceChange.proposed_by)
        .join(Cycle, Cycle.id == PlaceChange.cycle_id)
        .outerjoin(NewUniversity, NewUniversity.id == PlaceChange.new_university_id)
        .add_columns(
            _reason("zh").label("reason_name"),
            _reason("en").label("reason_name_en"),
            PlaceChange.text,
            Proposer.name.label("proposed_by_name"),
            PlaceChange.proposed_role,
            NewUniversity.name.label("new_university_name"),
            voices.label("voices"),
            papers.label("files"),
            PlaceChange.filed_digest,
            _offered(role),
            waiting_for(FLOW, PlaceChange.state),
        )
        .where(PlaceChange.id == ID)
    )


@kept
def file(role: Role) -> Rows:
    """A file of a change."""
    return select(*files.columns()).where(
        StoredFile.id == FILE, StoredFile.id == any_(PlaceChange.files), PlaceChange.id == ID, visible_changes(role)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a change."""
    return trail_of(role, "place_change", select(PlaceChange.id).where(PlaceChange.id == ID, visible_changes(role)))


@kept
def mentorships(role: Role, filters: frozenset[str]) -> Rows:
    """Who had which student from when to when, the last first."""
    rows = (
        select(
            Mentorship.id,
            Mentorship.enrolment_id,
            Enrolment.name.label("student_name"),
            Mentorship.mentor_id,
            Old.name.label("mentor_name"),
            University.name.label("university_name"),
            Mentorship.started_at,
            Mentorship.ended_at,
        )
        .join(Enrolment, Enrolment.id == Mentorship.enrolment_id)
        .join(Old, Old.id == Mentorship.mentor_id)
        .join(University, University.id == Mentorship.university_id)
        .where(student_seen(role, Mentorship.enrolment_id))
    )
    conditions = {
        "enrolment": Mentorship.enrolment_id == bindparam("enrolment", type_=Uuid),
        "mentor": Mentorship.mentor_id == bindparam("mentor", type_=Uuid),
    }
    return as_page(filtered(rows, conditions, filters), Mentorship.started_at.desc(), Mentorship.id)
