"""Reads of certificates."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, Uuid, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.evaluations.certificates_models import Certificate
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.models import Unit
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.models import Cycle, CycleSubject
from miaopu.programme.queries import ID, MY_CYCLE

City = aliased(Unit, name="city")
Newer = aliased(Certificate, name="newer")
School = aliased(Unit, name="school")


def visible_certificates(role: Role) -> ColumnElement[bool]:
    """Who sees the student sees the certificate."""
    return student_seen(role, Certificate.enrolment_id)


def _status() -> Any:
    """Valid, revoked, or replaced by another paper."""
    newer = exists().where(Newer.replaces_id == Certificate.id)
    return case((Certificate.revoked_at.is_(None), "valid"), (newer, "replaced"), else_="revoked").label("status")


def _certificates(role: Role) -> Rows:
    return (
        select(
            Certificate.id,
            Certificate.enrolment_id,
            Certificate.number,
            Certificate.code,
            Certificate.grade,
            Certificate.name,
            Certificate.subject,
            Certificate.mentor_name,
            Certificate.university_name,
            School.name.label("school_name"),
            City.name.label("city_name"),
            Certificate.issued_at,
            _status(),
            Certificate.revoked_at,
            Certificate.revoked_reason,
            Certificate.version,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .join(City, City.id == Enrolment.city_id)
        .where(visible_certificates(role))
    )


@kept
def certificate_ids(role: Role) -> Rows:
    """All certificates of the cycle that the reader sees, by number."""
    return (
        select(Certificate.id)
        .where(Certificate.cycle_id == MY_CYCLE, Certificate.revoked_at.is_(None), visible_certificates(role))
        .order_by(Certificate.number)
    )


@kept
def certificates_page(role: Role, filters: frozenset[str]) -> Rows:
    """Certificates by number."""
    conditions = {
        "grade": Certificate.grade == bindparam("grade"),
        "subject": Certificate.subject == bindparam("subject"),
        "city": Enrolment.city_id == bindparam("city", type_=Uuid),
        "valid": Certificate.revoked_at.is_(None) == bindparam("valid", type_=Boolean),
        "enrolment": Certificate.enrolment_id == bindparam("enrolment", type_=Uuid),
        "q": Certificate.name.contains(bindparam("q", type_=String))
        | (Certificate.number == bindparam("q", type_=String)),
    }
    return as_page(filtered(_certificates(role), conditions, filters), Certificate.number, Certificate.id)


@kept
def certificate_record(role: Role) -> Rows:
    """One certificate."""
    return as_record(_certificates(role).where(Certificate.id == ID))


@kept
def certificate_print(role: Role) -> Rows:
    """What the paper says. Its issuers are the two organisers."""
    organisers = select(func.array_agg(Unit.name)).where(
        among(Unit.kind, (UnitKind.ASSOCIATION.value, UnitKind.EDUCATION_DEPARTMENT.value))
    )
    return (
        select(
            Certificate.number,
            Certificate.code,
            Certificate.signature,
            Certificate.grade,
            Certificate.name,
            CycleSubject.name.label("subject_name"),
            Certificate.mentor_name,
            Certificate.university_name,
            Cycle.year,
            Cycle.title,
            Cycle.title_en,
            CycleSubject.name_en.label("subject_name_en"),
            Certificate.issued_at,
            Cycle.plan["timezone"].as_string().label("timezone"),
            School.name.label("school_name"),
            organisers.scalar_subquery().label("issuers"),
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .join(Cycle, Cycle.id == Certificate.cycle_id)
        .join(
            CycleSubject, and_(CycleSubject.cycle_id == Certificate.cycle_id, CycleSubject.code == Certificate.subject)
        )
        .where(Certificate.id == ID, visible_certificates(role))
    )


@kept
def certificate_check() -> Rows:
    """A certificate by its code, for anybody."""
    return (
        select(
            Certificate.number,
            Certificate.name,
            Certificate.subject,
            CycleSubject.name.label("subject_name"),
            CycleSubject.name_en.label("subject_name_en"),
            Certificate.grade,
            Certificate.university_name,
            Cycle.year,
            Cycle.title,
            Cycle.title_en,
            Certificate.issued_at,
            _status(),
            Certificate.revoked_at,
        )
        .join(Cycle, Cycle.id == Certificate.cycle_id)
        .join(
            CycleSubject, and_(CycleSubject.cycle_id == Certificate.cycle_id, CycleSubject.code == Certificate.subject)
        )
        .where(Certificate.code == bindparam("code", type_=String))
    )
