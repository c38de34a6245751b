"""Verbs of the interviews (P16): panels, turns, sheets, the verdict."""

import secrets
import uuid
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.exams.models import Cutoff, Seat, SubjectPlaces
from miaopu.exams.rules import shuffled
from miaopu.interviews.models import Panel, PanelMember, Result, ScoreSheet, Slot
from miaopu.interviews.rules import Entrant, PanelScore, panel_score, total, verdict
from miaopu.interviews.schemas import Decided, PanelForm
from miaopu.nominations.models import CHOOSABLE, Nomination
from miaopu.people.acting import Tx, cycle_of
from miaopu.programme.flow import ask_window, move
from miaopu.programme.models import CycleSubject
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import plan_of
from miaopu.programme.rubric import percent, scales_of
from miaopu.registrations.models import FLOW, Registration
from miaopu.registrations.service import concerned

STEP = {"selected": "select", "reserve": "reserve", "not_selected": "not_select"}


async def create_panel(tx: Tx, form: PanelForm) -> Panel:
    """A panel of mentors of the subject, of one's own city. Raises 409 outside the window, 422."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    if await tx.session.get(CycleSubject, (cycle_id, form.subject)) is None:
        raise invalid(FieldError("/subject", "enum"))
    plan = await plan_of(tx.session, cycle_id)
    if len(set(form.mentor_ids)) < plan.interview.panel_minimum:
        raise invalid(FieldError("/mentor_ids", "too_short", {"min_length": plan.interview.panel_minimum}))
    mentors = {
        m.id: m for m in await tx.session.scalars(select(Nomination).where(Nomination.id.in_(set(form.mentor_ids))))
    }
    for i, mentor_id in enumerate(form.mentor_ids):
        mentor = mentors.get(mentor_id)
        if (
            mentor is None
            or (mentor.cycle_id, mentor.city_id, mentor.subject) != (cycle_id, tx.actor.city_id, form.subject)
            or mentor.state not in CHOOSABLE
            or mentor.account_id is None
        ):
            raise invalid(FieldError(f"/mentor_ids/{i}", "panel_mentor"))
    facts = form.model_dump(exclude={"mentor_ids"})
    panel = Panel(id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, **facts)
    tx.session.add(panel)
    await tx.session.flush()
    tx.session.add_all(
        PanelMember(id=new_id(), panel_id=panel.id, mentor_id=m.id, account_id=m.account_id) for m in mentors.values()
    )
    await tx.session.flush()
    return panel


async def assign(tx: Tx, subject: str) -> int:
    """Give every shortlisted student of the subject without a turn one, panels in turn, in a drawn order.

    Raises:
        Problem: 409 `no_panel`, `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    here = (Panel.cycle_id == cycle_id, Panel.city_id == tx.actor.city_id, Panel.subject == subject)
    panels = list(await tx.session.scalars(select(Panel).where(*here).order_by(Panel.name).with_for_update()))
    if not panels:
        raise Problem("no_panel", 409)
    counts = dict(
        (
            await tx.session.execute(
                select(Slot.panel_id, func.max(Slot.position)).join(Panel).where(*here).group_by(Slot.panel_id)
            )
        ).all()
    )
    placed = select(Slot.registration_id)
    waiting = {
        r.number: r
        for r in await tx.session.scalars(
            select(Registration).where(
                Registration.cycle_id == cycle_id,
                Registration.city_id == tx.actor.city_id,
                Registration.subject == subject,
                Registration.state == "shortlisted",
                Registration.id.not_in(placed),
            )
        )
    }
    for number in shuffled(list(waiting), str(panels[0].id)):
        panel = min(panels, key=lambda p: (counts.get(p.id, 0), p.name))
        position = counts.get(panel.id, 0) + 1
        counts[panel.id] = position
        starts_at = panel.starts_at + timedelta(minutes=panel.minutes_each * (position - 1))
        slot = Slot(
            id=new_id(),
            registration_id=waiting[number].id,
            panel_id=panel.id,
            position=position,
            starts_at=starts_at,
        )
        tx.session.add(slot)
        audit.note(tx.session, slot, Act("interview.assign"))
    await tx.session.flush()
    return len(waiting)


async def decide(tx: Tx, subject: str) -> Decided:
    """Totals and verdicts of a subject in one's city, all at once (P16).

    Raises:
        Problem: 409 `interviews_incomplete` with the numbers whose sheets are missing, `no_shortlist`,
            `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    plan = await plan_of(tx.session, cycle_id)
    places = await _places(tx, cycle_id, subject)
    rows = (
        await tx.session.execute(
            select(Registration, Slot, Seat.mark)
            .outerjoin(Slot, Slot.registration_id == Registration.id)
            .join(Seat, Seat.registration_id == Registration.id)
            .where(
                Registration.cycle_id == cycle_id,
                Registration.city_id == tx.actor.city_id,
                Registration.subject == subject,
                Registration.state == "shortlisted",
            )
            .order_by(Registration.number)
            .with_for_update(of=Registration)
        )
    ).all()
    if not rows:
        raise Problem("no_shortlist", 409)
    scales = scales_of(plan.interview.dimensions)
    sheets: dict[uuid.UUID, list[Decimal]] = {}
    ids = [slot.id for _, slot, _ in rows if slot is not None]
    for sheet in await tx.session.scalars(select(ScoreSheet).where(ScoreSheet.slot_id.in_(ids))):
        # From the scores as given, not from the rounded sum that is shown: rounded once, at the total.
        given = {code: Decimal(str(value)) for code, value in sheet.scores.items()}
        sheets.setdefault(sheet.slot_id, []).append(percent(given, scales))
    waiting = [
        r.number
        for r, slot, _ in rows
        if slot is None or (not slot.missed_reason and len(sheets.get(slot.id, ())) < plan.interview.panel_minimum)
    ]
    if waiting:
        raise Problem("interviews_incomplete", 409, missing=len(waiting), numbers=waiting[:20])
    return await _place(tx, plan, places, [(r, slot, mark) for r, slot, mark in rows if mark is not None], sheets)


async def _places(tx: Tx, cycle_id: uuid.UUID, subject: str) -> int:
    here = (SubjectPlaces.cycle_id == cycle_id, SubjectPlaces.city_id == tx.actor.city_id)
    places = await tx.session.scalar(select(SubjectPlaces.places).where(*here, SubjectPlaces.subject == subject))
    released = await tx.session.scalar(
        select(Cutoff.id).where(
            Cutoff.cycle_id == cycle_id,
            Cutoff.city_id == tx.actor.city_id,
            Cutoff.subject == subject,
            Cutoff.state == "released",
        )
    )
    if places is None or released is None:
        raise Problem("no_shortlist", 409)
    return places


async def _place(
    tx: Tx,
    plan: Plan,
    places: int,
    rows: list[tuple[Registration, Slot, Decimal]],
    sheets: dict[uuid.UUID, list[Decimal]],
) -> Decided:
    # Drawn only now, so that nobody could know which number a lot favours while scores were given.
    seed = secrets.token_hex(8)
    counts = {"selected": 0, "reserve": 0, "not_selected": 0, "missed": 0}
    entrants: list[Entrant] = []
    found: dict[str, tuple[Registration, Decimal, PanelScore]] = {}
    for registration, slot, mark in rows:
        if slot.missed_reason:
            counts["missed"] += 1
            await move(
                tx,
                FLOW,
                registration,
                "miss_interview",
                version=None,
                reason=slot.missed_reason,
                concerned=concerned(registration),
            )
            continue
        panel = panel_score(sheets[slot.id])
        sum_of = total(
            mark,
            plan.written_test.full_mark,
            panel.mean,
            plan.totals.test_weight,
            plan.totals.interview_weight,
            plan.totals.decimals,
        )
        key = str(registration.id)
        found[key] = (registration, mark, panel)
        entrants.append(Entrant(key, registration.number, sum_of, mark, registration.returning))
    totals = {e.key: e.total for e in entrants}
    placed = verdict(
        entrants,
        places,
        plan.interview.reserves_per_place,
        seed,
        returning_wins_ties=plan.totals.returning_wins_ties,
    )
    for place in placed:
        registration, mark, panel = found[place.key]
        result = Result(
            id=new_id(),
            registration_id=registration.id,
            mark=mark,
            interview=panel.mean.quantize(Decimal("0.0001")),
            spread=panel.spread.quantize(Decimal("0.0001")),
            total=totals[place.key],
            rank=place.rank,
            outcome=place.outcome,
            seed=seed,
        )
        tx.session.add(result)
        audit.note(tx.session, result, Act("interview.decide"))
        counts[place.outcome] += 1
        await move(tx, FLOW, registration, "interview", version=None)
        await move(tx, FLOW, registration, STEP[place.outcome], version=None, concerned=concerned(registration))
    await tx.session.flush()
    return Decided(**counts, seed=seed)
