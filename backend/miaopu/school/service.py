"""Verbs of the school's training (P19)."""

import uuid

from sqlalchemy import delete, select

from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, ask_window, move
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import load, plan_of
from miaopu.school.models import LESSON_FLOW, Lesson, LessonStudent
from miaopu.school.queries import visible
from miaopu.school.schemas import LessonAction, LessonCorrection, LessonForm

DAY_MINUTES = 24 * 60


async def record(tx: Tx, form: LessonForm) -> Lesson:
    """A session that was given, with those of one's students who came.

    Raises:
        Problem: 409 outside the training; 422 for a time to come, an unknown kind, or somebody else's student.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.TRAINING)
    minutes = await _checked(tx, cycle_id, form)
    made = Lesson(
        id=new_id(), cycle_id=cycle_id, state="recorded", school_id=tx.actor.unit_id, city_id=tx.actor.city_id,
        teacher_account_id=tx.actor.account_id, minutes=minutes,
        **form.model_dump(include={"starts_at", "kind", "title", "line"}),
    )  # fmt: skip
    tx.session.add(made)
    await tx.session.flush()
    _add(tx, made, form)
    await tx.session.flush()
    return made


async def _checked(tx: Tx, cycle_id: uuid.UUID, form: LessonForm) -> int:
    minutes = int((form.ends_at - form.starts_at).total_seconds()) // 60
    faults: list[FieldError] = []
    if not 1 <= minutes <= DAY_MINUTES:
        faults.append(FieldError("/ends_at", "after_start"))
    if form.ends_at > clock.now():
        faults.append(FieldError("/ends_at", "in_future"))
    if form.kind not in {k.code for k in (await plan_of(tx.session, cycle_id)).school_hours.kinds}:
        faults.append(FieldError("/kind", "enum"))
    mine = select(Enrolment.id).where(Enrolment.id.in_(form.enrolment_ids), visible_enrolments(tx.actor.role))
    known = set(await tx.session.scalars(mine, scope(tx.actor)))
    faults += [FieldError(f"/enrolment_ids/{i}", "unknown") for i, k in enumerate(form.enrolment_ids) if k not in known]
    if faults:
        raise invalid(*faults)
    return minutes


def _add(tx: Tx, lesson: Lesson, form: LessonForm) -> None:
    for student in dict.fromkeys(form.enrolment_ids):
        tx.session.add(LessonStudent(id=new_id(), lesson_id=lesson.id, enrolment_id=student))


async def correct(tx: Tx, lesson_id: uuid.UUID, form: LessonCorrection) -> Lesson:
    """Put right what one recorded; it waits for the school again. Raises as `record` and `flow.move`."""
    found = await load(tx, Lesson, visible(tx.actor.role), lesson_id)
    require(tx.actor, Permission.LESSON_RECORD)
    minutes = await _checked(tx, found.cycle_id, form)
    for name, value in form.model_dump(include={"starts_at", "kind", "title", "line"}).items():
        setattr(found, name, value)
    found.minutes, found.confirmed_by = minutes, None
    await move(tx, LESSON_FLOW, found, "correct", version=form.version, reason=form.reason or None)
    await audit.bulk(
        tx.session,
        delete(LessonStudent).where(LessonStudent.lesson_id == found.id),
        action="lesson.edit_attendance",
        thing_type="lesson",
        thing_id=found.id,
        facts={"students": [None, [str(one) for one in form.enrolment_ids]]},
    )
    _add(tx, found, form)
    await tx.session.flush()
    return found


async def act(tx: Tx, lesson_id: uuid.UUID, action: LessonAction, form: Move) -> Lesson:
    """The school confirms or returns; never who gave the session. Raises as `flow.move`; 409 `own_lesson`."""
    found = await load(tx, Lesson, visible(tx.actor.role), lesson_id)
    require(tx.actor, LESSON_FLOW.permission(action))
    if found.teacher_account_id == tx.actor.account_id:
        raise Problem("own_lesson", 409)
    await move(tx, LESSON_FLOW, found, action, version=form.version, reason=form.reason)
    if action == "confirm":
        found.confirmed_by = tx.actor.account_id
        await tx.session.flush()
    await tell(
        tx.session, [found.teacher_account_id], f"lesson.{action}",
        thing_type="lesson", thing_id=found.id, cycle_id=found.cycle_id, title=found.title, reason=form.reason,
    )  # fmt: skip
    return found
