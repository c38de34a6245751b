"""Reads of rounds of interviews and of places offered to the reserve."""

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, bindparam, case, cast, exists, false, func, select

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.interviews.models import OFFER_FLOW, ROUND_FLOW, InterviewRound, Panel, PlaceOffer, Result, Slot
from miaopu.interviews.queries import City
from miaopu.people.queries import MY_CITY
from miaopu.people.roles import CITY_SIDE, OVERSIGHT, STUDENT_SIDE, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of
from miaopu.registrations.models import PLACED, SINCE_SHORTLIST, Registration
from miaopu.registrations.queries import visible as visible_registrations


def visible_rounds(role: Role) -> ColumnElement[bool]:
    """The region all, a city its own; everybody else of the city what is published, which names nobody."""
    here = InterviewRound.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role is Role.CITY_OFFICE:
        return and_(here, InterviewRound.city_id == MY_CITY)
    if role in (Role.UNIVERSITY, Role.SCHOOL):
        return and_(here, InterviewRound.city_id == MY_CITY, InterviewRound.state == "released")
    return false()


def visible_offers(role: Role) -> ColumnElement[bool]:
    """Who sees the registration; schools and universities learn of it by the state."""
    if role not in CITY_SIDE and role not in STUDENT_SIDE:
        return false()
    seen = exists().where(Registration.id == PlaceOffer.registration_id, visible_registrations(role))
    return and_(PlaceOffer.cycle_id == MY_CYCLE, seen.correlate_except(Registration))


def free_places() -> ColumnElement[int | None]:
    """Places of a round that nobody holds and nobody has been offered."""
    holding = (
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.cycle_id == InterviewRound.cycle_id,
            Registration.city_id == InterviewRound.city_id,
            Registration.subject == InterviewRound.subject,
            among(Registration.state, PLACED),
        )
        .scalar_subquery()
    )
    offered = (
        select(func.count())
        .select_from(PlaceOffer)
        .where(PlaceOffer.round_id == InterviewRound.id, PlaceOffer.state == "offered")
        .scalar_subquery()
    )
    return InterviewRound.places - holding - offered


def _rounds(role: Role) -> Rows:
    def count(state: str | None = None) -> Any:
        rows = select(func.count()).select_from(Registration)
        where = [
            Registration.cycle_id == InterviewRound.cycle_id,
            Registration.city_id == InterviewRound.city_id,
            Registration.subject == InterviewRound.subject,
        ]
        if state is None:
            return rows.where(*where, among(Registration.state, SINCE_SHORTLIST)).scalar_subquery()
        return (
            rows.join(Result, Result.registration_id == Registration.id)
            .where(*where, Result.outcome == state)
            .scalar_subquery()
        )

    return (
        select(
            InterviewRound.id,
            InterviewRound.city_id,
            City.name.label("city_name"),
            InterviewRound.subject,
            func.encode(func.sha256(cast(InterviewRound.seed, LargeBinary)), "hex").label("seed_digest"),
            case((drawn(), InterviewRound.seed)).label("seed"),
            InterviewRound.lots,
            InterviewRound.method,
            InterviewRound.places,
            count().label("candidates"),
            count("selected").label("selected"),
            count("reserve").label("reserve"),
            case((InterviewRound.state == "released", free_places())).label("free_places"),
            InterviewRound.released_at,
            InterviewRound.state,
            InterviewRound.state_since,
            InterviewRound.version,
        )
        .join(City, City.id == InterviewRound.city_id)
        .where(visible_rounds(role))
    )


def drawn() -> ColumnElement[bool]:
    """The groups of the round stand."""
    return exists().where(
        Slot.panel_id == Panel.id,
        Panel.cycle_id == InterviewRound.cycle_id,
        Panel.city_id == InterviewRound.city_id,
        Panel.subject == InterviewRound.subject,
    )


@kept
def rounds_page(role: Role, filters: frozenset[str]) -> Rows:
    """Rounds of interviews."""
    conditions = {
        "state": InterviewRound.state == bindparam("state"),
        "subject": InterviewRound.subject == bindparam("subject"),
    }
    return as_page(filtered(_rounds(role), conditions, filters), City.name, InterviewRound.subject, InterviewRound.id)


@kept
def round_record(role: Role) -> Rows:
    """One round with what can be done now."""
    rows = _rounds(role).add_columns(
        offers(ROUND_FLOW, role, InterviewRound.state, InterviewRound.cycle_id),
        waiting_for(ROUND_FLOW, InterviewRound.state),
    )
    return as_record(rows.where(InterviewRound.id == ID))


@kept
def round_trail(role: Role) -> Rows:
    """The trail of a round."""
    return trail_of(
        role, "interview_round", select(InterviewRound.id).where(InterviewRound.id == ID, visible_rounds(role))
    )


def _offers(role: Role) -> Rows:
    return (
        select(
            PlaceOffer.id,
            PlaceOffer.round_id,
            PlaceOffer.registration_id,
            Registration.number.label("registration_number"),
            Registration.name,
            Registration.subject,
            City.name.label("city_name"),
            Result.rank,
            PlaceOffer.offered_at,
            PlaceOffer.until.label("answer_until"),
            PlaceOffer.state,
            PlaceOffer.state_since,
            PlaceOffer.version,
        )
        .select_from(PlaceOffer)
        .join(Registration, Registration.id == PlaceOffer.registration_id)
        .join(City, City.id == Registration.city_id)
        .outerjoin(Result, Result.registration_id == Registration.id)
        .where(visible_offers(role))
    )


@kept
def offers_page(role: Role, filters: frozenset[str]) -> Rows:
    """Places offered to the reserve."""
    conditions = {
        "state": PlaceOffer.state == bindparam("state"),
        "subject": Registration.subject == bindparam("subject"),
    }
    return as_page(filtered(_offers(role), conditions, filters), PlaceOffer.offered_at.desc(), PlaceOffer.id)


@kept
def offer_record(role: Role) -> Rows:
    """One offer with what can be done now."""
    rows = _offers(role).add_columns(
        offers(OFFER_FLOW, role, PlaceOffer.state, PlaceOffer.cycle_id), waiting_for(OFFER_FLOW, PlaceOffer.state)
    )
    return as_record(rows.where(PlaceOffer.id == ID))


@kept
def offer_trail(role: Role) -> Rows:
    """The trail of an offer."""
    return trail_of(role, "place_offer", select(PlaceOffer.id).where(PlaceOffer.id == ID, visible_offers(role)))
