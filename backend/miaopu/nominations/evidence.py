"""Verbs of the evidence: scanned proofs of a mentor's standing, degree and title (P6, P7).

The university brings them while the nomination is its draft, the mentor while entering the own profile.
"""

import uuid

from miaopu.core.problem import Problem
from miaopu.nominations.models import Evidence, Nomination
from miaopu.nominations.queries import visible
from miaopu.people.access import may, require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.programme import papers
from miaopu.programme.papers import PaperForm
from miaopu.programme.plan import Plan
from miaopu.programme.queries import load, plan_of

# In which state whose hands are on a nomination: who can correct it then can also prove it.
PROVES = {"draft": Permission.NOMINATION_RECOMMEND, "city_reviewed": Permission.NOMINATION_PROFILE}


async def hand_in(tx: Tx, nomination_id: uuid.UUID, kind: str, form: PaperForm) -> Evidence:
    """A proof of a kind of the plan; another one takes its place. Raises 404, 403, 409, 422 for no scan."""
    nomination = await _provable(tx, nomination_id)
    plan = await plan_of(tx.session, nomination.cycle_id)
    return await papers.hand_in(tx, Evidence, nomination.id, plan.mentors.evidence, kind, form)


async def take_back(tx: Tx, nomination_id: uuid.UUID, kind: str) -> None:
    """Take a proof out again. Raises 404, 403, 409 once the nomination or the profile was handed in."""
    nomination = await _provable(tx, nomination_id)
    await papers.take_back(tx, Evidence, nomination.id, kind)


async def ask_evidence(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    """Raises 422 `evidence_missing` with a fault for each proof that the plan requires and is not there (P7)."""
    given = await papers.kinds_of(tx, Evidence, nomination.id)
    asked = plan.mentors
    if faults := papers.missing(asked.evidence, asked.required_evidence, given, "/evidence"):
        raise Problem("evidence_missing", 422, errors=faults)


async def _provable(tx: Tx, nomination_id: uuid.UUID) -> Nomination:
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_EVIDENCE)
    permission = PROVES.get(nomination.state)
    if permission is None or not may(tx.actor.role, permission):
        raise Problem("wrong_state", 409, state=nomination.state)
    return nomination
