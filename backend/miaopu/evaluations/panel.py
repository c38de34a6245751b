"""Verbs of the city's panel (P24): dossiers to judges, their scores, what the city sees before it recommends."""

import uuid
from decimal import Decimal

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.evaluations.annual_queries import judges_here, readable_annual
from miaopu.evaluations.conflict_queries import given_to_me
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
    AssignedPanel,
    FinalComparison,
    PanelForm,
    RecusalForm,
    ScoreForm,
    WithdrawForm,
)
from miaopu.evaluations.models import AnnualEvaluation, PanelRound, PanelSheet
from miaopu.evaluations.queries import visible_annual
from miaopu.evaluations.rules import mean
from miaopu.evaluations.side_by_side import Reckoned, compared, ranked, sheets_of
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import StageCode
from miaopu.programme.plan_training import CityPanel
from miaopu.programme.queries import load, plan_of

# The dossier is whole, the mentor has said their word, and the city has not yet judged.
JUDGED = "mentor_evaluated"


async def _asked(tx: Tx, cycle_id: uuid.UUID) -> CityPanel:
    """What the plan says of the panel. Raises 409 `no_city_panel` where it asks for none, `window_closed`."""
    panel = (await plan_of(tx.session, cycle_id)).evaluations.annual.panel
    if not panel.judges:
        raise Problem("no_city_panel", 409)
    await ask_window(tx.session, cycle_id, StageCode.ANNUAL_EVALUATION)
    return panel


async def assign(tx: Tx, form: PanelForm) -> AssignedPanel:
    """Give the city's dossiers of a subject to as many judges as the plan asks; again for those that came later.

    Raises:
        Problem: 409 `no_city_panel`, `window_closed`, `too_few_experts`; 422 for who cannot be a judge here.
    """
    cycle_id, city_id = cycle_of(tx.actor), tx.actor.city_id
    assert city_id is not None
    panel = await _asked(tx, cycle_id)
    known = await tx.session.scalars(select(judges_here(form.subject).c.account_id), scope(tx.actor))
    ask_known(form.account_ids, set(known))
    judges = set(form.account_ids)
    lot = await drawn(tx, PanelRound, "panel.draw", cycle_id=cycle_id, city_id=city_id, subject=form.subject)
    found = await of_subject(tx, form.subject, (JUDGED,), cycle_id, Enrolment.city_id == city_id)
    works = {annual.id: enrolment for annual, enrolment in found}
    out = await barred(tx, works, judges)
    given = had(list(await tx.session.scalars(select(PanelSheet).where(PanelSheet.annual_id.in_(works)))), out)
    pairs = shared_out(lot.seed, works, judges, panel.judges, out, given)
    for work, judge in pairs:
        sheet = PanelSheet(id=new_id(), annual_id=work, account_id=judge)
        tx.session.add(sheet)
        audit.note(tx.session, sheet, Act("panel.assign"))
    await tx.session.flush()
    return AssignedPanel(works=len(works), sheets=len(pairs))


async def _own_sheet(tx: Tx, annual_id: uuid.UUID) -> tuple[CityPanel, PanelSheet]:
    annual = await of_judge(tx, annual_id, readable_annual(tx.actor.role))
    require(tx.actor, Permission.PANEL_SCORE)
    # Who became the student's mentor since reads the dossier as that, and judges it no more.
    await load(tx, AnnualEvaluation, given_to_me(PanelSheet), annual.id)
    mine = (PanelSheet.annual_id == annual.id, PanelSheet.account_id == tx.actor.account_id)
    sheet = await tx.session.scalar(select(PanelSheet).where(*mine).with_for_update())
    if sheet is None:
        raise not_found()
    panel = await _asked(tx, annual.cycle_id)
    if annual.state != JUDGED:
        raise Problem("wrong_state", 409, state=annual.state)
    if sheet.submitted_at is not None:
        raise Problem("sheet_handed_in", 409)
    return panel, sheet


async def score(tx: Tx, annual_id: uuid.UUID, form: ScoreForm) -> PanelSheet:
    """A judge's scores on the plan's criteria; they stay as they are. Raises 404, 403, 409, 422."""
    panel, sheet = await _own_sheet(tx, annual_id)
    await fill(tx, sheet, form, panel.criteria, "panel.score")
    return sheet


async def recuse(tx: Tx, annual_id: uuid.UUID, form: RecusalForm) -> PanelSheet:
    """A judge steps back from a dossier that they have not scored; the city names another. Raises 404, 403, 409."""
    _, sheet = await _own_sheet(tx, annual_id)
    await step_back(tx, sheet, form.reason, "panel.recuse")
    return sheet


async def take_back(tx: Tx, annual_id: uuid.UUID, form: WithdrawForm) -> PanelSheet:
    """The city takes a dossier from a judge in conflict with it. Raises 404, 403, 409, 422."""
    annual = await load(tx, AnnualEvaluation, visible_annual(tx.actor.role), annual_id)
    require(tx.actor, Permission.PANEL_ASSIGN)
    await _asked(tx, annual.cycle_id)
    return await withdraw(tx, PanelSheet, annual, form, "panel.withdraw")


async def ask_scored(tx: Tx, annual: AnnualEvaluation, panel: CityPanel) -> None:
    """Raises 409 `scores_incomplete` while the plan's number of judges has not handed in."""
    if not panel.judges or annual.state != JUDGED:
        return
    given = await tx.session.scalars(
        select(PanelSheet.id).where(PanelSheet.annual_id == annual.id, PanelSheet.score.is_not(None))
    )
    lacking = panel.judges - len(given.all())
    if lacking > 0:
        enrolment = await tx.session.get(Enrolment, annual.enrolment_id)
        raise Problem("scores_incomplete", 409, missing=1, numbers=[enrolment.number if enrolment else ""])


async def compare(tx: Tx, subject: str) -> FinalComparison:
    """The scores of the city's own students of a subject side by side; nothing is changed."""
    cycle_id, city_id = cycle_of(tx.actor), tx.actor.city_id
    panel = (await plan_of(tx.session, cycle_id)).evaluations.annual.panel
    here = (AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject, Enrolment.city_id == city_id)
    rows = await sheets_of(tx, PanelSheet, *here)

    def judged(scores: dict[str, dict[str, Decimal]]) -> dict[str, Reckoned]:
        return {work: Reckoned(mean(tuple(of.values()))) for work, of in scores.items()}

    seed = await tx.session.scalar(
        select(PanelRound.seed).where(
            PanelRound.cycle_id == cycle_id, PanelRound.city_id == city_id, PanelRound.subject == subject
        )
    )
    judges, works = compared(rows, panel.outlier_points, judged)
    return FinalComparison(seed=seed, outlier_points=panel.outlier_points, experts=judges, works=ranked(works))
