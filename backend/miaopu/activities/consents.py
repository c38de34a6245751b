"""The guardian's word on a camp or a trip: given, refused or withdrawn until it starts (P20; PIPL 15, 31)."""

import uuid

from miaopu.activities.models import CONCERNED, Activity, ActivityConsent, Participation
from miaopu.activities.queries import visible_participations
from miaopu.activities.schemas import ConsentGiven
from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.programme.queries import ask_version, load, plan_of


async def say(tx: Tx, participation_id: uuid.UUID, form: ConsentGiven, address: str) -> Participation:
    """What the guardian of one's own child says; text version, time and address are kept.

    Raises:
        Problem: 404 for another's child, 403; 409 `stale`, `wrong_state`, `too_late` once it has started.
    """
    found = await load(tx, Participation, visible_participations(tx.actor.role), participation_id)
    require(tx.actor, Permission.ACTIVITY_CONSENT)
    ask_version(found, form.version)
    activity = await tx.session.get(Activity, found.activity_id)
    student = await tx.session.get(Enrolment, found.enrolment_id)
    assert activity is not None
    assert student is not None
    if clock.now() >= activity.starts_at:
        raise Problem("too_late", 409)
    before = found.consent
    fits = (before == "given") == (form.decision == "withdrawn")
    asked = activity.needs_consent and activity.state in ("announced", "chosen") and found.state in CONCERNED
    if not fits or not asked:
        raise Problem("wrong_state", 409, state=before or found.state)
    text = (await plan_of(tx.session, found.cycle_id)).outside.consent
    tx.session.add(
        ActivityConsent(
            id=new_id(),
            participation_id=found.id,
            account_id=tx.actor.account_id,
            decision=form.decision,
            text_version=text.version,
            text={"zh": text.zh, "en": text.en},
            address=address,
        )
    )
    found.consent = form.decision
    audit.note(tx.session, found, Act(f"participation.consent_{form.decision}"))
    await tx.session.flush()
    await tell(
        tx.session,
        [student.account_id, found.put_forward_by],
        f"participation.consent_{form.decision}",
        thing_type="activity",
        thing_id=activity.id,
        cycle_id=activity.cycle_id,
        title=f"{activity.title} {student.name}",
    )
    return found
