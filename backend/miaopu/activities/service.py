"""Verbs of activities: announce, put forward, choose, take attendance, report (P20)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from miaopu.activities.models import ACTIVITY_FLOW, Activity, Participation
from miaopu.activities.queries import listed, organised, visible, visible_participations
from miaopu.activities.schemas import (
    ActivityAction,
    ActivityEdit,
    ActivityForm,
    AttendanceForm,
    ReportForm,
    StudentLine,
)
from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, move
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ask_version, load, plan_of


async def create(tx: Tx, form: ActivityForm) -> Activity:
    """A draft of one's own unit. Raises 409 without a cycle; 422."""
    cycle_id = cycle_of(tx.actor)
    plan = await plan_of(tx.session, cycle_id)
    made = Activity(id=new_id(), cycle_id=cycle_id, unit_id=tx.actor.unit_id, state="draft", **_facts(plan, form))
    tx.session.add(made)
    await tx.session.flush()
    return made


def _facts(plan: Plan, form: ActivityForm) -> dict[str, object]:
    kind = next((k for k in plan.outside.kinds if k.code == form.kind), None)
    known = {s.code for s in plan.subjects}
    faults = [] if kind else [FieldError("/kind", "enum")]
    faults += [FieldError(f"/subjects/{i}", "enum") for i, code in enumerate(form.subjects) if code not in known]
    if form.ends_at <= form.starts_at:
        faults.append(FieldError("/ends_at", "after_start"))
    if form.recommend_until > form.starts_at:
        faults.append(FieldError("/recommend_until", "after_activity"))
    if kind is None or faults:
        raise invalid(*faults)
    facts = form.model_dump(exclude={"version", "cities", "city_places"})
    return {
        **facts,
        "cities": [str(city) for city in form.cities],
        "city_places": {str(city): places for city, places in form.city_places.items()},
        "needs_consent": kind.needs_consent,
    }


async def _own(tx: Tx, activity_id: uuid.UUID, permission: Permission = Permission.ACTIVITY_ORGANISE) -> Activity:
    """The activity, to be carried out by this actor, locked. Raises 404; 403 for somebody else's."""
    found = await load(tx, Activity, visible(tx.actor.role), activity_id)
    require(tx.actor, permission)
    locked = select(Activity).where(Activity.id == found.id, organised(tx.actor.role)).with_for_update()
    mine: Activity | None = (
        await tx.session.execute(locked, scope(tx.actor), execution_options={"populate_existing": True})
    ).scalar_one_or_none()
    if mine is None:
        raise Problem("forbidden", 403, permission=permission.value)
    return mine


async def edit(tx: Tx, activity_id: uuid.UUID, form: ActivityEdit) -> Activity:
    """Change what was not held yet; the kind stays once it is announced. Raises 404, 403, 409, 422."""
    found = await _own(tx, activity_id)
    ask_version(found, form.version)
    if found.state not in ("draft", "announced"):
        raise Problem("wrong_state", 409, state=found.state)
    if form.places < found.taken:
        raise Problem("full", 409, places=form.places, taken=found.taken)
    if found.state != "draft" and form.kind != found.kind:
        raise invalid(FieldError("/kind", "fixed"))
    for name, value in _facts(await plan_of(tx.session, found.cycle_id), form).items():
        setattr(found, name, value)
    audit.note(tx.session, found, Act("activity.edit"))
    await tx.session.flush()
    return found


async def act(tx: Tx, activity_id: uuid.UUID, action: ActivityAction, form: Move) -> Activity:
    """Announce, close the choice, hold or cancel; those concerned are told. Raises as `flow.move`."""
    found = await _own(tx, activity_id)
    if action == "hold" and found.starts_at > clock.now():
        raise Problem("not_started_yet", 409)
    await move(tx, ACTIVITY_FLOW, found, action, version=form.version, reason=form.reason)
    if action == "announce":
        mentors = await tx.session.scalars(
            select(Nomination.account_id)
            .join(Enrolment, Enrolment.mentor_id == Nomination.id)
            .where(Enrolment.cycle_id == found.cycle_id, Enrolment.state == "active", *_meant(found))
            .distinct()
        )
        await _tell(tx, found, [m for m in mentors if m], "activity.announce")
    elif action in ("cancel", "close_choice"):
        await _tell(tx, found, await _families(tx, found), f"activity.{action}", form.reason)
    return found


def _meant(activity: Activity) -> list[ColumnElement[bool]]:
    meant: list[ColumnElement[bool]] = []
    if activity.subjects:
        meant.append(Enrolment.subject.in_(activity.subjects))
    if activity.cities:
        meant.append(Enrolment.city_id.in_([uuid.UUID(city) for city in activity.cities]))
    return meant


async def _families(tx: Tx, activity: Activity) -> list[uuid.UUID]:
    rows = await tx.session.execute(
        select(Enrolment.account_id, Enrolment.guardian_account_id)
        .join(Participation, Participation.enrolment_id == Enrolment.id)
        .where(Participation.activity_id == activity.id, Participation.state != "withdrawn")
    )
    return [one for row in rows for one in row if one is not None]


async def _tell(
    tx: Tx, activity: Activity, accounts: Sequence[uuid.UUID], kind: str, reason: str | None = None
) -> None:
    await tell(
        tx.session, accounts, kind,
        thing_type="activity", thing_id=activity.id, cycle_id=activity.cycle_id, title=activity.title, reason=reason,
    )  # fmt: skip


async def attend(tx: Tx, activity_id: uuid.UUID, form: AttendanceForm) -> Activity:
    """Who was there on which day; only of those on the list of participants. Raises 404, 403, 409, 422."""
    found = await _own(tx, activity_id)
    ask_version(found, form.version)
    if found.state not in ("chosen", "held"):
        raise Problem("wrong_state", 409, state=found.state)
    if clock.now() < found.starts_at:
        raise Problem("not_started_yet", 409)
    plan = await plan_of(tx.session, found.cycle_id)
    first, last = plan.local_day(found.starts_at), plan.local_day(found.ends_at)
    wanted = [line.participation_id for line in form.lines]
    rows = await tx.session.scalars(
        select(Participation)
        .join(Activity, Activity.id == Participation.activity_id)
        .where(Participation.activity_id == found.id, Participation.id.in_(wanted), listed())
    )
    people = {one.id: one for one in rows}
    faults: list[FieldError] = []
    for i, line in enumerate(form.lines):
        if line.participation_id not in people:
            faults.append(FieldError(f"/lines/{i}/participation_id", "no_participant"))
        if any(not first <= day <= last for day in line.days):
            faults.append(FieldError(f"/lines/{i}/days", "outside_activity"))
    if faults:
        raise invalid(*faults)
    for line in form.lines:
        one = people[line.participation_id]
        one.days = sorted({day.isoformat() for day in line.days})
        audit.note(tx.session, one, Act("participation.attend"))
    await tx.session.flush()
    return found


async def report(tx: Tx, activity_id: uuid.UUID, form: ReportForm) -> Activity:
    """The organiser's report with its files. Raises as `flow.move`; 404 for a file that is not one's own."""
    found = await _own(tx, activity_id)
    found.report = form.report
    for file_id in form.file_ids:
        await files.claim(tx.session, file_id, tx.actor.account_id, "activity", found.id)
    await move(tx, ACTIVITY_FLOW, found, "report", version=form.version)
    return found


async def say_line(tx: Tx, participation_id: uuid.UUID, form: StudentLine) -> Participation:
    """What a student who was there says of it, in a line. Raises 404, 403, 409."""
    found = await load(tx, Participation, visible_participations(tx.actor.role), participation_id)
    require(tx.actor, Permission.ACTIVITY_WISH)
    ask_version(found, form.version)
    if not found.days:
        raise Problem("wrong_state", 409, state=found.state)
    found.student_line = form.student_line
    audit.note(tx.session, found, Act("participation.say"))
    await tx.session.flush()
    return found
