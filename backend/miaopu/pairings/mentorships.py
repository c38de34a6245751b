"""Who had which student from when to when: written when a student is enrolled, leaves or gets another mentor."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.pairings.changing_models import Mentorship
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx


def begin_mentorship(tx: Tx, enrolment: Enrolment, change_id: uuid.UUID | None = None) -> None:
    """From now on the student is with the enrolment's mentor."""
    tx.session.add(
        Mentorship(
            id=new_id(),
            enrolment_id=enrolment.id,
            mentor_id=enrolment.mentor_id,
            university_id=enrolment.university_id,
            started_at=clock.now(),
            change_id=change_id,
        )
    )


async def end_mentorship(tx: Tx, enrolment: Enrolment, change_id: uuid.UUID | None) -> None:
    """Until now the student was with the enrolment's mentor."""
    current = await tx.session.scalar(
        select(Mentorship).where(Mentorship.enrolment_id == enrolment.id, Mentorship.ended_at.is_(None))
    )
    if current is None:
        begun = enrolment.active_from or enrolment.state_since
        current = Mentorship(
            id=new_id(),
            enrolment_id=enrolment.id,
            mentor_id=enrolment.mentor_id,
            university_id=enrolment.university_id,
            started_at=min(begun, clock.now()),
        )
        tx.session.add(current)
    current.ended_at = clock.now()
    audit.note(tx.session, current, Act("enrolment.mentorship"))
    await tx.session.flush()
