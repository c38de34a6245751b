"""Where the reader has to be next: the written test, an interview, a first meeting (P14, P16, P16b)."""

from typing import Any

from sqlalchemy import DateTime, String, Uuid, cast, exists, literal, literal_column, select, union_all

from miaopu.core.read import Rows
from miaopu.exams.models import Seat, Sitting
from miaopu.interviews.models import Panel, Slot
from miaopu.interviews.queries import on_panel, visible_slots
from miaopu.pairings.meetings_queries import invited_to, visible_meetings
from miaopu.pairings.models import Meeting
from miaopu.people.roles import STUDENT_SIDE, Role
from miaopu.programme.offering import NOW
from miaopu.programme.queries import MY_CYCLE, rows_json
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations


def coming(role: Role) -> Any:
    """The appointments to come, the next one first; what has begun stays until it is over."""
    rows = [*_as_student(role), *_as_panellist(role), *_as_guest(role)]
    if not rows:
        return literal_column("'[]'::json")
    found = union_all(*rows).subquery("coming")
    return rows_json(
        select(found.c.thing, found.c.id, found.c.starts_at, found.c.place)
        .select_from(found)
        .order_by(found.c.starts_at, found.c.thing)
    )


def _line(thing: str, key: Any, starts_at: Any, place: Any, rows: Rows) -> Rows:
    return rows.with_only_columns(
        literal(thing, String).label("thing"),
        cast(key, Uuid).label("id"),
        cast(starts_at, DateTime(timezone=True)).label("starts_at"),
        cast(place, String).label("place"),
    )


def _as_student(role: Role) -> list[Rows]:
    if role not in STUDENT_SIDE:
        return []
    tests = (
        select(Seat.id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(visible_registrations(role), Registration.state == "seated", Sitting.ends_at > NOW)
    )
    turns = (
        select(Slot.id)
        .join(Panel, Panel.id == Slot.panel_id)
        .join(Registration, Registration.id == Slot.registration_id)
        .where(
            visible_slots(role),
            Registration.state == "shortlisted",
            Slot.missed_reason == "",
            Slot.invited_at.is_not(None),
            Slot.starts_at > NOW,
        )
    )
    return [
        _line("written_test", Seat.id, Sitting.starts_at, Sitting.address, tests),
        _line("interview", Slot.id, Slot.starts_at, Panel.address, turns),
    ]


def _as_panellist(role: Role) -> list[Rows]:
    if role is not Role.MENTOR:
        return []
    called = exists().where(Slot.panel_id == Panel.id, Slot.invited_at.is_not(None), Slot.starts_at > NOW)
    rows = select(Panel.id).where(Panel.cycle_id == MY_CYCLE, on_panel(), called)
    return [_line("panel", Panel.id, Panel.starts_at, Panel.address, rows)]


def _as_guest(role: Role) -> list[Rows]:
    if role not in STUDENT_SIDE | {Role.MENTOR, Role.GUIDE_TEACHER}:
        return []
    # It is over when the office says so; one that was forgotten does not stay for ever.
    recent = Meeting.starts_at > NOW - literal_column("interval '12 hours'")
    rows = select(Meeting.id).where(visible_meetings(role), invited_to(), Meeting.held_at.is_(None), recent)
    return [_line("meeting", Meeting.id, Meeting.starts_at, Meeting.address, rows)]
