"""Reads of registrations."""

from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    null,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, STUDENT_SIDE, Role
from miaopu.programme import papers
from miaopu.programme.models import Cycle
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import FLOW, LIVING, ApplicationMaterial, Consent, MentorChoice, Registration
from miaopu.registrations.words_texts import TEXT, VERSION

RegistrationSort = Literal["name", "number", "state_since", "-state_since", "school"]
MARK_ENTRIES = ("seat.enter_mark", "seat.confirm_mark")
School = aliased(Unit, name="school")
City = aliased(Unit, name="city")


def visible(role: Role) -> ColumnElement[bool]:
    """The offices and organisers see what was submitted, a school its own students, a student and a guardian one."""
    here = Registration.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return and_(here, Registration.submitted_at.is_not(None))
    if role is Role.CITY_OFFICE:
        return and_(here, Registration.city_id == MY_CITY, Registration.submitted_at.is_not(None))
    if role is Role.SCHOOL:
        return and_(here, Registration.school_id == MY_UNIT)
    if role is Role.STUDENT:
        return and_(here, Registration.account_id == ME)
    if role is Role.GUARDIAN:
        return and_(here, Registration.guardian_account_id == ME)
    return false()


def consent_given() -> ColumnElement[bool]:
    """A guardian's consent is there and was not withdrawn."""
    return exists().where(
        Consent.registration_id == Registration.id, Consent.given_at.is_not(None), Consent.withdrawn_at.is_(None)
    )


def _items(role: Role) -> Rows:
    return (
        select(
            Registration.id,
            Registration.number,
            Registration.name,
            Registration.school_id,
            School.name.label("school_name"),
            Registration.city_id,
            City.name.label("city_name"),
            Registration.subject,
            Registration.grade,
            Registration.returning,
            Registration.eligibility["eligible"].as_boolean().label("eligible"),
            consent_given().label("consent_given"),
            Registration.state,
            Registration.state_since,
            Registration.version,
        )
        .join(School, School.id == Registration.school_id)
        .join(City, City.id == Registration.city_id)
        .where(visible(role))
    )


FILTERS: dict[str, ColumnElement[bool]] = {
    "state": Registration.state == bindparam("state"),
    "subject": Registration.subject == bindparam("subject"),
    "school": Registration.school_id == bindparam("school", type_=Uuid),
    "city": Registration.city_id == bindparam("city", type_=Uuid),
    "q": Registration.name.contains(bindparam("q", type_=String))
    | (Registration.number == bindparam("q", type_=String)),
}
SORTS: dict[str, Any] = {
    "name": Registration.name_key,
    "number": Registration.number,
    "state_since": Registration.state_since,
    "-state_since": Registration.state_since.desc(),
    "school": School.name,
}


@kept
def page(role: Role, filters: frozenset[str], sort: RegistrationSort) -> Rows:
    """Registrations, filtered."""
    return as_page(filtered(_items(role), FILTERS, filters), SORTS[sort], Registration.id)


@kept
def sheet(role: Role) -> Rows:
    """What the school's workbook says of the students who are still in, by name; no identity number."""
    return (
        select(
            Registration.number,
            Registration.name,
            Registration.subject,
            Registration.grade,
            Registration.entry_year,
            Registration.year_size,
            Registration.subject_rank,
            Registration.overall_rank,
            Registration.rank_basis,
        )
        .where(visible(role), among(Registration.state, LIVING))
        .order_by(Registration.name_key, Registration.number)
    )


@kept
def record(role: Role) -> Rows:
    """One registration with choices, consents, verdict and what the reader can do."""
    choices = rows_json(
        select(
            MentorChoice.rank,
            MentorChoice.mentor_id,
            Nomination.name.label("mentor_name"),
            Unit.name.label("university_name"),
            Nomination.subject,
        )
        .join(Nomination, Nomination.id == MentorChoice.mentor_id)
        .join(Unit, Unit.id == Nomination.university_id)
        .where(MentorChoice.registration_id == Registration.id)
        .order_by(MentorChoice.rank)
    )
    consents = rows_json(
        select(
            Consent.relation,
            Consent.text_version,
            Consent.asked_at,
            Consent.given_at,
            Consent.publication,
            Consent.national_programme,
        )
        .where(Consent.registration_id == Registration.id)
        .order_by(Consent.asked_at)
    )
    return as_record(
        _items(role)
        .add_columns(
            Registration.account_id,
            Registration.entry_year,
            Registration.identity_sealed.is_not(None).label("has_identity"),
            Registration.year_size,
            Registration.subject_rank,
            Registration.overall_rank,
            Registration.rank_basis,
            Registration.school_statement,
            Registration.eligibility,
            Registration.accepts_adjustment,
            Registration.interests,
            Registration.motivation,
            Registration.submitted_at,
            choices.label("choices"),
            consents.label("consents"),
            papers.listed(ApplicationMaterial, Registration.id).label("materials"),
            Registration.rank_import_id.is_not(None).label("ranks_proved"),
            # Nobody but the family: an office that knew it could read whose mark is whose off the public data.
            (Registration.receipt if role in STUDENT_SIDE else cast(null(), String)).label("receipt"),
            offers(FLOW, role, Registration.state, Registration.cycle_id),
            waiting_for(FLOW, Registration.state),
        )
        .where(Registration.id == ID)
    )


@kept
def material(role: Role) -> Rows:
    """The file of one kind of a registration."""
    return papers.file_of(ApplicationMaterial, Registration).where(Registration.id == ID, visible(role))


@kept
def edits_since_return(role: Role) -> Rows:
    """What was changed on a registration since it was last sent back, oldest first; none where it never was."""
    sent_back = AuditEntry.action.like("%.return\\_%")
    returned = (
        select(func.max(AuditEntry.id))
        .where(
            AuditEntry.thing_type == "registration", AuditEntry.thing_id == ID, AuditEntry.action.like("%.return\\_%")
        )
        .scalar_subquery()
    )
    seen = exists().where(Registration.id == ID, visible(role))
    return (
        select(AuditEntry.action, AuditEntry.part_type, cast(AuditEntry.changes, Text).label("changes"))
        .where(
            AuditEntry.thing_type == "registration",
            AuditEntry.thing_id == ID,
            AuditEntry.id > returned,
            ~sent_back,
            seen,
        )
        .order_by(AuditEntry.id)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a registration."""
    # Marks are entered twice: who enters second reads no first mark here before both are published (P14).
    sealed = among(AuditEntry.action, MARK_ENTRIES) & exists().where(
        Registration.id == ID, Registration.state == "seated"
    )
    seen = select(Registration.id).where(Registration.id == ID, visible(role))
    return trail_of(role, "registration", seen, sealed=sealed)


@kept
def consent() -> Rows:
    """What a guardian's link is about, while it can be used."""
    texts = Cycle.plan["consents"]
    return as_record(
        select(
            Registration.name.label("student_name"),
            Unit.name.label("school_name"),
            Consent.guardian_name,
            VERSION.label("version"),
            TEXT.label("participation"),
            texts["publication"].label("publication"),
            texts["national_programme"].label("national_programme"),
            Consent.given_at.is_not(None).label("given"),
        )
        .join(Registration, Registration.id == Consent.registration_id)
        .join(Unit, Unit.id == Registration.school_id)
        .join(Cycle, Cycle.id == Registration.cycle_id)
        .where(
            Consent.token_hash == bindparam("token_hash", type_=LargeBinary),
            Consent.expires_at > NOW,
            func.coalesce(Consent.withdrawn_at, NOW) >= NOW,
        )
    )
