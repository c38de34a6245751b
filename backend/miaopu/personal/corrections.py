"""Putting one's own data right (PIPL 46): asked by the family, answered by the school or the city, all in the trail."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.notices.service import tell
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Membership
from miaopu.people.permissions import Permission
from miaopu.personal.models import Correction
from miaopu.personal.queries import visible_corrections
from miaopu.personal.schemas import CorrectionAnswer, CorrectionForm
from miaopu.programme.queries import ask_version, load
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible


async def ask(tx: Tx, form: CorrectionForm) -> Correction:
    """Say what is wrong with one's own registration, or a child's. Raises 404, 403; 409 while the last one waits."""
    registration = await load(tx, Registration, visible(tx.actor.role), form.registration_id)
    require(tx.actor, Permission.CORRECTION_ASK)
    # One after the other: the row of the registration is what they wait at.
    await tx.session.refresh(registration, with_for_update=True)
    waiting = select(Correction.id).where(
        Correction.registration_id == registration.id,
        Correction.field == form.field,
        Correction.answered_at.is_(None),
    )
    if await tx.session.scalar(waiting) is not None:
        raise Problem("correction_waits", 409)
    made = Correction(
        id=new_id(), registration_id=registration.id, asked_by=tx.actor.account_id, field=form.field, text=form.text
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("correction.ask"))
    await tx.session.flush()
    offices = await tx.session.scalars(
        select(Membership.account_id).where(
            Membership.unit_id == registration.school_id, Membership.role == "school", Membership.ended_at.is_(None)
        )
    )
    await _tell(tx, registration, list(offices), "correction.ask")
    return made


async def answer(tx: Tx, correction_id: uuid.UUID, form: CorrectionAnswer) -> Correction:
    """Say whether it was put right, and how, or why not. Raises 404, 403; 409 `stale`, `wrong_state`."""
    found = await load(tx, Correction, visible_corrections(tx.actor.role), correction_id)
    require(tx.actor, Permission.CORRECTION_ANSWER)
    ask_version(found, form.version)
    if found.answered_at is not None:
        raise Problem("wrong_state", 409, state="answered")
    registration = await tx.session.get(Registration, found.registration_id)
    if registration is None:
        raise not_found()
    found.granted, found.answer = form.granted, form.answer
    found.answered_by, found.answered_at = tx.actor.account_id, clock.now()
    audit.note(tx.session, found, Act("correction.answer"))
    await tx.session.flush()
    await _tell(tx, registration, [found.asked_by], "correction.answer")
    return found


async def _tell(tx: Tx, registration: Registration, accounts: list[uuid.UUID], kind: str) -> None:
    await tell(
        tx.session,
        accounts,
        kind,
        thing_type="registration",
        thing_id=registration.id,
        cycle_id=registration.cycle_id,
        title=registration.number,
    )
