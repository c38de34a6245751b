"""Reads of panels, turns, sheets and results."""

from typing import Any

from sqlalchemy import ColumnElement, String, Uuid, and_, bindparam, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.interviews.models import Panel, PanelMember, Result, ScoreSheet, Slot
from miaopu.nominations.models import Nomination
from miaopu.people.access import OVERSIGHT, Role
from miaopu.people.models import Unit
from miaopu.people.queries import ME, MY_CITY
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")


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
    """Who sees the registration sees its turn; a panel member those of the panel. Joins Panel and Registration."""
    if role is Role.MENTOR:
        return and_(Panel.cycle_id == MY_CYCLE, on_panel())
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
def panel_trail(role: Role) -> Rows:
    """The trail of a panel."""
    return trail_of(role, "panel", select(Panel.id).where(Panel.id == ID, visible_panels(role)))


def _slots(role: Role) -> Rows:
    sheets = select(func.count()).select_from(ScoreSheet).where(ScoreSheet.slot_id == Slot.id).scalar_subquery()
    members = (
        select(func.count()).select_from(PanelMember).where(PanelMember.panel_id == Slot.panel_id).scalar_subquery()
    )
    mine = exists().where(ScoreSheet.slot_id == Slot.id, ScoreSheet.account_id == ME)
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
            Slot.position,
            Slot.starts_at,
            Slot.missed_reason,
            sheets.label("sheets"),
            members.label("members"),
            mine.label("scored_by_me"),
            Result.interview,
            Result.spread,
            # A panel scores without knowing the mark: it is shown once the result stands.
            Result.mark,
            Result.total,
            Result.rank,
            Result.outcome,
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
    "outcome": Result.outcome == bindparam("outcome"),
    "q": Registration.name.contains(bindparam("q", type_=String))
    | (Registration.number == bindparam("q", type_=String)),
}


@kept
def slots_page(role: Role, filters: frozenset[str]) -> Rows:
    """Turns, with totals once they stand."""
    rows = filtered(_slots(role), SLOT_FILTERS, filters)
    return as_page(rows, Panel.starts_at, Panel.name, Slot.position, Slot.id)


@kept
def slot_record(role: Role) -> Rows:
    """One turn with the sheets the reader may see: the offices all, a panel member their own."""
    office = role in OVERSIGHT or role is Role.CITY_OFFICE
    # A mentor does not see the others' scores before giving their own, nor after: judgements stay independent.
    shown: ColumnElement[bool] = literal(True) if office else ScoreSheet.account_id == ME
    if not office and role is not Role.MENTOR:
        shown = false()
    level = or_(literal(role in OVERSIGHT), ScoreSheet.account_id == ME)
    sheets = rows_json(
        select(
            ScoreSheet.id,
            Nomination.name.label("mentor_name"),
            ScoreSheet.scores,
            ScoreSheet.score,
            case((level, ScoreSheet.level)).label("level"),
            case((level, ScoreSheet.level_comment)).label("level_comment"),
            ScoreSheet.comment,
            ScoreSheet.far_off_reason,
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
