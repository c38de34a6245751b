"""Who takes part in an activity: put forward, chosen, taken (P20)."""

import uuid

from sqlalchemy import func, select

from miaopu.activities.models import PARTICIPATION_FLOW, Activity, Participation
from miaopu.activities.queries import visible, visible_participations
from miaopu.activities.schemas import (
    ChoiceBatch,
    ParticipationAction,
    PutForward,
)
from miaopu.activities.service import _meant, _own, _tell
from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Language, Problem, invalid, not_found
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.batches import BatchDone, BatchLine, batch
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import load, plan_of


async def put_forward(tx: Tx, activity_id: uuid.UUID, form: PutForward) -> list[uuid.UUID]:
    """Students put forward by their mentor or city, or by themselves where the plan lets them.

    Raises:
        Problem: 404, 403; 409 `wrong_state`, `too_late`; 422 for a student whom it is not for, or who is not seen.
    """
    found = await load(tx, Activity, visible(tx.actor.role), activity_id)
    wish = tx.actor.role is Role.STUDENT
    require(tx.actor, Permission.ACTIVITY_PUT_FORWARD)
    if wish and not (await plan_of(tx.session, found.cycle_id)).outside.own_wish:
        raise Problem("forbidden", 403, permission=Permission.ACTIVITY_PUT_FORWARD.value)
    if found.state != "announced":
        raise Problem("wrong_state", 409, state=found.state)
    if clock.now() > found.recommend_until:
        raise Problem("too_late", 409)
    wanted = list(dict.fromkeys(form.enrolment_ids))
    seen = await tx.session.scalars(
        select(Enrolment).where(
            Enrolment.id.in_(wanted), Enrolment.state == "active", visible_enrolments(tx.actor.role), *_meant(found)
        ),
        scope(tx.actor),
    )  # fmt: skip
    students = {one.id: one for one in seen}
    faults = [FieldError(f"/enrolment_ids/{i}", "unknown") for i, k in enumerate(wanted) if k not in students]
    if faults:
        raise invalid(*faults)
    made: list[uuid.UUID] = []
    for student in students.values():
        one = Participation(
            id=new_id(), cycle_id=found.cycle_id, state="proposed", activity_id=found.id, enrolment_id=student.id,
            put_forward_by=tx.actor.account_id, put_forward_as=tx.actor.role.value, reason=form.reason,
        )  # fmt: skip
        tx.session.add(one)
        made.append(one.id)
    await tx.session.flush()
    told = [a for s in students.values() for a in (s.account_id, s.guardian_account_id) if a]
    await _tell(tx, found, told, "participation.created", form.reason)
    return made


async def take(tx: Tx, activity_id: uuid.UUID, city_id: uuid.UUID) -> Activity:
    """One more of the places, and of the city's where it has its own: locks the row that owns the number.

    Raises 409 `full`.
    """
    activity = await tx.session.scalar(
        select(Activity).where(Activity.id == activity_id).with_for_update().execution_options(populate_existing=True)
    )
    if activity is None:
        raise not_found()
    if activity.taken >= activity.places:
        raise Problem("full", 409, places=activity.places, taken=activity.taken)
    limit = activity.city_places.get(str(city_id))
    if limit is not None:
        of_city = await tx.session.scalar(
            select(func.count())
            .select_from(Participation)
            .join(Enrolment, Enrolment.id == Participation.enrolment_id)
            .where(
                Participation.activity_id == activity_id, Participation.state == "chosen", Enrolment.city_id == city_id
            )
        )
        if (of_city or 0) >= limit:
            raise Problem("full", 409, places=limit, taken=of_city)
    activity.taken += 1
    audit.note(tx.session, activity, Act("activity.take_place"))
    await tx.session.flush()
    return activity


async def _give_back(tx: Tx, activity_id: uuid.UUID) -> None:
    activity = await tx.session.scalar(
        select(Activity).where(Activity.id == activity_id).with_for_update().execution_options(populate_existing=True)
    )
    assert activity is not None
    activity.taken -= 1
    audit.note(tx.session, activity, Act("activity.give_back_place"))
    await tx.session.flush()


async def decide(tx: Tx, participation_id: uuid.UUID, action: ParticipationAction, form: Move) -> Participation:
    """Choose, put on the waiting list, decline; or the student steps back. Raises as `flow.move`; 409 `full`."""
    found = await load(tx, Participation, visible_participations(tx.actor.role), participation_id)
    return await _decide(tx, found, action, form.version, form.reason)


async def _decide(tx: Tx, found: Participation, action: str, version: int | None, reason: str | None) -> Participation:
    permission = PARTICIPATION_FLOW.permission(action)
    require(tx.actor, permission)
    if action == "step_back":
        activity = await tx.session.get(Activity, found.activity_id)
        assert activity is not None
    else:
        activity = await _own(tx, found.activity_id, permission)
    if activity.state not in ("announced", "chosen") or clock.now() >= activity.starts_at:
        raise Problem("wrong_state", 409, state=activity.state)
    student = await tx.session.get(Enrolment, found.enrolment_id)
    assert student is not None
    was = found.state
    # Before the move, which would count the student among those who have the city's places already.
    if action == "choose" and PARTICIPATION_FLOW.edge(was, action):
        await take(tx, activity.id, student.city_id)
    await move(tx, PARTICIPATION_FLOW, found, action, version=version, reason=reason)
    if action != "choose" and was == "chosen":
        await _give_back(tx, activity.id)
    if action != "step_back":
        found.decision_reason = reason or ""
        await tx.session.flush()
        told = [a for a in (student.account_id, student.guardian_account_id) if a]
        await _tell(tx, activity, told, f"participation.{action}", reason)
    return found


async def decide_many(tx: Tx, form: ChoiceBatch, language: Language) -> BatchDone:
    """The same choice for many, each by itself."""
    rows = await tx.session.execute(
        select(Participation.id, Enrolment.name)
        .join(Enrolment, Enrolment.id == Participation.enrolment_id)
        .where(Participation.id.in_(form.ids))
    )
    names = {one: str(name) for one, name in rows}
    return await batch(
        tx,
        form,
        language,
        lambda one: load(tx, Participation, visible_participations(tx.actor.role), one),
        lambda one: BatchLine(id=one.id, number="", name=names[one.id]),
        lambda one: _decide(tx, one, form.action, None, form.reason),
    )
