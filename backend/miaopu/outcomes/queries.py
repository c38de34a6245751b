"""Reads of summaries and appraisals."""

from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, false, or_, select

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.outcomes.models import SUMMARY_FLOW, Appraisal, Summary
from miaopu.people.access import OVERSIGHT, Role
from miaopu.people.models import Unit
from miaopu.people.queries import MY_CITY, MY_UNIT
from miaopu.programme.flow import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of


def visible_summaries(role: Role) -> ColumnElement[bool]:
    """A unit its own; the office above and the region what was handed in; experts what they supervise by."""
    here = Summary.cycle_id == MY_CYCLE
    sent = Summary.state != "draft"
    if role in OVERSIGHT or role is Role.EXPERT:
        return and_(here, sent)
    below = exists().where(Unit.id == Summary.unit_id, Unit.city_id == MY_CITY).correlate_except(Unit)
    if role is Role.CITY_OFFICE:
        return and_(here, or_(Summary.unit_id == MY_UNIT, and_(sent, below)))
    return and_(here, Summary.unit_id == MY_UNIT) if role in (Role.UNIVERSITY, Role.SCHOOL) else false()


def visible_appraisals(role: Role) -> ColumnElement[bool]:
    """The region and the organisers all, a city its own."""
    here = Appraisal.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    return and_(here, Appraisal.city_id == MY_CITY) if role is Role.CITY_OFFICE else false()


def _summaries(role: Role) -> Rows:
    return (
        select(
            Summary.id,
            Summary.unit_id,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Summary.submitted_at,
            Summary.state,
            Summary.state_since,
            Summary.version,
        )
        .join(Unit, Unit.id == Summary.unit_id)
        .where(visible_summaries(role))
    )


@kept
def summaries_page(role: Role, filters: frozenset[str]) -> Rows:
    """Summaries."""
    conditions: dict[str, Any] = {
        "state": Summary.state == bindparam("state"),
        "unit": Summary.unit_id == bindparam("unit", type_=Uuid),
    }
    return as_page(filtered(_summaries(role), conditions, filters), Unit.kind, Unit.name, Summary.id)


@kept
def summary_record(role: Role) -> Rows:
    """One summary."""
    name = select(StoredFile.name).where(StoredFile.id == Summary.file_id).scalar_subquery()
    return as_record(
        _summaries(role)
        .add_columns(
            Summary.text,
            Summary.file_id,
            name.label("file_name"),
            offers(SUMMARY_FLOW, role, Summary.state, Summary.cycle_id),
            waiting_for(SUMMARY_FLOW, Summary.state),
        )
        .where(Summary.id == ID)
    )


@kept
def summary_file(role: Role) -> Rows:
    """The file of a summary."""
    return select(*files.columns()).where(StoredFile.id == Summary.file_id, Summary.id == ID, visible_summaries(role))


@kept
def summary_trail(role: Role) -> Rows:
    """The trail of a summary."""
    return trail_of(role, "summary", select(Summary.id).where(Summary.id == ID, visible_summaries(role)))


@kept
def appraisals_page(role: Role) -> Rows:
    """Appraisals, the best first."""
    rows = (
        select(
            Appraisal.id,
            Appraisal.city_id,
            Unit.name.label("city_name"),
            Appraisal.score,
            Appraisal.comment,
            Appraisal.at,
            Appraisal.version,
        )
        .join(Unit, Unit.id == Appraisal.city_id)
        .where(visible_appraisals(role))
    )
    return as_page(rows, Appraisal.score.desc(), Appraisal.id)


@kept
def appraisal_trail(role: Role) -> Rows:
    """The trail of an appraisal."""
    return trail_of(role, "appraisal", select(Appraisal.id).where(Appraisal.id == ID, visible_appraisals(role)))
