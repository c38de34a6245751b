"""Verbs before the interviews (P16): panels, groups drawn from a seed, turns, changes by hand, invitations."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.exams.models import Seat
from miaopu.interviews.conflicts import Conflict, candidates, conflicts, panellists
from miaopu.interviews.grouping import NoPanel, Span, overlap, timetable, zigzag
from miaopu.interviews.late import add_late
from miaopu.interviews.models import InterviewRound, Panel, PanelMember, ScoreSheet, Slot
from miaopu.interviews.panels import round_of
from miaopu.interviews.schemas import AssignForm, MoveForm
from miaopu.interviews.scoring import load_slot
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import ask_version
from miaopu.registrations.models import Registration


async def assign(tx: Tx, form: AssignForm) -> int:
    """Spread the shortlisted of a subject over its panels by the balanced zig-zag, and give each a turn.

    Who came onto the shortlist since gets a turn at the end; groups that stand are not touched. With `anew` all groups
    are drawn again from a new seed, for a reason, as long as nobody was scored.

    Raises:
        Problem: 409 `no_panel`, `groups_drawn` when they stand already, `scoring_began`, `conflict_of_interest` with
            whom no panel can hear, `panels_clash`, `window_closed`, `wrong_state`.
    """
    await ask_window(tx.session, cycle_of(tx.actor), StageCode.INTERVIEW)
    found = await round_of(tx, form.subject)
    if found.state != "arranging":
        raise Problem("wrong_state", 409, state=found.state)
    here = (Panel.cycle_id == found.cycle_id, Panel.city_id == found.city_id, Panel.subject == form.subject)
    panels = {p.name: p for p in await tx.session.scalars(select(Panel).where(*here).with_for_update())}
    if not panels:
        raise Problem("no_panel", 409)
    drawn = list(await tx.session.scalars(select(Slot).join(Panel).where(*here)))
    waiting = await candidates(tx, next(iter(panels.values())))
    late = [r for r in waiting if drawn and r.id not in {s.registration_id for s in drawn}]
    if drawn and (form.anew or not late):
        await _draw_anew(tx, found, drawn, form)
        late = []
    # Drawn by pseudonym: the public data say it again without saying whose mark is whose.
    people = {r.pseudonym: r for r in (late or waiting)}
    members = await panellists(tx, [p.id for p in panels.values()])
    every = await conflicts(tx, list(people.values()), {a for of in members.values() for a in of})
    barred = {
        key: {name for name, p in panels.items() if _between(every, r.id, members[p.id])} for key, r in people.items()
    }
    if late:
        if stuck := add_late(tx, people, panels, drawn, barred):
            raise _conflict([people[key] for key in stuck])
        await tx.session.flush()
        await _ask_clashes(tx, list(panels.values()))
        return len(late)
    try:
        groups = zigzag(await _marks(tx, people), panels, found.seed, barred)
    except NoPanel as none:
        raise _conflict([people[key] for key in none.keys]) from none
    found.barred = {key: sorted(names) for key, names in sorted(barred.items()) if names}
    for name, keys in groups.items():
        panel = panels[name]
        turns = timetable(panel.starts_at, panel.minutes_each, panel.pauses(), len(keys))
        for position, (key, starts_at) in enumerate(zip(keys, turns, strict=True), start=1):
            slot = Slot(id=new_id(), registration_id=people[key].id, panel_id=panel.id, position=position)
            slot.starts_at = starts_at
            tx.session.add(slot)
            audit.note(tx.session, slot, Act("interview.assign"))
    await tx.session.flush()
    await _ask_clashes(tx, list(panels.values()))
    return len(people)


def _conflict(people: Sequence[Registration]) -> Problem:
    return Problem("conflict_of_interest", 409, numbers="、".join(sorted(r.number for r in people)))


async def _draw_anew(tx: Tx, found: InterviewRound, drawn: Sequence[Slot], form: AssignForm) -> None:
    if not form.anew:
        raise Problem("groups_drawn", 409)
    if not form.reason:
        raise Problem("reason_missing", 422, errors=[FieldError("/reason", "missing")])
    scored = await tx.session.scalar(
        select(func.count()).select_from(ScoreSheet).where(ScoreSheet.slot_id.in_([s.id for s in drawn]))
    )
    if scored:
        raise Problem("scoring_began", 409)
    found.seed = secrets.token_hex(8)
    audit.note(tx.session, found, Act("interview.draw_anew", form.reason))
    for slot in drawn:
        await tx.session.delete(slot)
    await tx.session.flush()


def _between(every: Sequence[Conflict], registration_id: uuid.UUID, members: dict[uuid.UUID, str]) -> list[Conflict]:
    return [c for c in every if c.registration_id == registration_id and c.account_id in members]


async def _marks(tx: Tx, people: dict[str, Registration]) -> dict[str, Decimal]:
    rows = await tx.session.execute(
        select(Seat.registration_id, Seat.mark).where(Seat.registration_id.in_([r.id for r in people.values()]))
    )
    marks = {row.registration_id: row.mark for row in rows}
    return {key: marks[r.id] or Decimal(0) for key, r in people.items()}


def _span(slot: Slot, panel: Panel) -> Span:
    return slot.starts_at, slot.starts_at + timedelta(minutes=panel.minutes_each)


async def _near(tx: Tx, panel: Panel) -> list[tuple[Slot, Panel, str]]:
    """Turns before panels that share a judge or a room with this one, and what they share; its own among them."""
    mine = select(PanelMember.account_id).where(PanelMember.panel_id == panel.id)
    judges = (
        await tx.session.execute(
            select(PanelMember.panel_id, Nomination.name)
            .join(Nomination, Nomination.id == PanelMember.mentor_id)
            .where(PanelMember.account_id.in_(mine), PanelMember.panel_id != panel.id)
        )
    ).all()
    shared = dict(judges)
    same_room = (Panel.address == panel.address) & (Panel.room == panel.room) & (Panel.room != "")
    rows = await tx.session.execute(
        select(Slot, Panel)
        .join(Panel, Panel.id == Slot.panel_id)
        .where(Panel.cycle_id == panel.cycle_id, or_(Panel.id == panel.id, Panel.id.in_(list(shared)), same_room))
    )
    return [(slot, other, shared.get(other.id, "")) for slot, other in rows.all()]


async def _ask_clashes(tx: Tx, panels: Sequence[Panel]) -> None:
    """Raises 409 `panels_clash` where a judge or a room of these panels is in two places at once."""
    for panel in panels:
        near = await _near(tx, panel)
        own = [(s, p) for s, p, _ in near if p.id == panel.id]
        for slot, other, judge in near:
            if other.id != panel.id and any(overlap(_span(slot, other), _span(s, p)) for s, p in own):
                raise Problem("panels_clash", 409, panel=panel.name, other=other.name, what=judge or panel.room)


async def change_turn(tx: Tx, slot_id: uuid.UUID, form: MoveForm) -> Slot:
    """Another panel or time for one student, by hand, with a reason; who was invited is told.

    Raises:
        Problem: 404, 403; 409 `stale`, `wrong_state`, `scoring_began`, `window_closed`; 422 with every clash at its
            field: `panel_busy`, `judge_busy`, `room_busy`, `in_break` at `/starts_at`, `conflict` at `/panel_id`.
    """
    slot, panel, registration = await load_slot(tx, slot_id)
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    ask_version(slot, form.version)
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    if registration.state != "shortlisted" or slot.missed_reason:
        raise Problem("wrong_state", 409, state=registration.state)
    if await tx.session.scalar(select(ScoreSheet.id).where(ScoreSheet.slot_id == slot.id).limit(1)) is not None:
        raise Problem("scoring_began", 409)
    target = await tx.session.scalar(select(Panel).where(Panel.id == form.panel_id).with_for_update())
    if target is None or (target.cycle_id, target.city_id, target.subject) != (
        panel.cycle_id, panel.city_id, panel.subject,
    ):  # fmt: skip
        raise invalid(FieldError("/panel_id", "unknown"))
    if wrong := await _clashes(tx, slot, target, registration, form.starts_at):
        raise invalid(*wrong)
    if target.id != panel.id:
        last = await tx.session.scalar(select(func.max(Slot.position)).where(Slot.panel_id == target.id))
        slot.panel_id, slot.position = target.id, (last or 0) + 1
    slot.starts_at = form.starts_at
    if slot.given == "drawn":
        slot.given = "moved"
    audit.note(tx.session, slot, Act("interview.change_turn", form.reason))
    await tx.session.flush()
    if slot.invited_at is not None:
        await _tell(tx, slot, target, registration, "interview.change_turn", form.reason)
    return slot


async def _clashes(
    tx: Tx, slot: Slot, panel: Panel, registration: Registration, starts_at: datetime
) -> list[FieldError]:
    span = (starts_at, starts_at + timedelta(minutes=panel.minutes_each))
    wrong: list[FieldError] = []
    members = (await panellists(tx, [panel.id]))[panel.id]
    if found := await conflicts(tx, [registration], members):
        wrong.append(FieldError("/panel_id", "conflict", {"name": members[found[0].account_id]}))
    if any(overlap(span, pause) for pause in panel.pauses()):
        wrong.append(FieldError("/starts_at", "in_break"))
    for other, at, judge in await _near(tx, panel):
        if other.id != slot.id and overlap(span, _span(other, at)):
            code = "panel_busy" if at.id == panel.id else "judge_busy" if judge else "room_busy"
            wrong.append(FieldError("/starts_at", code, {"name": judge or at.name}))
            break
    return wrong


async def invite(tx: Tx, subject: str) -> int:
    """Tell every student with a turn, the guardian and the panellists when and where; returns how many students.

    Raises:
        Problem: 409 `nobody_to_invite` when all have been told, `window_closed`.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    rows = (
        await tx.session.execute(
            select(Slot, Panel, Registration)
            .join(Panel, Panel.id == Slot.panel_id)
            .join(Registration, Registration.id == Slot.registration_id)
            .where(
                Panel.cycle_id == cycle_id,
                Panel.city_id == tx.actor.city_id,
                Panel.subject == subject,
                Slot.invited_at.is_(None),
                Registration.state == "shortlisted",
            )
            .order_by(Registration.number)
        )
    ).all()
    if not rows:
        raise Problem("nobody_to_invite", 409)
    panels: dict[uuid.UUID, Panel] = {}
    for slot, panel, registration in rows:
        slot.invited_at = clock.now()
        audit.note(tx.session, slot, Act("interview.invite"))
        panels[panel.id] = panel
        await _tell(tx, slot, panel, registration, "interview.invite")
    for panel_id, members in (await panellists(tx, panels)).items():
        panel = panels[panel_id]
        await tell(
            tx.session, list(members), "interview.invite", thing_type="panel", thing_id=panel.id,
            cycle_id=cycle_id, title=panel.name,
        )  # fmt: skip
    await tx.session.flush()
    return len(rows)


async def _tell(
    tx: Tx, slot: Slot, panel: Panel, registration: Registration, kind: str, reason: str | None = None
) -> None:
    accounts = [a for a in (registration.account_id, registration.guardian_account_id) if a is not None]
    await tell(
        tx.session, accounts, kind, thing_type="slot", thing_id=slot.id, cycle_id=registration.cycle_id,
        title=f"{registration.number} {panel.name}", reason=reason,
    )  # fmt: skip
