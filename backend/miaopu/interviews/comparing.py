"""The figures of a round side by side (P16, P16a): what each method gives, how judges lean, who would change sides."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from miaopu.interviews.conflicts import panellists
from miaopu.interviews.judging import (
    METHODS,
    Judged,
    Method,
    NotConnected,
    TooFewJudges,
    changing,
    coefficients,
    decimal,
    judged,
    leanings,
    severities,
)
from miaopu.interviews.models import InterviewRound, Panel
from miaopu.interviews.round_schemas import ComparedCandidate, ComparedJudge, ComparedMethod, Comparison
from miaopu.interviews.schemas import Outcome
from miaopu.interviews.verdicts import Heard, entrants, heard, judgements, load_round, placed, places_of
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.registrations.models import SINCE_SHORTLIST


async def compare(tx: Tx, round_id: uuid.UUID) -> Comparison:
    """All figures beside the one that counts, over the sheets that are in; nothing is changed. Raises 404, 403."""
    found = await load_round(tx, round_id)
    require(tx.actor, Permission.INTERVIEW_JUDGE)
    plan = await plan_of(tx.session, found.cycle_id)
    places = found.places if found.places is not None else await places_of(tx, found)
    people = [one for one in await heard(tx, found, SINCE_SHORTLIST) if len(one.sheets) >= plan.interview.panel_minimum]
    given = judgements(plan, people)
    scores, refused = _by_methods(plan, given)
    verdicts: dict[Method, dict[str, Outcome]] = {
        method: {p.key: p.outcome for p in placed(plan, entrants(plan, people, of), places, found.lots or found.seed)}
        for method, of in scores.items()
    }
    counts = plan.interview.method
    third_look = changing(verdicts, counts) if counts in verdicts else {}
    odd = {str(s.id) for one in people for s in one.sheets if s.far_off}
    return Comparison(
        counts=counts,
        methods=[ComparedMethod(method=m, refused=refused.get(m)) for m in METHODS],
        judges=await _judges(tx, found, people, given),
        candidates=[
            ComparedCandidate(
                registration_id=one.registration.id,
                registration_number=one.registration.number or "",
                slot_id=one.slot.id if one.slot else None,
                scores={m: _shown(of[one.key]) for m, of in scores.items() if one.key in of},
                outcomes={m: of[one.key] for m, of in verdicts.items() if one.key in of},
                spread=_spread(given, one),
                far_off=sum(str(s.id) in odd for s in one.sheets),
                third_look=one.key in third_look,
            )
            for one in people
        ],
    )


def _by_methods(plan: Plan, given: Sequence[Judged]) -> tuple[dict[Method, dict[str, Decimal]], dict[Method, str]]:
    scores: dict[Method, dict[str, Decimal]] = {}
    refused: dict[Method, str] = {}
    for method in METHODS:
        try:
            scores[method] = judged(given, method, plan.interview.trim)
        except TooFewJudges:
            refused[method] = "too_few_judges"
        except NotConnected:
            refused[method] = "not_connected"
    return scores, refused


def _shown(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))


def _spread(given: Sequence[Judged], one: Heard) -> str:
    own = [s.score for s in given if s.candidate == one.key]
    return _shown(max(own) - min(own))


async def _judges(
    tx: Tx, found: InterviewRound, people: Sequence[Heard], given: Sequence[Judged]
) -> list[ComparedJudge]:
    panels = {
        p.id: p.name
        for p in await tx.session.scalars(
            select(Panel)
            .where(Panel.cycle_id == found.cycle_id, Panel.city_id == found.city_id, Panel.subject == found.subject)
            .order_by(Panel.name)
        )
    }
    lean = leanings(given)
    factors = coefficients(given)
    try:
        severe = severities(given)
    except NotConnected:
        severe = {}
    own = {str(s.account_id): 0 for one in people for s in one.sheets}
    for one in people:
        for sheet in one.sheets:
            own[str(sheet.account_id)] += sheet.far_off
    judges = []
    for panel, members in (await panellists(tx, panels)).items():
        for account, name in members.items():
            key = str(account)
            mine = [s for s in given if s.judge == key and s.panel == str(panel)]
            if not mine:
                continue
            judges.append(
                ComparedJudge(
                    name=name,
                    panel_name=panels[panel],
                    sheets=len(mine),
                    mean=_shown(sum((s.score for s in mine), Decimal(0)) / len(mine)),
                    lean=_shown(lean.get(key, Decimal(0))),
                    severity=_shown(decimal(severe[key])) if key in severe else None,
                    coefficient=str(decimal(factors[str(panel)], 4)),
                    far_off=own[key],
                )
            )
    return judges
