"""A school's workbook of where its former students are: one line a person and year (P29)."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy import select

from miaopu.alumni import queries
from miaopu.alumni.models import FORMER, KINDS, TrackingEntry
from miaopu.alumni.schemas import TrackingFacts
from miaopu.alumni.service import ask_agreed, enter, put
from miaopu.core import clock
from miaopu.core.problem import FieldError, Problem, invalid, say
from miaopu.imports.kinds import Became, Column, Kind, Option, SheetRow, Work, declare, stands
from miaopu.imports.moments import read_year
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Reads
from miaopu.people.names import PersonName
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force


def kinds(_: Plan) -> list[Option]:
    """What a former student is doing, in words."""
    return [
        Option(code, say("zh-CN", f"choice.tracking.{code}", {}), say("en", f"choice.tracking.{code}", {}))
        for code in KINDS
    ]


def _year(given: object) -> object:
    return read_year(given) if isinstance(given, str) else given


class TrackingRow(TrackingFacts):
    """Where one former student is in one year."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: PersonName
    year: Annotated[int, BeforeValidator(_year), Field(ge=2000, le=2200)]


def _columns(plan: Plan) -> Sequence[Column]:
    return (
        Column("number", required=True, example=f"{plan.year}010001"),
        Column("name", required=True, example="那日苏"),
        Column("year", required=True, example=str(plan.year + 1)),
        Column("kind", required=True, options=kinds),
        Column("institution", required=True, example=plan.universities[0].zh),
        Column("field", example="数学与应用数学"),
        Column("research", example="代数数论"),
        Column("note"),
    )


async def enter_row(work: Work, row: TrackingRow) -> Became:
    """A new entry, or another text of one. Raises 422 for who is not the school's, or did not agree."""
    tx = work.tx
    student = await tx.session.scalar(
        select(Enrolment).where(
            Enrolment.school_id == tx.actor.unit_id, Enrolment.number == row.number, Enrolment.state.in_(FORMER)
        )
    )
    if student is None:
        raise invalid(FieldError("/number", "unknown"))
    if student.name != row.name:
        raise invalid(FieldError("/name", "other_name", {"name": student.name}))
    try:
        await ask_agreed(tx, student.account_id)
    except Problem as refused:
        raise invalid(FieldError("/number", "not_agreed")) from refused
    found = await tx.session.scalar(
        select(TrackingEntry).where(TrackingEntry.enrolment_id == student.id, TrackingEntry.year == row.year)
    )
    if found is None:
        await enter(tx, student, row.year, row)
        return "new"
    given: dict[str, Any] = row.model_dump(include=set(TrackingFacts.model_fields) - {"university_id"})
    if stands(found, given):
        return "same"
    await put(tx, found, row)
    return "changed"


async def recorded(reads: Reads) -> Sequence[SheetRow]:
    """What the school has recorded."""
    return [dict(row) for row in await reads.rows(queries.tracking_sheet(reads.actor.role))]


async def to_ask(reads: Reads, _: object) -> Sequence[SheetRow]:
    """Those who may be followed and of whom nothing is recorded this year: the template begins with them."""
    year = (await plan_in_force(reads)).local_day(clock.now()).year
    rows = await reads.rows(queries.agreed_sheet(reads.actor.role), year=year)
    return [{**dict(row), "year": year} for row in rows]


TRACKING = declare(
    Kind(
        code="tracking",
        permission=Permission.TRACKING_WRITE,
        columns=_columns,
        row=TrackingRow,
        enter=enter_row,
        keys=(("number", "year"),),
        data=recorded,
        begun=to_ask,
    )
)
