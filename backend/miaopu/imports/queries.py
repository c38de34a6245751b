"""Reads of imports."""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, select, true
from sqlalchemy.orm import aliased

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.jobs import Job
from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.imports.models import Import
from miaopu.people.models import Account, Unit
from miaopu.people.queries import MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.queries import ID, MY_CYCLE, trail_of

School = aliased(Unit, name="import_unit")


def visible(role: Role) -> ColumnElement[bool]:
    """A unit sees its own, a city those of its units, the region and the organisers all."""
    if role in OVERSIGHT:
        seen: ColumnElement[bool] = true()
    elif role is Role.CITY_OFFICE:
        seen = Import.city_id == MY_CITY
    elif role in (Role.UNIVERSITY, Role.SCHOOL):
        seen = Import.unit_id == MY_UNIT
    else:
        seen = false()
    return and_(Import.cycle_id == MY_CYCLE, seen)


def _imports(role: Role) -> Rows:
    return (
        select(
            Import.id,
            Import.kind,
            Import.unit_id,
            School.name.label("unit_name"),
            Account.name.label("account_name"),
            Import.file_name,
            Import.sha256,
            Import.state,
            Import.rows,
            Import.new,
            Import.changed,
            Import.same,
            Import.faults,
            Import.created_at,
            Import.entered_at,
            Import.erased_at,
            Import.version,
        )
        .join(School, School.id == Import.unit_id)
        .join(Account, Account.id == Import.account_id)
        .where(visible(role))
    )


FILTERS: dict[str, Any] = {"kind": Import.kind == bindparam("kind"), "state": Import.state == bindparam("state")}


@kept
def page(role: Role, filters: frozenset[str]) -> Rows:
    """Imports, the newest first."""
    return as_page(filtered(_imports(role), FILTERS, filters), Import.created_at.desc(), Import.id)


@kept
def record(role: Role) -> Rows:
    """One import with its faults, and how far its job is."""
    return as_record(
        _imports(role)
        .outerjoin(Job, Job.id == Import.job_id)
        .add_columns(
            Import.account_id,
            Import.problems,
            Job.state.label("job_state"),
            Job.done.label("done"),
            Job.total.label("total"),
        )
        .where(Import.id == ID)
    )


@kept
def file(role: Role) -> Rows:
    """The workbook as it came."""
    return select(*files.columns(), Import.kind, Import.account_id, Import.problems).where(
        StoredFile.id == Import.file_id, Import.id == ID, visible(role)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of an import."""
    return trail_of(role, "import", select(Import.id).where(Import.id == ID, visible(role)))
