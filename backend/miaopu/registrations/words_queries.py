"""Reads of consents whose text has changed: who is asked again, who has not agreed, what was agreed to."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_list, as_page, as_record, filtered, kept
from miaopu.people.models import Unit
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Consent, Registration
from miaopu.registrations.queries import visible
from miaopu.registrations.words_models import AgreedText, ConsentRevision, ConsentWord
from miaopu.registrations.words_texts import CHANGES, VERSION, digest_sql
from miaopu.registrations.words_texts import said as text_of

School = aliased(Unit, name="school")
City = aliased(Unit, name="city")


def mine(role: Role) -> ColumnElement[bool]:
    """The reader's own registrations, or those of children, of every year."""
    if role is Role.STUDENT:
        return Registration.account_id == ME
    return Registration.guardian_account_id == ME if role is Role.GUARDIAN else false()


def _in_force() -> ColumnElement[bool]:
    return and_(
        Consent.registration_id == Registration.id, Consent.given_at.is_not(None), Consent.withdrawn_at.is_(None)
    )


def changed() -> ColumnElement[bool]:
    """The year goes on, a consent is in force, and none of them is to the text as it is now."""
    held = exists().where(_in_force())
    present = exists().where(_in_force(), Consent.text_version == VERSION)
    out = among(Registration.state, ("draft", "withdrawn", "rejected"))
    return and_(Cycle.state == "open", ~out, held.correlate(Registration), ~present.correlate(Registration, Cycle))


def _said(side: Any) -> Any:
    """The newest word of a side to the present version."""
    return (
        select(ConsentWord.decision)
        .where(
            ConsentWord.registration_id == Registration.id,
            ConsentWord.side == side,
            ConsentWord.text_version == VERSION,
        )
        .order_by(ConsentWord.said_at.desc(), ConsentWord.id.desc())
        .limit(1)
        .correlate(Registration, Cycle)
        .scalar_subquery()
    )


def _before(column: Any) -> Any:
    """Of the consent in force that was given last."""
    return (
        select(column)
        .select_from(Consent)
        .outerjoin(AgreedText, AgreedText.digest == Consent.text_digest)
        .where(_in_force())
        .order_by(Consent.given_at.desc(), Consent.id.desc())
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
    )


def _text() -> Any:
    return func.nullif(
        func.jsonb_strip_nulls(func.jsonb_build_object("zh", AgreedText.zh, "en", AgreedText.en, type_=JSONB)),
        cast(literal("{}"), JSONB),
    )


@kept
def asked(role: Role) -> Rows:
    """What the reader is asked again, until they agree."""
    said = _said(literal(role.value))
    rows = (
        select(
            Registration.id.label("registration_id"),
            Registration.number,
            Registration.name.label("student"),
            VERSION.label("version"),
            func.jsonb_build_object("zh", text_of("zh"), "en", text_of("en")).label("text"),
            CHANGES.label("changes"),
            digest_sql().label("digest"),
            _before(Consent.text_version).label("before_version"),
            _before(_text()).label("before"),
            _before(Consent.given_at).label("before_at"),
            said.label("said"),
        )
        .join(Cycle, Cycle.id == Registration.cycle_id)
        .where(mine(role), changed(), said.is_distinct_from("given"))
        .order_by(Registration.id)
    )
    return as_list(rows)


@kept
def agreed(role: Role) -> Rows:
    """Everything that was said for the reader's registrations, and to which text."""
    first = (
        select(
            Registration.id.label("registration_id"),
            Registration.number,
            Registration.name.label("student"),
            literal("guardian", String).label("side"),
            Consent.text_version.label("version"),
            Consent.text_digest.label("digest"),
            _text().label("text"),
            literal("given", String).label("decision"),
            Consent.given_at.label("at"),
            Consent.withdrawn_at,
        )
        .select_from(Consent)
        .join(Registration, Registration.id == Consent.registration_id)
        .outerjoin(AgreedText, AgreedText.digest == Consent.text_digest)
        .where(mine(role), Consent.given_at.is_not(None))
    )
    again = (
        select(
            Registration.id,
            Registration.number,
            Registration.name,
            ConsentWord.side,
            ConsentWord.text_version,
            ConsentWord.text_digest,
            _text(),
            ConsentWord.decision,
            ConsentWord.said_at,
            null(),
        )
        .select_from(ConsentWord)
        .join(Registration, Registration.id == ConsentWord.registration_id)
        .join(AgreedText, AgreedText.digest == ConsentWord.text_digest)
        .where(mine(role))
    )
    every = union_all(first, again).subquery("every")
    return as_list(select(every).order_by(every.c.at.desc(), every.c.digest))


@kept
def missing(role: Role, filters: frozenset[str]) -> Rows:
    """Who has not agreed to the present text: student and guardian, each in a line, as far as the reader sees them.

    Filters: `city` (a unit), `side`, `q` (part of the school's or the student's name).
    """
    sides = union_all(select(literal("student", String).label("side")), select(literal("guardian", String))).subquery(
        "sides"
    )
    said = _said(sides.c.side).correlate(Registration, Cycle, sides)
    rows = (
        select(
            Registration.id.label("registration_id"),
            Registration.number,
            Registration.name.label("student"),
            School.name.label("school_name"),
            City.name.label("city_name"),
            sides.c.side,
            or_(sides.c.side == "student", Registration.guardian_account_id.is_not(None)).label("has_account"),
            VERSION.label("version"),
            _before(Consent.text_version).label("before_version"),
            said.label("said"),
        )
        .select_from(Registration)
        .join(Cycle, Cycle.id == Registration.cycle_id)
        .join(School, School.id == Registration.school_id)
        .join(City, City.id == Registration.city_id)
        .join(sides, literal(True))
        .where(visible(role), changed(), said.is_distinct_from("given"))
    )
    asked = bindparam("q", type_=String)
    given: dict[str, ColumnElement[bool]] = {
        "city": Registration.city_id == bindparam("city", type_=Uuid),
        "side": sides.c.side == bindparam("side", type_=String),
        "q": (func.strpos(School.name, asked) > 0) | (func.strpos(Registration.name, asked) > 0),
    }
    return as_page(filtered(rows, given, filters), School.name, Registration.number, sides.c.side, Registration.id)


@kept
def present() -> Rows:
    """The text in force in the reader's year."""
    return as_record(
        select(
            VERSION.label("version"),
            func.jsonb_build_object("zh", text_of("zh"), "en", text_of("en")).label("text"),
            CHANGES.label("changes"),
            select(func.max(ConsentRevision.released_at))
            .where(ConsentRevision.cycle_id == Cycle.id)
            .correlate(Cycle)
            .scalar_subquery()
            .label("released_at"),
        ).where(Cycle.id == MY_CYCLE)
    )
