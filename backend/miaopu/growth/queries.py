"""Reads of growth logs, and of those that are missing."""

from typing import Any

from sqlalchemy import ColumnElement, String, Uuid, and_, any_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.growth.models import FLOW, GrowthDraft, GrowthLog
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen, visible_enrolments
from miaopu.people.models import Account
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.plan_training import LogField
from miaopu.programme.queries import ID, rows_json, trail_of
from miaopu.training.models import Attendance, Session

Mentor = aliased(Nomination, name="mentor")
Given = aliased(Session, name="given")
FILE = bindparam("file_id", type_=Uuid)
TEXTS: tuple[LogField, ...] = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")


def visible(role: Role) -> ColumnElement[bool]:
    """Who sees the student sees the logs that were handed in; a draft is the student's alone.

    A mentor goes on seeing the logs of the sessions that were the own, also when the student has another mentor since.
    """
    seen = student_seen(role, GrowthLog.enrolment_id)
    if role is Role.MENTOR:
        given = exists().where(Given.id == GrowthLog.session_id, Nomination.id == Given.mentor_id)
        seen = or_(seen, given.where(Nomination.account_id == ME).correlate_except(Given, Nomination))
    return seen if role is Role.STUDENT else and_(seen, GrowthLog.state != "draft")


def _logs(role: Role) -> Rows:
    return (
        select(
            GrowthLog.id,
            GrowthLog.enrolment_id,
            Enrolment.name.label("student_name"),
            Enrolment.subject,
            Mentor.name.label("mentor_name"),
            GrowthLog.session_id,
            Session.title.label("session_title"),
            Session.activity,
            Session.starts_at.label("held_at"),
            GrowthLog.due_at,
            GrowthLog.submitted_at,
            GrowthLog.late,
            GrowthLog.receipt_number,
            GrowthLog.state,
            GrowthLog.state_since,
            GrowthLog.version,
        )
        .join(Enrolment, Enrolment.id == GrowthLog.enrolment_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .join(Session, Session.id == GrowthLog.session_id)
        .where(visible(role))
    )


FILTERS: dict[str, Any] = {
    "state": GrowthLog.state == bindparam("state"),
    "enrolment": GrowthLog.enrolment_id == bindparam("enrolment", type_=Uuid),
    "session": GrowthLog.session_id == bindparam("session", type_=Uuid),
    "mentor": Enrolment.mentor_id == bindparam("mentor", type_=Uuid),
    "q": Enrolment.name.contains(bindparam("q", type_=String)),
}


def photos_json(photos: Any) -> Any:
    """The photos of a log or a draft, in their order."""
    return rows_json(
        select(StoredFile.id, StoredFile.name)
        .where(StoredFile.id == any_(photos))
        .order_by(func.array_position(photos, StoredFile.id))
    )


@kept
def page(role: Role, filters: frozenset[str]) -> Rows:
    """Logs, the last session first."""
    return as_page(filtered(_logs(role), FILTERS, filters), Session.starts_at.desc(), Enrolment.name_key, GrowthLog.id)


@kept
def record(role: Role) -> Rows:
    """One log."""
    name = select(StoredFile.name).where(StoredFile.id == GrowthLog.file_id).scalar_subquery()
    return as_record(
        _logs(role)
        .outerjoin(Account, Account.id == GrowthLog.reviewed_by)
        .add_columns(
            *(getattr(GrowthLog, name) for name in TEXTS),
            photos_json(GrowthLog.photos).label("photos"),
            GrowthLog.file_id,
            name.label("file_name"),
            Account.name.label("reviewed_by_name"),
            GrowthLog.reviewed_at,
            GrowthLog.review,
            offers(FLOW, role, GrowthLog.state, GrowthLog.cycle_id),
            waiting_for(FLOW, GrowthLog.state),
        )
        .where(GrowthLog.id == ID)
    )


@kept
def file(role: Role) -> Rows:
    """The file of a log."""
    return select(*files.columns()).where(StoredFile.id == GrowthLog.file_id, GrowthLog.id == ID, visible(role))


@kept
def photo(role: Role) -> Rows:
    """A photo of a log."""
    return select(*files.columns()).where(
        StoredFile.id == FILE, StoredFile.id == any_(GrowthLog.photos), GrowthLog.id == ID, visible(role)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a log."""
    return trail_of(role, "growth_log", select(GrowthLog.id).where(GrowthLog.id == ID, visible(role)))


def unwritten(role: Role) -> Rows:
    """Sessions that students came to and handed in no log of, each with the draft where one was begun."""
    return (
        select(
            Attendance.enrolment_id,
            Attendance.session_id,
            Session.title.label("session_title"),
            Session.starts_at.label("held_at"),
            Attendance.log_due_at.label("due_at"),
        )
        .select_from(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Session, Session.id == Attendance.session_id)
        .outerjoin(
            GrowthLog,
            and_(GrowthLog.enrolment_id == Attendance.enrolment_id, GrowthLog.session_id == Attendance.session_id),
        )
        .outerjoin(
            GrowthDraft,
            and_(GrowthDraft.enrolment_id == Attendance.enrolment_id, GrowthDraft.session_id == Attendance.session_id),
        )
        .where(
            visible_enrolments(role),
            Attendance.mode != "absent",
            Enrolment.state == "active",
            or_(GrowthLog.id.is_(None), GrowthLog.state == "draft"),
        )
    )


@kept
def missing(role: Role, filters: frozenset[str]) -> Rows:
    """Sessions without a log, the longest due first. That a draft was begun is the student's alone to see."""
    begun = GrowthDraft.saved_at if role is Role.STUDENT else case((NOW.is_(None), NOW))
    rows = unwritten(role).add_columns(
        Enrolment.name.label("student_name"),
        (Attendance.log_due_at <= NOW).label("overdue"),
        begun.label("draft_saved_at"),
    )
    conditions = {
        "enrolment": Attendance.enrolment_id == bindparam("enrolment", type_=Uuid),
        "mentor": Enrolment.mentor_id == bindparam("mentor", type_=Uuid),
    }
    return as_page(filtered(rows, conditions, filters), Attendance.log_due_at, Enrolment.name_key, Attendance.id)
