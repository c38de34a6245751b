"""Verbs of the growth logs (P11): write, hand in, accept or return."""

import uuid

from sqlalchemy import exists, select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.growth.models import FLOW, GrowthLog
from miaopu.growth.queries import visible
from miaopu.growth.schemas import LogAction, LogEdit, LogForm
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.training.models import Attendance, Session

# What a log says at the least.
REQUIRED = ("did", "learned")


async def create(tx: Tx, form: LogForm) -> GrowthLog:
    """A log of a session the student came to; handed in at once with `submit`.

    Raises:
        Problem: 404 for a session of others; 409 `constraint` for a second log; 422 for what is missing.
    """
    found = (
        await tx.session.execute(
            select(Attendance, Enrolment)
            .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
            .where(
                Attendance.session_id == form.session_id,
                Attendance.mode != "absent",
                Enrolment.cycle_id == cycle_of(tx.actor),
                visible_enrolments(tx.actor.role),
            ),
            scope(tx.actor),
        )
    ).first()
    if found is None:
        raise not_found()
    attendance, enrolment = found
    if enrolment.state != "active":
        raise Problem("wrong_state", 409, state=enrolment.state)
    log = GrowthLog(
        id=new_id(),
        cycle_id=enrolment.cycle_id,
        state="draft",
        enrolment_id=enrolment.id,
        session_id=form.session_id,
        due_at=attendance.log_due_at,
        **form.model_dump(include={"did", "learned", "next_steps"}),
    )
    tx.session.add(log)
    await tx.session.flush()
    if form.file_id is not None:
        await _attach(tx, log, form.file_id)
    if form.submit:
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
    for name in ("did", "learned", "next_steps"):
        value = getattr(form, name)
        if value is not None:
            setattr(log, name, value)
    audit.note(tx.session, log, Act("growth_log.edit"))
    await tx.session.flush()
    if form.file_id is not None and form.file_id != log.file_id:
        await _attach(tx, log, form.file_id)
    return log


async def _submit(tx: Tx, log: GrowthLog, version: int | None) -> None:
    plan = await plan_of(tx.session, log.cycle_id)
    faults = [FieldError(f"/{name}", "missing") for name in REQUIRED if not getattr(log, name)]
    if faults:
        raise invalid(*faults)
    if log.submitted_at is None:
        late = clock.now() >= log.due_at
        if late and not plan.growth.late_allowed:
            raise Problem("log_too_late", 409, due_at=log.due_at.isoformat())
        log.late, log.submitted_at = late, clock.now()
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
        await _submit(tx, log, form.version)
        return log
    await _ask_leave(tx, log)
    await move(
        tx,
        FLOW,
        log,
        action,
        version=form.version,
        reason=form.reason,
        concerned=await _circle(tx, log, to_mentor=False),
    )
    log.reviewed_by, log.reviewed_at, log.review = tx.actor.account_id, clock.now(), form.reason or ""
    await tx.session.flush()
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
