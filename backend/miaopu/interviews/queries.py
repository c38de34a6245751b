"""Reads of panels, turns, sheets and results."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_list, as_page, as_record, filtered, kept
from miaopu.interviews.conflict_rule import in_conflict
from miaopu.interviews.models import (
    DeclaredConflict,
    Panel,
    PanelMember,
    Result,
    ScoreSheet,
    Slot,
)
from miaopu.nominations.models import Nomination
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import CITY_SIDE, OVERSIGHT, Role
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import SINCE_SHORTLIST, Registration
from miaopu.registrations.queries import visible as visible_registrations

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")
Turn = aliased(Panel, name="turn")


def on_panel() -> ColumnElement[bool]:
    """The reader sits on the panel."""
    return exists().where(PanelMember.panel_id == Panel.id, PanelMember.account_id == ME)


def visible_panels(role: Role) -> ColumnElement[bool]:
    """The region all, a city and its units their own, a mentor those of the panels they sit on."""
    here = Panel.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    if role in (Role.CITY_OFFICE, Role.UNIVERSITY, Role.SCHOOL):
        return and_(here, Panel.city_id == MY_CITY)
    return and_(here, on_panel()) if role is Role.MENTOR else false()


def visible_slots(role: Role) -> ColumnElement[bool]:
    """Who sees the registration sees its turn; a judge those of the panel, but for conflicts. Joins both."""
    if role is Role.MENTOR:
        return and_(Panel.cycle_id == MY_CYCLE, on_panel(), ~in_conflict(Registration, ME))
    return visible_registrations(role)


def _panels(role: Role) -> Rows:
    def count(what: Any, *on: Any) -> Any:
        return select(func.count()).select_from(what).where(*on).scalar_subquery()

    sheets = (
        select(func.count())
        .select_from(ScoreSheet)
        .join(Slot, Slot.id == ScoreSheet.slot_id)
        .where(Slot.panel_id == Panel.id)
        .scalar_subquery()
    )
    return (
        select(
            Panel.id,
            Panel.city_id,
            City.name.label("city_name"),
            Panel.subject,
            Panel.name,
            Panel.address,
            Panel.room,
            Panel.starts_at,
            Panel.minutes_each,
            count(PanelMember, PanelMember.panel_id == Panel.id).label("members"),
            count(Slot, Slot.panel_id == Panel.id).label("students"),
            sheets.label("sheets"),
            Panel.version,
        )
        .join(City, City.id == Panel.city_id)
        .where(visible_panels(role))
    )


@kept
def panels_page(role: Role, filters: frozenset[str]) -> Rows:
    """Panels."""
    conditions = {
        "subject": Panel.subject == bindparam("subject"),
        "city": Panel.city_id == bindparam("city", type_=Uuid),
    }
    return as_page(filtered(_panels(role), conditions, filters), Panel.starts_at, City.name, Panel.name, Panel.id)


@kept
def panel_record(role: Role) -> Rows:
    """One panel with its members."""
    members = rows_json(
        select(PanelMember.mentor_id, Nomination.name, Unit.name.label("university_name"))
        .join(Nomination, Nomination.id == PanelMember.mentor_id)
        .join(Unit, Unit.id == Nomination.university_id)
        .where(PanelMember.panel_id == Panel.id)
        .order_by(Nomination.name_key)
    )
    return as_record(_panels(role).add_columns(members.label("member_list")).where(Panel.id == ID))


@kept
def panel_candidates(role: Role) -> Rows:
    """Who may come before a panel: the shortlisted of its subject, without marks; and the turns that are given."""
    return as_list(
        select(
            Registration.id.label("registration_id"),
            Registration.number.label("registration_number"),
            Registration.name,
            School.name.label("school_name"),
            Slot.id.label("slot_id"),
            Turn.name.label("panel_name"),
            exists()
            .where(DeclaredConflict.registration_id == Registration.id, DeclaredConflict.account_id == ME)
            .label("declared_by_me"),
        )
        .select_from(Panel)
        .join(
            Registration,
            and_(
                Registration.cycle_id == Panel.cycle_id,
                Registration.city_id == Panel.city_id,
                Registration.subject == Panel.subject,
                among(Registration.state, SINCE_SHORTLIST),
            ),
        )
        .join(School, School.id == Registration.school_id)
        .outerjoin(Slot, Slot.registration_id == Registration.id)
        .outerjoin(Turn, Turn.id == Slot.panel_id)
        .where(Panel.id == ID, visible_panels(role))
        .order_by(Registration.number)
    )


@kept
def panel_trail(role: Role) -> Rows:
    """The trail of a panel."""
    return trail_of(role, "panel", select(Panel.id).where(Panel.id == ID, visible_panels(role)))


@kept
def turn_dates(role: Role) -> Rows:
    """What a student's calendar file holds."""
    ends = Slot.starts_at + func.make_interval(0, 0, 0, 0, 0, Panel.minutes_each)
    return (
        select(Panel.name, Panel.address, Panel.room, Slot.starts_at, ends.label("ends_at"), Slot.version)
        .select_from(Slot)
        .join(Panel, Panel.id == Slot.panel_id)
        .join(Registration, Registration.id == Slot.registration_id)
        .where(Slot.id == ID, visible_slots(role))
    )


@kept
def session_dates(role: Role) -> Rows:
    """What a panellist's calendar file holds: from the first turn to the end of the last."""
    last = select(func.max(Slot.starts_at)).where(Slot.panel_id == Panel.id).scalar_subquery()
    ends = func.coalesce(last, Panel.starts_at) + func.make_interval(0, 0, 0, 0, 0, Panel.minutes_each)
    return select(Panel.name, Panel.address, Panel.room, Panel.starts_at, ends.label("ends_at"), Panel.version).where(
        Panel.id == ID, visible_panels(role)
    )


def _slots(role: Role) -> Rows:
    sheets = select(func.count()).select_from(ScoreSheet).where(ScoreSheet.slot_id == Slot.id).scalar_subquery()
    members = (
        select(func.count()).select_from(PanelMember).where(PanelMember.panel_id == Slot.panel_id).scalar_subquery()
    )
    mine = exists().where(ScoreSheet.slot_id == Slot.id, ScoreSheet.account_id == ME, ScoreSheet.locked)
    to_explain = exists().where(
        ScoreSheet.slot_id == Slot.id, ScoreSheet.account_id == ME, ScoreSheet.far_off, ScoreSheet.far_off_reason == ""
    )
    # A proposed verdict is the offices' alone; published, it is shown to all who see the turn.
    known: ColumnElement[bool] = Registration.state != "shortlisted"
    if role in CITY_SIDE:
        known = literal(True)
    return (
        select(
            Slot.id,
            Slot.registration_id,
            Registration.number.label("registration_number"),
            Registration.name,
            School.name.label("school_name"),
            Registration.subject,
            Slot.panel_id,
            Panel.name.label("panel_name"),
            Panel.address,
            Panel.room,
            Slot.position,
            Slot.starts_at,
            Slot.missed_reason,
            Slot.invited_at,
            sheets.label("sheets"),
            members.label("members"),
            mine.label("scored_by_me"),
            to_explain.label("explain"),
            case((known, Result.interview)).label("interview"),
            case((known, Result.raw)).label("raw"),
            case((known, Result.spread)).label("spread"),
            # A panel scores without knowing the mark: it is shown once the result stands.
            case((known, Result.mark)).label("mark"),
            case((known, Result.total)).label("total"),
            case((known, Result.rank)).label("rank"),
            case((known, Result.outcome)).label("outcome"),
            Slot.version,
        )
        .select_from(Slot)
        .join(Panel, Panel.id == Slot.panel_id)
        .join(Registration, Registration.id == Slot.registration_id)
        .join(School, School.id == Registration.school_id)
        .outerjoin(Result, Result.registration_id == Slot.registration_id)
        .where(visible_slots(role))
    )


SLOT_FILTERS: dict[str, ColumnElement[bool]] = {
    "panel": Slot.panel_id == bindparam("panel", type_=Uuid),
    "registration": Slot.registration_id == bindparam("registration", type_=Uuid),
    "subject": Registration.subject == bindparam("subject"),
    "city": Registration.city_id == bindparam("city", type_=Uuid),
    "q": Registration.name.contains(bindparam("q", type_=String))
    | (Registration.number == bindparam("q", type_=String)),
}


@kept
def slots_page(role: Role, filters: frozenset[str]) -> Rows:
    """Turns, with totals once they stand."""
    # By outcome nobody filters who may not see it.
    known = and_(
        Result.outcome == bindparam("outcome"), or_(literal(role in CITY_SIDE), Registration.state != "shortlisted")
    )
    rows = filtered(_slots(role), SLOT_FILTERS | {"outcome": known}, filters)
    return as_page(rows, Slot.starts_at, Panel.name, Slot.id)


@kept
def slot_record(role: Role) -> Rows:
    """One turn with the sheets the reader may see: the offices all, a panel member their own."""
    mine = ScoreSheet.account_id == ME
    shown: ColumnElement[bool] = literal(role in CITY_SIDE)
    if role is Role.MENTOR:
        # The others' scores are seen only after one's own is given: judgements stay independent.
        given = aliased(ScoreSheet, name="given")
        shown = or_(mine, exists().where(given.slot_id == Slot.id, given.account_id == ME, given.locked))
    level = or_(literal(role in OVERSIGHT or role is Role.MENTOR), mine)
    sheets = rows_json(
        select(
            ScoreSheet.id,
            Nomination.name.label("mentor_name"),
            mine.label("mine"),
            ScoreSheet.scores,
            ScoreSheet.score,
            case((level, ScoreSheet.level)).label("level"),
            case((level, ScoreSheet.level_comment)).label("level_comment"),
            ScoreSheet.comment,
            ScoreSheet.extras,
            ScoreSheet.far_off,
            ScoreSheet.far_off_reason,
            ScoreSheet.locked,
            ScoreSheet.submitted_at,
        )
        .select_from(ScoreSheet)
        .join(
            PanelMember,
            and_(PanelMember.panel_id == Slot.panel_id, PanelMember.account_id == ScoreSheet.account_id),
        )
        .join(Nomination, Nomination.id == PanelMember.mentor_id)
        .where(ScoreSheet.slot_id == Slot.id, shown)
        .order_by(Nomination.name_key)
    )
    return as_record(_slots(role).add_columns(sheets.label("sheet_list")).where(Slot.id == ID))
