"""The final of a subject side by side before it is graded (P25): the figures of the interviews, over experts."""

from decimal import Decimal

from sqlalchemy import func, select

from miaopu.evaluations.models import AnnualEvaluation, FinalRound, FinalSheet
from miaopu.evaluations.rules import Finalist, grades
from miaopu.evaluations.schemas import ComparedExpert, ComparedWork, ExpertScore, FinalComparison
from miaopu.interviews.judging import Judged, NotConnected, decimal, leanings, odd_ones, severities
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Account
from miaopu.programme.queries import plan_of

CENT = Decimal("0.01")


async def compare(tx: Tx, subject: str) -> FinalComparison:
    """Everything that is in of a subject; nothing is changed."""
    cycle_id = cycle_of(tx.actor)
    final = (await plan_of(tx.session, cycle_id)).evaluations.final
    rows = (
        await tx.session.execute(
            select(AnnualEvaluation, Enrolment, FinalSheet, Account.name)
            .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
            .join(FinalSheet, FinalSheet.annual_id == AnnualEvaluation.id)
            .join(Account, Account.id == FinalSheet.account_id)
            .where(AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject, FinalSheet.recused_reason == "")
            .order_by(Enrolment.number, Account.name_key, Account.id)
        )
    ).all()
    students = await tx.session.scalar(
        select(func.count())
        .select_from(AnnualEvaluation)
        .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
        .where(AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject)
    )
    names = {str(sheet.account_id): name for _, _, sheet, name in rows}
    given = [
        Judged(str(annual.id), "final", str(sheet.account_id), sheet.score)
        for annual, _, sheet, _ in rows
        if sheet.score is not None
    ]
    try:
        severe = {judge: decimal(value, 4) for judge, value in severities(given).items()} if given else {}
    except NotConnected:
        severe = {}
    odd = odd_ones(given, final.outlier_points)
    by_work: dict[str, dict[str, Decimal]] = {}
    for one in given:
        by_work.setdefault(one.candidate, {})[one.judge] = one.score
    trial = {str(annual.id) for annual, _, sheet, _ in rows if sheet.calibration}
    corrected = {w: {j: s - severe.get(j, Decimal(0)) for j, s in of.items()} for w, of in by_work.items()}
    judged = {
        way: {
            g.key: g
            for g in grades(
                [Finalist(w, tuple(of.values())) for w, of in scores.items() if w not in trial],
                excellent_from=final.excellent_from,
                qualified_from=final.qualified_from,
                excellent_cap_percent=final.excellent_cap_percent,
                students=students or 0,
            )
        }
        for way, scores in (("mean", by_work), ("severity", corrected if severe else {}))
    }
    works: dict[str, ComparedWork] = {}
    for annual, enrolment, _, _ in rows:
        key = str(annual.id)
        scores = by_work.get(key, {})
        found = {way: of[key] for way, of in judged.items() if key in of}
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
            means={way: graded.mean for way, graded in found.items()},
            grades={way: graded.grade for way, graded in found.items()},
            third_look=len({graded.grade for graded in found.values()}) > 1,
        )
    drawn = await tx.session.scalar(
        select(FinalRound.seed).where(FinalRound.cycle_id == cycle_id, FinalRound.subject == subject)
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
    return FinalComparison(
        seed=drawn,
        outlier_points=final.outlier_points,
        experts=experts,
        works=sorted(works.values(), key=lambda one: (one.calibration, -one.means.get("mean", Decimal(0)), one.number)),
    )
