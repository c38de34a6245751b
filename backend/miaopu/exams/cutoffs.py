"""Verbs of cutoffs (P15): the line is computed, ties are treated as the plan says, people confirm it."""

import json
import uuid
from decimal import Decimal
from math import floor
from typing import Any

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.exams.cutoff_queries import cutoff_candidates, visible_cutoffs
from miaopu.exams.cutoff_schemas import (
    CutoffAction,
    CutoffForm,
    LineForm,
    LineWeighed,
    SchoolSides,
    SexSides,
    TiesEffect,
    TiesForm,
    TiesShown,
)
from miaopu.exams.lottery import drawn
from miaopu.exams.models import CUTOFF_FLOW, Cutoff, CutoffLot, Seat, Sitting, SubjectPlaces
from miaopu.exams.rules import Candidate, cutoff, off_ratio, reached, weigh
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, ask_window, move
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_in_force, plan_of
from miaopu.registrations.models import Registration


async def propose(tx: Tx, form: CutoffForm) -> Cutoff:
    """Compute the line of a subject in one's city from marks and places; again as long as it is not confirmed.

    Raises:
        Problem: 409 `marks_unpublished`, `places_not_split`, `wrong_state`, `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.CUTOFF)
    plan = await plan_of(tx.session, cycle_id)
    places = await tx.session.scalar(
        select(SubjectPlaces.places).where(
            SubjectPlaces.cycle_id == cycle_id,
            SubjectPlaces.city_id == tx.actor.city_id,
            SubjectPlaces.subject == form.subject,
        )
    )
    if places is None:
        raise Problem("places_not_split", 409)
    published = await tx.session.scalar(
        select(Sitting.published_at).where(
            Sitting.cycle_id == cycle_id, Sitting.city_id == tx.actor.city_id, Sitting.subject == form.subject
        )
    )
    if published is None:
        raise Problem("marks_unpublished", 409)
    assert tx.actor.city_id is not None
    candidates = await _candidates(tx, plan, cycle_id, tx.actor.city_id, form.subject)
    row = await tx.session.scalar(
        select(Cutoff).where(
            Cutoff.cycle_id == cycle_id, Cutoff.city_id == tx.actor.city_id, Cutoff.subject == form.subject
        )
    )
    if row is None:
        row = Cutoff(id=new_id(), cycle_id=cycle_id, state="proposed", city_id=tx.actor.city_id, subject=form.subject)
        tx.session.add(row)
    else:
        ask_open(row)
    row.places, row.candidates = places, len(candidates)
    row.ties = plan.cutoff.ties
    line = cutoff(candidates, places, plan.cutoff.ratio, "all_in" if row.ties == "lottery" else row.ties)
    row.computed_line = row.line = line.mark
    row.reason = ""
    count(plan, row, len(line.reached))
    audit.note(tx.session, row, Act("cutoff.propose"))
    await tx.session.flush()
    return row


def ask_open(row: Cutoff) -> None:
    """Raises 409 when the line is confirmed, or a lottery's pool has been published for it."""
    if row.state != "proposed":
        raise Problem("wrong_state", 409, state=row.state)
    if row.draws_at is not None:
        raise Problem("draw_announced", 409)


async def candidates_of(tx: Tx, plan: Plan, row: Cutoff) -> list[Candidate]:
    """Who sat the test of a line's subject and city, and waits for it."""
    return await _candidates(tx, plan, row.cycle_id, row.city_id, row.subject)


async def _candidates(tx: Tx, plan: Plan, cycle_id: uuid.UUID, city_id: uuid.UUID, subject: str) -> list[Candidate]:
    rows = await tx.session.execute(
        select(Registration.id, Seat.mark, Seat.parts, Registration.returning)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(
            Registration.cycle_id == cycle_id,
            Registration.city_id == city_id,
            Registration.subject == subject,
            Registration.state == "tested",
        )
    )
    return [Candidate(str(r.id), r.mark, r.returning, ladder(plan, r.parts)) for r in rows]


def ladder(plan: Plan, parts: Any) -> tuple[Decimal, ...]:
    """The marks of parts in the order in which the plan breaks ties by them."""
    return tuple(Decimal(str((parts or {}).get(code, 0))) for code in plan.cutoff.ladder)


def count(plan: Plan, row: Cutoff, reaching: int) -> None:
    """How many are in, and whether that leaves the band around the ratio (soft)."""
    row.reaching = reaching
    row.off_ratio = off_ratio(reaching, row.places, plan.cutoff.warn_below, plan.cutoff.warn_above)


async def admitted(tx: Tx, plan: Plan, row: Cutoff) -> tuple[str, ...]:
    """Who is in by a line as it stands.

    Raises:
        Problem: 409 `draw_missing` while a lottery is not drawn; `line_outdated` when a mark was corrected since.
    """
    candidates = await candidates_of(tx, plan, row)
    if cutoff(candidates, row.places, plan.cutoff.ratio).mark != row.computed_line:
        raise Problem("line_outdated", 409, subject=row.subject)
    if row.line is None:
        return ()
    if row.line != row.computed_line:
        return reached(candidates, row.line)
    order: list[str] = []
    if row.ties == "lottery" and len(cutoff(candidates, row.places, plan.cutoff.ratio).reached) > floor(
        plan.cutoff.ratio * row.places
    ):
        if row.draw_value is None:
            raise Problem("draw_missing", 409)
        order = await drawn_order(tx, row)
    return cutoff(candidates, row.places, plan.cutoff.ratio, row.ties, order).reached


async def drawn_order(tx: Tx, row: Cutoff) -> list[str]:
    """The pool of a lottery in the order in which it was drawn (RFC 3797)."""
    pool = (
        await tx.session.execute(
            select(CutoffLot.registration_id).where(CutoffLot.cutoff_id == row.id).order_by(CutoffLot.lot)
        )
    ).scalars()
    return [str(one) for one in drawn(list(pool), row.draw_value or "")]


async def ties_shown(reads: Reads, cutoff_id: uuid.UUID) -> TiesShown:
    """What each way to treat a tie at the computed line would mean, before one is chosen. Raises 404."""
    rows = await reads.rows(cutoff_candidates(reads.actor.role), id=cutoff_id)
    if not rows:
        raise not_found("cutoff")
    plan = await plan_in_force(reads)
    found = [
        Candidate(str(r["id"]), r["mark"], r["returning"], ladder(plan, json.loads(r["parts"] or "{}"))) for r in rows
    ]
    places, wanted = rows[0]["places"], floor(plan.cutoff.ratio * rows[0]["places"])
    everybody = len(cutoff(found, places, plan.cutoff.ratio).reached)
    items = []
    for policy in dict.fromkeys((plan.cutoff.ties, *plan.cutoff.ties_offered)):
        draws = policy == "lottery"
        inside = min(everybody, wanted) if draws else len(cutoff(found, places, plan.cutoff.ratio, policy).reached)
        items.append(
            TiesEffect(
                ties=policy,
                by_plan=policy == plan.cutoff.ties,
                reaching=inside,
                left_out=everybody - inside,
                needs_draw=draws and everybody > wanted,
            )
        )
    return TiesShown(wanted=wanted, items=items)


async def set_ties(tx: Tx, cutoff_id: uuid.UUID, form: TiesForm) -> Cutoff:
    """The region chooses another of the plan's ways to treat a tie, with a reason. Raises 404, 403, 409, 422."""
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    ask_version(row, form.version)
    await ask_window(tx.session, row.cycle_id, StageCode.CUTOFF)
    ask_open(row)
    plan = await plan_of(tx.session, row.cycle_id)
    if form.ties not in (plan.cutoff.ties, *plan.cutoff.ties_offered):
        raise invalid(FieldError("/ties", "enum"))
    candidates = await candidates_of(tx, plan, row)
    row.ties, row.line, row.reason = form.ties, row.computed_line, form.reason
    if form.ties == "lottery":
        everybody = len(cutoff(candidates, row.places, plan.cutoff.ratio).reached)
        count(plan, row, min(everybody, floor(plan.cutoff.ratio * row.places)))
    else:
        count(plan, row, len(cutoff(candidates, row.places, plan.cutoff.ratio, form.ties).reached))
    audit.note(tx.session, row, Act("cutoff.set_ties", form.reason))
    await tx.session.flush()
    return row


async def weigh_line(reads: Reads, cutoff_id: uuid.UUID, line: Decimal) -> LineWeighed:
    """What a line would mean for a subject of a city. Raises 404."""
    rows = await reads.rows(cutoff_candidates(reads.actor.role), id=cutoff_id)
    if not rows:
        raise not_found("cutoff")
    plan = await plan_in_force(reads)
    candidates = [Candidate(str(row["id"]), row["mark"], row["returning"]) for row in rows]
    found = weigh(
        candidates,
        {str(row["id"]): row["school_name"] for row in rows},
        {str(row["id"]): row["sex"] or "unknown" for row in rows},
        line,
    )
    places = rows[0]["places"]
    schools = [
        SchoolSides(school_name=name, above=above, below=below)
        for name, (above, below) in sorted(found.schools.items(), key=lambda item: (-item[1][0], item[0]))
    ]
    sexes = [
        SexSides(sex=sex, above=found.sexes[sex][0], below=found.sexes[sex][1])
        for sex in ("female", "male", "unknown")
        if sex in found.sexes
    ]
    return LineWeighed(
        line=line,
        reaching=found.reaching,
        ratio=round(Decimal(found.reaching) / places, 2) if places else None,
        off_ratio=off_ratio(found.reaching, places, plan.cutoff.warn_below, plan.cutoff.warn_above),
        at_line=found.at_line,
        returning_at_line=found.returning_at_line,
        schools=schools,
        sexes=sexes,
    )


async def set_line(tx: Tx, cutoff_id: uuid.UUID, form: LineForm) -> Cutoff:
    """The region sets another line, with its reason. Raises 404, 403, 409; 422 for a line above the full mark."""
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    require(tx.actor, Permission.CUTOFF_CONFIRM)
    ask_version(row, form.version)
    ask_open(row)
    plan = await plan_of(tx.session, row.cycle_id)
    if form.line > plan.written_test.full_mark:
        raise invalid(FieldError("/line", "less_than_equal", {"le": plan.written_test.full_mark}))
    candidates = await candidates_of(tx, plan, row)
    row.line, row.reason = form.line, form.reason
    count(plan, row, len(reached(candidates, form.line)))
    audit.note(tx.session, row, Act("cutoff.set_line", form.reason))
    await tx.session.flush()
    return row


async def act(tx: Tx, cutoff_id: uuid.UUID, action: CutoffAction, form: Move) -> Cutoff:
    """The region confirms the line, quietly: nobody else learns of it before the release; or opens it again.

    Raises as `move`, and 409 as `admitted`.
    """
    row = await load(tx, Cutoff, visible_cutoffs(tx.actor.role), cutoff_id)
    await move(tx, CUTOFF_FLOW, row, action, version=form.version, reason=form.reason, concerned=None)
    if action == "reopen":
        row.confirmed_at = row.confirmed_by = None
    else:
        plan = await plan_of(tx.session, row.cycle_id)
        count(plan, row, len(await admitted(tx, plan, row)))
        row.confirmed_at, row.confirmed_by = clock.now(), tx.actor.account_id
    await tx.session.flush()
    return row
