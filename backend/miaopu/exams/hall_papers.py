"""What hangs and lies in the rooms of a written test: door lists and desk labels (P14)."""

import uuid
from collections.abc import Sequence
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select

from miaopu.core.document_data import LabelData, LabelsData, ListData
from miaopu.core.documents import printed_labels, printed_list
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Rows, kept
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.papers import paper_rows
from miaopu.exams.queries import visible_sittings
from miaopu.nominations.letters import named
from miaopu.people.access import require
from miaopu.people.acting import Reads
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.queries import ID

WIDTHS = (0.8, 2.2, 1.8, 3.2, 1.6)


@kept
def _in_room(role: Role) -> Rows:
    return paper_rows(role).where(Seat.room_id == ID)


@kept
def _room(role: Role) -> Rows:
    seen = visible_sittings(role)
    return select(ExamRoom.id).join(Sitting, Sitting.id == ExamRoom.sitting_id).where(ExamRoom.id == ID, seen)


async def _rows(reads: Reads, room_id: uuid.UUID) -> Sequence[Any]:
    if not await reads.rows(_room(reads.actor.role), id=room_id):
        raise not_found()
    require(reads.actor, Permission.EXAM_ARRANGE)
    rows = [r for r in await reads.rows(_in_room(reads.actor.role), id=room_id) if r["state"] != "withdrawn"]
    if not rows:
        raise Problem("nobody_seated", 409)
    return sorted(rows, key=lambda row: row["seat"])


async def door_list(reads: Reads, room_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and who sits where in a room, with a place to sign. Raises 404, 403, 409."""
    rows = await _rows(reads, room_id)
    head = rows[0]
    data = ListData(
        name=say(language, "door.title", {"room": head["room"]}),
        number=named(head, "subject", language),
        date=say(language, "ticket.time", {"starts": head["starts"], "ends": head["ends"]}),
        columns=tuple(say(language, "door.columns", {}).split()),
        widths=WIDTHS,
        rows=tuple((str(r["seat"]), r["ticket_number"], r["name"], named(r, "school", language), "") for r in rows),
        facts=(
            (say(language, "door.address", {}), head["address"]),
            (say(language, "door.count", {}), str(len(rows))),
        ),
        footer=say(language, "door.footer", {"room": head["room"]}),
        programme=named(head, "programme", language),
    )
    return say(language, "door.file", {"room": head["room"]}), await run_sync(printed_list, data, language)


async def desk_labels(reads: Reads, room_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and one label for each desk of a room, to cut. Raises 404, 403, 409."""
    rows = await _rows(reads, room_id)
    data = LabelsData(
        name=say(language, "labels.file", {"room": rows[0]["room"]}),
        labels=tuple(
            LabelData(
                seat=str(r["seat"]),
                name=r["name"],
                number=r["ticket_number"],
                room=r["room"],
                subject=named(r, "subject", language),
            )
            for r in rows
        ),
        programme=named(rows[0], "programme", language),
    )
    return data.name, await run_sync(printed_labels, data, language)
