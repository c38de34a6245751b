"""Reads for marks by workbook: the seats to enter them into, the rows of a template, one's own entries (P14)."""

from typing import Any

from sqlalchemy import Text, case, cast, or_, select

from miaopu.core.read import Rows, filtered, kept
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.queries import visible_sittings
from miaopu.people.queries import ME
from miaopu.people.roles import Role
from miaopu.programme.queries import ID
from miaopu.registrations.models import Registration

STANDING = case(
    (Sitting.published_at.is_not(None), "published"), (Sitting.locked_at.is_not(None), "locked"), else_="open"
)


@kept
def standing(role: Role) -> Rows:
    """Every seat of one's city with both entries, and whether its sitting is open, locked or published.

    Marks are read as text: fifty thousand decimals take longer to decode than everything else together.
    """
    return (
        select(
            Seat.ticket_number,
            Seat.id,
            Seat.version,
            Seat.sitting_id,
            Registration.name,
            STANDING.label("standing"),
            Seat.entered_by,
            cast(Seat.mark, Text).label("mark"),
            Seat.absent,
            cast(Seat.parts, Text).label("parts"),
            Seat.second_by,
            cast(Seat.second_mark, Text).label("second_mark"),
            Seat.second_absent,
            cast(Seat.second_parts, Text).label("second_parts"),
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .where(visible_sittings(role))
    )


def _places(role: Role, *more: Any) -> Rows:
    return (
        select(
            Seat.ticket_number,
            Registration.name,
            Sitting.subject,
            ExamRoom.name.label("room"),
            Seat.number.label("seat"),
            *more,
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(ExamRoom, ExamRoom.id == Seat.room_id)
        .where(visible_sittings(role))
        .order_by(Sitting.subject, ExamRoom.name, Seat.number)
    )


@kept
def to_mark(role: Role, filters: frozenset[str]) -> Rows:
    """Who is to be marked, by room and seat: of one sitting, else of all that are open. No mark is among it."""
    rows = _places(role).where(Registration.state != "withdrawn")
    if not filters:
        rows = rows.where(STANDING == "open")
    return filtered(rows, {"sitting": Seat.sitting_id == ID}, filters)


@kept
def sitting(role: Role) -> Rows:
    """The sitting, if the reader sees it."""
    return select(Sitting.id).where(Sitting.id == ID, visible_sittings(role))


@kept
def marks(role: Role) -> Rows:
    """Published marks, and before that one's own entries: who enters second must not see the first."""
    first = or_(Sitting.published_at.is_not(None), Seat.entered_by == ME)
    second = Seat.second_by == ME
    return _places(
        role,
        case((first, Seat.mark), (second, Seat.second_mark)).label("mark"),
        case((first, Seat.absent), (second, Seat.second_absent)).label("absent"),
        case((first, Seat.parts), (second, Seat.second_parts)).label("parts"),
    ).where(or_(first, second), Seat.entered_by.is_not(None))
