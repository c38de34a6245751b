"""Reads of the cities' mid-term summaries: for the city and the region's offices (P23)."""

from sqlalchemy import ColumnElement, Integer, Uuid, and_, bindparam, cast, false, func, select
from sqlalchemy.dialects.postgresql import JSONB

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.evaluations.midterm_models import SUMMARY_FLOW, MidtermSummary
from miaopu.evaluations.queries import City
from miaopu.people.queries import MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of


def visible_midterm_summaries(role: Role) -> ColumnElement[bool]:
    """A list of a whole city, with reasons: the offices' alone."""
    here = MidtermSummary.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return here
    return and_(here, MidtermSummary.city_id == MY_CITY) if role is Role.CITY_OFFICE else false()


def _summaries(role: Role) -> Rows:
    failed = func.jsonb_path_query_array(MidtermSummary.lines, cast("$[*] ? (@.passed == false)", JSONB.JSONPathType))
    return (
        select(
            MidtermSummary.id,
            MidtermSummary.city_id,
            City.name.label("city_name"),
            func.jsonb_array_length(MidtermSummary.lines, type_=Integer).label("students"),
            func.jsonb_array_length(failed, type_=Integer).label("failed"),
            MidtermSummary.handed_in_at,
            MidtermSummary.filing_number,
            MidtermSummary.filed_at,
            MidtermSummary.state,
            MidtermSummary.state_since,
            MidtermSummary.version,
        )
        .join(City, City.id == MidtermSummary.city_id)
        .where(visible_midterm_summaries(role))
    )


@kept
def summaries_page(role: Role, filters: frozenset[str]) -> Rows:
    """Summaries, the last handed in first."""
    conditions: dict[str, ColumnElement[bool]] = {
        "state": MidtermSummary.state == bindparam("state"),
        "city": MidtermSummary.city_id == bindparam("city", type_=Uuid),
    }
    rows = filtered(_summaries(role), conditions, filters)
    return as_page(rows, MidtermSummary.handed_in_at.desc(), MidtermSummary.id)


@kept
def summary_record(role: Role) -> Rows:
    """One summary with its students."""
    return as_record(
        _summaries(role)
        .add_columns(
            MidtermSummary.words,
            MidtermSummary.lines,
            MidtermSummary.filed_digest,
            offers(SUMMARY_FLOW, role, MidtermSummary.state, MidtermSummary.cycle_id),
            waiting_for(SUMMARY_FLOW, MidtermSummary.state),
        )
        .where(MidtermSummary.id == ID)
    )


@kept
def summary_paper(role: Role) -> Rows:
    """What the paper of a filed summary says."""
    return (
        select(
            City.name.label("city"),
            City.name_en.label("city_en"),
            Cycle.title.label("programme"),
            Cycle.title_en.label("programme_en"),
            MidtermSummary.state,
            MidtermSummary.words,
            MidtermSummary.lines,
            MidtermSummary.filing_number,
            MidtermSummary.filed_at,
            MidtermSummary.filed_digest,
        )
        .join(City, City.id == MidtermSummary.city_id)
        .join(Cycle, Cycle.id == MidtermSummary.cycle_id)
        .where(MidtermSummary.id == ID, visible_midterm_summaries(role))
    )


@kept
def summary_trail(role: Role) -> Rows:
    """The trail of a summary."""
    seen = select(MidtermSummary.id).where(MidtermSummary.id == ID, visible_midterm_summaries(role))
    return trail_of(role, "midterm_summary", seen)
