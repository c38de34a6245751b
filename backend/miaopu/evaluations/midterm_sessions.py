"""Verbs of report sessions (P23): arranged by the city, the order drawn or put by hand, held turn by turn."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.evaluations.midterm_models import SESSION_FLOW, MidtermSession, MidtermTalk
from miaopu.evaluations.midterm_queries import arranged, visible_sessions
from miaopu.evaluations.midterm_schemas import (
    FloorStep,
    RedrawForm,
    ReportSessionAction,
    ReportSessionEdit,
    ReportSessionForm,
    SlidesForm,
    TalkOrder,
)
from miaopu.exams.rules import shuffled
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import ask_version, load, plan_of

ARRANGE = Permission.MIDTERM_ARRANGE


@dataclass(frozen=True, slots=True)
class Held:
    """A session that this office holds, locked, and its turns in their order."""

    session: MidtermSession
    talks: list[MidtermTalk]


async def create(tx: Tx, form: ReportSessionForm) -> MidtermSession:
    """A session of the office's city, its order drawn at once. Raises 409 `nobody_to_report`; 422."""
    cycle_id, city_id = cycle_of(tx.actor), tx.actor.city_id
    plan = await plan_of(tx.session, cycle_id)
    if form.subject not in {s.code for s in plan.subjects}:
        raise invalid(FieldError("/subject", "enum"))
    if form.starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "in_the_past"))
    assert city_id is not None
    students = await _reporting(tx, form.subject, form.enrolment_ids)
    found = MidtermSession(
        id=new_id(), cycle_id=cycle_id, state="planned", city_id=city_id, subject=form.subject,
        starts_at=form.starts_at, place=form.place, seed=secrets.token_hex(8),
        talk_minutes=form.talk_minutes or plan.evaluations.midterm.talk_minutes,
    )  # fmt: skip
    tx.session.add(found)
    await tx.session.flush()
    drawn = shuffled([str(s.id) for s in students], found.seed)
    for position, key in enumerate(drawn, 1):
        _turn(tx, found, uuid.UUID(key), position)
    await tx.session.flush()
    await _tell(tx, found, "midterm_session.created")
    return found


def _turn(tx: Tx, found: MidtermSession, enrolment_id: uuid.UUID, position: int) -> None:
    tx.session.add(MidtermTalk(id=new_id(), session_id=found.id, enrolment_id=enrolment_id, position=position))


def _placed(besides: uuid.UUID | None) -> ColumnElement[bool]:
    """The student has a turn in a session already that was not called off."""
    found = exists().where(
        MidtermTalk.enrolment_id == Enrolment.id,
        MidtermTalk.session_id == MidtermSession.id,
        MidtermSession.state != "cancelled",
    )
    return (found.where(MidtermSession.id != besides) if besides else found).correlate(Enrolment)


async def _reporting(
    tx: Tx, subject: str, wanted: Sequence[uuid.UUID] | None, besides: uuid.UUID | None = None
) -> list[Enrolment]:
    """The city's students of a subject in training who have no turn yet: all, or those wanted, in their order."""
    rows = select(Enrolment).where(
        Enrolment.state == "active", Enrolment.subject == subject, visible_enrolments(tx.actor.role), ~_placed(besides)
    )
    found = {s.id: s for s in await tx.session.scalars(rows, scope(tx.actor))}
    if wanted is None:
        if not found:
            raise Problem("nobody_to_report", 409)
        return list(found.values())
    known = list(dict.fromkeys(wanted))
    faults = [FieldError(f"/enrolment_ids/{i}", "unknown") for i, k in enumerate(known) if k not in found]
    if faults:
        raise invalid(*faults)
    return [found[k] for k in known]


async def _held(tx: Tx, session_id: uuid.UUID) -> Held:
    """The session to change. Raises 404; 403 for another office's."""
    found = await load(tx, MidtermSession, visible_sessions(tx.actor.role), session_id)
    require(tx.actor, ARRANGE)
    locked = select(MidtermSession).where(MidtermSession.id == found.id, arranged(tx.actor.role)).with_for_update()
    mine: MidtermSession | None = (
        await tx.session.execute(locked, scope(tx.actor), execution_options={"populate_existing": True})
    ).scalar_one_or_none()
    if mine is None:
        raise Problem("forbidden", 403, permission=ARRANGE.value)
    return Held(mine, await _talks(tx, mine.id))


async def _talks(tx: Tx, session_id: uuid.UUID) -> list[MidtermTalk]:
    rows = select(MidtermTalk).where(MidtermTalk.session_id == session_id)
    return list(await tx.session.scalars(rows.order_by(MidtermTalk.position, MidtermTalk.id)))


def _ask_planned(found: MidtermSession) -> None:
    if found.state != "planned":
        raise Problem("wrong_state", 409, state=found.state)


async def edit(tx: Tx, session_id: uuid.UUID, form: ReportSessionEdit) -> MidtermSession:
    """Another time or place; all concerned are told. Raises 404, 403, 409, 422."""
    found = (await _held(tx, session_id)).session
    ask_version(found, form.version)
    _ask_planned(found)
    if form.starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "in_the_past"))
    found.starts_at, found.talk_minutes, found.place = form.starts_at, form.talk_minutes, form.place
    audit.note(tx.session, found, Act("midterm_session.edit"))
    await tx.session.flush()
    await _tell(tx, found, "midterm_session.edit")
    return found


async def draw(tx: Tx, session_id: uuid.UUID, form: RedrawForm) -> MidtermSession:
    """Draw the order again from another seed, for a reason. Raises 404, 403, 409."""
    held = await _held(tx, session_id)
    found = held.session
    ask_version(found, form.version)
    _ask_planned(found)
    found.seed, found.by_hand = secrets.token_hex(8), False
    audit.note(tx.session, found, Act("midterm_session.draw", form.reason))
    places = {k: i for i, k in enumerate(shuffled([str(t.enrolment_id) for t in held.talks], found.seed), 1)}
    for talk in held.talks:
        talk.position = places[str(talk.enrolment_id)]
    await tx.session.flush()
    return found


async def put_order(tx: Tx, session_id: uuid.UUID, form: TalkOrder) -> MidtermSession:
    """Put the order, and while nobody has talked also who talks. Raises 404, 403, 409, 422."""
    held = await _held(tx, session_id)
    found = held.session
    ask_version(found, form.version)
    if found.state not in ("planned", "running"):
        raise Problem("wrong_state", 409, state=found.state)
    wanted = list(dict.fromkeys(form.enrolment_ids))
    there = {talk.enrolment_id: talk for talk in held.talks}
    if found.state == "running":
        _ask_only_waiting(found, held.talks, wanted)
    else:
        new = [k for k in wanted if k not in there]
        await _reporting(tx, found.subject, new, found.id)
        for gone in set(there) - set(wanted):
            await tx.session.delete(there[gone])
    for position, key in enumerate(wanted, 1):
        if key in there:
            there[key].position = position
        else:
            _turn(tx, found, key, position)
    found.by_hand = True
    audit.note(tx.session, found, Act("midterm_session.order"))
    await tx.session.flush()
    return found


def _ask_only_waiting(found: MidtermSession, talks: Sequence[MidtermTalk], wanted: Sequence[uuid.UUID]) -> None:
    """Raises 422 where the order would touch who has talked, or who talks at all."""
    before = [t.enrolment_id for t in talks]
    if sorted(before) != sorted(wanted) or before[: found.current] != list(wanted[: found.current]):
        raise invalid(FieldError("/enrolment_ids", "already_talked"))


async def step(tx: Tx, session_id: uuid.UUID, form: FloorStep) -> MidtermSession:
    """The first one, the next one, and after the last one the end. Raises as `flow.move`; 409 `not_started_yet`."""
    held = await _held(tx, session_id)
    found, now = held.session, clock.now()
    last = found.current >= len(held.talks)
    if form.back:
        if found.state == "running" and found.current == 1:
            raise Problem("wrong_state", 409, state=found.state)
        action = "back"
    else:
        action = "begin" if found.state == "planned" else "end" if last else "next"
    if action == "begin":
        plan = await plan_of(tx.session, found.cycle_id)
        if plan.local_day(now) < plan.local_day(found.starts_at):
            raise Problem("not_started_yet", 409)
    was, will = found.current, found.current + (-1 if form.back else 0 if action == "end" else 1)
    await move(tx, SESSION_FLOW, found, action, version=form.version)
    found.current = will
    for talk in held.talks:
        if form.back and talk.position in (was, will):
            talk.ended_at = None
            talk.began_at = None if talk.position == was else talk.began_at
        elif talk.position == was:
            talk.ended_at = now
        elif talk.position == will:
            talk.began_at = now
    await tx.session.flush()
    return found


async def act(tx: Tx, session_id: uuid.UUID, action: ReportSessionAction, form: Move) -> MidtermSession:
    """Call a session off; all concerned are told. Raises as `flow.move`."""
    found = (await _held(tx, session_id)).session
    await move(tx, SESSION_FLOW, found, action, version=form.version, reason=form.reason)
    await _tell(tx, found, f"midterm_session.{action}", form.reason)
    return found


async def put_slides(tx: Tx, session_id: uuid.UUID, form: SlidesForm) -> MidtermTalk:
    """The student's own slides, until the session starts. Raises 404, 403; 409 `slides_closed`; 422."""
    found = await load(tx, MidtermSession, visible_sessions(tx.actor.role), session_id)
    require(tx.actor, Permission.MIDTERM_SLIDES)
    talk = await tx.session.scalar(
        select(MidtermTalk)
        .join(Enrolment, Enrolment.id == MidtermTalk.enrolment_id)
        .where(MidtermTalk.session_id == found.id, Enrolment.account_id == tx.actor.account_id)
    )
    if talk is None:
        raise not_found()
    if found.state != "planned" or clock.now() >= found.starts_at:
        raise Problem("slides_closed", 409)
    kept = await files.claim(tx.session, form.file_id, tx.actor.account_id, "midterm_talk", talk.id)
    if kept.content_type != files.PDF:
        raise invalid(FieldError("/file_id", "not_pdf"))
    talk.slides_id = kept.id
    audit.note(tx.session, talk, Act("midterm_talk.slides"))
    await tx.session.flush()
    return talk


async def _tell(tx: Tx, found: MidtermSession, kind: str, reason: str | None = None) -> None:
    """The students who talk, their guardians and guide teachers, and their mentors."""
    rows = await tx.session.execute(
        select(
            Enrolment.account_id,
            Enrolment.guardian_account_id,
            Enrolment.guide_teacher_account_id,
            Nomination.account_id,
        )
        .join(MidtermTalk, MidtermTalk.enrolment_id == Enrolment.id)
        .join(Nomination, Nomination.id == Enrolment.mentor_id)
        .where(MidtermTalk.session_id == found.id)
    )
    plan = await plan_of(tx.session, found.cycle_id)
    subject = plan.subject_name(found.subject)
    await tell(
        tx.session, [one for row in rows for one in row if one is not None], kind,
        thing_type="midterm_session", thing_id=found.id, cycle_id=found.cycle_id,
        title=f"{subject} · {found.starts_at.astimezone(plan.zone):%Y-%m-%d %H:%M} · {found.place}", reason=reason,
    )  # fmt: skip
