"""Verbs of leaving and of a change of mentor: proposed, confirmed by each in any order, filed by the city."""

import uuid
from collections.abc import Sequence

from sqlalchemy import exists, select

from miaopu.core import audit, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.nominations.models import Nomination
from miaopu.notices.service import holders, tell
from miaopu.pairings.changing_models import FLOW, PlaceChange, PlaceChangeVoice
from miaopu.pairings.changing_queries import visible_changes
from miaopu.pairings.changing_schemas import ChangeAction, ChangeForm
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.pairings.reseating import ask_fits, take_effect
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ask_version, load, plan_of

STUDENT_SIDE = (Role.STUDENT, Role.GUARDIAN)


async def propose(tx: Tx, form: ChangeForm) -> PlaceChange:
    """Propose that a student leaves, or gets another mentor.

    Raises:
        Problem: 404 for a student of others; 403; 409 `stale`, `wrong_state`, `change_open` while one is under way;
            422 for a reason the plan has not, a mentor who cannot take the student, a file that is not one's own.
    """
    require(tx.actor, Permission.PLACE_CHANGE_PROPOSE)
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    if enrolment.state not in ("enrolled", "active"):
        raise Problem("wrong_state", 409, state=enrolment.state)
    # Who proposes has to be one of those it concerns: the university a change of mentor, the school a departure.
    other = Role.UNIVERSITY if form.kind == "departure" else Role.SCHOOL
    if tx.actor.role is other:
        raise Problem("forbidden", 403, permission=Permission.PLACE_CHANGE_PROPOSE.value)
    await tx.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    under_way = exists().where(
        PlaceChange.enrolment_id == enrolment.id, PlaceChange.state.in_(("proposed", "confirmed"))
    )
    if await tx.session.scalar(select(under_way)):
        raise Problem("change_open", 409)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    part = plan.leaving if form.kind == "departure" else plan.mentor_change
    if form.reason_kind not in {reason.code for reason in part.reasons}:
        raise invalid(FieldError("/reason_kind", "unknown"))
    if (form.new_mentor_id is None) is not (form.kind == "departure"):
        raise invalid(FieldError("/new_mentor_id", "missing" if form.new_mentor_id is None else "unknown"))
    mentor = await ask_fits(tx, enrolment, form.new_mentor_id) if form.new_mentor_id else None
    change = PlaceChange(
        id=new_id(),
        cycle_id=enrolment.cycle_id,
        state="proposed",
        kind=form.kind,
        enrolment_id=enrolment.id,
        old_mentor_id=enrolment.mentor_id,
        new_mentor_id=mentor.id if mentor else None,
        new_university_id=mentor.university_id if mentor else None,
        reason_kind=form.reason_kind,
        text=form.text,
        files=list(form.files),
        proposed_by=tx.actor.account_id,
        proposed_role=tx.actor.role.value,
        awaiting=awaited(plan, form.kind, tx.actor.role, enrolment),
    )
    tx.session.add(change)
    for i, file_id in enumerate(form.files):
        try:
            await files.claim(tx.session, file_id, tx.actor.account_id, "place_change", change.id)
        except Problem as strange:
            raise invalid(FieldError(f"/files/{i}", "unknown")) from strange
    audit.note(tx.session, change, Act("place_change.propose"))
    await tx.session.flush()
    await tell_circle(tx, change, enrolment, "place_change.propose")
    return change


def awaited(plan: Plan, kind: str, proposer: Role, enrolment: Enrolment) -> list[str]:
    """Who has to confirm. A guardian agrees to whatever the student proposes; a proposal is no confirmation."""
    parts: list[str] = list(plan.leaving.confirmed_by if kind == "departure" else plan.mentor_change.confirmed_by)
    if proposer is Role.STUDENT and enrolment.guardian_account_id is not None and "guardian" not in parts:
        parts.insert(0, "guardian")
    return parts


async def parts_of(tx: Tx, change: PlaceChange, enrolment: Enrolment) -> list[str]:
    """Which of the parts asked the actor speaks for."""
    role = tx.actor.role
    if role is not Role.MENTOR:
        unit = change.new_university_id == tx.actor.unit_id if role is Role.UNIVERSITY else True
        return [role.value] if unit else []
    found = []
    for part, mentor_id in (("mentor", change.old_mentor_id), ("new_mentor", change.new_mentor_id)):
        mentor = await tx.session.get(Nomination, mentor_id) if mentor_id else None
        if mentor is not None and mentor.account_id == tx.actor.account_id:
            found.append(part)
    return found


async def act(tx: Tx, change_id: uuid.UUID, action: ChangeAction, form: Move) -> PlaceChange:
    """Confirm (or be heard), refuse, take back, or file.

    Raises as `move`; 409 `not_awaited` where one has spoken or is not asked, `heard_only` where the plan only hears;
    403 for taking back what another proposed; when it is filed 409 `full`, `evaluation_under_way`.
    """
    change = await load(tx, PlaceChange, visible_changes(tx.actor.role), change_id)
    require(tx.actor, FLOW.permission(action))
    enrolment = await tx.session.get(Enrolment, change.enrolment_id)
    assert enrolment is not None
    about = Concerned(title=title_of(enrolment), owners=await circle(tx, change, enrolment))
    ask_version(change, form.version)
    if FLOW.edge(change.state, action) is None:
        raise Problem("wrong_state", 409, state=change.state, action=action)
    if action == "take_back" and change.proposed_by != tx.actor.account_id:
        raise Problem("forbidden", 403, permission=Permission.PLACE_CHANGE_PROPOSE.value)
    if action in ("confirm", "refuse"):
        await _speak(tx, change, enrolment, action, form.reason or "")
    if action == "file":
        await take_effect(tx, change, enrolment)
    # What somebody said while agreeing is kept with the voice, for who sees the record: not in the trail and notices.
    reason = None if action == "confirm" else form.reason
    await move(tx, FLOW, change, action, version=None, reason=reason, concerned=about)
    if action == "confirm" and not change.awaiting:
        ready = Concerned(about.title, about.owners, {Role.CITY_OFFICE: enrolment.city_id})
        await move(tx, FLOW, change, "complete", version=None, concerned=ready)
    await tx.session.flush()
    return change


async def _speak(tx: Tx, change: PlaceChange, enrolment: Enrolment, action: str, text: str) -> None:
    mine = [part for part in await parts_of(tx, change, enrolment) if part in change.awaiting]
    if not mine:
        raise Problem("not_awaited", 409)
    plan = await plan_of(tx.session, change.cycle_id)
    if action == "refuse" and change.kind == "mentor_change" and mine[0] in plan.mentor_change.heard:
        raise Problem("heard_only", 409)
    for part in mine:
        voice = PlaceChangeVoice(
            id=new_id(),
            change_id=change.id,
            part=part,
            account_id=tx.actor.account_id,
            agreed=action == "confirm",
            text=text,
        )
        tx.session.add(voice)
        audit.note(tx.session, voice, Act(f"place_change.{action}"))
    change.awaiting = [part for part in change.awaiting if part not in mine]


def title_of(enrolment: Enrolment) -> str:
    """What notices call it."""
    return f"{enrolment.number} {enrolment.name}"


async def circle(tx: Tx, change: PlaceChange, enrolment: Enrolment) -> Sequence[uuid.UUID | None]:
    """Everybody whom a change concerns: the family, the guide teacher, both mentors, school, university, city."""
    mentors = [m for m in (change.old_mentor_id, change.new_mentor_id) if m is not None]
    found: list[uuid.UUID | None] = [
        enrolment.account_id,
        enrolment.guardian_account_id,
        enrolment.guide_teacher_account_id,
        *await tx.session.scalars(select(Nomination.account_id).where(Nomination.id.in_(mentors))),
        *await holders(tx.session, Role.SCHOOL, enrolment.school_id),
        *await holders(tx.session, Role.CITY_OFFICE, enrolment.city_id),
    ]
    for university in {enrolment.university_id, change.new_university_id} - {None}:
        found += await holders(tx.session, Role.UNIVERSITY, university)
    return found


async def tell_circle(tx: Tx, change: PlaceChange, enrolment: Enrolment, kind: str) -> None:
    """A line in the inbox of everybody concerned but the actor."""
    from_circle = [a for a in await circle(tx, change, enrolment) if a is not None and a != tx.actor.account_id]
    await tell(
        tx.session,
        from_circle,
        kind,
        thing_type="place_change",
        thing_id=change.id,
        cycle_id=change.cycle_id,
        title=title_of(enrolment),
    )
