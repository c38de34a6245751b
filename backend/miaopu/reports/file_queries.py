"""Reads of a student's file that no room has in this form: all meetings, all logs with their words, the trail."""

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.audit import AuditEntry
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_page, kept
from miaopu.growth.models import GrowthLog
from miaopu.growth.queries import TEXTS, photos_json
from miaopu.growth.queries import visible as visible_logs
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations
from miaopu.training.models import Attendance, Session

OF = bindparam("enrolment", type_=Uuid)
Giver = aliased(Account, name="giver")


@kept
def sessions(role: Role) -> Rows:
    """Every meeting of one student in its order, with how the student took part."""
    rows = (
        select(
            Session.id,
            Session.title,
            Session.starts_at,
            Session.minutes,
            Session.activity,
            Session.place,
            Session.on_campus,
            Giver.name.label("given_by_name"),
            Attendance.mode,
        )
        .select_from(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Giver, Giver.id == Session.given_by)
        .where(Attendance.enrolment_id == OF, visible_enrolments(role))
    )
    return as_page(rows, Session.starts_at, Session.id)


@kept
def logs(role: Role) -> Rows:
    """Every log of one student in its order, with its words, photos and review."""
    named = select(StoredFile.name).where(StoredFile.id == GrowthLog.file_id).scalar_subquery()
    rows = (
        select(
            GrowthLog.id,
            Session.title.label("session_title"),
            Session.starts_at.label("held_at"),
            GrowthLog.submitted_at,
            GrowthLog.late,
            GrowthLog.receipt_number,
            GrowthLog.state,
            *(getattr(GrowthLog, name) for name in TEXTS),
            GrowthLog.review,
            Account.name.label("reviewed_by_name"),
            photos_json(GrowthLog.photos).label("photos"),
            GrowthLog.file_id,
            named.label("file_name"),
        )
        .join(Session, Session.id == GrowthLog.session_id)
        .outerjoin(Account, Account.id == GrowthLog.reviewed_by)
        .where(GrowthLog.enrolment_id == OF, visible_logs(role))
    )
    return as_page(rows, Session.starts_at, GrowthLog.id)


@kept
def trail(role: Role) -> Rows:
    """What was decided about one student: whole acts of the registration and of the training, no parts."""
    of_enrolment = and_(
        AuditEntry.thing_type == "enrolment",
        AuditEntry.thing_id == OF,
        select(Enrolment.id).where(Enrolment.id == OF, visible_enrolments(role)).exists(),
    )
    of_registration = and_(
        AuditEntry.thing_type == "registration",
        AuditEntry.thing_id.in_(
            select(Registration.id)
            .join(Enrolment, Enrolment.registration_id == Registration.id)
            .where(Enrolment.id == OF, visible_registrations(role))
        ),
    )
    moved: ColumnElement[bool] = or_(AuditEntry.to_state.is_not(None), AuditEntry.thing_type == "enrolment")
    rows = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.action,
        AuditEntry.role.label("actor_role"),
        AuditEntry.reason,
    ).where(or_(of_enrolment, of_registration), moved, AuditEntry.part_type.is_(None))
    return as_page(rows, AuditEntry.id)


@kept
def mine(role: Role) -> Rows:
    """Whose files one may have put into an archive: everybody whose training began."""
    return (
        select(Enrolment.id)
        .where(Enrolment.cycle_id == MY_CYCLE, visible_enrolments(role), Enrolment.active_from.is_not(None))
        .order_by(Enrolment.number)
    )


@kept
def programme() -> Rows:
    """The cycle's title in both languages."""
    return select(Cycle.title, Cycle.title_en).where(Cycle.id == MY_CYCLE)


@kept
def stored() -> Rows:
    """The files that parts of a file named, which were read through their scope before."""
    return select(StoredFile.id, StoredFile.name, StoredFile.content_type, StoredFile.size, StoredFile.sha256).where(
        StoredFile.id == func.any(bindparam("ids"))
    )
