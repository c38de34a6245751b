"""Sheets side by side, for the city's panel (P24) and the final (P25): the figures of the interviews, over judges."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from miaopu.evaluations.judging_schemas import ComparedExpert, ComparedWork, ExpertScore
from miaopu.evaluations.models import AnnualEvaluation, FinalSheet, PanelSheet, Sheet
from miaopu.evaluations.rules import Grade
from miaopu.interviews.judging import Judged, NotConnected, decimal, leanings, odd_ones, severities
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx
from miaopu.people.models import Account

CENT = Decimal("0.01")
S = TypeVar("S", FinalSheet, PanelSheet)
Scores = dict[str, dict[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a way of counting makes of a work; a panel's work has no grade by it."""

    mean: Decimal
    grade: Grade | None = None


async def sheets_of(tx: Tx, model: type[S], *where: Any) -> list[tuple[AnnualEvaluation, Enrolment, S, str]]:
    """Works, their students, the sheets that count and the names of their judges."""
    rows = await tx.session.execute(
        select(AnnualEvaluation, Enrolment, model, Account.name)
        .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
        .join(model, model.annual_id == AnnualEvaluation.id)
        .join(Account, Account.id == model.account_id)
        .where(model.recused_reason == "", *where)
        .order_by(Enrolment.number, Account.name_key, Account.id)
    )
    return [(annual, enrolment, sheet, name) for annual, enrolment, sheet, name in rows.all()]


def compared(
    rows: Sequence[tuple[AnnualEvaluation, Enrolment, Sheet, str]],
    points: Decimal,
    judged: Callable[[Scores], dict[str, Reckoned]],
    trial: Collection[str] = (),
) -> tuple[list[ComparedExpert], list[ComparedWork]]:
    """The judges and the works.

    Args:
        points: how far from the others' mean a score is far off.
        judged: what scores by work and judge come to; asked for the scores as given, and corrected by severity.
        trial: works to find a common measure by.
    """
    names = {str(sheet.account_id): name for _, _, sheet, name in rows}
    given = [
        Judged(str(annual.id), "", str(sheet.account_id), sheet.score)
        for annual, _, sheet, _ in rows
        if sheet.score is not None
    ]
    try:
        severe = {judge: decimal(value, 4) for judge, value in severities(given).items()} if given else {}
    except NotConnected:
        severe = {}
    odd = odd_ones(given, points)
    by_work: Scores = {}
    for one in given:
        by_work.setdefault(one.candidate, {})[one.judge] = one.score
    corrected = {w: {j: s - severe.get(j, Decimal(0)) for j, s in of.items()} for w, of in by_work.items()}
    ways = {"mean": judged(by_work), "severity": judged(corrected if severe else {})}
    works: dict[str, ComparedWork] = {}
    for annual, enrolment, _, _ in rows:
        key = str(annual.id)
        scores = by_work.get(key, {})
        found = {way: of[key] for way, of in ways.items() if key in of}
        graded = {way: one.grade for way, one in found.items() if one.grade is not None}
        works[key] = ComparedWork(
            annual_id=annual.id,
            number=enrolment.number,
            student_name=enrolment.name,
            calibration=key in trial,
            scores=[
                ExpertScore(expert_name=names[judge], score=score.quantize(CENT), far_off=(key, judge) in odd)
                for judge, score in scores.items()
            ],
            spread=(max(scores.values()) - min(scores.values())).quantize(CENT) if scores else None,
            means={way: one.mean for way, one in found.items()},
            grades=graded,
            third_look=len(set(graded.values())) > 1,
        )
    lean = leanings(given)
    experts = []
    for account, name in sorted(names.items(), key=lambda item: item[1]):
        own = [one.score for one in given if one.judge == account]
        all_of = sum(str(sheet.account_id) == account for _, _, sheet, _ in rows)
        experts.append(
            ComparedExpert(
                name=name,
                sheets=len(own),
                waiting=all_of - len(own),
                mean=(sum(own, Decimal(0)) / len(own)).quantize(CENT) if own else None,
                lean=lean[account].quantize(CENT) if account in lean else None,
                severity=severe[account].quantize(CENT) if account in severe else None,
                far_off=sum(judge == account for _, judge in odd),
            )
        )
    return experts, list(works.values())


def ranked(works: Sequence[ComparedWork]) -> list[ComparedWork]:
    """The best first; works to calibrate by at the end."""
    return sorted(works, key=lambda one: (one.calibration, -one.means.get("mean", Decimal(0)), one.number))
