"""What a city asks former students to, and their answers (P31). Only who agreed to be asked is asked."""

import uuid

from sqlalchemy import ColumnElement, select

from miaopu.alumni.invitation_queries import visible_activities
from miaopu.alumni.models import ACTIVITY_FLOW, GUEST_FLOW, AlumniActivity, AlumniGuest
from miaopu.alumni.queries import agreed, visible_former, visible_guests
from miaopu.alumni.schemas import (
    ActivityAction,
    AlumniActivityEdit,
    AlumniActivityForm,
    GuestAction,
    GuestAnswer,
    GuestsForm,
)
from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.notices.service import holders, tell
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import ask_version, load


async def create(tx: Tx, form: AlumniActivityForm) -> AlumniActivity:
    """A draft of one's own city. Raises 409 without a cycle; 422 for a time that is over."""
    _ask_time(form)
    made = AlumniActivity(
        id=new_id(), cycle_id=cycle_of(tx.actor), state="draft", unit_id=tx.actor.unit_id, **form.model_dump()
    )
    tx.session.add(made)
    await tx.session.flush()
    return made


def _ask_time(form: AlumniActivityForm) -> None:
    if form.starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "in_the_past"))


async def edit(tx: Tx, activity_id: uuid.UUID, form: AlumniActivityEdit) -> AlumniActivity:
    """Change what is to be; who was asked is told of another time or place. Raises 404, 403, 409, 422."""
    found = await _open(tx, activity_id, form.version)
    _ask_time(form)
    moved = (found.starts_at, found.place) != (form.starts_at, form.place)
    for name, value in form.model_dump(exclude={"version"}).items():
        setattr(found, name, value)
    audit.note(tx.session, found, Act("alumni_activity.edit"))
    await tx.session.flush()
    if moved and found.state == "sent":
        await _tell_guests(tx, found, "alumni_activity.edit")
    return found


async def _open(tx: Tx, activity_id: uuid.UUID, version: int) -> AlumniActivity:
    found = await load(tx, AlumniActivity, visible_activities(tx.actor.role), activity_id)
    require(tx.actor, Permission.ALUMNI_INVITE)
    ask_version(found, version)
    if found.state == "cancelled" or found.starts_at <= clock.now():
        raise Problem("wrong_state", 409, state=found.state)
    return found


async def invite(tx: Tx, activity_id: uuid.UUID, form: GuestsForm) -> AlumniActivity:
    """Put people on the list; where it is sent already they are told at once. Nobody is asked twice.

    Raises:
        Problem: 404, 403, 409; 422 `not_agreed` for who did not agree to be asked, or is not of this city.
    """
    found = await _open(tx, activity_id, form.version)
    which: list[ColumnElement[bool]] = [visible_former(tx.actor.role), agreed()]
    if not form.everybody:
        which.append(Enrolment.id.in_(form.enrolment_ids))
    people = list(
        await tx.session.scalars(select(Enrolment).where(*which).order_by(Enrolment.active_from), scope(tx.actor))
    )
    known = {one.id for one in people}
    if not form.everybody:
        missing = [i for i, one in enumerate(form.enrolment_ids) if one not in known]
        faults = [FieldError(f"/enrolment_ids/{i}", "not_agreed") for i in missing]
        if faults:
            raise invalid(*faults)
    asked = set(await tx.session.scalars(select(AlumniGuest.account_id).where(AlumniGuest.activity_id == found.id)))
    # Of several years of training, the last.
    wanted = {one.account_id: one for one in people if one.account_id not in asked}
    for account_id, one in wanted.items():
        tx.session.add(
            AlumniGuest(
                id=new_id(), cycle_id=found.cycle_id, state="invited", activity_id=found.id, account_id=account_id,
                enrolment_id=one.id,
            )
        )  # fmt: skip
    await tx.session.flush()
    if found.state == "sent":
        await _tell(tx, found, list(wanted), "alumni_guest.created")
    return found


async def act(tx: Tx, activity_id: uuid.UUID, action: ActivityAction, form: Move) -> AlumniActivity:
    """Send or call off; those on the list are told. Raises as `flow.move`; 409 `nobody_invited`."""
    found = await load(tx, AlumniActivity, visible_activities(tx.actor.role), activity_id)
    before = found.state
    anybody = await tx.session.scalar(select(AlumniGuest.id).where(AlumniGuest.activity_id == found.id).limit(1))
    require(tx.actor, ACTIVITY_FLOW.permission(action))
    if action == "send" and anybody is None:
        raise Problem("nobody_invited", 409)
    await move(tx, ACTIVITY_FLOW, found, action, version=form.version, reason=form.reason)
    if action == "send":
        await _tell_guests(tx, found, "alumni_guest.created")
    elif before == "sent":
        await _tell_guests(tx, found, "alumni_activity.cancel", form.reason)
    return found


async def _tell_guests(tx: Tx, found: AlumniActivity, kind: str, reason: str | None = None) -> None:
    guests = await tx.session.scalars(select(AlumniGuest.account_id).where(AlumniGuest.activity_id == found.id))
    await _tell(tx, found, list(guests), kind, reason)


async def _tell(tx: Tx, found: AlumniActivity, accounts: list[uuid.UUID], kind: str, reason: str | None = None) -> None:
    await tell(
        tx.session, accounts, kind,
        thing_type="after", thing_id=None, cycle_id=found.cycle_id, title=found.title, reason=reason,
    )  # fmt: skip


async def answer(tx: Tx, guest_id: uuid.UUID, action: GuestAction, form: GuestAnswer) -> AlumniGuest:
    """Yes or no, until it begins. Raises 404, 403; 409 `too_late`, `wrong_state`, `stale`."""
    found = await load(tx, AlumniGuest, visible_guests(tx.actor.role), guest_id)
    require(tx.actor, GUEST_FLOW.permission(action))
    activity = await tx.session.get(AlumniActivity, found.activity_id)
    assert activity is not None
    if activity.state != "sent":
        raise Problem("wrong_state", 409, state=activity.state)
    if clock.now() >= activity.starts_at:
        raise Problem("too_late", 409)
    found.message = form.message
    await move(tx, GUEST_FLOW, found, action, version=form.version)
    office = await holders(tx.session, Role.CITY_OFFICE, activity.unit_id)
    await tell(
        tx.session, office, f"alumni_guest.{action}",
        thing_type="alumni_activity", thing_id=activity.id, cycle_id=activity.cycle_id, title=activity.title,
    )  # fmt: skip
    return found
