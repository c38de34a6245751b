"""Admission tickets as documents (P14)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select
from sqlalchemy.orm import aliased

from miaopu.core import passes
from miaopu.core.document_data import TicketData, TicketsData
from miaopu.core.documents import admission_ticket, admission_tickets
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Rows, kept
from miaopu.core.secrets import Vault
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.exams.queries import visible_seats, visible_sittings
from miaopu.nominations.letters import named
from miaopu.people.access import require
from miaopu.people.acting import Reads
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle, CycleSubject
from miaopu.programme.queries import ID
from miaopu.registrations.models import Registration

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")


def paper_rows(role: Role) -> Rows:
    """What the papers of the written test say about each seat, by room and number."""
    return (
        select(
            Seat.id,
            Registration.name,
            Registration.number.label("registration_number"),
            Registration.state,
            Seat.ticket_number,
            Seat.number.label("seat"),
            ExamRoom.name.label("room"),
            School.name.label("school"),
            School.name_en.label("school_en"),
            City.name.label("city"),
            City.name_en.label("city_en"),
            CycleSubject.name.label("subject"),
            CycleSubject.name_en.label("subject_en"),
            Sitting.address,
            Cycle.title.label("programme"),
            Cycle.title_en.label("programme_en"),
            Sitting.starts_at.op("AT TIME ZONE")(Cycle.plan["timezone"].astext).label("starts"),
            Sitting.ends_at.op("AT TIME ZONE")(Cycle.plan["timezone"].astext).label("ends"),
        )
        .join(Registration, Registration.id == Seat.registration_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(ExamRoom, ExamRoom.id == Seat.room_id)
        .join(School, School.id == Registration.school_id)
        .join(City, City.id == Sitting.city_id)
        .join(Cycle, Cycle.id == Sitting.cycle_id)
        .join(CycleSubject, (CycleSubject.cycle_id == Sitting.cycle_id) & (CycleSubject.code == Sitting.subject))
        .where(visible_seats(role))
        .order_by(ExamRoom.name, Seat.number)
    )


@kept
def _one(role: Role) -> Rows:
    return paper_rows(role).where(Seat.id == ID)


@kept
def _all(role: Role) -> Rows:
    return paper_rows(role).where(Seat.sitting_id == ID)


@kept
def _sitting(role: Role) -> Rows:
    return select(Sitting.subject).where(Sitting.id == ID, visible_sittings(role))


@dataclass(frozen=True, slots=True)
class Passes:
    """What the QR of a ticket is made with: the key, and the address of the pages."""

    vault: Vault
    public_url: str

    def of(self, seat_id: uuid.UUID) -> str:
        """Where the QR of a seat's ticket leads: the page on which its holder is marked present."""
        return passes.address(self.public_url, passes.sign(self.vault, "seat", seat_id))


async def ticket(reads: Reads, seat_id: uuid.UUID, language: Language, made_with: Passes) -> tuple[str, bytes]:
    """A name for the file, and the admission ticket as PDF. Raises 404; 409 `wrong_state` for who has withdrawn."""
    rows = await reads.rows(_one(reads.actor.role), id=seat_id)
    if not rows:
        raise not_found()
    if rows[0]["state"] == "withdrawn":
        raise Problem("wrong_state", 409, state="withdrawn")
    made = await run_sync(admission_ticket, _ticket(rows[0], language, made_with), language)
    return say(language, "ticket.file", {"name": rows[0]["name"]}), made


async def tickets(reads: Reads, sitting_id: uuid.UUID, language: Language, made_with: Passes) -> tuple[str, bytes]:
    """The tickets of a sitting in one PDF, by room and seat. Raises 404, 403, 409 `nobody_seated`."""
    rows = [row for row in await seated(reads, sitting_id, Permission.EXAM_ARRANGE) if row["state"] != "withdrawn"]
    if not rows:
        raise Problem("nobody_seated", 409)
    data = TicketsData(tuple(_ticket(row, language, made_with) for row in rows))
    made = await run_sync(admission_tickets, data, language)
    return say(language, "ticket.file", {"name": named(rows[0], "subject", language)}), made


async def seated(reads: Reads, sitting_id: uuid.UUID, permission: Permission) -> Sequence[Any]:
    """The rows of a sitting's papers, by room and seat. Raises 404, 403."""
    if not await reads.rows(_sitting(reads.actor.role), id=sitting_id):
        raise not_found()
    require(reads.actor, permission)
    return await reads.rows(_all(reads.actor.role), id=sitting_id)


def _ticket(row: Any, language: Language, made_with: Passes) -> TicketData:
    return TicketData(
        name=row["name"],
        number=row["registration_number"],
        ticket_number=row["ticket_number"],
        school=named(row, "school", language),
        subject=named(row, "subject", language),
        city=named(row, "city", language),
        room=row["room"],
        seat=str(row["seat"]),
        address=row["address"],
        starts_at=say(language, "ticket.time", {"starts": row["starts"], "ends": row["ends"]}),
        notes=tuple(say(language, "ticket.notes", {}).splitlines()),
        programme=named(row, "programme", language),
        check_url=made_with.of(row["id"]),
    )
