"""Reads of the public record and of what everybody may see of a cycle."""

from typing import Any

from sqlalchemy import Integer, String, bindparam, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, kept
from miaopu.exams.models import Seat, Sitting
from miaopu.interviews.models import InterviewRound, Panel, Slot
from miaopu.openness.models import PublicRecord
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle, PlanVersion
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, stages_json, subjects_json

CODE = bindparam("code", type_=String)
City = aliased(Unit, name="city")
OPEN_CYCLE = Cycle.state != "planned"


def _digest(seed: Any) -> Any:
    return func.encode(func.sha256(func.convert_to(seed, "UTF8")), "hex")


def _items() -> tuple[Any, ...]:
    return Cycle.id, Cycle.code, Cycle.year, Cycle.title, Cycle.title_en, Cycle.state


def _record_columns() -> tuple[Any, ...]:
    return (
        PublicRecord.id,
        PublicRecord.number,
        PublicRecord.made_at,
        PublicRecord.digest,
        PublicRecord.complete_digest,
        func.octet_length(PublicRecord.document).label("size"),
    )


@kept
def cycles() -> Rows:
    """Cycles that have opened, the newest first."""
    return as_page(select(*_items()).where(OPEN_CYCLE), Cycle.year.desc(), Cycle.id)


@kept
def records() -> Rows:
    """The published versions of the reader's cycle, the newest first."""
    rows = select(*_record_columns(), PublicRecord.version).where(PublicRecord.cycle_id == MY_CYCLE)
    return as_page(rows, PublicRecord.number.desc(), PublicRecord.id)


@kept
def one() -> Rows:
    """One version."""
    return as_record(
        select(*_record_columns(), PublicRecord.version).where(PublicRecord.cycle_id == MY_CYCLE, PublicRecord.id == ID)
    )


def _seeds() -> Any:
    seated = select(Seat.id).where(Seat.sitting_id == Sitting.id).exists()
    grouped = (
        select(Slot.id)
        .join(Panel, Panel.id == Slot.panel_id)
        .where(
            Panel.cycle_id == InterviewRound.cycle_id,
            Panel.city_id == InterviewRound.city_id,
            Panel.subject == InterviewRound.subject,
        )
        .exists()
    )
    parts = [
        select(
            literal(what, String).label("what"),
            City.name.label("city_name"),
            model.subject,
            _digest(model.seed).label("digest"),
            case((drawn, model.seed), else_=cast(null(), String)).label("seed"),
        )
        .join(City, City.id == model.city_id)
        .join(Cycle, Cycle.id == model.cycle_id)
        .where(Cycle.code == CODE)
        for what, model, drawn in (("seating", Sitting, seated), ("groups", InterviewRound, grouped))
    ]
    q = union_all(*parts).subquery("q")
    return rows_json(select(*q.c).order_by(q.c.what.desc(), q.c.city_name, q.c.subject))


@kept
def cycle() -> Rows:
    """One cycle for everybody: its plan, windows, seeds and records."""
    return as_record(
        select(
            *_items(),
            Cycle.plan["timezone"].as_string().label("timezone"),
            Cycle.plan["places"].as_integer().label("places"),
            Cycle.plan_version,
            Cycle.plan_digest,
            PlanVersion.source.label("plan_source"),
            stages_json(Cycle.id).label("stages"),
            subjects_json(Cycle.id).label("subjects"),
            _seeds().label("seeds"),
            rows_json(
                select(*_record_columns(), PublicRecord.version)
                .where(PublicRecord.cycle_id == Cycle.id)
                .order_by(PublicRecord.number.desc())
            ).label("records"),
        )
        .join(PlanVersion, (PlanVersion.cycle_id == Cycle.id) & (PlanVersion.number == Cycle.plan_version))
        .where(Cycle.code == CODE, OPEN_CYCLE)
    )


@kept
def published() -> Rows:
    """The text of a published version; the newest where no number is given."""
    number: Any = bindparam("number", type_=Integer)
    return (
        select(PublicRecord.number, PublicRecord.document, PublicRecord.digest)
        .join(Cycle, Cycle.id == PublicRecord.cycle_id)
        .where(Cycle.code == CODE, (PublicRecord.number == number) | (cast(number, String) == "0"))
        .order_by(PublicRecord.number.desc())
        .limit(1)
    )


@kept
def by_digest() -> Rows:
    """Which published version has this digest."""
    return select(PublicRecord.number).where(PublicRecord.digest == bindparam("digest", type_=String)).limit(1)
