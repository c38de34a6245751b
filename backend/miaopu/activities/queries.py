"""Reads of activities (P20). Students are named only to who sees them, and to the organiser those put forward to it."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.activities.models import ACTIVITY_FLOW, CONCERNED, Activity, ActivityConsent, Participation
from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, among, as_list, as_page, as_record, filtered, kept
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.access import may
from miaopu.people.models import Account, Unit
from miaopu.people.permissions import Permission
from miaopu.people.queries import MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

FILE = bindparam("file_id", type_=Uuid)
Organiser = aliased(Unit, name="organiser")
School = aliased(Unit, name="pupils_school")


def organised(role: Role) -> ColumnElement[bool]:
    """Whose activity it is to carry out: the unit's own; the region's office can do it for everybody."""
    if role is Role.REGION_OFFICE:
        return Activity.cycle_id == MY_CYCLE
    return Activity.unit_id == MY_UNIT if may(role, Permission.ACTIVITY_ORGANISE) else false()


def visible(role: Role) -> ColumnElement[bool]:
    """A draft is the organiser's; what is announced is for those whom it is for, of the city where it names cities."""
    here = Activity.cycle_id == MY_CYCLE
    if not may(role, Permission.ACTIVITY_READ):
        return false()
    told: ColumnElement[bool] = Activity.state != "draft"
    if role not in OVERSIGHT:
        everybody = func.jsonb_array_length(Activity.cities) == 0
        told = and_(told, or_(everybody, Activity.cities.has_key(cast(MY_CITY, String))))
    return and_(here, or_(organised(role), told))


def visible_participations(role: Role) -> ColumnElement[bool]:
    """Of the students whom one sees, and of those put forward to what one organises."""
    own = exists().where(Activity.id == Participation.activity_id, organised(role)).correlate_except(Activity)
    return and_(Participation.cycle_id == MY_CYCLE, or_(student_seen(role, Participation.enrolment_id), own))


def listed() -> ColumnElement[bool]:
    """On the list of participants: chosen, and with the guardian's consent where it is needed."""
    return and_(
        Participation.state == "chosen",
        or_(~Activity.needs_consent, Participation.consent.is_not_distinct_from("given")),
    )


def _activities(role: Role) -> Rows:
    return (
        select(
            Activity.id,
            Activity.unit_id,
            Organiser.name.label("organiser_name"),
            Activity.kind,
            Activity.title.label("activity_title"),
            Activity.place,
            Activity.cost,
            Activity.starts_at,
            Activity.ends_at,
            Activity.recommend_until,
            Activity.places,
            Activity.taken,
            Activity.needs_consent,
            Activity.state,
            Activity.state_since,
            Activity.version,
        )
        .join(Organiser, Organiser.id == Activity.unit_id)
        .where(visible(role))
    )


@kept
def activities_page(role: Role, filters: frozenset[str]) -> Rows:
    """Activities, the next first."""
    conditions: dict[str, ColumnElement[bool]] = {
        "state": Activity.state == bindparam("state"),
        "kind": Activity.kind == bindparam("kind"),
        "unit": Activity.unit_id == bindparam("unit", type_=Uuid),
        "subject": or_(
            func.jsonb_array_length(Activity.subjects) == 0,
            Activity.subjects.has_key(bindparam("subject", type_=String)),
        ),
    }
    return as_page(filtered(_activities(role), conditions, filters), Activity.starts_at.desc(), Activity.id)


@kept
def activity_record(role: Role) -> Rows:
    """One activity, with those of its students whom the reader sees."""
    people = rows_json(
        select(
            Participation.id,
            Participation.enrolment_id,
            Enrolment.name.label("student_name"),
            School.name.label("school_name"),
            Enrolment.subject,
            Account.name.label("put_forward_by_name"),
            Participation.put_forward_as,
            Participation.reason,
            Participation.state,
            Participation.decision_reason,
            Participation.consent,
            listed().label("listed"),
            Participation.days,
            Participation.student_line,
            Participation.version,
        )
        .join(Enrolment, Enrolment.id == Participation.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .join(Account, Account.id == Participation.put_forward_by)
        .where(
            Participation.activity_id == Activity.id,
            or_(organised(role), student_seen(role, Participation.enrolment_id)),
        )
        .order_by(Enrolment.name_key, Participation.id)
        .correlate(Activity)
    )
    papers = rows_json(
        select(StoredFile.id, StoredFile.name)
        .where(StoredFile.claimed_type == "activity", StoredFile.claimed_id == Activity.id, _concerned(role))
        .order_by(StoredFile.id)
    )
    mine = organised(role)
    can = offers(ACTIVITY_FLOW, role, Activity.state, Activity.cycle_id)
    none = cast(literal("[]", String), JSONB)
    return as_record(
        _activities(role)
        .add_columns(
            Activity.description,
            Activity.programme,
            Activity.subjects,
            Activity.cities,
            Activity.city_places,
            Activity.report,
            papers.label("files"),
            mine.label("organises"),
            people.label("participations"),
            case((mine, can), else_=none).label("actions"),
            waiting_for(ACTIVITY_FLOW, Activity.state),
        )
        .where(Activity.id == ID)
    )


def _concerned(role: Role) -> ColumnElement[bool]:
    """Photos of a camp show children: they are for who carries it out and for the circles of those who took part."""
    there = select(Participation.id).where(
        Participation.activity_id == Activity.id, student_seen(role, Participation.enrolment_id)
    )
    return or_(organised(role), there.correlate(Activity).exists())


@kept
def file(role: Role) -> Rows:
    """A file of an activity's report."""
    return (
        select(*files.columns())
        .join(Activity, and_(StoredFile.claimed_type == "activity", StoredFile.claimed_id == Activity.id))
        .where(Activity.id == ID, StoredFile.id == FILE, visible(role), _concerned(role))
    )


@kept
def activity_trail(role: Role) -> Rows:
    """The trail of an activity: for who carries it out, since it names everybody who was put forward."""
    return trail_of(role, "activity", select(Activity.id).where(Activity.id == ID, organised(role)))


@kept
def asked(role: Role) -> Rows:
    """What a guardian is asked, and has answered: of activities whose kind needs consent."""
    said = (
        select(func.max(ActivityConsent.said_at))
        .where(ActivityConsent.participation_id == Participation.id)
        .scalar_subquery()
    )
    still = and_(
        among(Participation.state, CONCERNED), among(Activity.state, ("announced", "chosen")), Activity.starts_at > NOW
    )
    rows = (
        select(
            Participation.id,
            Participation.activity_id,
            Enrolment.name.label("student_name"),
            Activity.title.label("activity_title"),
            Organiser.name.label("organiser_name"),
            Activity.kind,
            Activity.place,
            Activity.cost,
            Activity.starts_at,
            Activity.ends_at,
            Activity.description,
            Participation.state,
            Participation.consent,
            said.label("said_at"),
            still.label("open"),
            Participation.version,
        )
        .join(Activity, Activity.id == Participation.activity_id)
        .join(Organiser, Organiser.id == Activity.unit_id)
        .join(Enrolment, Enrolment.id == Participation.enrolment_id)
        .where(
            Activity.needs_consent,
            Participation.cycle_id == MY_CYCLE,
            student_seen(role, Participation.enrolment_id),
            or_(still, Participation.consent.is_not(None)),
        )
        .order_by(Activity.starts_at.desc(), Participation.id)
    )
    return as_list(rows)


@kept
def activities_of(role: Role) -> Rows:
    """All activities of one enrolment (`id`) that the reader sees, in their order: for the student's file (P20)."""
    columns: list[Any] = [
        Participation.activity_id,
        Activity.title.label("activity_title"),
        Activity.kind,
        Organiser.name.label("organiser_name"),
        Activity.place,
        Activity.starts_at,
        Activity.ends_at,
        Participation.state,
        Participation.reason,
        Participation.decision_reason,
        Participation.consent,
        Participation.days,
        Participation.student_line,
        Activity.state.label("activity_state"),
    ]
    return as_list(
        select(*columns)
        .join(Activity, Activity.id == Participation.activity_id)
        .join(Organiser, Organiser.id == Activity.unit_id)
        .where(Participation.enrolment_id == ID, student_seen(role, Participation.enrolment_id))
        .order_by(Activity.starts_at, Participation.id)
    )


@kept
def calendar(role: Role) -> Rows:
    """What a calendar says of an activity."""
    return (
        select(Activity.id, Activity.title, Activity.starts_at, Activity.ends_at, Activity.place, Activity.programme,
               Activity.version)
        .where(Activity.id == ID, visible(role))
    )  # fmt: skip
