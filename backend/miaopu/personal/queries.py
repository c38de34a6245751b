"""Reads of the room of personal data: who looked at what, and how long things are kept."""

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, as_page, kept
from miaopu.pairings.models import Enrolment
from miaopu.people.access import may
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.personal.models import Correction
from miaopu.programme.models import Cycle
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible

# Acts that show, or hand out, more than the pages do; and an office that looked through the family's own eyes.
LOOKS = ("registration.reveal", "enrolment.archive", "support.begin")


@kept
def looks() -> Rows:
    """Who looked at the reader's own sealed details, and at those of a child whose guardian the reader is."""
    enrolled = exists().where(Enrolment.registration_id == Registration.id, Enrolment.id == AuditEntry.thing_id)
    # A look at an account is told with the newest registration that is its own, or its child's.
    theirs = aliased(Registration)
    newest = (
        select(theirs.id)
        .where(or_(theirs.account_id == AuditEntry.thing_id, theirs.guardian_account_id == AuditEntry.thing_id))
        .order_by(theirs.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    of_registration = or_(
        and_(AuditEntry.thing_type == "account", Registration.id == newest),
        and_(AuditEntry.thing_type == "registration", AuditEntry.thing_id == Registration.id),
        and_(AuditEntry.thing_type == "enrolment", enrolled),
    )
    rows = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.action,
            Registration.name.label("student"),
            Account.name.label("actor_name"),
            AuditEntry.role.label("actor_role"),
            Unit.name.label("unit_name"),
            AuditEntry.changes["field"][1].astext.label("field"),
            AuditEntry.changes["purpose"][1].astext.label("purpose"),
            AuditEntry.reason,
        )
        .select_from(AuditEntry)
        .join(Registration, of_registration)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Membership, Membership.id == AuditEntry.membership_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(
            or_(Registration.account_id == ME, Registration.guardian_account_id == ME),
            or_(*(AuditEntry.action == one for one in LOOKS)),
            AuditEntry.account_id.is_distinct_from(ME),
        )
    )
    return as_page(rows, AuditEntry.id.desc())


@kept
def newest_plan() -> Rows:
    """The retention of the newest year's plan."""
    return (
        select(Cycle.plan["retention"].label("retention"))
        .where(Cycle.state != "draft")
        .order_by(Cycle.year.desc(), Cycle.id)
        .limit(1)
    )


def visible_corrections(role: Role) -> ColumnElement[bool]:
    """Those about registrations that one sees."""
    seen = exists().where(Registration.id == Correction.registration_id, visible(role))
    return seen.correlate_except(Registration)


@kept
def corrections(role: Role) -> Rows:
    """Requests to put something right, those that wait first."""
    rows = (
        select(
            Correction.id,
            Correction.version,
            Correction.registration_id,
            Registration.number,
            Registration.name.label("student"),
            Correction.field,
            Correction.text,
            Correction.asked_at,
            Correction.answered_at,
            Correction.granted,
            Correction.answer,
            and_(Correction.answered_at.is_(None), literal(may(role, Permission.CORRECTION_ANSWER))).label(
                "answerable"
            ),
        )
        .join(Registration, Registration.id == Correction.registration_id)
        .where(visible(role))
    )
    return as_page(rows, Correction.answered_at.desc().nulls_first(), Correction.id.desc())
