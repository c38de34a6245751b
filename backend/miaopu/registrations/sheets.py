"""Workbooks of a school: its students who register, and the rank table of a whole year group (P13)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid, say
from miaopu.imports.kinds import Became, Column, Kind, Option, Work, declare, subjects
from miaopu.people.access import Permission, Role
from miaopu.people.acting import cycle_of
from miaopu.people.identity import Identity
from miaopu.people.names import PersonName
from miaopu.people.service import found_person
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import Plan, StageCode
from miaopu.registrations.drafts import LIVING, begin, save, verdict
from miaopu.registrations.models import Registration
from miaopu.registrations.rules import competition_ranks

Rank = Annotated[int, Field(ge=1, le=100_000)]


def grades(plan: Plan) -> list[Option]:
    """The grades that may register."""
    return [
        Option(str(grade), str(grade), str(grade), tuple(say("zh-CN", f"choice.grade.{grade}", {}).split()))
        for grade in plan.eligibility.grades
    ]


class StudentRow(BaseModel):
    """One student whom the school puts forward; no field beyond those of a registration."""

    name: PersonName
    identity_number: Identity
    subject: str
    grade: int
    entry_year: int = Field(ge=2000, le=2200)
    year_size: Rank
    subject_rank: Rank | None = None
    overall_rank: Rank | None = None
    rank_basis: Annotated[str, StringConstraints(max_length=200)] = ""


def _student_columns(plan: Plan) -> Sequence[Column]:
    return (
        Column("name", required=True, example="那日苏"),
        Column("identity_number", required=True, example="990101200805051239"),
        Column("subject", required=True, options=subjects),
        Column("grade", required=True, options=grades),
        Column("entry_year", required=True, example=str(plan.year - 1)),
        Column("year_size", required=True, example="340"),
        Column("subject_rank", example="12"),
        Column("overall_rank", example="20"),
        Column("rank_basis", example="期中考试"),
    )


async def enter_student(work: Work, row: StudentRow) -> Became:
    """A student's account and draft, or another try at a draft. Raises as the verbs of registrations."""
    tx = work.tx
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.REGISTRATION)
    index = work.vault.index("identity", row.identity_number)
    found = await tx.session.scalar(
        select(Registration).where(
            Registration.cycle_id == cycle_id, Registration.identity_index == index, Registration.state.in_(LIVING)
        )
    )
    if found is None:
        account = await found_person(tx, tx.actor.unit_id, Role.STUDENT, row.name, demo=work.demo)
        registration = await begin(tx, account)
        await save(tx, work.vault, registration, row.model_dump())
        return "new"
    if found.school_id != tx.actor.unit_id:
        raise invalid(FieldError("/identity_number", "identity_taken"))
    given = row.model_dump(exclude={"identity_number", "name"}, exclude_unset=True)
    if found.name == row.name and all(getattr(found, name) == value for name, value in given.items()):
        return "same"
    if found.name != row.name:
        raise invalid(FieldError("/name", "other_name", {"name": found.name}))
    if found.state != "draft":
        raise invalid(FieldError("", "not_draft"))
    await save(tx, work.vault, found, given)
    return "changed"


STUDENTS = declare(
    Kind(
        code="students",
        permission=Permission.REGISTRATION_RECOMMEND,
        columns=_student_columns,
        row=StudentRow,
        enter=enter_student,
        key=("identity_number",),
    )
)

Mark = Annotated[Decimal, Field(ge=0, le=10_000)]


class RankRow(BaseModel, extra="allow"):
    """One line of a year group's table: a student's marks, whoever of the year it is."""

    name: PersonName
    identity_number: Identity | None = None
    total: Mark
    __pydantic_extra__: dict[str, Mark] = Field(init=False)


def _rank_columns(plan: Plan) -> Sequence[Column]:
    return (
        Column("name", required=True, example="那日苏"),
        Column("identity_number", example="990101200805051239"),
        Column("total", required=True, example="689.5"),
        *(Column(s.code, header=Option(s.code, s.zh, s.en), example="141") for s in plan.subjects),
    )


async def prove_ranks(work: Work, rows: Sequence[tuple[int, RankRow]]) -> Mapping[str, int]:
    """The ranks of the school's registered students among the whole year, computed (P13); the file is the proof.

    Equal marks share a rank. A student is found by identity number, else by a name that is there once.
    Raises 422 where the table names nobody who is registered.
    """
    tx = work.tx
    ours = list(
        await tx.session.scalars(
            select(Registration).where(
                Registration.cycle_id == cycle_of(tx.actor),
                Registration.school_id == tx.actor.unit_id,
                Registration.state.in_(("draft", "submitted")),
            )
        )
    )
    overall = competition_ranks([row.total for _, row in rows])
    places = _places(work, [row for _, row in rows])
    counts = {"new": 0, "changed": 0, "same": 0}
    for registration in ours:
        at = places.get(registration.identity_index or "") or places.get(registration.name)
        if at is None:
            continue
        subject_rank = _subject_rank(rows, at - 1, registration.subject)
        facts = {
            "year_size": len(rows),
            "overall_rank": overall[at - 1],
            "subject_rank": subject_rank,
            "rank_basis": work.source[:200],
            "rank_import_id": work.import_id,
        }
        if all(getattr(registration, name) == value for name, value in facts.items()):
            counts["same"] += 1
            continue
        for name, value in facts.items():
            setattr(registration, name, value)
        registration.eligibility = verdict(work.plan, registration)
        audit.note(tx.session, registration, Act("registration.prove_ranks"))
        counts["changed"] += 1
    if sum(counts.values()) == 0:
        raise Problem("ranks_nobody", 422)
    await tx.session.flush()
    return counts


def _places(work: Work, rows: Sequence[RankRow]) -> dict[str, int]:
    """Line (from 1) by the index of the identity number, and by names that are there once."""
    found: dict[str, int] = {}
    twice = set()
    for at, row in enumerate(rows, 1):
        if row.identity_number:
            found[work.vault.index("identity", row.identity_number)] = at
        if row.name in found:
            twice.add(row.name)
        found[row.name] = at
    return {key: at for key, at in found.items() if key not in twice}


def _subject_rank(rows: Sequence[tuple[int, RankRow]], at: int, subject: str | None) -> int | None:
    """The rank by the subject's column; None where the table has none, or none for this student."""
    marks = [(row.__pydantic_extra__ or {}).get(subject or "") for _, row in rows]
    mine = marks[at]
    if mine is None:
        return None
    return 1 + sum(mark is not None and mark > mine for mark in marks)


RANKS = declare(
    Kind(
        code="ranks",
        permission=Permission.REGISTRATION_RECOMMEND,
        columns=_rank_columns,
        row=RankRow,
        finish=prove_ranks,
    )
)
