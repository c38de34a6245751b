"""The final of a subject side by side before it is graded (P25)."""

from decimal import Decimal

from sqlalchemy import func, select

from miaopu.evaluations.judging_schemas import FinalComparison
from miaopu.evaluations.models import AnnualEvaluation, FinalRound, FinalSheet
from miaopu.evaluations.rules import Finalist, grades
from miaopu.evaluations.side_by_side import Reckoned, compared, ranked, sheets_of
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx, cycle_of
from miaopu.programme.queries import plan_of


async def compare(tx: Tx, subject: str) -> FinalComparison:
    """Everything that is in of a subject; nothing is changed."""
    cycle_id = cycle_of(tx.actor)
    final = (await plan_of(tx.session, cycle_id)).evaluations.final
    rows = await sheets_of(tx, FinalSheet, AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject)
    students = await tx.session.scalar(
        select(func.count())
        .select_from(AnnualEvaluation)
        .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
        .where(AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject)
    )
    trial = {str(annual.id) for annual, _, sheet, _ in rows if sheet.calibration}

    def judged(scores: dict[str, dict[str, Decimal]]) -> dict[str, Reckoned]:
        finalists = [Finalist(work, tuple(of.values())) for work, of in scores.items() if work not in trial]
        found = grades(
            finalists,
            excellent_from=final.excellent_from,
            qualified_from=final.qualified_from,
            excellent_cap_percent=final.excellent_cap_percent,
            students=students or 0,
        )
        return {one.key: Reckoned(one.mean, one.grade) for one in found}

    drawn = await tx.session.scalar(
        select(FinalRound.seed).where(FinalRound.cycle_id == cycle_id, FinalRound.subject == subject)
    )
    experts, works = compared(rows, final.outlier_points, judged, trial)
    return FinalComparison(seed=drawn, outlier_points=final.outlier_points, experts=experts, works=ranked(works))
