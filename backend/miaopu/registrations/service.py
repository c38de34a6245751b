"""Verbs of registrations: a draft, its materials, the reviews (P13)."""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, or_, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Language, Problem, invalid, say
from miaopu.core.secrets import Vault
from miaopu.nominations.models import CHOOSABLE, Nomination
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.models import Account, Unit
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleSchool, CycleSubject
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.programme.service import takes_part
from miaopu.registrations.models import FLOW, STATES, ApplicationMaterial, Consent, MentorChoice, Registration
from miaopu.registrations.queries import edits_since_return, visible
from miaopu.registrations.rules import Standing, judge, net_changes
from miaopu.registrations.schemas import (
    BatchDone,
    BatchForm,
    BatchLine,
    ChangesShown,
    FieldChange,
    RegistrationAction,
    RegistrationEdit,
    StatementForm,
)

# As many serials as five figures give.
SERIALS = 99_999
LIVING = tuple(state for state in STATES if state not in ("withdrawn", "rejected"))
# What may be taken back, and what a table of the whole year proves.
CLEARED = ("subject", "grade", "subject_rank", "overall_rank", "year_size")
PROVED = ("subject_rank", "overall_rank", "year_size", "rank_basis")
# What changes by itself when something else does.
SILENT = ("state", "eligibility", "submitted_at", "returning", "identity_index", "birth_year", "rows")
# What a student fills in before submitting.
REQUIRED = ("subject", "grade", "entry_year", "year_size", "identity_index", "motivation")


async def create(tx: Tx) -> Registration:
    """A student's draft in the present cycle. Raises 409 outside the window, for a school that takes no part, twice."""
    await ask_window(tx.session, cycle_of(tx.actor), StageCode.REGISTRATION)
    account = await tx.session.get(Account, tx.actor.account_id)
    assert account is not None
    return await begin(tx, account)


async def begin(tx: Tx, account: Account) -> Registration:
    """A draft for a student of the actor's school. Raises 409 for a school that takes no part."""
    cycle_id = cycle_of(tx.actor)
    if not await takes_part(tx, cycle_id, tx.actor.unit_id):
        raise Problem("school_not_in_cycle", 409)
    plan = await plan_of(tx.session, cycle_id)
    school = await tx.session.get(Unit, tx.actor.unit_id)
    assert school is not None
    assert school.city_id is not None
    serial, number = await _numbered(tx, plan, cycle_id, school.city_id)
    registration = Registration(
        id=new_id(),
        cycle_id=cycle_id,
        state="draft",
        serial=serial,
        number=number,
        account_id=account.id,
        school_id=school.id,
        city_id=school.city_id,
        name=account.name,
        name_key=account.name_key,
        returning=await _took_part_before(tx, cycle_id, account.id, None),
    )
    tx.session.add(registration)
    audit.note(tx.session, registration, Act("registration.create"))
    await tx.session.flush()
    return registration


async def _numbered(tx: Tx, plan: Plan, cycle_id: uuid.UUID, city_id: uuid.UUID) -> tuple[int, str]:
    """A free serial of the city, and the registration number it makes."""
    city = await tx.session.get(Unit, city_id)
    assert city is not None
    while True:
        # Random rather than counted: a number tells nobody who registered before whom, nor how many there are.
        serial = secrets.randbelow(SERIALS) + 1
        number = plan.number(plan.numbering.registration, serial=serial, city=city.code)
        taken = await tx.session.scalar(
            select(Registration.id).where(Registration.cycle_id == cycle_id, Registration.number == number)
        )
        if taken is None:
            return serial, number


async def _took_part_before(tx: Tx, cycle_id: uuid.UUID, account_id: uuid.UUID, identity: str | None) -> bool:
    """P5: who was in training in an earlier cycle returns, and has priority in ties; also with another account."""
    same = Registration.account_id == account_id
    if identity is not None:
        same = or_(same, Registration.identity_index == identity)
    earlier = await tx.session.scalar(
        select(func.count()).select_from(Registration).where(
            same, Registration.cycle_id != cycle_id, Registration.state == "enrolled"
        )
    )  # fmt: skip
    return bool(earlier)


async def edit(tx: Tx, vault: Vault, registration_id: uuid.UUID, form: RegistrationEdit) -> Registration:
    """Save a draft; the verdict by P13 is computed anew. Raises 404, 403, 409, 422."""
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, Permission.REGISTRATION_WRITE)
    ask_version(registration, form.version)
    if registration.state != "draft":
        raise Problem("wrong_state", 409, state=registration.state)
    given = form.model_dump(exclude_unset=True, exclude={"version", "choices"})
    await save(tx, vault, registration, given)
    if form.choices is not None:
        await _choose(tx, await plan_of(tx.session, registration.cycle_id), registration, form.choices)
        await tx.session.flush()
    return registration


async def save(tx: Tx, vault: Vault, registration: Registration, given: Mapping[str, Any]) -> None:
    """Put facts into a draft and judge it anew. Raises 422, for ranks that a year's table proves too."""
    plan = await plan_of(tx.session, registration.cycle_id)
    facts = {name: value for name, value in given.items() if name != "identity_number"}
    before = registration.subject
    for name, value in facts.items():
        if value is None and name not in CLEARED:
            continue
        if registration.rank_import_id is not None and name in PROVED and getattr(registration, name) != value:
            raise invalid(FieldError(f"/{name}", "ranks_proved"))
        setattr(registration, name, value)
    subject = facts.get("subject")
    if before is not None and registration.subject != before:
        # Mentors of another subject are no choices any more.
        await _drop_choices(tx, registration, [])
    if subject and await tx.session.get(CycleSubject, (registration.cycle_id, subject)) is None:
        raise invalid(FieldError("/subject", "enum"))
    if number := given.get("identity_number"):
        await _identify(tx, vault, registration, number)
    _ask_ranks(registration)
    registration.eligibility = verdict(plan, registration)
    audit.note(tx.session, registration, Act("registration.edit"))
    await tx.session.flush()


async def _identify(tx: Tx, vault: Vault, registration: Registration, number: str) -> None:
    """Who the student is: one living registration a cycle, found again over the years by a blind index."""
    index = vault.index("identity", number)
    other = await tx.session.scalar(
        select(Registration.id).where(
            Registration.cycle_id == registration.cycle_id,
            Registration.identity_index == index,
            Registration.state.in_(LIVING),
            Registration.id != registration.id,
        )
    )
    if other is not None:
        raise invalid(FieldError("/identity_number", "identity_taken"))
    registration.identity_sealed, registration.identity_index = vault.seal(number), index
    registration.birth_year = int(number[6:10])
    registration.returning = await _took_part_before(tx, registration.cycle_id, registration.account_id, index)


def _ask_ranks(registration: Registration) -> None:
    size = registration.year_size
    faults = [
        FieldError(f"/{name}", "rank_over_size", {"size": size})
        for name in ("subject_rank", "overall_rank")
        if size is not None and (getattr(registration, name) or 0) > size
    ]
    if faults:
        raise invalid(*faults)


def verdict(plan: Plan, registration: Registration) -> dict[str, Any] | None:
    """The verdict as stored and shown; None until grade and year size are known."""
    if registration.grade is None or registration.year_size is None or registration.subject is None:
        return None
    found = judge(
        Standing(
            registration.grade,
            registration.year_size,
            registration.subject_rank,
            registration.overall_rank,
            registration.school_statement,
        ),
        grades=plan.eligibility.grades,
        subject_percent=plan.eligibility.subject_rank_percent,
        overall_percent=plan.eligibility.overall_rank_percent,
        subject_has_exam=registration.subject not in plan.eligibility.subjects_without_exam,
    )
    rules = [
        {k: float(v) if k in ("reached", "limit") and v is not None else v for k, v in asdict(rule).items()}
        for rule in found.rules
    ]
    return {"eligible": found.eligible, "rules": rules}


async def _choose(tx: Tx, plan: Plan, registration: Registration, choices: list[uuid.UUID]) -> None:
    """Replace the ranked choices. Raises 422 for too many, doubles, another city or subject, no mentor."""
    if len(choices) > plan.choices.maximum:
        raise invalid(FieldError("/choices", "too_long", {"max_length": plan.choices.maximum}))
    if len(set(choices)) != len(choices):
        raise invalid(FieldError("/choices", "choice_twice"))
    mentors = {m.id: m for m in await tx.session.scalars(select(Nomination).where(Nomination.id.in_(choices)))}
    for i, mentor_id in enumerate(choices):
        mentor = mentors.get(mentor_id)
        if mentor is None or mentor.cycle_id != registration.cycle_id or mentor.state not in CHOOSABLE:
            raise invalid(FieldError(f"/choices/{i}", "choice_unknown"))
        if plan.choices.same_city_only and mentor.city_id != registration.city_id:
            raise invalid(FieldError(f"/choices/{i}", "choice_city"))
        if mentor.subject != registration.subject:
            raise invalid(FieldError(f"/choices/{i}", "choice_subject"))
    await _drop_choices(tx, registration, choices)
    tx.session.add_all(
        MentorChoice(registration_id=registration.id, rank=rank, mentor_id=mentor_id)
        for rank, mentor_id in enumerate(choices, start=1)
    )


async def _drop_choices(tx: Tx, registration: Registration, instead: list[uuid.UUID]) -> None:
    await audit.bulk(
        tx.session,
        delete(MentorChoice).where(MentorChoice.registration_id == registration.id),
        action="registration.choose",
        thing_type="registration",
        thing_id=registration.id,
        facts={"choices": [None, [str(choice) for choice in instead]]},
    )


async def act(tx: Tx, registration_id: uuid.UUID, action: RegistrationAction, form: Move) -> Registration:
    """Take one edge. Raises as `flow.move`, and 422 for what is missing at submission."""
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, FLOW.permission(action))
    if action == "submit" and FLOW.edge(registration.state, action):
        await _ask_complete(tx, registration)
        registration.submitted_at = registration.submitted_at or clock.now()
    if action == "recommend" and FLOW.edge(registration.state, action):
        await _ask_quota(tx, registration)
    await move(
        tx, FLOW, registration, action, version=form.version, reason=form.reason, concerned=concerned(registration)
    )
    return registration


async def batch(tx: Tx, form: BatchForm, language: Language) -> BatchDone:
    """One act on many: each is done or refused by itself, as if taken alone."""
    done, refused = [], []
    for registration_id in dict.fromkeys(form.ids):
        try:
            registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
        except Problem as problem:
            message = say(language, problem.code, problem.params)
            refused.append(BatchLine(id=registration_id, number="", name="", code=problem.code, message=message))
            continue
        line = BatchLine(id=registration.id, number=registration.number, name=registration.name)
        step = Move(version=registration.version, reason=form.reason)
        try:
            async with audit.attempt(tx.session, keep=not form.trial):
                await act(tx, registration_id, form.action, step)
        except Problem as problem:
            detail = say(language, f"{problem.code}_detail", problem.params)
            said = say(language, problem.code, problem.params) if detail.endswith("_detail") else detail
            refused.append(line.model_copy(update={"code": problem.code, "message": said}))
            continue
        done.append(line)
    return BatchDone(done=done, refused=refused)


async def changes(reads: Reads, registration_id: uuid.UUID) -> ChangesShown:
    """What the student changed since the registration was sent back, for who reviews it again."""
    rows = await reads.rows(edits_since_return(reads.actor.role), id=registration_id)
    entries = [json.loads(row["changes"]) for row in rows if row["part_type"] is None]
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
    handed_in = set(
        await tx.session.scalars(
            select(ApplicationMaterial.kind).where(ApplicationMaterial.registration_id == registration.id)
        )
    )
    faults += [
        FieldError(f"/materials/{kind}", "missing")
        for kind in plan.application.required_materials
        if kind not in handed_in
    ]
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
