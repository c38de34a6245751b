"""Reads of report sessions (P23). A turn's student is named to those who see the student, to others by its number."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.evaluations.midterm_models import SESSION_FLOW, MidtermSession, MidtermTalk
from miaopu.evaluations.queries import City, Mentor, School
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.access import may
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

TALK = bindparam("talk_id", type_=Uuid)


def arranged(role: Role) -> ColumnElement[bool]:
    """Whose session it is to hold: the city's office."""
    return MidtermSession.city_id == MY_CITY if may(role, Permission.MIDTERM_ARRANGE) else false()


def visible_sessions(role: Role) -> ColumnElement[bool]:
    """The offices theirs; everybody else the sessions in which one of their students talks."""
    here = MidtermSession.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    talks = exists().where(MidtermTalk.session_id == MidtermSession.id, student_seen(role, MidtermTalk.enrolment_id))
    return and_(here, or_(arranged(role), talks.correlate_except(MidtermTalk)))


def _after(minutes: Any) -> Any:
    """The start of the session and so many minutes more."""
    return MidtermSession.starts_at + minutes * literal_column("interval '1 minute'")


def _sessions(role: Role) -> Rows:
    talks = select(func.count()).select_from(MidtermTalk).where(MidtermTalk.session_id == MidtermSession.id)
    count = talks.correlate(MidtermSession).scalar_subquery()
    with_slides = talks.where(MidtermTalk.slides_id.is_not(None), student_seen(role, MidtermTalk.enrolment_id))
    return (
        select(
            MidtermSession.id,
            MidtermSession.subject,
            MidtermSession.city_id,
            City.name.label("city_name"),
            MidtermSession.starts_at,
            _after(MidtermSession.talk_minutes * count).label("ends_at"),
            MidtermSession.talk_minutes,
            MidtermSession.place,
            count.label("talks"),
            with_slides.correlate(MidtermSession).scalar_subquery().label("slides"),
            MidtermSession.state,
            MidtermSession.state_since,
            MidtermSession.version,
        )
        .join(City, City.id == MidtermSession.city_id)
        .where(visible_sessions(role))
    )


@kept
def sessions_page(role: Role, filters: frozenset[str]) -> Rows:
    """Report sessions, the next first."""
    conditions: dict[str, ColumnElement[bool]] = {
        "state": MidtermSession.state == bindparam("state"),
        "subject": MidtermSession.subject == bindparam("subject"),
        "city": MidtermSession.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_sessions(role), conditions, filters), MidtermSession.starts_at, MidtermSession.id)


def _order(role: Role, *columns: Any) -> Any:
    """The turns in their order."""
    seen = student_seen(role, MidtermTalk.enrolment_id)
    started = among(MidtermSession.state, ("running", "ended"))
    said = or_(MidtermTalk.position < MidtermSession.current, MidtermSession.state == literal("ended"))
    state = case(
        (and_(started, said), "spoken"),
        (and_(started, MidtermTalk.position == MidtermSession.current), "speaking"),
        else_="waiting",
    )
    return rows_json(
        select(
            MidtermTalk.id,
            MidtermTalk.position,
            state.label("state"),
            _after(MidtermSession.talk_minutes * (MidtermTalk.position - 1)).label("starts_at"),
            case((seen, MidtermTalk.enrolment_id)).label("enrolment_id"),
            case((seen, Enrolment.name)).label("student_name"),
            case((seen, School.name)).label("school_name"),
            case((seen, Mentor.name)).label("mentor_name"),
            func.coalesce(Enrolment.account_id == ME, false()).label("mine"),
            *columns,
        )
        .join(Enrolment, Enrolment.id == MidtermTalk.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .outerjoin(StoredFile, StoredFile.id == MidtermTalk.slides_id)
        .where(MidtermTalk.session_id == MidtermSession.id)
        .order_by(MidtermTalk.position, MidtermTalk.id)
        .correlate(MidtermSession)
    ).label("order")


@kept
def session_record(role: Role) -> Rows:
    """One session with its order and the slides of the students whom the reader sees."""
    seen = student_seen(role, MidtermTalk.enrolment_id)
    order = _order(
        role,
        case((seen, MidtermTalk.slides_id)).label("slides_id"),
        case((seen, StoredFile.name)).label("slides_name"),
        MidtermTalk.began_at,
        MidtermTalk.ended_at,
    )
    return as_record(
        _sessions(role)
        .add_columns(
            MidtermSession.seed,
            MidtermSession.by_hand,
            MidtermSession.current,
            arranged(role).label("arranges"),
            order,
            offers(SESSION_FLOW, role, MidtermSession.state, MidtermSession.cycle_id),
            waiting_for(SESSION_FLOW, MidtermSession.state),
        )
        .where(MidtermSession.id == ID)
    )


@kept
def live(role: Role) -> Rows:
    """Who has the floor and who is next: small, since a screen asks for it every few seconds."""
    return as_record(
        select(
            MidtermSession.id,
            MidtermSession.subject,
            City.name.label("city_name"),
            MidtermSession.place,
            MidtermSession.starts_at,
            MidtermSession.state,
            MidtermSession.current,
            MidtermSession.version,
            arranged(role).label("arranges"),
            _order(role),
        )
        .join(City, City.id == MidtermSession.city_id)
        .where(MidtermSession.id == ID, visible_sessions(role))
    )


@kept
def slides(role: Role) -> Rows:
    """The slides of one turn."""
    return (
        select(*files.columns())
        .join(MidtermTalk, MidtermTalk.slides_id == StoredFile.id)
        .join(MidtermSession, MidtermSession.id == MidtermTalk.session_id)
        .where(
            MidtermSession.id == ID,
            MidtermTalk.id == TALK,
            visible_sessions(role),
            student_seen(role, MidtermTalk.enrolment_id),
        )
    )


@kept
def session_trail(role: Role) -> Rows:
    """The trail of a session: all who come to it read when the order was drawn or changed, and why."""
    seen = select(MidtermSession.id).where(MidtermSession.id == ID, visible_sessions(role))
    return trail_of(role, "midterm_session", seen)
