"""Verbs of the growth logs (P11): write, hand in, accept or return."""

import uuid

from sqlalchemy import exists, select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.growth.drafts import ask_draft, current, take_photos, written
from miaopu.growth.models import FLOW, GrowthDraft, GrowthLog
from miaopu.growth.queries import TEXTS, visible
from miaopu.growth.schemas import LogAction, LogEdit, LogForm
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.numbers import free_number
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.training.models import Session


async def hand_in(tx: Tx, form: LogForm) -> GrowthLog:
    """A log of a session the student came to, for the first time or after it was returned; it takes the draft away.

    Raises:
        Problem: 404 for a session of others; 409 `log_handed_in`, `stale` with what another device saved; 422 for
            what is missing.
    """
    at = await written(tx, form.session_id)
    if at.draft is not None:
        await ask_draft(tx, at, form.draft_version)
    log = at.log
    if log is not None and log.version != form.version:
        raise Problem("stale", 409, current=await current(tx, at))
    if log is None:
        log = GrowthLog(
            id=new_id(),
            cycle_id=at.enrolment.cycle_id,
            state="draft",
            enrolment_id=at.enrolment.id,
            session_id=form.session_id,
            photos=[],
            due_at=at.attendance.log_due_at,
        )
        tx.session.add(log)
    await take_photos(tx, at, form.photos, "growth_log", log.id)
    for name in TEXTS:
        setattr(log, name, getattr(form, name))
    log.photos = form.photos
    if at.draft is not None:
        audit.note(tx.session, at.draft, Act("growth_draft.hand_in"))
        await tx.session.delete(at.draft)
    await _say_all(tx, log)
    if at.log is not None:
        audit.note(tx.session, log, Act("growth_log.edit"))
    await tx.session.flush()
    if form.file_id is not None and form.file_id != log.file_id:
        await _attach(tx, log, form.file_id)
    await _submit(tx, log, None)
    return log


async def _attach(tx: Tx, log: GrowthLog, file_id: uuid.UUID) -> None:
    await files.claim(tx.session, file_id, tx.actor.account_id, "growth_log", log.id)
    log.file_id = file_id
    audit.note(tx.session, log, Act("growth_log.attach"))
    await tx.session.flush()


async def edit(tx: Tx, log_id: uuid.UUID, form: LogEdit) -> GrowthLog:
    """Save a draft, or what was returned. Raises 404, 403, 409."""
    log = await load(tx, GrowthLog, visible(tx.actor.role), log_id)
    require(tx.actor, Permission.GROWTH_WRITE)
    ask_version(log, form.version)
    if log.state not in ("draft", "returned"):
        raise Problem("wrong_state", 409, state=log.state)
    await _ask_no_draft(tx, log)
    for name in TEXTS:
        value = getattr(form, name)
        if value is not None:
            setattr(log, name, value)
    audit.note(tx.session, log, Act("growth_log.edit"))
    await tx.session.flush()
    if form.file_id is not None and form.file_id != log.file_id:
        await _attach(tx, log, form.file_id)
    return log


async def _ask_no_draft(tx: Tx, log: GrowthLog) -> None:
    """Raises 409 where a newer text of the log waits in a draft, which would be left behind."""
    begun = exists().where(GrowthDraft.enrolment_id == log.enrolment_id, GrowthDraft.session_id == log.session_id)
    if await tx.session.scalar(select(begun)):
        raise Problem("draft_elsewhere", 409)


async def _say_all(tx: Tx, log: GrowthLog) -> None:
    """Raises 422 where the log does not say what the plan asks."""
    asked = (await plan_of(tx.session, log.cycle_id)).growth
    silent = [name for name in asked.required if not getattr(log, name)]
    faults = [FieldError(f"/{name}", "missing") for name in silent]
    if asked.one_of and not any(getattr(log, name) for name in asked.one_of):
        faults += [FieldError(f"/{name}", "one_of") for name in asked.one_of]
    if faults:
        raise invalid(*faults)


async def _submit(tx: Tx, log: GrowthLog, version: int | None) -> None:
    plan = await plan_of(tx.session, log.cycle_id)
    if log.submitted_at is None:
        late = clock.now() >= log.due_at
        if late and not plan.growth.late_allowed:
            raise Problem("log_too_late", 409, due_at=log.due_at.isoformat())
        log.late, log.submitted_at = late, clock.now()
    if log.receipt_number is None:
        _, log.receipt_number = await free_number(
            tx,
            GrowthLog,
            GrowthLog.receipt_number,
            log.cycle_id,
            lambda serial: plan.number(plan.numbering.growth_log, serial=serial),
        )
    await move(tx, FLOW, log, "submit", version=version, concerned=await _circle(tx, log, to_mentor=True))


async def _circle(tx: Tx, log: GrowthLog, *, to_mentor: bool) -> Concerned:
    enrolment = await tx.session.get(Enrolment, log.enrolment_id)
    session = await tx.session.get(Session, log.session_id)
    assert enrolment is not None
    mentor = await tx.session.get(Nomination, enrolment.mentor_id) if to_mentor else None
    owners = [mentor.account_id if mentor else enrolment.account_id]
    return Concerned(title=f"{enrolment.name} · {session.title if session else ''}", owners=owners)


async def act(tx: Tx, log_id: uuid.UUID, action: LogAction, form: Move) -> GrowthLog:
    """Hand in, accept or return. A team member reviews by the mentor's leave. Raises as `flow.move`."""
    log = await load(tx, GrowthLog, visible(tx.actor.role), log_id)
    require(tx.actor, FLOW.permission(action))
    if action == "submit":
        ask_version(log, form.version)
        if FLOW.edge(log.state, action) is None:
            raise Problem("wrong_state", 409, state=log.state, action=action)
        await _ask_no_draft(tx, log)
        await _say_all(tx, log)
        await _submit(tx, log, form.version)
        return log
    await _ask_leave(tx, log)
    log.reviewed_by, log.reviewed_at, log.review = tx.actor.account_id, clock.now(), form.reason or ""
    await move(
        tx,
        FLOW,
        log,
        action,
        version=form.version,
        reason=form.reason,
        concerned=await _circle(tx, log, to_mentor=False),
    )
    return log


async def _ask_leave(tx: Tx, log: GrowthLog) -> None:
    plan = await plan_of(tx.session, log.cycle_id)
    if tx.actor.role.value not in plan.growth.reviewers:
        raise Problem("forbidden", 403, permission=Permission.GROWTH_REVIEW.value)
    if tx.actor.role is not Role.TEAM_MEMBER:
        return
    leave = await tx.session.scalar(
        select(
            exists().where(
                Enrolment.id == log.enrolment_id,
                TeamMember.nomination_id == Enrolment.mentor_id,
                TeamMember.account_id == tx.actor.account_id,
                TeamMember.may_review,
            )
        )
    )
    if not leave:
        raise Problem("no_leave_to_review", 403)
