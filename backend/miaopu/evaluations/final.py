"""Verbs of the final (P25): finalists to experts, scores, recusal, grades."""

import uuid

from sqlalchemy import func, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.evaluations import notices
from miaopu.evaluations.judges import (
    ask_known,
    barred,
    drawn,
    fill,
    had,
    of_judge,
    of_subject,
    shared_out,
    step_back,
    withdraw,
)
from miaopu.evaluations.judging_schemas import (
    AssignedFinal,
    AssignForm,
    GradedCount,
    GradeForm,
    RecusalForm,
    ScoreForm,
    WithdrawForm,
)
from miaopu.evaluations.models import ANNUAL_FLOW, AnnualEvaluation, FinalRound, FinalSheet
from miaopu.evaluations.queries import visible_annual
from miaopu.evaluations.rules import Finalist, grades
from miaopu.evaluations.service import circle
from miaopu.evaluations.spreading import rank
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Membership
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import load, plan_of

STEP = {"excellent": "grade_excellent", "qualified": "grade_qualified", "unqualified": "grade_unqualified"}


async def assign(tx: Tx, form: AssignForm) -> AssignedFinal:
    """Give every finalist of the subject as many experts as the plan asks, evenly, by the subject's seed.

    Raises:
        Problem: 409 `window_closed`, `too_few_experts`; 422 for an account that is no expert, and for more
            works to calibrate by than there are.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.FINAL_EVALUATION)
    plan = await plan_of(tx.session, cycle_id)
    experts = set(
        await tx.session.scalars(
            select(Membership.account_id).where(
                Membership.account_id.in_(form.account_ids),
                Membership.role == Role.EXPERT.value,
                Membership.ended_at.is_(None),
            )
        )
    )
    ask_known(form.account_ids, experts)
    lot = await drawn(tx, FinalRound, "final.draw", cycle_id=cycle_id, subject=form.subject)
    finalists = await of_subject(tx, form.subject, ("recommended",), cycle_id)
    works = {annual.id: enrolment for annual, enrolment in finalists}
    trial = await _calibration(tx, cycle_id, lot, form.calibration)
    final = plan.evaluations.final
    out = await barred(tx, {**works, **trial}, experts, final.own_mentor_recused)
    sheets = list(await tx.session.scalars(select(FinalSheet).where(FinalSheet.annual_id.in_({**works, **trial}))))
    given = had(sheets, out)
    pairs = shared_out(lot.seed, works, experts, final.experts_per_student, out, given)
    made = [FinalSheet(id=new_id(), annual_id=work, account_id=expert) for work, expert in pairs]
    for work in map(str, trial):
        free = [e for e in map(str, experts) if e not in out[work] and e not in given.get(work, ())]
        made += [
            FinalSheet(id=new_id(), annual_id=uuid.UUID(work), account_id=uuid.UUID(e), calibration=True) for e in free
        ]
    for sheet in made:
        tx.session.add(sheet)
        audit.note(tx.session, sheet, Act("final.assign"))
    await tx.session.flush()
    return AssignedFinal(finalists=len(finalists), sheets=len(made))


async def _calibration(tx: Tx, cycle_id: uuid.UUID, lot: FinalRound, count: int) -> dict[uuid.UUID, Enrolment]:
    """Works that are not up for the final, by the seed; every expert judges them, and no grade counts it."""
    if count == 0:
        return {}
    rows = await of_subject(tx, lot.subject, ("city_qualified",), cycle_id)
    if len(rows) < count:
        raise invalid(FieldError("/calibration", "too_many", {"found": len(rows)}))
    by_lot = sorted(rows, key=lambda row: rank(lot.seed, "calibration", row[1].number))
    return {annual.id: enrolment for annual, enrolment in by_lot[:count]}


async def _own_sheet(tx: Tx, annual_id: uuid.UUID) -> tuple[AnnualEvaluation, FinalSheet]:
    annual = await of_judge(tx, annual_id, visible_annual(tx.actor.role))
    require(tx.actor, Permission.EVALUATION_SCORE)
    sheet = await tx.session.scalar(
        select(FinalSheet).where(FinalSheet.annual_id == annual.id, FinalSheet.account_id == tx.actor.account_id)
    )
    if sheet is None:
        raise not_found()
    await ask_window(tx.session, annual.cycle_id, StageCode.FINAL_EVALUATION)
    if annual.state != "recommended" and not sheet.calibration:
        raise Problem("wrong_state", 409, state=annual.state)
    return annual, sheet


async def score(tx: Tx, annual_id: uuid.UUID, form: ScoreForm) -> FinalSheet:
    """An expert's scores on the plan's criteria, corrected until the grades stand. Raises 404, 403, 409, 422."""
    annual, sheet = await _own_sheet(tx, annual_id)
    plan = await plan_of(tx.session, annual.cycle_id)
    await fill(tx, sheet, form, plan.evaluations.final.criteria, "final.score")
    return sheet


async def recuse(tx: Tx, annual_id: uuid.UUID, form: RecusalForm) -> FinalSheet:
    """An expert steps back from a finalist, with a reason; the region names another. Raises 404, 403, 409."""
    _, sheet = await _own_sheet(tx, annual_id)
    await step_back(tx, sheet, form.reason, "final.recuse")
    return sheet


async def take_back(tx: Tx, annual_id: uuid.UUID, form: WithdrawForm) -> FinalSheet:
    """The region's office takes a finalist from an expert in conflict. Raises 404, 403, 409, 422."""
    annual = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), annual_id)
    require(tx.actor, Permission.EVALUATION_ASSIGN)
    await ask_window(tx.session, annual.cycle_id, StageCode.FINAL_EVALUATION)
    return await withdraw(tx, FinalSheet, annual, form, "final.withdraw")


async def grade(tx: Tx, form: GradeForm) -> GradedCount:
    """Grade a whole subject: finalists by the experts' means, the others as their city did (P25, P26).

    Raises:
        Problem: 409 `window_closed`, `scores_incomplete` with the numbers of the finalists that lack sheets,
            `evaluations_incomplete` while somebody in training is not yet judged by the city.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.FINAL_EVALUATION)
    plan = await plan_of(tx.session, cycle_id)
    rows = await of_subject(tx, form.subject, ("recommended", "city_qualified", "city_unqualified"), cycle_id)
    await _ask_all_judged(tx, cycle_id, form.subject, len(rows))
    final = plan.evaluations.final
    finalists: list[Finalist] = []
    missing: list[str] = []
    for annual, enrolment in rows:
        if annual.state != "recommended":
            continue
        scores = await tx.session.scalars(
            select(FinalSheet.score).where(
                FinalSheet.annual_id == annual.id,
                FinalSheet.score.is_not(None),
                FinalSheet.recused_reason == "",
                ~FinalSheet.calibration,
            )
        )
        given = tuple(s for s in scores if s is not None)
        if len(given) < final.experts_per_student:
            missing.append(enrolment.number)
        finalists.append(Finalist(str(annual.id), given))
    if missing:
        raise Problem("scores_incomplete", 409, missing=len(missing), numbers=missing[:20])
    judged = {
        g.key: g
        for g in grades(
            finalists,
            excellent_from=final.excellent_from,
            qualified_from=final.qualified_from,
            excellent_cap_percent=final.excellent_cap_percent,
            students=len(rows),
        )
    }
    counts = {"excellent": 0, "qualified": 0, "unqualified": 0}
    for annual, enrolment in rows:
        found = judged.get(str(annual.id))
        if found is not None:
            annual.grade, annual.mean = found.grade, found.mean
        assert annual.grade is not None
        enrolment.grade = annual.grade
        _, told = await circle(tx, enrolment.id)
        await move(tx, ANNUAL_FLOW, annual, "grade", version=None)
        await move(tx, ENROLMENT_FLOW, enrolment, STEP[annual.grade], version=None, concerned=told)
        counts[annual.grade] += 1
    await tx.session.flush()
    await notices.put_up(tx, plan, cycle_id, form.subject, rows)
    return GradedCount(**counts)


async def _ask_all_judged(tx: Tx, cycle_id: uuid.UUID, subject: str, judged: int) -> None:
    training = await tx.session.scalar(
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.cycle_id == cycle_id, Enrolment.subject == subject, Enrolment.state == "active")
    )
    if judged == 0 or (training or 0) > judged:
        raise Problem("evaluations_incomplete", 409, missing=(training or 0) - judged)
