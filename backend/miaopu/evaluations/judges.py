"""What the city's panel and the final share (P24, P25): who must not judge a work, who gets it, and the sheet."""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.evaluations.annual_queries import meant
from miaopu.evaluations.conflict_queries import OPEN, judge_of_sheet_in_conflict, teachers_of
from miaopu.evaluations.judging_schemas import ScoreForm, WithdrawForm
from miaopu.evaluations.models import AnnualEvaluation, FinalRound, FinalSheet, PanelRound, PanelSheet, Sheet
from miaopu.evaluations.spreading import TooFewExperts, spread
from miaopu.interviews.conflict_rule import ConflictKind
from miaopu.interviews.conflicts import conflicts
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx, scope
from miaopu.programme.plan_base import Dimension
from miaopu.programme.rubric import faults, percent, scales_of
from miaopu.registrations.models import Registration

R = TypeVar("R", FinalRound, PanelRound)
S = TypeVar("S", FinalSheet, PanelSheet)
Works = list[tuple[AnnualEvaluation, Enrolment]]


async def of_subject(tx: Tx, subject: str, states: tuple[str, ...], cycle_id: uuid.UUID, *where: Any) -> Works:
    """The works of a subject in some states, locked, by the student's number."""
    rows = await tx.session.execute(
        select(AnnualEvaluation, Enrolment)
        .join(Enrolment, Enrolment.id == AnnualEvaluation.enrolment_id)
        .where(AnnualEvaluation.cycle_id == cycle_id, Enrolment.subject == subject, AnnualEvaluation.state.in_(states))
        .where(*where)
        .order_by(Enrolment.number)
        .with_for_update(of=AnnualEvaluation)
    )
    return [(annual, enrolment) for annual, enrolment in rows]


async def teachers(tx: Tx, enrolment: Enrolment) -> set[uuid.UUID]:
    """The accounts that taught a student: mentor, co-mentor, their teams. None of them judges the student's work."""
    mentors = [m for m in (enrolment.mentor_id, enrolment.co_mentor_id) if m is not None]
    return set(await tx.session.scalars(teachers_of(mentors)))


async def barred(
    tx: Tx, works: Mapping[uuid.UUID, Enrolment], judges: Collection[uuid.UUID], teachers_out: bool = True
) -> dict[str, set[str]]:
    """Who must not judge which work: who taught the student, and the conflicts that are found for interviews too."""
    people = {e.registration_id: annual_id for annual_id, e in works.items()}
    registrations = list(await tx.session.scalars(select(Registration).where(Registration.id.in_(people))))
    found: dict[str, set[str]] = {str(annual_id): set() for annual_id in works}
    for one in await conflicts(tx, registrations, judges):
        if one.kind is not ConflictKind.TEAM or teachers_out:
            found[str(people[one.registration_id])].add(str(one.account_id))
    if teachers_out:
        for annual_id, enrolment in works.items():
            found[str(annual_id)] |= {str(a) for a in await teachers(tx, enrolment)}
    return found


def ask_known(account_ids: Sequence[uuid.UUID], known: Collection[uuid.UUID]) -> None:
    """Raises 422 for accounts that cannot be judges here."""
    unknown = [FieldError(f"/account_ids/{i}", "unknown") for i, a in enumerate(account_ids) if a not in known]
    if unknown:
        raise invalid(*unknown)


async def drawn(tx: Tx, model: type[R], act: str, **where: Any) -> R:
    """The seed of a round, drawn at the first call."""
    found: R | None = await tx.session.scalar(select(model).filter_by(**where).with_for_update())
    if found is None:
        found = model(id=new_id(), seed=secrets.token_hex(16), **where)
        tx.session.add(found)
        audit.note(tx.session, found, Act(act))
        await tx.session.flush()
    return found


def had(sheets: Sequence[Sheet], out: dict[str, set[str]]) -> dict[str, set[str]]:
    """Who has which work already. Who stepped back has had it, and is added to those who must not get it again."""
    given: dict[str, set[str]] = {}
    for sheet in sheets:
        work = str(sheet.annual_id)
        (out[work] if sheet.recused_reason else given.setdefault(work, set())).add(str(sheet.account_id))
    return given


def shared_out(
    seed: str,
    works: Mapping[uuid.UUID, Enrolment],
    judges: Collection[uuid.UUID],
    each: int,
    out: Mapping[str, Collection[str]],
    given: Mapping[str, Collection[str]],
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """New pairs of work and judge. Raises 409 `too_few_experts` with the number of the work."""
    try:
        found = spread(
            seed,
            [str(one) for one in works],
            [str(one) for one in judges],
            each,
            barred=out,
            given={work: of for work, of in given.items() if uuid.UUID(work) in works},
        )
    except TooFewExperts as few:
        raise Problem("too_few_experts", 409, needed=each, number=works[uuid.UUID(few.work)].number) from few
    return [(uuid.UUID(work), uuid.UUID(judge)) for work in found for judge in found[work]]


async def fill(tx: Tx, sheet: Sheet, form: ScoreForm, criteria: Sequence[Dimension], act: str) -> None:
    """A judge's scores on the plan's criteria. Raises 422."""
    wanted = scales_of(criteria)
    found = faults(form.scores, wanted)
    if found:
        raise invalid(*found)
    sheet.scores = {code: str(value) for code, value in form.scores.items()}
    sheet.score = percent(form.scores, wanted).quantize(Decimal("0.0001"))
    sheet.comment, sheet.submitted_at = form.comment, clock.now()
    audit.note(tx.session, sheet, Act(act))
    await tx.session.flush()


async def of_judge(tx: Tx, thing_id: uuid.UUID, seen: ColumnElement[bool]) -> AnnualEvaluation:
    """The work that a judge names, who reads it by `seen`. Raises 404."""
    statement = select(AnnualEvaluation).where(meant(tx.actor.role), seen)
    found: AnnualEvaluation | None = await tx.session.scalar(statement, {**scope(tx.actor), "id": thing_id})
    if found is None:
        raise not_found()
    return found


async def step_back(tx: Tx, sheet: Sheet, reason: str, act: str) -> None:
    """A judge leaves a work to somebody else."""
    sheet.recused_reason = reason
    sheet.score, sheet.scores, sheet.submitted_at = None, {}, None
    audit.note(tx.session, sheet, Act(act, reason))
    await tx.session.flush()


async def withdraw(tx: Tx, model: type[S], annual: AnnualEvaluation, form: WithdrawForm, act: str) -> S:
    """Take a work from a judge who came into conflict with it; whoever is asked next is drawn as at the first time.

    A score given before goes with it: it does not count, and the trail keeps it. From a judge without a conflict no
    office takes a work away, however it was scored.

    Raises:
        Problem: 409 `wrong_state` once the work is judged, `no_conflict`; 422 `/account_id` for who has not got it.
    """
    found: S | None = await tx.session.scalar(
        select(model).where(model.annual_id == annual.id, model.account_id == form.account_id).with_for_update()
    )
    if found is None or found.recused_reason:
        raise invalid(FieldError("/account_id", "unknown"))
    if annual.state != OPEN[model] and not getattr(found, "calibration", False):
        raise Problem("wrong_state", 409, state=annual.state)
    stands = (
        select(judge_of_sheet_in_conflict(model))
        .select_from(model)
        .join(AnnualEvaluation, AnnualEvaluation.id == model.annual_id)
        .where(model.id == found.id)
    )
    if not await tx.session.scalar(stands):
        raise Problem("no_conflict", 409)
    await step_back(tx, found, form.reason, act)
    return found
