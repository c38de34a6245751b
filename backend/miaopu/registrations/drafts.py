"""Verbs of a draft: begun, filled in, identified, judged by P13 as it is saved; mentors ranked."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import column, delete, func, or_, select, table

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.core.secrets import Vault
from miaopu.nominations.models import CHOOSABLE, Nomination
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Account, Unit
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.models import Cycle, CycleSubject
from miaopu.programme.numbers import free_number
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.programme.service import takes_part
from miaopu.registrations.models import LIVING, MentorChoice, Registration
from miaopu.registrations.queries import visible
from miaopu.registrations.rules import Standing, judge
from miaopu.registrations.schemas import (
    RegistrationEdit,
)

# Training lies right of this room: only what P5 asks of it is read.
enrolments = table("enrolments", column("registration_id"), column("state"), column("grade"))

# As many serials as five figures give.
SERIALS = 99_999
# What may be taken back, and what a table of the whole year proves.
CLEARED = ("subject", "grade", "subject_rank", "overall_rank", "year_size")
PROVED = ("subject_rank", "overall_rank", "year_size", "rank_basis")


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
        returning=await _took_part_before(tx, plan, account.id, None),
    )
    tx.session.add(registration)
    audit.note(tx.session, registration, Act("registration.create"))
    await tx.session.flush()
    return registration


async def _numbered(tx: Tx, plan: Plan, cycle_id: uuid.UUID, city_id: uuid.UUID) -> tuple[int, str]:
    """A free serial of the city, and the registration number it makes."""
    city = await tx.session.get(Unit, city_id)
    assert city is not None
    code = city.code
    return await free_number(
        tx,
        Registration,
        Registration.number,
        cycle_id,
        lambda serial: plan.number(plan.numbering.registration, serial=serial, city=code),
    )


async def look_back(tx: Tx, plan: Plan, registration: Registration) -> None:
    """Ask again, before the registration goes on, whether P5 gives its student priority: last year may have ended."""
    index = registration.identity_index
    registration.returning = await _took_part_before(tx, plan, registration.account_id, index)


async def _took_part_before(tx: Tx, plan: Plan, account_id: uuid.UUID, identity: str | None) -> bool:
    """P5: whoever stayed in a recent year's training returns, and has priority in ties; also with another account."""
    same = Registration.account_id == account_id
    if identity is not None:
        same = or_(same, Registration.identity_index == identity)
    earlier = await tx.session.scalar(
        select(func.count())
        .select_from(Registration)
        .join(enrolments, enrolments.c.registration_id == Registration.id)
        .join(Cycle, Cycle.id == Registration.cycle_id)
        .where(
            same,
            enrolments.c.state != "withdrawn",
            # The last year's grades may come after this year's registration: until then, taking part is enough.
            or_(enrolments.c.grade.is_(None), enrolments.c.grade.in_(plan.returning.grades)),
            Cycle.year < plan.year,
            Cycle.year >= plan.year - plan.returning.years,
        )
    )
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
            Registration.identity_index.in_(vault.indexes("identity", number)),
            Registration.state.in_(LIVING),
            Registration.id != registration.id,
        )
    )
    if other is not None:
        raise invalid(FieldError("/identity_number", "identity_taken"))
    registration.identity_sealed, registration.identity_index = vault.seal(number), index
    registration.birth_year = int(number[6:10])
    registration.sex = "male" if int(number[16]) % 2 else "female"
    await look_back(tx, await plan_of(tx.session, registration.cycle_id), registration)


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
