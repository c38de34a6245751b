"""From sheets to a verdict (P16), proposed quietly by one person; `publishing` makes it known."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.exams.models import Cutoff, Seat, SubjectPlaces
from miaopu.interviews.judging import Judged, NotConnected, TooFewJudges, judged
from miaopu.interviews.models import ROUND_FLOW, InterviewRound, Result, ScoreSheet, Slot
from miaopu.interviews.round_queries import visible_rounds
from miaopu.interviews.rules import Entrant, Placed, panel_score, total, verdict
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.programme.rubric import percent, scales_of
from miaopu.registrations.models import Registration

SCALE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Heard:
    """One candidate with the turn, the mark and the sheets."""

    registration: Registration
    slot: Slot | None
    mark: Decimal | None
    sheets: tuple[ScoreSheet, ...]

    @property
    def key(self) -> str:
        return str(self.registration.id)


async def load_round(tx: Tx, round_id: uuid.UUID) -> InterviewRound:
    """A round that the actor sees. Raises 404."""
    return await load(tx, InterviewRound, visible_rounds(tx.actor.role), round_id)


async def heard(tx: Tx, found: InterviewRound, states: Sequence[str] = ("shortlisted",)) -> list[Heard]:
    """The candidates of a round, by number."""
    rows = (
        await tx.session.execute(
            select(Registration, Slot, Seat.mark)
            .outerjoin(Slot, Slot.registration_id == Registration.id)
            .join(Seat, Seat.registration_id == Registration.id)
            .where(
                Registration.cycle_id == found.cycle_id,
                Registration.city_id == found.city_id,
                Registration.subject == found.subject,
                Registration.state.in_(states),
            )
            .order_by(Registration.number)
        )
    ).all()
    sheets: dict[uuid.UUID, list[ScoreSheet]] = {}
    ids = [slot.id for _, slot, _ in rows if slot is not None]
    for sheet in await tx.session.scalars(select(ScoreSheet).where(ScoreSheet.slot_id.in_(ids))):
        sheets.setdefault(sheet.slot_id, []).append(sheet)
    return [Heard(r, slot, mark, tuple(sheets.get(slot.id, ()) if slot else ())) for r, slot, mark in rows]


def judgements(plan: Plan, people: Sequence[Heard]) -> list[Judged]:
    """The sheets as scores in percent, from the scores as given: rounded once, at the total."""
    scales = scales_of(plan.interview.dimensions)
    found = []
    for one in people:
        for sheet in one.sheets:
            given = {code: Decimal(str(value)) for code, value in sheet.scores.items()}
            panel = str(one.slot.panel_id) if one.slot else ""
            found.append(Judged(one.key, panel, str(sheet.account_id), percent(given, scales)))
    return found


def entrants(plan: Plan, people: Sequence[Heard], interview: dict[str, Decimal]) -> list[Entrant]:
    """Those who were interviewed, with their totals."""
    found = []
    for one in people:
        if one.key in interview and one.mark is not None:
            sum_of = total(
                one.mark,
                plan.written_test.full_mark,
                interview[one.key],
                plan.totals.test_weight,
                plan.totals.interview_weight,
                plan.totals.decimals,
            )
            found.append(Entrant(one.key, one.registration.pseudonym, sum_of, one.mark, one.registration.returning))
    return found


def placed(plan: Plan, those: Sequence[Entrant], places: int, lots: str) -> list[Placed]:
    """The verdict over them by the plan."""
    return verdict(
        those, places, plan.interview.reserves_per_place, lots, returning_wins_ties=plan.totals.returning_wins_ties
    )


async def places_of(tx: Tx, found: InterviewRound) -> int:
    """How many may be selected. Raises 409 `no_shortlist` before the line was released."""
    here = (SubjectPlaces.cycle_id == found.cycle_id, SubjectPlaces.city_id == found.city_id)
    places = await tx.session.scalar(select(SubjectPlaces.places).where(*here, SubjectPlaces.subject == found.subject))
    released = await tx.session.scalar(
        select(Cutoff.id).where(
            Cutoff.cycle_id == found.cycle_id,
            Cutoff.city_id == found.city_id,
            Cutoff.subject == found.subject,
            Cutoff.state == "released",
        )
    )
    if places is None or released is None:
        raise Problem("no_shortlist", 409)
    return places


async def propose(tx: Tx, round_id: uuid.UUID, form: Move) -> InterviewRound:
    """Compute totals and places by the plan's method; nobody but the offices sees them yet.

    Raises:
        Problem: 404, 403, 409 `stale`, `wrong_state`, `window_closed`, `no_shortlist`; `interviews_incomplete` with
            the numbers whose sheets are missing; `unexplained` with those whose far-off scores have no reason;
            `not_connected` when the plan's method cannot compare the judges.
    """
    found = await load_round(tx, round_id)
    require(tx.actor, Permission.INTERVIEW_DECIDE)
    ask_version(found, form.version)
    plan = await plan_of(tx.session, found.cycle_id)
    places = await places_of(tx, found)
    people = await heard(tx, found)
    if not people:
        raise Problem("no_shortlist", 409)
    _ask_complete(plan, people)
    given = judgements(plan, people)
    try:
        interview = judged(given, plan.interview.method, plan.interview.trim)
    except TooFewJudges as few:
        raise Problem("interviews_incomplete", 409, missing=len(few.keys), numbers=[]) from few
    except NotConnected as apart:
        raise Problem("not_connected", 409) from apart
    # Drawn only now, so that nobody could know which number a lot favours while scores were given.
    lots = secrets.token_hex(8)
    await _write(tx, plan, people, interview, places, lots)
    found.lots, found.method, found.places = lots, plan.interview.method, places
    found.proposed_by = tx.actor.account_id
    about = Concerned(title=plan.subject_name(found.subject), units={Role.CITY_OFFICE: found.city_id})
    await move(tx, ROUND_FLOW, found, "propose", version=None, concerned=about)
    return found


def _ask_complete(plan: Plan, people: Sequence[Heard]) -> None:
    waiting, silent = [], []
    for one in people:
        number = one.registration.number or ""
        if one.slot is not None and one.slot.missed_reason:
            continue
        sheets = [s for s in one.sheets if s.locked]
        if len(sheets) < plan.interview.panel_minimum or len(sheets) < len(one.sheets):
            waiting.append(number)
        elif any(s.far_off and not s.far_off_reason for s in sheets):
            silent.append(number)
    if waiting:
        raise Problem("interviews_incomplete", 409, missing=len(waiting), numbers=waiting[:20])
    if silent:
        raise Problem("unexplained", 409, count=len(silent), numbers="、".join(silent[:20]))


async def _write(
    tx: Tx, plan: Plan, people: Sequence[Heard], interview: dict[str, Decimal], places: int, lots: str
) -> None:
    ids = [one.registration.id for one in people]
    for old in await tx.session.scalars(select(Result).where(Result.registration_id.in_(ids))):
        await tx.session.delete(old)
    await tx.session.flush()
    those = entrants(plan, people, interview)
    known, scores = {one.key: one for one in people}, {e.key: e for e in those}
    raw: dict[str, list[Decimal]] = {}
    for sheet in judgements(plan, people):
        raw.setdefault(sheet.candidate, []).append(sheet.score)
    for place in placed(plan, those, places, lots):
        one, panel = known[place.key], panel_score(raw[place.key])
        result = Result(
            id=new_id(),
            registration_id=one.registration.id,
            mark=scores[place.key].mark,
            interview=interview[place.key].quantize(SCALE),
            raw=panel.mean.quantize(SCALE),
            spread=panel.spread.quantize(SCALE),
            total=scores[place.key].total,
            rank=place.rank,
            outcome=place.outcome,
            seed=lots,
        )
        tx.session.add(result)
        audit.note(tx.session, result, Act("interview.decide"))
    await tx.session.flush()


async def reopen(tx: Tx, round_id: uuid.UUID, form: Move) -> InterviewRound:
    """Take a proposal back before it is published, with a reason. Raises 404, 403, 409, 422."""
    found = await load_round(tx, round_id)
    await move(tx, ROUND_FLOW, found, "reopen", version=form.version, reason=form.reason)
    for one in await heard(tx, found):
        for old in await tx.session.scalars(select(Result).where(Result.registration_id == one.registration.id)):
            await tx.session.delete(old)
    found.lots = found.method = found.places = found.proposed_by = None
    await tx.session.flush()
    return found
