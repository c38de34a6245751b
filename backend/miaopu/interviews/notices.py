"""A released verdict on public notice (P16, P16a): who is selected, and all that it follows from; put right."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.disclosures import service as disclosures
from miaopu.disclosures.models import Disclosure
from miaopu.disclosures.schemas import DisclosedLine
from miaopu.disclosures.service import Shown
from miaopu.interviews.models import InterviewRound, Panel, Result
from miaopu.interviews.round_schemas import VerdictCorrection
from miaopu.interviews.verdicts import Heard, heard, judgements
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.flow import move
from miaopu.programme.plan import Plan
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned

STEP = {
    "selected": "select_on_objection",
    "reserve": "reserve_on_objection",
    "not_selected": "not_select_on_objection",
}


async def put_up(
    tx: Tx, plan: Plan, found: InterviewRound, people: Sequence[Heard], results: Mapping[uuid.UUID, Result]
) -> Disclosure:
    """The list of a verdict that is published now. The reserve is told, and not listed: its order would be a rank."""
    city = await tx.session.get(Unit, found.city_id)
    assert city is not None
    panels = {
        panel.id: panel.name
        for panel in await tx.session.scalars(
            select(Panel).where(
                Panel.cycle_id == found.cycle_id, Panel.city_id == found.city_id, Panel.subject == found.subject
            )
        )
    }
    # Who withdrew after the groups were drawn was drawn with the others.
    gone = [one for one in await heard(tx, found, ("withdrawn",)) if one.slot is not None]
    sheets: dict[str, list[dict[str, str]]] = {}
    for sheet in judgements(plan, people):
        sheets.setdefault(sheet.candidate, []).append({"judge": sheet.judge, "score": format(sheet.score, "f")})
    evidence = {
        "city": city.code,
        "subject": found.subject,
        "places": found.places,
        "method": found.method,
        "trim": plan.interview.trim,
        "seed": found.seed,
        "lots": found.lots,
        "panels": sorted(panels.values()),
        "barred": found.barred,
        "candidates": [_candidate(one, panels, sheets.get(one.key, []), results) for one in (*people, *gone)],
    }
    return await disclosures.disclose(
        tx, "selected", found.id, found.subject, _shown(evidence), cycle_id=found.cycle_id, city_id=found.city_id
    )


def _candidate(
    one: Heard,
    panels: Mapping[uuid.UUID, str],
    sheets: Sequence[dict[str, str]],
    results: Mapping[uuid.UUID, Result],
) -> dict[str, Any]:
    result, slot, registration = results.get(one.registration.id), one.slot, one.registration
    return {
        "registration": str(registration.id),
        "draw": registration.pseudonym,
        "number": registration.number,
        "returning": registration.returning,
        "mark": None if one.mark is None else format(one.mark, "f"),
        "panel": panels[slot.panel_id] if slot else None,
        "position": slot.position if slot else None,
        "given": slot.given if slot else None,
        "sheets": sorted(sheets, key=lambda sheet: sheet["judge"]),
        "interview": format(result.interview, "f") if result else None,
        "total": format(result.total, "f") if result else None,
        "rank": result.rank if result else None,
        "outcome": _outcome(registration, result),
    }


def _outcome(registration: Registration, result: Result | None) -> str:
    if registration.state == "withdrawn":
        return "withdrawn"
    return result.outcome if result else "missed"


def _shown(evidence: dict[str, Any]) -> Shown:
    numbers = sorted(c["number"] for c in evidence["candidates"] if c["outcome"] == "selected")
    return Shown([DisclosedLine(number=number) for number in numbers], evidence)


async def correct(tx: Tx, form: VerdictCorrection) -> Disclosure:
    """Put a verdict right after an upheld objection, all changes at once; a new edition goes up.

    Raises:
        Problem: 404, 403; 409 as `ask_correction`, `correction_same`, `full` when more would be selected than there
            are places, `wrong_state` for who is paired already; 422 `/changes/0/number`.
    """
    require(tx.actor, Permission.OBJECTION_ANSWER)
    objection, listed = await disclosures.ask_correction(tx, form.objection_id, "selected")
    evidence = {**listed.evidence, "candidates": [dict(c) for c in listed.evidence["candidates"]]}
    known = {c["number"]: c for c in evidence["candidates"] if c["outcome"] in STEP}
    if unknown := [i for i, change in enumerate(form.changes) if change.number not in known]:
        raise invalid(*(FieldError(f"/changes/{i}/number", "not_listed") for i in unknown))
    going = [c for c in form.changes if known[c.number]["outcome"] != c.outcome]
    if not going:
        raise Problem("correction_same", 409)
    for change in going:
        known[change.number] |= {"outcome": change.outcome, "corrected": True}
    selected = Counter(c["outcome"] for c in evidence["candidates"])["selected"]
    if selected > evidence["places"]:
        raise Problem("full", 409, places=evidence["places"], taken=selected)
    for change in going:
        registration = await tx.session.get(Registration, uuid.UUID(known[change.number]["registration"]))
        assert registration is not None
        result = await tx.session.scalar(select(Result).where(Result.registration_id == registration.id))
        assert result is not None
        result.outcome = change.outcome
        audit.note(tx.session, result, Act("interview.correct", form.reason))
        await move(
            tx, FLOW, registration, STEP[change.outcome], version=None, reason=form.reason,
            concerned=concerned(registration),
        )  # fmt: skip
    return await disclosures.republish(tx, listed, form.reason, _shown(evidence), [objection])
