"""Verbs of registrations once they are drafts: submitted, reviewed one by one or many at once (P13)."""

import json
import uuid

from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.audit_erasing import is_erased
from miaopu.core.problem import FieldError, Language, Problem, invalid, not_found
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme import batches, papers
from miaopu.programme.batches import BatchDone, BatchLine
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.models import CycleSchool
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.commitments import commit_choices
from miaopu.registrations.drafts import look_back, verdict
from miaopu.registrations.models import FLOW, ApplicationMaterial, Consent, MentorChoice, Registration
from miaopu.registrations.queries import edits_since_return, record, visible
from miaopu.registrations.rules import net_changes
from miaopu.registrations.schemas import (
    BatchForm,
    ChangesShown,
    FieldChange,
    RegistrationAction,
    StatementForm,
)

# What changes by itself when something else does.
SILENT = ("state", "eligibility", "submitted_at", "returning", "identity_index", "birth_year", "sex", "rows")
# What a student fills in before submitting.
REQUIRED = ("subject", "grade", "entry_year", "year_size", "identity_index", "motivation")

# Where it is asked again whether P5 gives priority: the last time is when the student becomes eligible.
LOOKS_BACK = ("submit", "pass_second_review")


async def act(tx: Tx, registration_id: uuid.UUID, action: RegistrationAction, form: Move) -> Registration:
    """Take one edge. Raises as `flow.move`, and 422 for what is missing at submission."""
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, FLOW.permission(action))
    if action == "submit" and FLOW.edge(registration.state, action):
        await _ask_complete(tx, registration)
        registration.submitted_at = registration.submitted_at or clock.now()
        await commit_choices(tx.session, registration)
    if action in LOOKS_BACK and FLOW.edge(registration.state, action):
        await look_back(tx, await plan_of(tx.session, registration.cycle_id), registration)
    if action == "recommend" and FLOW.edge(registration.state, action):
        await _ask_quota(tx, registration)
    await move(
        tx, FLOW, registration, action, version=form.version, reason=form.reason, concerned=concerned(registration)
    )
    return registration


async def batch(tx: Tx, form: BatchForm, language: Language) -> BatchDone:
    """One act on many: each is done or refused by itself, as if taken alone."""
    return await batches.batch(
        tx,
        form,
        language,
        lambda one: load(tx, Registration, visible(tx.actor.role), one),
        lambda r: BatchLine(id=r.id, number=r.number or "", name=r.name),
        lambda r: act(tx, r.id, form.action, Move(version=r.version, reason=form.reason)),
    )


async def changes(reads: Reads, registration_id: uuid.UUID) -> ChangesShown:
    """What the student changed since the registration was sent back, for who reviews it again. Raises 404."""
    if await reads.text(record(reads.actor.role), id=registration_id) is None:
        raise not_found()
    rows = await reads.rows(edits_since_return(reads.actor.role), id=registration_id)
    told = [json.loads(row["changes"]) for row in rows if row["part_type"] is None]
    entries = [entry for entry in told if not is_erased(entry)]
    found = {field: pair for field, pair in net_changes(entries).items() if field not in SILENT}
    items = [
        FieldChange(field=field, before=_told(before), after=_told(after)) for field, (before, after) in found.items()
    ]
    papers = {row["part_type"] for row in rows if row["part_type"] == "application_material"}
    items += [FieldChange(field=part, before=None, after=None) for part in sorted(papers)]
    return ChangesShown(items=items)


def _told(value: object) -> str | None:
    if value is None or value == audit.CHANGED:
        return None
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def concerned(registration: Registration) -> Concerned:
    """Student and guardian own it; school, city and region take turns."""
    return Concerned(
        title=f"{registration.number} {registration.name}",
        owners=[registration.account_id, registration.guardian_account_id],
        units={
            Role.SCHOOL: registration.school_id,
            Role.CITY_OFFICE: registration.city_id,
            Role.REGION_OFFICE: None,
        },
    )


async def _ask_complete(tx: Tx, registration: Registration) -> None:
    plan = await plan_of(tx.session, registration.cycle_id)
    names = {"identity_index": "identity_number"}
    faults = [
        FieldError(f"/{names.get(name, name)}", "missing")
        for name in REQUIRED
        if getattr(registration, name) in (None, "")
    ]
    registration.eligibility = verdict(plan, registration)
    if registration.eligibility is not None and not registration.eligibility["eligible"]:
        faults += [
            FieldError(_field_of(rule["code"]), f"not_eligible_{rule['code']}", rule)
            for rule in registration.eligibility["rules"]
            if not rule["met"]
        ] or [FieldError("/overall_rank", "missing")]
    chosen = await tx.session.scalar(
        select(func.count()).select_from(MentorChoice).where(MentorChoice.registration_id == registration.id)
    )
    if (chosen or 0) < plan.choices.minimum:
        faults.append(FieldError("/choices", "too_short", {"min_length": plan.choices.minimum}))
    handed_in = await papers.kinds_of(tx, ApplicationMaterial, registration.id)
    asked = plan.application
    faults += papers.missing(asked.materials, asked.required_materials, handed_in, "/materials")
    if faults:
        raise invalid(*faults)
    if await _needs_consent(tx, plan, registration):
        raise Problem("consent_missing", 422, errors=[FieldError("/consent", "missing")])


async def _ask_quota(tx: Tx, registration: Registration) -> None:
    """Raises 409 `school_quota` when the school has recommended as many as the plan allows; its row is the lock."""
    quota = (await plan_of(tx.session, registration.cycle_id)).eligibility.school_quota
    if quota is None:
        return
    await tx.session.execute(
        select(CycleSchool.id)
        .where(CycleSchool.cycle_id == registration.cycle_id, CycleSchool.school_id == registration.school_id)
        .with_for_update()
    )
    recommended = await tx.session.scalar(
        select(func.count()).select_from(Registration).where(
            Registration.cycle_id == registration.cycle_id,
            Registration.school_id == registration.school_id,
            Registration.state.not_in(("draft", "submitted", "withdrawn", "rejected")),
        )
    )  # fmt: skip
    if (recommended or 0) >= quota:
        raise Problem("school_quota", 409, quota=quota)


def _field_of(rule: str) -> str:
    return "/overall_rank" if rule == "school_statement" else f"/{rule}"


async def _needs_consent(tx: Tx, plan: Plan, registration: Registration) -> bool:
    age = clock.now().year - (registration.birth_year or clock.now().year)
    if age > plan.consents.required_under_age:
        return False
    given = await tx.session.scalar(
        select(func.count()).select_from(Consent).where(
            Consent.registration_id == registration.id,
            Consent.given_at.is_not(None),
            Consent.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    return not given


async def state_fitness(tx: Tx, registration_id: uuid.UUID, form: StatementForm) -> Registration:
    """The school's statement for a subject without an exam. Raises 404, 403, 409."""
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, Permission.REGISTRATION_RECOMMEND)
    ask_version(registration, form.version)
    if registration.state not in ("draft", "submitted"):
        raise Problem("wrong_state", 409, state=registration.state)
    registration.school_statement = form.school_statement
    plan = await plan_of(tx.session, registration.cycle_id)
    registration.eligibility = verdict(plan, registration)
    audit.note(tx.session, registration, Act("registration.state_fitness"))
    await tx.session.flush()
    return registration
