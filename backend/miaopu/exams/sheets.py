"""A city's workbook of the written test: one line a room, with when and where its subject is sat (P14)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from miaopu.core.problem import FieldError, invalid
from miaopu.core.sheets import normal
from miaopu.exams import queries
from miaopu.exams.models import ExamRoom, Sitting
from miaopu.exams.schemas import RoomForm, SittingForm
from miaopu.exams.service import add_room, create_sitting
from miaopu.imports.kinds import Became, Column, Kind, SheetRow, Work, declare, stands, subjects
from miaopu.people.acting import Reads, cycle_of
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan, StageCode


class RoomRow(SittingForm, RoomForm):
    """One room of a sitting."""


def _columns(plan: Plan) -> Sequence[Column]:
    day = plan.stage(StageCode.WRITTEN_TEST).opens_on.isoformat()
    return (
        Column("subject", required=True, options=subjects),
        Column("starts_at", required=True, moment=True, example=f"{day} 9:00"),
        Column("ends_at", required=True, moment=True, example=f"{day} 11:00"),
        Column("address", required=True, example="第二中学教学楼"),
        Column("name", required=True, example="第1考场"),
        Column("capacity", required=True, example="30"),
    )


async def enter_room(work: Work, row: RoomRow) -> Became:
    """A room, and its sitting where there is none yet. Raises 409, 422."""
    tx = work.tx
    facts: dict[str, Any] = {"starts_at": row.starts_at, "ends_at": row.ends_at, "address": row.address}
    sitting = await tx.session.scalar(
        select(Sitting).where(
            Sitting.cycle_id == cycle_of(tx.actor), Sitting.city_id == tx.actor.city_id, Sitting.subject == row.subject
        )
    )
    if sitting is None:
        sitting = await create_sitting(tx, SittingForm(subject=row.subject, **facts))
    elif other := [name for name, value in facts.items() if not stands(sitting, {name: value})]:
        raise invalid(*(FieldError(f"/{name}", "sitting_differs") for name in other))
    rooms = await tx.session.scalars(select(ExamRoom).where(ExamRoom.sitting_id == sitting.id))
    room = next((room for room in rooms if normal(room.name) == row.name), None)
    if room is None:
        await add_room(tx, sitting.id, RoomForm(name=row.name, capacity=row.capacity))
        return "new"
    if room.capacity == row.capacity:
        return "same"
    raise invalid(FieldError("/capacity", "room_differs", {"capacity": room.capacity}))


async def arranged(reads: Reads) -> Sequence[SheetRow]:
    """The rooms of the city's sittings."""
    return [dict(row) for row in await reads.rows(queries.rooms_sheet(reads.actor.role))]


SITTINGS = declare(
    Kind(
        code="sittings",
        permission=Permission.EXAM_ARRANGE,
        columns=_columns,
        row=RoomRow,
        enter=enter_room,
        keys=(("subject", "name"),),
        data=arranged,
    )
)
