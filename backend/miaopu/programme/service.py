"""Verbs of the programme: save a plan, open and close a cycle, extend a stage, admit a school."""

import uuid
from itertools import count

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.flow import Move, move
from miaopu.programme.models import (
    CYCLE_FLOW,
    Cycle,
    CycleCell,
    CycleCity,
    CycleSchool,
    CycleSubject,
    PlanVersion,
    Stage,
)
from miaopu.programme.plan import Plan, PlanError, StageCode, load_plan
from miaopu.programme.plan_digest import plan_digest
from miaopu.programme.queries import cycle_and_plan
from miaopu.programme.schemas import CycleAction, Extension, PlanEdit, PlanForm, SchoolForm


async def create(tx: Tx, form: PlanForm) -> Cycle:
    """A planned cycle from a plan document. Raises 422 with the keys that are wrong."""
    plan = _read(form.source)
    cycle = Cycle(
        id=new_id(),
        code=plan.code,
        year=plan.year,
        title=plan.title.zh,
        title_en=plan.title.en,
        plan=plan.model_dump(mode="json"),
        plan_digest=plan_digest(plan),
    )
    tx.session.add(cycle)
    await tx.session.flush()
    tx.session.add(_version(tx, cycle, form.source))
    return cycle


async def edit(tx: Tx, cycle_id: uuid.UUID, form: PlanEdit) -> Cycle:
    """A new version of the plan, while the cycle has not opened. Raises 404, 409 `plan_frozen`, `stale`, 422."""
    cycle = await _cycle(tx, cycle_id)
    if cycle.state != "planned":
        raise Problem("plan_frozen", 409)
    if cycle.version != form.version:
        raise Problem("stale", 409, version=cycle.version)
    plan = _read(form.source)
    cycle.plan = plan.model_dump(mode="json")
    cycle.plan_digest = plan_digest(plan)
    cycle.plan_version += 1
    cycle.title, cycle.title_en, cycle.year = plan.title.zh, plan.title.en, plan.year
    audit.note(tx.session, cycle, Act("cycle.edit_plan"))
    tx.session.add(_version(tx, cycle, form.source))
    await tx.session.flush()
    return cycle


def _read(source: str) -> Plan:
    try:
        return load_plan(source)
    except PlanError as wrong:
        raise invalid(
            *(FieldError(f"/source#{e.key}", "plan", {"key": e.key, "fault": e.message}) for e in wrong.errors)
        ) from wrong


def _version(tx: Tx, cycle: Cycle, source: str) -> PlanVersion:
    return PlanVersion(
        cycle_id=cycle.id,
        number=cycle.plan_version,
        source=source,
        digest=cycle.plan_digest,
        saved_by=tx.actor.account_id,
    )


async def act(tx: Tx, cycle_id: uuid.UUID, action: CycleAction, form: Move) -> Cycle:
    """Open (the plan is frozen, its numbers become the database's) or close a cycle. Raises as `move`, 422."""
    cycle = await _cycle(tx, cycle_id)
    await move(tx, CYCLE_FLOW, cycle, action, version=form.version, reason=form.reason)
    if action == "open":
        await _lay_out(tx, cycle)
    return cycle


async def _lay_out(tx: Tx, cycle: Cycle) -> None:
    _, plan = await cycle_and_plan(tx.session, cycle.id)
    units = {u.code: u for u in await tx.session.scalars(select(Unit))}
    missing = [c.code for c in plan.cities if _kind(units, c.code) != UnitKind.CITY]
    missing += [u.code for u in plan.universities if _kind(units, u.code) != UnitKind.UNIVERSITY]
    if missing:
        raise Problem("units_missing", 409, codes=missing)
    position = count(1)
    for subject in plan.subjects:
        tx.session.add(
            CycleSubject(
                cycle_id=cycle.id,
                code=subject.code,
                position=next(position),
                name=subject.zh,
                name_en=subject.en,
            )
        )
    for city in plan.cities:
        tx.session.add(CycleCity(cycle_id=cycle.id, city_id=units[city.code].id, places=city.places))
    for university in plan.universities:
        for code in university.subjects:
            tx.session.add(CycleCell(cycle_id=cycle.id, university_id=units[university.code].id, subject=code))
    for place, stage in enumerate(plan.stages, start=1):
        tx.session.add(
            Stage(
                cycle_id=cycle.id,
                code=stage.code.value,
                position=place,
                opens_at=plan.opens_at(stage.code),
                closes_at=plan.closes_at(stage.code),
            )
        )
    await tx.session.flush()


def _kind(units: dict[str, Unit], code: str) -> str | None:
    return units[code].kind if code in units else None


async def extend(tx: Tx, cycle_id: uuid.UUID, code: StageCode, form: Extension) -> Stage:
    """Move a stage's window, with a reason (the only way it ever moves). Raises 404, 409 `stale`, 422."""
    stage = await tx.session.scalar(select(Stage).where(Stage.cycle_id == cycle_id, Stage.code == code.value))
    if stage is None:
        raise not_found("stage")
    if stage.version != form.version:
        raise Problem("stale", 409, version=stage.version)
    opens = form.opens_at or stage.opens_at
    if opens >= form.closes_at:
        raise invalid(FieldError("/closes_at", "window"))
    stage.opens_at, stage.closes_at = opens, form.closes_at
    audit.note(tx.session, stage, Act("stage.extend", form.reason))
    await tx.session.flush()
    return stage


async def admit_school(tx: Tx, cycle_id: uuid.UUID, form: SchoolForm) -> CycleSchool:
    """A school takes part (P4). Raises 404, 422 when the unit is no school of a city of the cycle."""
    await _cycle(tx, cycle_id)
    school = await tx.session.get(Unit, form.school_id)
    places = await tx.session.scalar(
        select(CycleCity.id).where(
            CycleCity.cycle_id == cycle_id, CycleCity.city_id == (school.city_id if school else None)
        )
    )
    if school is None or school.kind != UnitKind.SCHOOL or places is None:
        raise invalid(FieldError("/school_id", "no_school"))
    admitted = CycleSchool(id=new_id(), cycle_id=cycle_id, school_id=school.id, basis=form.basis)
    tx.session.add(admitted)
    await tx.session.flush()
    return admitted


async def takes_part(tx: Tx, cycle_id: uuid.UUID, school_id: uuid.UUID) -> bool:
    """True when the school was admitted to the cycle."""
    found = await tx.session.scalar(
        select(CycleSchool.id).where(CycleSchool.cycle_id == cycle_id, CycleSchool.school_id == school_id)
    )
    return found is not None


async def take_place(tx: Tx, cycle_id: uuid.UUID, city_id: uuid.UUID, places: int = 1) -> None:
    """Give out places of a city (P3): locks the row that owns the number. Raises 409 `full`."""
    row = await tx.session.scalar(
        select(CycleCity)
        .where(CycleCity.cycle_id == cycle_id, CycleCity.city_id == city_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise not_found("city")
    if row.taken + places > row.places:
        raise Problem("full", 409, places=row.places, taken=row.taken)
    row.taken += places
    await tx.session.flush()


async def _cycle(tx: Tx, cycle_id: uuid.UUID) -> Cycle:
    cycle = await tx.session.get(Cycle, cycle_id)
    if cycle is None or tx.actor.role is Role.PUBLIC:
        raise not_found("cycle")
    return cycle
