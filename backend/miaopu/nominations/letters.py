"""The letter of appointment as a document (P12: 颁发导师聘书), and the address at which anybody can check it."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import String, bindparam, cast, func, select

from miaopu.core.document_data import LetterData
from miaopu.core.documents import appointment_letter
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Reader, Rows, kept
from miaopu.nominations.models import Nomination
from miaopu.nominations.queries import University, visible
from miaopu.people.acting import Reads
from miaopu.people.bundles import Bundle, declare
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import ROLE_UNIT, Role
from miaopu.programme.models import Cycle, CycleSubject
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ID, MY_CYCLE, parsed


@kept
def _facts(role: Role) -> Rows:
    return (
        select(
            Nomination.name,
            Nomination.state,
            Nomination.letter_number,
            Nomination.letter_code,
            Nomination.appointed_at,
            University.name.label("university"),
            University.name_en.label("university_en"),
            CycleSubject.name.label("subject"),
            CycleSubject.name_en.label("subject_en"),
            Cycle.plan_digest,
            cast(Cycle.plan, String).label("plan"),
        )
        .join(University, University.id == Nomination.university_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .join(
            CycleSubject,
            (CycleSubject.cycle_id == Nomination.cycle_id) & (CycleSubject.code == Nomination.subject),
        )
        .where(Nomination.id == ID, visible(role))
    )


@kept
def _units() -> Rows:
    kinds = func.string_to_array(bindparam("kinds", type_=String), ",")
    return (
        select(Unit.kind, Unit.name, Unit.name_en).where(Unit.kind == func.any(kinds), Unit.active).order_by(Unit.code)
    )


async def letter(reads: Reads, nomination_id: uuid.UUID, language: Language, public_url: str) -> tuple[str, bytes]:
    """A name for the file, and the letter as PDF.

    Raises:
        Problem: 404; 409 `wrong_state` before the appointment; 422 `document_glyph_missing`.
    """
    rows = await reads.rows(_facts(reads.actor.role), id=nomination_id)
    if not rows:
        raise not_found()
    facts = rows[0]
    if facts["state"] != "appointed":
        raise Problem("wrong_state", 409, state=facts["state"])
    plan = parsed(facts["plan_digest"], facts["plan"])
    data = LetterData(
        name=facts["name"],
        university=named(facts, "university", language),
        subject=named(facts, "subject", language),
        term=term(plan, language),
        number=facts["letter_number"],
        date=day(plan.local_day(facts["appointed_at"]), language),
        issuers=await issuers(reads, [Role(role) for role in plan.mentors.approvals], language),
        check_url=check_url(public_url, facts["letter_code"]),
        programme=plan.title.en if language == "en" else plan.title.zh,
    )
    return say(language, "letter.file", {"name": data.name}), await run_sync(appointment_letter, data, language)


def check_url(public_url: str, code: str) -> str:
    """What the QR of a letter leads to: the page on which anybody checks it."""
    return f"{public_url.rstrip('/')}/l/{code}"


async def issuers(reads: Reader, roles: Sequence[Role], language: Language) -> tuple[str, ...]:
    """The names of the organisations that stand behind a document, in the order of their roles."""
    kinds = [ROLE_UNIT[role].value for role in roles]
    rows = await reads.rows(_units(), kinds=",".join(kinds))
    return tuple(named(row, "name", language) for row in sorted(rows, key=lambda row: kinds.index(row["kind"])))


def named(facts: Any, column: str, language: Language) -> str:
    """A name in the language asked for; the Chinese one where there is no other."""
    return str((language == "en" and facts[f"{column}_en"]) or facts[column])


def term(plan: Plan, language: Language) -> str:
    """The months a cycle runs, as a letter says them."""
    return say(language, "letter.term", {"begins": plan.starts_on, "ends": plan.ends_on})


def day(value: date, language: Language) -> str:
    """A date as it is written under a document."""
    return say(language, "letter.day", {"day": value})


@kept
def _appointed(role: Role) -> Rows:
    return (
        select(Nomination.id)
        .where(Nomination.cycle_id == MY_CYCLE, Nomination.state == "appointed", visible(role))
        .order_by(Nomination.name_key, Nomination.id)
    )


# All letters of the cycle that one may see, as one ZIP.
LETTERS = declare(Bundle("letters", Permission.NOMINATION_READ, _appointed, letter))
