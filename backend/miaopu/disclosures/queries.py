"""Reads of public notices and objections."""

from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.disclosures.models import DISCLOSURE_FLOW, OBJECTION_FLOW, UNANSWERED, Disclosure, Objection
from miaopu.people.models import Account, Unit
from miaopu.people.queries import MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

City = aliased(Unit, name="city")
Reviewer = aliased(Account, name="reviewer")
Corrected = aliased(Disclosure, name="corrected")
ObjectionSort = Literal["due_at", "-raised_at"]
WAITING = among(Objection.state, UNANSWERED)


def visible(role: Role) -> ColumnElement[bool]:
    """The region, the organisers and the experts see every list, a city its own and what is of the whole region."""
    here = Disclosure.cycle_id == MY_CYCLE
    if role in OVERSIGHT or role is Role.EXPERT:
        return here
    if role is Role.CITY_OFFICE:
        return and_(here, or_(Disclosure.city_id == MY_CITY, Disclosure.city_id.is_(None)))
    return false()


def visible_objections(role: Role) -> ColumnElement[bool]:
    """Who sees the list sees that it was objected to."""
    return exists().where(Disclosure.id == Objection.disclosure_id, visible(role))


def _counted(*conditions: Any) -> Any:
    return (
        select(func.count())
        .select_from(Objection)
        .where(Objection.disclosure_id == Disclosure.id, *conditions)
        .scalar_subquery()
    )


def _count() -> Any:
    return cast(func.jsonb_array_length(Disclosure.lines), Integer) + Disclosure.unnamed


def _editions() -> Any:
    other = aliased(Disclosure, name="other")
    return rows_json(
        select(other.id, other.edition, other.began_at, other.ends_at, other.state, other.reason)
        .where(
            other.kind == Disclosure.kind,
            other.thing_id == Disclosure.thing_id,
            other.subject == Disclosure.subject,
        )
        .order_by(other.edition)
    )


def _headline() -> Any:
    """Whom a mentor's notice is about; a list of many has none."""
    line = Disclosure.lines[0]
    named = func.concat_ws(" · ", line["name"].astext, line["university_name"].astext)
    return case((Disclosure.kind == "mentor", func.coalesce(named, "")), else_="").label("headline")


def _items(role: Role) -> Rows:
    due = select(func.min(Objection.due_at)).where(Objection.disclosure_id == Disclosure.id, WAITING).scalar_subquery()
    return (
        select(
            Disclosure.id,
            Disclosure.kind,
            Disclosure.city_id,
            City.name.label("city_name"),
            Disclosure.subject,
            _headline(),
            Disclosure.edition,
            Disclosure.began_at,
            Disclosure.ends_at.label("notice_ends_at"),
            _count().label("count"),
            _counted().label("objections"),
            _counted(WAITING).label("open_objections"),
            due.label("next_due_at"),
            Disclosure.state,
            Disclosure.state_since,
            Disclosure.version,
        )
        .outerjoin(City, City.id == Disclosure.city_id)
        .where(visible(role))
    )


FILTERS: dict[str, ColumnElement[bool]] = {
    "kind": Disclosure.kind == bindparam("kind"),
    "subject": Disclosure.subject == bindparam("subject"),
    "state": Disclosure.state == bindparam("state"),
}


@kept
def page(role: Role, filters: frozenset[str]) -> Rows:
    """Lists that are or were on notice, what is objected to first."""
    rows = filtered(_items(role), FILTERS, filters)
    return as_page(rows, _counted(WAITING).desc(), Disclosure.began_at.desc(), Disclosure.id)


@kept
def record(role: Role) -> Rows:
    """One list with its editions and objections; the evidence for who answers them."""
    answers = role is Role.REGION_OFFICE
    return as_record(
        _items(role)
        .add_columns(
            Disclosure.thing_id,
            Disclosure.lines,
            Disclosure.unnamed,
            (Disclosure.evidence if answers else cast(null(), JSONB)).label("evidence"),
            Disclosure.evidence_digest,
            Disclosure.reason,
            _editions().label("editions"),
            rows_json(_objections(role, of_list=True).order_by(Objection.raised_at)).label("objection_list"),
            offers(DISCLOSURE_FLOW, role, Disclosure.state, Disclosure.cycle_id),
            waiting_for(DISCLOSURE_FLOW, Disclosure.state),
        )
        .where(Disclosure.id == ID)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a list."""
    return trail_of(role, "disclosure", select(Disclosure.id).where(Disclosure.id == ID, visible(role)))


def _objections(role: Role, *, of_list: bool = False) -> Rows:
    listed = aliased(Disclosure, name="listed")
    rows = (
        select(
            Objection.id,
            Objection.disclosure_id,
            listed.kind,
            City.name.label("city_name"),
            listed.subject,
            Objection.about,
            Objection.raised_at,
            Objection.due_at,
            (func.coalesce(Objection.answered_at, NOW) >= Objection.due_at).label("late"),
            Reviewer.name.label("reviewer_name"),
            Objection.answered_at,
            Objection.corrected_by_id,
            Objection.state,
            Objection.state_since,
            Objection.version,
        )
        .join(listed, listed.id == Objection.disclosure_id)
        .outerjoin(Reviewer, Reviewer.id == Objection.reviewer_id)
    )
    if of_list:
        # The list's own statement names the city: one FROM less.
        return rows.where(Objection.disclosure_id == Disclosure.id)
    return rows.outerjoin(City, City.id == listed.city_id).where(visible_objections(role))


OBJECTION_FILTERS: dict[str, ColumnElement[bool]] = {"state": Objection.state == bindparam("state")}


@kept
def objections_page(role: Role, filters: frozenset[str], sort: ObjectionSort) -> Rows:
    """Objections, what is due first at the top."""
    order: Any = Objection.raised_at.desc() if sort == "-raised_at" else Objection.due_at
    rows = filtered(_objections(role), OBJECTION_FILTERS, filters)
    return as_page(rows, case((WAITING, 0), else_=1), order, Objection.id)


@kept
def objection_record(role: Role) -> Rows:
    """One objection; its words for who answers it."""
    answers = role is Role.REGION_OFFICE
    listed = aliased(Disclosure, name="at")
    return as_record(
        _objections(role)
        .join(listed, listed.id == Objection.disclosure_id)
        .add_columns(
            (Objection.text if answers else null()).label("text"),
            (Objection.contact if answers else null()).label("contact"),
            # Opened on the way out.
            (func.encode(Objection.contact_sealed, "base64", type_=String) if answers else null()).label(
                "contact_sealed"
            ),
            Objection.answer,
            listed.edition,
            listed.thing_id,
            and_(Objection.state == "upheld", Objection.corrected_by_id.is_(None), listed.kind != "mentor").label(
                "correctable"
            ),
            offers(OBJECTION_FLOW, role, Objection.state, Objection.cycle_id),
            waiting_for(OBJECTION_FLOW, Objection.state),
        )
        .where(Objection.id == ID)
    )


@kept
def objection_trail(role: Role) -> Rows:
    """The trail of an objection."""
    return trail_of(role, "objection", select(Objection.id).where(Objection.id == ID, visible_objections(role)))
