"""Verbs of the training: plans, sessions, the counters of P9 and P10."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, parsed, plan_of
from miaopu.training import queries
from miaopu.training.models import Attendance, Session
from miaopu.training.queries import leads, visible_sessions
from miaopu.training.rules import Came, progress
from miaopu.training.schemas import (
    MonthCount,
    Present,
    ProgressShown,
    SessionEdit,
    SessionForm,
)


async def record_session(tx: Tx, form: SessionForm) -> Session:
    """Record a session that took place and who came; each student is asked for the log (P11).

    Raises:
        Problem: 409 `window_closed`; 422 for a session in the future, an unknown activity, another mentor's student,
            or one whose training is not active.
    """
    cycle_id = cycle_of(tx.actor)
    plan = await plan_of(tx.session, cycle_id)
    mentor = await tx.session.scalar(
        select(Nomination).where(
            Nomination.id == form.mentor_id, Nomination.cycle_id == cycle_id, leads(tx.actor.role)
        ),
        scope(tx.actor),
    )
    if mentor is None:
        raise invalid(FieldError("/mentor_id", "unknown"))
    await ask_window(tx.session, cycle_id, StageCode.TRAINING)
    if form.starts_at > clock.now():
        raise invalid(FieldError("/starts_at", "in_future"))
    if form.activity not in {a.code for a in plan.training.activities}:
        raise invalid(FieldError("/activity", "enum"))
    made = Session(
        id=new_id(),
        cycle_id=cycle_id,
        given_by=tx.actor.account_id,
        by_mentor=tx.actor.role is Role.MENTOR,
        **form.model_dump(exclude={"attendance"}),
    )
    tx.session.add(made)
    await tx.session.flush()
    await _attend(tx, made, plan, form.attendance)
    return made


async def _attend(tx: Tx, session: Session, plan: Plan, present: Sequence[Present]) -> None:
    ids = [p.enrolment_id for p in present]
    here = Enrolment.mentor_id == session.mentor_id
    enrolments = {
        e.id: e
        for e in await tx.session.scalars(
            select(Enrolment).where(
                Enrolment.id.in_(ids),
                Enrolment.state == "active",
                here | (Enrolment.co_mentor_id == session.mentor_id),
                visible_enrolments(tx.actor.role),
            ),
            scope(tx.actor),
        )
    }
    faults = [FieldError(f"/attendance/{i}/enrolment_id", "unknown") for i, k in enumerate(ids) if k not in enrolments]
    if len(set(ids)) != len(ids):
        faults.append(FieldError("/attendance", "attendance_twice"))
    if faults:
        raise invalid(*faults)
    due = log_due(plan, session.starts_at, session.minutes)
    for line in present:
        tx.session.add(
            Attendance(
                id=new_id(), session_id=session.id, enrolment_id=line.enrolment_id, mode=line.mode, log_due_at=due
            )
        )
    await tx.session.flush()
    await tell(
        tx.session,
        [enrolments[p.enrolment_id].account_id for p in present if p.mode != "absent"],
        "growth_log.due",
        thing_type="training_session",
        thing_id=session.id,
        cycle_id=session.cycle_id,
        title=session.title,
        reason=None,
    )


def log_due(plan: Plan, starts_at: datetime, minutes: int) -> datetime:
    """The end of the last local day on which a log is in time (reading on P11)."""
    ended = starts_at + timedelta(minutes=minutes)
    return plan.midnight(plan.local_day(ended) + timedelta(days=plan.growth.due_days + 1))


async def edit_session(tx: Tx, session_id: uuid.UUID, form: SessionEdit) -> Session:
    """Correct a session of one's own team; every correction stays in the trail. Raises 404, 403, 409, 422."""
    found = await load(tx, Session, visible_sessions(tx.actor.role), session_id)
    require(tx.actor, Permission.SESSION_RECORD)
    ask_version(found, form.version)
    await ask_window(tx.session, found.cycle_id, StageCode.TRAINING)
    for name, value in form.model_dump(exclude_unset=True, exclude={"version", "attendance"}).items():
        if value is not None:
            setattr(found, name, value)
    audit.note(tx.session, found, Act("training_session.edit"))
    if form.attendance is not None:
        await audit.bulk(
            tx.session,
            delete(Attendance).where(Attendance.session_id == found.id),
            action="training_session.edit_attendance",
            thing_type="training_session",
            thing_id=found.id,
            facts={"attendance": [None, {str(p.enrolment_id): p.mode for p in form.attendance}]},
        )
        await _attend(tx, found, await plan_of(tx.session, found.cycle_id), form.attendance)
    await tx.session.flush()
    return found


async def progress_shown(reads: Reads, enrolment_id: uuid.UUID) -> ProgressShown:
    """The counters of one student. Raises 404; 409 while the training has not begun."""
    rows = await reads.rows(queries.came(reads.actor.role), id=enrolment_id)
    if not rows:
        raise not_found()
    first = rows[0]
    if first["active_from"] is None:
        raise Problem("not_active_yet", 409)
    text = await reads.text(queries.plan_text(), id=first["cycle_id"])
    plan = parsed(first["plan_digest"], json.dumps(json.loads(text or "{}")["plan"]))
    found = progress(
        [
            Came(plan.local_day(r["starts_at"]), r["face_to_face"], r["on_campus"], r["by_mentor"])
            for r in rows
            if r["starts_at"] is not None
        ],
        active=plan.local_day(first["active_from"]),
        ends=plan.ends_on,
        left=plan.local_day(first["ended_at"]) if first["ended_at"] else None,
        today=plan.local_day(clock.now()),
        starts=plan.training.counting_starts,
        meetings_per_month=plan.training.meetings_per_month,
        campus_visits=plan.training.campus_visits,
    )
    return ProgressShown(
        enrolment_id=enrolment_id,
        months=[MonthCount.model_validate(m, from_attributes=True) for m in found.months],
        campus_visits=found.campus_visits,
        campus_needed=found.campus_needed,
        campus_state=found.campus_state,
        by_mentor=found.by_mentor,
        sessions=found.sessions,
    )
