"""Workbooks of a school: its students who register, and the rank table of a whole year group (P13)."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem, invalid, say
from miaopu.imports.kinds import Became, Column, Kind, Option, SheetRow, Work, declare, stands, subjects
from miaopu.imports.moments import read_year
from miaopu.people.acting import Reads, cycle_of
from miaopu.people.identity import Identity
from miaopu.people.names import PersonName
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.people.service import found_person
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import Plan, StageCode
from miaopu.registrations.drafts import begin, save, verdict
from miaopu.registrations.models import LIVING, Registration
from miaopu.registrations.queries import sheet
from miaopu.registrations.rules import competition_ranks

Rank = Annotated[int, Field(ge=1, le=100_000)]


def grades(plan: Plan) -> list[Option]:
    """The grades that may register."""
    return [
        Option(str(grade), str(grade), str(grade), tuple(say("zh-CN", f"choice.grade.{grade}", {}).split()))
        for grade in plan.eligibility.grades
    ]


def _year(given: object) -> object:
    return read_year(given) if isinstance(given, str) else given


class StudentRow(BaseModel):
    """One student whom the school puts forward; no field beyond those of a registration.

    A row that names a registration by its number changes what it fills in and nothing else: the number of the
    identity, which no export holds, may stay empty there.
    """

    number: Annotated[str, StringConstraints(max_length=40)] | None = None
    name: PersonName | None = None
    identity_number: Identity | None = None
    subject: str | None = None
    grade: int | None = None
    entry_year: Annotated[int, BeforeValidator(_year), Field(ge=2000, le=2200)] | None = None
    year_size: Rank | None = None
    subject_rank: Rank | None = None
    overall_rank: Rank | None = None
    rank_basis: Annotated[str, StringConstraints(max_length=200)] = ""


def _student_columns(plan: Plan) -> Sequence[Column]:
    return (
        Column("name", required=True, unless="number", example="那日苏"),
        Column("identity_number", required=True, unless="number", example="990101200805051239"),
        Column("subject", required=True, unless="number", options=subjects),
        Column("grade", required=True, unless="number", options=grades),
        Column("entry_year", required=True, unless="number", example=str(plan.year - 1)),
        Column("year_size", required=True, unless="number", example="340"),
        Column("subject_rank", example="12"),
        Column("overall_rank", example="20"),
        Column("rank_basis", example="期中考试"),
        Column("number"),
    )


async def enter_student(work: Work, row: StudentRow) -> Became:
    """A student's account and draft, or another try at a draft. Raises as the verbs of registrations."""
    tx = work.tx
    cycle_id = cycle_of(tx.actor)
    index = work.vault.indexes("identity", row.identity_number) if row.identity_number else ()
    found = await _registered(work, row, index)
    if found is None:
        await ask_window(tx.session, cycle_id, StageCode.REGISTRATION)
        assert row.name is not None
        account = await found_person(tx, tx.actor.unit_id, Role.STUDENT, row.name, demo=work.demo)
        registration = await begin(tx, account)
        await save(tx, work.vault, registration, row.model_dump(exclude={"number"}))
        return "new"
    if found.school_id != tx.actor.unit_id:
        raise invalid(FieldError("/identity_number", "identity_taken"))
    given = row.model_dump(exclude={"number", "name", "identity_number"}, exclude_unset=True)
    if index and found.identity_index not in index:
        given["identity_number"] = row.identity_number
    if row.name not in (None, found.name):
        raise invalid(FieldError("/name", "other_name", {"name": found.name}))
    if "identity_number" not in given and stands(found, given):
        return "same"
    await ask_window(tx.session, cycle_id, StageCode.REGISTRATION)
    if found.state != "draft":
        raise invalid(FieldError("", "not_draft"))
    await save(tx, work.vault, found, given)
    return "changed"


async def _registered(work: Work, row: StudentRow, index: Collection[str]) -> Registration | None:
    """The living registration of the row: by its number within one's school, else by the identity. Raises 422."""
    actor = work.tx.actor
    same = [Registration.cycle_id == cycle_of(actor), Registration.state.in_(LIVING)]
    if row.number is None:
        same.append(Registration.identity_index.in_(index))
    else:
        same += [Registration.school_id == actor.unit_id, Registration.number == row.number]
    found: Registration | None = await work.tx.session.scalar(select(Registration).where(*same))
    if found is None and row.number is not None:
        raise invalid(FieldError("/number", "unknown"))
    return found


async def registered(reads: Reads) -> Sequence[SheetRow]:
    """The school's students as far as they have filled in; the identity stays sealed."""
    return [dict(row) for row in await reads.rows(sheet(reads.actor.role))]


STUDENTS = declare(
    Kind(
        code="students",
        permission=Permission.REGISTRATION_RECOMMEND,
        columns=_student_columns,
        row=StudentRow,
        enter=enter_student,
        keys=(("number",), ("identity_number",)),
        data=registered,
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


async def prove_ranks(work: Work, rows: Sequence[tuple[int, RankRow]]) -> Mapping[Became, int]:
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
    counts: dict[Became, int] = {"new": 0, "changed": 0, "same": 0}
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
            found.update(dict.fromkeys(work.vault.indexes("identity", row.identity_number), at))
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
        proof=True,
        permission=Permission.REGISTRATION_RECOMMEND,
        columns=_rank_columns,
        row=RankRow,
        finish=prove_ranks,
    )
)
