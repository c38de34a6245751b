"""Put together what the public record says of seats, lines and verdicts (P14–P16, P16a)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from miaopu.core import clock
from miaopu.disclosures.models import Disclosure
from miaopu.exams.models import ExamRoom, Seat, Sitting
from miaopu.openness import document as d
from miaopu.openness.anonymity import tied
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle
from miaopu.registrations.models import Registration


async def seating(tx: Tx, cycle: Cycle) -> list[d.Seating]:
    """Every sitting whose test has begun, by city and subject."""
    rows = (
        await tx.session.execute(
            select(Sitting, Unit.code)
            .join(Unit, Unit.id == Sitting.city_id)
            .where(Sitting.cycle_id == cycle.id, Sitting.starts_at <= clock.now())
            .order_by(Unit.code, Sitting.subject)
        )
    ).all()
    found = []
    for sitting, city in rows:
        rooms = list(
            await tx.session.scalars(select(ExamRoom).where(ExamRoom.sitting_id == sitting.id).order_by(ExamRoom.name))
        )
        seats = (
            await tx.session.execute(
                select(Seat, Registration.number, Registration.school_id)
                .join(Registration, Registration.id == Seat.registration_id)
                .where(Seat.sitting_id == sitting.id)
                .order_by(Registration.number)
            )
        ).all()
        if not seats:
            continue
        names = {room.id: room.name for room in rooms}
        # In the order of the ids, which decides between schools with equally many waiting.
        schools = {key: f"{n:03}" for n, key in enumerate(sorted({str(s) for _, _, s in seats}), start=1)}
        found.append(
            d.Seating(
                city=city,
                subject=sitting.subject,
                seed=sitting.seed,
                seed_digest=hashlib.sha256(sitting.seed.encode()).hexdigest(),
                rooms=tuple(d.Room(name=room.name, capacity=room.capacity) for room in rooms),
                seats=tuple(
                    d.Seated(
                        number=number,
                        school=schools[str(school)],
                        draw=seat.draw,
                        room=names[seat.room_id],
                        seat=seat.number,
                        by_hand=seat.by_hand,
                    )
                    for seat, number, school in seats
                ),
            )
        )
    return found


def lines(listed: Sequence[Disclosure]) -> list[d.Line]:
    """The released lines, from the evidence of the editions that stand."""
    found = []
    for one in listed:
        evidence = one.evidence
        at_line = [c for c in evidence["candidates"] if c["mark"] == evidence["computed_line"]]
        asked = {c["draw"] for c in at_line} if len(at_line) > 1 else set()
        found.append(
            d.Line(
                city=evidence["city"],
                subject=one.subject,
                edition=one.edition,
                people=tuple(
                    d.Marked(
                        person=c["draw"],
                        mark=c["mark"],
                        parts=c["parts"] if evidence["ties"] == "ladder" and c["draw"] in asked else {},
                        returning=c["returning"] and evidence["ties"] == "returning_first" and c["draw"] in asked,
                        inside=c["inside"],
                        corrected=c.get("corrected", False),
                    )
                    for c in sorted(evidence["candidates"], key=lambda c: str(c["draw"]))
                ),
                **{
                    name: evidence[name]
                    for name in (
                        "places", "ratio", "ties", "ladder", "computed_line", "line", "reason", "draw_source",
                        "draw_value",
                    )
                },
            )
        )  # fmt: skip
    return sorted(found, key=lambda line: (line.city, line.subject))


def verdicts(listed: Sequence[Disclosure]) -> list[d.Verdict]:
    """The published verdicts, from the evidence of the editions that stand; judges have codes of this round alone."""
    found = []
    for one in listed:
        evidence = one.evidence
        asked = tied(c["total"] for c in evidence["candidates"] if c["total"] is not None)
        judges = _codes(evidence)
        found.append(
            d.Verdict(
                city=evidence["city"],
                subject=one.subject,
                edition=one.edition,
                places=evidence["places"],
                method=evidence["method"],
                trim=evidence["trim"],
                seed=evidence["seed"],
                seed_digest=hashlib.sha256(evidence["seed"].encode()).hexdigest(),
                lots=evidence["lots"],
                panels=tuple(evidence["panels"]),
                barred={key: tuple(panels) for key, panels in evidence["barred"].items()},
                people=tuple(
                    _heard(c, judges, c["total"] in asked)
                    for c in sorted(evidence["candidates"], key=lambda c: str(c["draw"]))
                ),
            )
        )
    return sorted(found, key=lambda verdict: (verdict.city, verdict.subject))


def _codes(evidence: Mapping[str, Any]) -> dict[str, str]:
    accounts = {sheet["judge"] for c in evidence["candidates"] for sheet in c["sheets"]}
    shuffled = sorted(accounts, key=lambda a: hashlib.sha256(f"{evidence['lots']}:{a}".encode()).digest())
    return {account: f"J{n:02}" for n, account in enumerate(shuffled, start=1)}


def _heard(c: Mapping[str, Any], judges: Mapping[str, str], asked: bool) -> d.Heard:
    return d.Heard(
        person=c["draw"],
        mark=c["mark"],
        returning=c["returning"] and asked,
        panel=c["panel"],
        position=c["position"],
        given=c["given"],
        sheets=tuple(
            sorted((d.Sheet(judge=judges[s["judge"]], score=s["score"]) for s in c["sheets"]), key=lambda s: s.judge)
        ),
        interview=c["interview"],
        total=c["total"],
        rank=c["rank"],
        outcome=c["outcome"],
        corrected=c.get("corrected", False),
    )
