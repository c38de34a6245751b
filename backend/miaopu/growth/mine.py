"""Reads of a student's own: what the phone keeps, and the photos of a draft."""

import json
from typing import Any

from sqlalchemy import String, Uuid, and_, any_, bindparam, case, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, JSONB

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_record, kept
from miaopu.growth.models import GrowthDraft, GrowthLog
from miaopu.growth.queries import FILE, TEXTS, photos_json, unwritten, visible
from miaopu.pairings.meetings_queries import visible_meetings
from miaopu.pairings.models import Enrolment, Meeting
from miaopu.pairings.queries import student_seen, visible_enrolments
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW
from miaopu.programme.plan_training import Growth
from miaopu.programme.queries import MY_CYCLE, rows_json
from miaopu.training.models import Attendance, Session

# Further back a phone need not look; the desk has all.
LOGS = 40
SESSION = bindparam("session", type_=Uuid)


def _object(columns: dict[str, Any]) -> Any:
    pairs: list[Any] = []
    for name, column in columns.items():
        pairs += [literal_column(f"'{name}'"), column]
    return func.json_build_object(*pairs)


def _shown(of: Any, version: Any, saved_at: Any) -> Any:
    """A `DraftShown` of the row of a draft or of a log."""
    texts: dict[str, Any] = {name: getattr(of, name) for name in TEXTS}
    return _object({"version": version, "saved_at": saved_at, "photos": photos_json(of.photos), **texts})


def _asked() -> Any:
    """What the cycle's plan asks of a log; a plan that was frozen before it could say so asks for the usual."""

    def key(name: str) -> Any:
        usual = cast(literal(json.dumps(Growth.model_fields[name].default), String), JSONB)
        return func.coalesce(Cycle.plan["growth"][name], usual)

    asked = _object({name: key(name) for name in ("fields", "one_of", "required", "photos")})
    return select(asked).where(Cycle.id == MY_CYCLE).scalar_subquery()


def _due(role: Role) -> Any:
    draft = case(
        (GrowthDraft.id.is_not(None), _shown(GrowthDraft, GrowthDraft.version, GrowthDraft.saved_at)),
        else_=cast(None, JSON),
    )
    rows = unwritten(role).add_columns(Session.activity, draft.label("draft"))
    return rows_json(rows.order_by(Attendance.log_due_at, Attendance.id))


def _logs(role: Role) -> Any:
    begun = _shown(GrowthDraft, GrowthDraft.version, GrowthDraft.saved_at)
    anew = _shown(GrowthLog, literal_column("0"), literal_column("NULL"))
    draft = case(
        (GrowthLog.state != "returned", cast(None, JSON)),
        (GrowthDraft.id.is_not(None), begun),
        else_=anew,
    )
    last = (
        select(GrowthLog.id)
        .join(Session, Session.id == GrowthLog.session_id)
        .where(visible(role), GrowthLog.state != "draft")
        .order_by(Session.starts_at.desc(), GrowthLog.id)
        .limit(LOGS)
    )
    return rows_json(
        select(
            GrowthLog.id,
            GrowthLog.session_id,
            Session.title.label("session_title"),
            Session.starts_at.label("held_at"),
            GrowthLog.due_at,
            GrowthLog.submitted_at,
            GrowthLog.late,
            GrowthLog.receipt_number,
            GrowthLog.state,
            GrowthLog.version,
            GrowthLog.review,
            GrowthLog.reviewed_at,
            Account.name.label("reviewed_by_name"),
            draft.label("draft"),
        )
        .join(Session, Session.id == GrowthLog.session_id)
        .outerjoin(Account, Account.id == GrowthLog.reviewed_by)
        .outerjoin(
            GrowthDraft,
            and_(GrowthDraft.enrolment_id == GrowthLog.enrolment_id, GrowthDraft.session_id == GrowthLog.session_id),
        )
        .where(GrowthLog.id.in_(last))
        .order_by(Session.starts_at.desc(), GrowthLog.id)
    )


@kept
def record(role: Role) -> Rows:
    """What a student has to write, has written, has begun; what the plan asks of it; the meeting to come."""
    enrolment = (
        select(Enrolment.id)
        .where(visible_enrolments(role))
        .order_by((Enrolment.state == "active").desc(), Enrolment.id)
        .limit(1)
        .scalar_subquery()
    )
    meeting = (
        select(_object({"starts_at": Meeting.starts_at, "address": Meeting.address}))
        .where(visible_meetings(role), Meeting.held_at.is_(None), Meeting.starts_at > NOW)
        .order_by(Meeting.starts_at)
        .limit(1)
        .scalar_subquery()
    )
    return as_record(
        select(
            NOW.label("now"),
            enrolment.label("enrolment_id"),
            _asked().label("asked"),
            _due(role).label("due"),
            _logs(role).label("logs"),
            meeting.label("meeting"),
        )
    )


@kept
def photo(role: Role) -> Rows:
    """A photo of a draft."""
    return select(*files.columns()).where(
        StoredFile.id == FILE,
        StoredFile.id == any_(GrowthDraft.photos),
        GrowthDraft.session_id == SESSION,
        student_seen(role, GrowthDraft.enrolment_id),
    )
