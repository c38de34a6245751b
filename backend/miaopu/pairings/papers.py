"""The list of pairs as filed (备案) with the region: PDF to seal, workbook to go on with, with the receipt (P16)."""

import uuid
from collections.abc import Sequence
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select

from miaopu.core.document_data import ListData
from miaopu.core.documents import printed_list
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Rows, kept
from miaopu.core.workbooks import write_rows
from miaopu.interviews.models import Result
from miaopu.nominations.letters import day, named
from miaopu.pairings.models import Pair, PairingRound
from miaopu.pairings.queries import City, Mentor, School, University, visible_rounds
from miaopu.people.acting import Reads
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle, CycleSubject
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ID, plan_in_force
from miaopu.registrations.models import Registration

WIDTHS = (0.7, 1.8, 2.4, 3.3, 1.1, 1.1, 2.6, 2.5, 1.3)


@kept
def _filed(role: Role) -> Rows:
    return (
        select(
            PairingRound.number.label("round"),
            PairingRound.state,
            PairingRound.filed_at,
            PairingRound.filing_number,
            PairingRound.filed_digest,
            Cycle.title.label("programme"),
            Cycle.title_en.label("programme_en"),
            City.name.label("city"),
            City.name_en.label("city_en"),
            Registration.number,
            Registration.name,
            School.name.label("school"),
            School.name_en.label("school_en"),
            CycleSubject.name.label("subject"),
            CycleSubject.name_en.label("subject_en"),
            Result.total,
            Mentor.name.label("mentor"),
            University.name.label("university"),
            University.name_en.label("university_en"),
            Pair.choice,
            Pair.reason,
        )
        .join(Cycle, Cycle.id == PairingRound.cycle_id)
        .join(City, City.id == PairingRound.city_id)
        .join(Pair, Pair.round_id == PairingRound.id)
        .join(Registration, Registration.id == Pair.registration_id)
        .join(School, School.id == Registration.school_id)
        .join(
            CycleSubject,
            (CycleSubject.cycle_id == Registration.cycle_id) & (CycleSubject.code == Registration.subject),
        )
        .join(Mentor, Mentor.id == Pair.mentor_id)
        .join(University, University.id == Mentor.university_id)
        .outerjoin(Result, Result.registration_id == Registration.id)
        .where(PairingRound.id == ID, visible_rounds(role))
        .order_by(CycleSubject.position, Result.rank.nulls_last(), Registration.number)
    )


async def _rows(reads: Reads, round_id: uuid.UUID) -> Sequence[Any]:
    rows = await reads.rows(_filed(reads.actor.role), id=round_id)
    if not rows:
        raise not_found()
    if rows[0]["state"] != "filed":
        raise Problem("wrong_state", 409, state=rows[0]["state"])
    return rows


def _line(number: int, row: Any, plan: Plan, language: Language) -> tuple[Any, ...]:
    choice = say(language, "pairing.adjusted", {}) if row["choice"] is None else row["choice"]
    return (
        number,
        row["number"],
        row["name"],
        named(row, "school", language),
        named(row, "subject", language),
        None if row["total"] is None else round(row["total"], plan.totals.decimals),
        row["mentor"],
        named(row, "university", language),
        say(language, "pairing.by_hand", {"reason": row["reason"]}) if row["reason"] else choice,
    )


async def filing(reads: Reads, round_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the list as filed as PDF. Raises 404; 409 `wrong_state` before the filing."""
    rows = await _rows(reads, round_id)
    head, plan = rows[0], await plan_in_force(reads)
    data = ListData(
        name=say(language, "pairing.filing", {}),
        number=say(language, "pairing.filing_number", {"number": head["filing_number"]}),
        date=day(plan.local_day(head["filed_at"]), language),
        columns=tuple(say(language, "pairing.columns", {}).split()),
        widths=WIDTHS,
        rows=tuple(
            tuple("" if cell is None else str(cell) for cell in _line(n, row, plan, language))
            for n, row in enumerate(rows, start=1)
        ),
        facts=(
            (say(language, "pairing.city", {}), named(head, "city", language)),
            (say(language, "pairing.round", {}), str(head["round"])),
            (say(language, "pairing.count", {}), str(len(rows))),
        ),
        footer=say(language, "pairing.receipt", {"digest": head["filed_digest"]}),
        signature=say(language, "pairing.signature", {}),
        programme=named(head, "programme", language),
        wide=True,
    )
    return _name(head, language), await run_sync(printed_list, data, language)


async def filing_sheet(reads: Reads, round_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the list as filed as workbook. Raises as `filing`."""
    rows, plan = await _rows(reads, round_id), await plan_in_force(reads)
    headers = say(language, "pairing.columns", {}).split()
    lines = [_line(n, row, plan, language) for n, row in enumerate(rows, start=1)]
    lines.append(
        (say(language, "pairing.receipt", {"digest": rows[0]["filed_digest"]}),) + (None,) * (len(headers) - 1)
    )
    return _name(rows[0], language), await run_sync(lambda: write_rows(headers, lines, language=language))


def _name(head: Any, language: Language) -> str:
    return say(
        language, "pairing.filing_file", {"city": named(head, "city", language), "number": head["filing_number"]}
    )
