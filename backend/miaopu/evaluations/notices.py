"""The grades of a subject on public notice (P25, P16a): by masked name where the guardian consented; put right."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.disclosures import service as disclosures
from miaopu.disclosures.models import Disclosure
from miaopu.disclosures.schemas import DisclosedLine
from miaopu.disclosures.service import Shown
from miaopu.evaluations.models import AnnualEvaluation, FinalSheet
from miaopu.evaluations.schemas import GradeCorrection
from miaopu.evaluations.service import circle
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.names import masked
from miaopu.people.permissions import Permission
from miaopu.programme.flow import move
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.registrations.models import Consent

STEP = {
    "excellent": "regrade_excellent",
    "qualified": "regrade_qualified",
    "unqualified": "regrade_unqualified",
}


async def put_up(
    tx: Tx, plan: Plan, cycle_id: uuid.UUID, subject: str, rows: Sequence[tuple[AnnualEvaluation, Enrolment]]
) -> Disclosure:
    """The list of a subject that is graded now; who gets no certificate is on no public list (P26)."""
    people = []
    for annual, enrolment in rows:
        scores = await tx.session.execute(
            select(FinalSheet.account_id, FinalSheet.score)
            .where(FinalSheet.annual_id == annual.id, FinalSheet.score.is_not(None), FinalSheet.recused_reason == "")
            .order_by(FinalSheet.account_id)
        )
        people.append(
            {
                "enrolment": str(enrolment.id),
                "number": enrolment.number,
                "scores": [{"expert": str(a), "score": str(s)} for a, s in scores.all()],
                "mean": None if annual.mean is None else str(annual.mean),
                "grade": annual.grade,
            }
        )
    final = plan.evaluations.final
    evidence = {
        "subject": subject,
        "excellent_from": str(final.excellent_from),
        "qualified_from": str(final.qualified_from),
        "people": people,
    }
    shown = await _shown(tx, plan, evidence)
    return await disclosures.disclose(tx, "final", cycle_id, subject, shown, cycle_id=cycle_id)


async def _shown(tx: Tx, plan: Plan, evidence: dict[str, Any]) -> Shown:
    certified = {uuid.UUID(p["enrolment"]): p for p in evidence["people"] if p["grade"] in plan.certificates.grades}
    rows = await tx.session.execute(
        select(Enrolment, Nomination.name, Unit.name)
        .join(Nomination, Nomination.id == Enrolment.mentor_id)
        .join(Unit, Unit.id == Enrolment.university_id)
        .where(Enrolment.id.in_(certified))
        .order_by(Enrolment.name_key, Enrolment.id)
    )
    columns, lines, unnamed = plan.public_lists.columns, [], 0
    for enrolment, mentor, university in rows.all():
        if not await _may_be_named(tx, enrolment):
            unnamed += 1
            continue
        lines.append(
            DisclosedLine(
                name=masked(enrolment.name) if "masked_name" in columns else "",
                number=enrolment.number if "number" in columns else "",
                university_name=university if "university" in columns else "",
                mentor_name=mentor if "mentor" in columns else "",
                outcome=certified[enrolment.id]["grade"],
            )
        )
    return Shown(lines, evidence, unnamed)


async def _may_be_named(tx: Tx, enrolment: Enrolment) -> bool:
    found = await tx.session.scalar(
        select(Consent.id)
        .where(
            Consent.registration_id == enrolment.registration_id,
            Consent.given_at.is_not(None),
            Consent.withdrawn_at.is_(None),
            Consent.publication,
        )
        .limit(1)
    )
    return found is not None


async def correct(tx: Tx, form: GradeCorrection) -> Disclosure:
    """Put grades right after an upheld objection, before certificates are issued; a new edition goes up.

    Raises:
        Problem: 404, 403; 409 as `ask_correction`, `correction_same`, `wrong_state` once there is a certificate;
            422 `/changes/0/number`.
    """
    require(tx.actor, Permission.OBJECTION_ANSWER)
    objection, listed = await disclosures.ask_correction(tx, form.objection_id, "final")
    evidence = {**listed.evidence, "people": [dict(p) for p in listed.evidence["people"]]}
    known = {p["number"]: p for p in evidence["people"]}
    if unknown := [i for i, change in enumerate(form.changes) if change.number not in known]:
        raise invalid(*(FieldError(f"/changes/{i}/number", "not_listed") for i in unknown))
    going = [c for c in form.changes if known[c.number]["grade"] != c.outcome]
    if not going:
        raise Problem("correction_same", 409)
    for change in going:
        person = known[change.number]
        enrolment, told = await circle(tx, uuid.UUID(person["enrolment"]))
        annual = await tx.session.scalar(
            select(AnnualEvaluation).where(AnnualEvaluation.enrolment_id == enrolment.id).with_for_update()
        )
        assert annual is not None
        person |= {"grade": change.outcome, "corrected": True}
        annual.grade = enrolment.grade = change.outcome
        await move(
            tx, ENROLMENT_FLOW, enrolment, STEP[change.outcome], version=None, reason=form.reason, concerned=told
        )
    plan = await plan_of(tx.session, listed.cycle_id)
    return await disclosures.republish(tx, listed, form.reason, await _shown(tx, plan, evidence), [objection])
