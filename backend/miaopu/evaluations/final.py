"""Verbs of the final (P25): finalists to experts, scores, recusal, grades."""

import uuid
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.evaluations import notices
from miaopu.evaluations.models import ANNUAL_FLOW, AnnualEvaluation, FinalSheet
from miaopu.evaluations.queries import visible_annual
from miaopu.evaluations.rules import Finalist, grades
from miaopu.evaluations.schemas import AssignedFinal, AssignForm, FinalScoreForm, GradedCount, GradeForm, RecusalForm
from miaopu.evaluations.service import circle
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Membership
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import load, plan_of
from miaopu.programme.rubric import faults, percent, scales_of

STEP = {"excellent": "grade_excellent", "qualified": "grade_qualified", "unqualified": "grade_unqualified"}


async def _of_subject(
    tx: Tx, cycle_id: uuid.UUID, subject: str, states: tuple[str, ...]
) -> list[tuple[AnnualEvaluation, Enrolment]]:
    rows = await tx.session.execute(
        select(AnnualEvaluation, Enrolment)
        .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
        .where(AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject, AnnualEvaluation.state.in_(states))
        .order_by(Enrolment.number)
        .with_for_update(of=AnnualEvaluation)
    )
    return [(annual, enrolment) for annual, enrolment in rows]


async def teachers(tx: Tx, enrolment: Enrolment) -> set[uuid.UUID]:
    """The accounts that taught a student: mentor, co-mentor, their teams. None of them judges in the final."""
    mentors = [m for m in (enrolment.mentor_id, enrolment.co_mentor_id) if m is not None]
    found = await tx.session.scalars(select(Nomination.account_id).where(Nomination.id.in_(mentors)))
    team = await tx.session.scalars(select(TeamMember.account_id).where(TeamMember.nomination_id.in_(mentors)))
    return {a for a in (*found, *team) if a is not None}


async def assign(tx: Tx, form: AssignForm) -> AssignedFinal:
    """Give every finalist of the subject as many experts as the plan asks, evenly.

    Raises:
        Problem: 409 `window_closed`, `too_few_experts`; 422 for an account that is no expert.
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
    unknown = [FieldError(f"/account_ids/{i}", "unknown") for i, a in enumerate(form.account_ids) if a not in experts]
    if unknown:
        raise invalid(*unknown)
    finalists = await _of_subject(tx, cycle_id, form.subject, ("recommended",))
    load_of = dict.fromkeys(dict.fromkeys(form.account_ids), 0)
    made = 0
    for annual, enrolment in finalists:
        known = {
            s.account_id: s
            for s in await tx.session.scalars(select(FinalSheet).where(FinalSheet.annual_id == annual.id))
        }
        recused = await teachers(tx, enrolment) if plan.evaluations.final.own_mentor_recused else set()
        judging = sum(1 for s in known.values() if not s.recused_reason)
        free = sorted((a for a in load_of if a not in recused and a not in known), key=lambda a: (load_of[a], str(a)))
        wanted = max(0, plan.evaluations.final.experts_per_student - judging)
        if len(free) < wanted:
            raise Problem("too_few_experts", 409, needed=plan.evaluations.final.experts_per_student)
        for account_id in free[:wanted]:
            load_of[account_id] += 1
            made += 1
            sheet = FinalSheet(id=new_id(), annual_id=annual.id, account_id=account_id)
            tx.session.add(sheet)
            audit.note(tx.session, sheet, Act("final.assign"))
    await tx.session.flush()
    return AssignedFinal(finalists=len(finalists), sheets=made)


async def _own_sheet(tx: Tx, annual_id: uuid.UUID) -> tuple[AnnualEvaluation, FinalSheet]:
    annual = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), annual_id)
    require(tx.actor, Permission.EVALUATION_SCORE)
    sheet = await tx.session.scalar(
        select(FinalSheet).where(FinalSheet.annual_id == annual_id, FinalSheet.account_id == tx.actor.account_id)
    )
    if sheet is None:
        raise not_found()
    await ask_window(tx.session, annual.cycle_id, StageCode.FINAL_EVALUATION)
    if annual.state != "recommended":
        raise Problem("wrong_state", 409, state=annual.state)
    return annual, sheet


async def score(tx: Tx, annual_id: uuid.UUID, form: FinalScoreForm) -> FinalSheet:
    """An expert's scores on the plan's criteria, corrected until the grades stand. Raises 404, 403, 409, 422."""
    annual, sheet = await _own_sheet(tx, annual_id)
    plan = await plan_of(tx.session, annual.cycle_id)
    wanted = scales_of(plan.evaluations.final.criteria)
    found = faults(form.scores, wanted)
    if found:
        raise invalid(*found)
    sheet.scores = {code: str(value) for code, value in form.scores.items()}
    sheet.score = percent(form.scores, wanted).quantize(Decimal("0.0001"))
    sheet.comment, sheet.submitted_at = form.comment, clock.now()
    audit.note(tx.session, sheet, Act("final.score"))
    await tx.session.flush()
    return sheet


async def recuse(tx: Tx, annual_id: uuid.UUID, form: RecusalForm) -> FinalSheet:
    """An expert steps back from a finalist, with a reason; the region names another. Raises 404, 403, 409."""
    _, sheet = await _own_sheet(tx, annual_id)
    sheet.recused_reason = form.reason
    sheet.score, sheet.scores, sheet.submitted_at = None, {}, None
    audit.note(tx.session, sheet, Act("final.recuse", form.reason))
    await tx.session.flush()
    return sheet


async def grade(tx: Tx, form: GradeForm) -> GradedCount:
    """Grade a whole subject: finalists by the experts' means, the others as their city did (P25, P26).

    Raises:
        Problem: 409 `window_closed`, `scores_incomplete` with the numbers of the finalists that lack sheets,
            `evaluations_incomplete` while somebody in training is not yet judged by the city.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.FINAL_EVALUATION)
    plan = await plan_of(tx.session, cycle_id)
    rows = await _of_subject(tx, cycle_id, form.subject, ("recommended", "city_qualified", "city_unqualified"))
    await _ask_all_judged(tx, cycle_id, form.subject, len(rows))
    final = plan.evaluations.final
    finalists: list[Finalist] = []
    missing: list[str] = []
    for annual, enrolment in rows:
        if annual.state != "recommended":
            continue
        scores = await tx.session.scalars(
            select(FinalSheet.score).where(
                FinalSheet.annual_id == annual.id, FinalSheet.score.is_not(None), FinalSheet.recused_reason == ""
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
