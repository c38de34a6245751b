"""Verbs of the final (P25): finalists to experts, scores, recusal, grades."""

import secrets
import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.evaluations import notices
from miaopu.evaluations.models import ANNUAL_FLOW, AnnualEvaluation, FinalRound, FinalSheet
from miaopu.evaluations.queries import visible_annual
from miaopu.evaluations.rules import Finalist, grades
from miaopu.evaluations.schemas import AssignedFinal, AssignForm, FinalScoreForm, GradedCount, GradeForm, RecusalForm
from miaopu.evaluations.service import circle
from miaopu.evaluations.spreading import TooFewExperts, rank, spread
from miaopu.interviews.conflicts import conflicts
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Membership
from miaopu.programme.flow import ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import load, plan_of
from miaopu.programme.rubric import faults, percent, scales_of
from miaopu.registrations.models import Registration

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
    unknown = [FieldError(f"/account_ids/{i}", "unknown") for i, a in enumerate(form.account_ids) if a not in experts]
    if unknown:
        raise invalid(*unknown)
    drawn = await _round(tx, cycle_id, form.subject)
    finalists = await _of_subject(tx, cycle_id, form.subject, ("recommended",))
    works = {annual.id: enrolment for annual, enrolment in finalists}
    trial = await _calibration(tx, cycle_id, drawn, form.calibration)
    barred = await _barred(tx, {**works, **trial}, experts, plan.evaluations.final.own_mentor_recused)
    sheets = list(await tx.session.scalars(select(FinalSheet).where(FinalSheet.annual_id.in_({**works, **trial}))))
    given: dict[str, set[str]] = {}
    for sheet in sheets:
        # Who stepped back has had the work, and does not get it again.
        (barred[str(sheet.annual_id)] if sheet.recused_reason else given.setdefault(str(sheet.annual_id), set())).add(
            str(sheet.account_id)
        )
    try:
        found = spread(
            drawn.seed,
            [str(one) for one in works],
            [str(one) for one in experts],
            plan.evaluations.final.experts_per_student,
            barred=barred,
            given={work: of for work, of in given.items() if uuid.UUID(work) in works},
        )
    except TooFewExperts as few:
        needed = plan.evaluations.final.experts_per_student
        raise Problem("too_few_experts", 409, needed=needed, number=works[uuid.UUID(few.work)].number) from few
    made = [FinalSheet(id=new_id(), annual_id=uuid.UUID(w), account_id=uuid.UUID(e)) for w in found for e in found[w]]
    for work in map(str, trial):
        free = [e for e in map(str, experts) if e not in barred[work] and e not in given.get(work, ())]
        made += [
            FinalSheet(id=new_id(), annual_id=uuid.UUID(work), account_id=uuid.UUID(e), calibration=True) for e in free
        ]
    for sheet in made:
        tx.session.add(sheet)
        audit.note(tx.session, sheet, Act("final.assign"))
    await tx.session.flush()
    return AssignedFinal(finalists=len(finalists), sheets=len(made))


async def _round(tx: Tx, cycle_id: uuid.UUID, subject: str) -> FinalRound:
    """The subject's seed, drawn at the first call."""
    where = (FinalRound.cycle_id == cycle_id, FinalRound.subject == subject)
    found: FinalRound | None = await tx.session.scalar(select(FinalRound).where(*where).with_for_update())
    if found is None:
        found = FinalRound(id=new_id(), cycle_id=cycle_id, subject=subject, seed=secrets.token_hex(16))
        tx.session.add(found)
        audit.note(tx.session, found, Act("final.draw"))
        await tx.session.flush()
    return found


async def _calibration(tx: Tx, cycle_id: uuid.UUID, drawn: FinalRound, count: int) -> dict[uuid.UUID, Enrolment]:
    """Works that are not up for the final, by the seed; every expert judges them, and no grade counts it."""
    if count == 0:
        return {}
    rows = await _of_subject(tx, cycle_id, drawn.subject, ("city_qualified",))
    if len(rows) < count:
        raise invalid(FieldError("/calibration", "too_many", {"found": len(rows)}))
    by_lot = sorted(rows, key=lambda row: rank(drawn.seed, "calibration", row[1].number))
    return {annual.id: enrolment for annual, enrolment in by_lot[:count]}


async def _barred(
    tx: Tx, works: Mapping[uuid.UUID, Enrolment], experts: Collection[uuid.UUID], teachers_out: bool
) -> dict[str, set[str]]:
    """Who must not judge which work: who taught the student, and the conflicts that are found for interviews too."""
    people = {e.registration_id: annual_id for annual_id, e in works.items()}
    registrations = list(await tx.session.scalars(select(Registration).where(Registration.id.in_(people))))
    found: dict[str, set[str]] = {str(annual_id): set() for annual_id in works}
    for one in await conflicts(tx, registrations, experts):
        if one.kind != "team" or teachers_out:
            found[str(people[one.registration_id])].add(str(one.account_id))
    if teachers_out:
        for annual_id, enrolment in works.items():
            found[str(annual_id)] |= {str(a) for a in await teachers(tx, enrolment)}
    return found


async def _own_sheet(tx: Tx, annual_id: uuid.UUID) -> tuple[AnnualEvaluation, FinalSheet]:
    annual = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), annual_id)
    require(tx.actor, Permission.EVALUATION_SCORE)
    sheet = await tx.session.scalar(
        select(FinalSheet).where(FinalSheet.annual_id == annual_id, FinalSheet.account_id == tx.actor.account_id)
    )
    if sheet is None:
        raise not_found()
    await ask_window(tx.session, annual.cycle_id, StageCode.FINAL_EVALUATION)
    if annual.state != "recommended" and not sheet.calibration:
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
