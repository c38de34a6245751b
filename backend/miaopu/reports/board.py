"""The board of the training year: students by months, who is behind, and with whom it lies (P9–P11)."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from miaopu.core import clock
from miaopu.core.read import Paging
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force
from miaopu.reports import board_queries
from miaopu.reports.board_schemas import (
    Board,
    BoardGroup,
    BoardLine,
    BoardMonth,
    BoardSort,
    BoardSums,
    GroupBy,
    NeedShown,
)
from miaopu.training.rules import Logs, Tally, needs, standing
from miaopu.training.schemas import MonthCount

ORDER: Mapping[BoardSort, Callable[[BoardLine], Any]] = {
    # Who is behind in most things first.
    "need": lambda line: -sum(need.count for need in line.needs),
    "name": lambda _: 0,
    "mentor": lambda line: (line.university_name, line.mentor_name, str(line.mentor_id)),
    "school": lambda line: (line.city_name, line.school_name),
}


async def lines(
    reads: Reads, filters: frozenset[str], given: Mapping[str, Any], *, behind: bool, sort: BoardSort
) -> tuple[Plan, list[BoardLine]]:
    """Everybody on the board whom the reader sees, in order. Raises 409 `no_cycle`."""
    plan = await plan_in_force(reads)
    rows = await reads.rows(
        board_queries.lines(reads.actor.role, filters),
        zone=plan.timezone,
        review_before=clock.now() - timedelta(days=plan.growth.review_days),
        **given,
    )
    today = plan.local_day(clock.now())
    made = [_line(plan, row, today) for row in sorted(rows, key=lambda row: (row["name_key"], row["number"]))]
    if behind:
        made = [line for line in made if line.needs]
    return plan, sorted(made, key=ORDER[sort])


def _line(plan: Plan, row: Any, today: date) -> BoardLine:
    def day(name: str) -> date | None:
        return plan.local_day(row[name]) if row[name] else None

    found = standing(
        Tally(
            {(y, m): (met, remote) for y, m, met, remote in json.loads(row["months"] or "[]")},
            visits=row["visits"],
            by_mentor=row["by_mentor"],
            sessions=row["sessions"],
        ),
        active=plan.local_day(row["active_from"]),
        ends=plan.ends_on,
        left=day("ended_at"),
        today=today,
        starts=plan.training.counting_starts,
        meetings_per_month=plan.training.meetings_per_month,
        campus_visits=plan.training.campus_visits,
    )
    # Who left owes nothing more, and nobody owes them anything.
    owing = row["state"] != "withdrawn"
    why = needs(
        found,
        Logs(
            missing=row["missing"],
            missing_since=day("missing_since"),
            returned=row["returned"],
            returned_since=day("returned_since"),
            unreviewed=row["unreviewed"],
            unreviewed_since=day("unreviewed_since"),
        ),
    )
    named = {name: row[name] for name in BoardLine.model_fields if name in row}
    return BoardLine(
        **{
            **named,
            "months": [MonthCount.model_validate(m, from_attributes=True) for m in found.months],
            "campus_visits": found.campus_visits,
            "campus_needed": found.campus_needed,
            "campus_state": found.campus_state,
            "needs": [NeedShown.model_validate(n, from_attributes=True) for n in why] if owing else [],
        }
    )


def board(plan: Plan, found: Sequence[BoardLine], page: Paging, by: GroupBy | None) -> Board:
    """One page of the board, with the sums of all that was found."""
    months = sorted({(m.year, m.month) for line in found for m in line.months})
    first = (page.page - 1) * page.size
    return Board(
        items=list(found[first : first + page.size]),
        total=len(found),
        page=page.page,
        size=page.size,
        months=[BoardMonth(year=year, month=month) for year, month in months],
        sums=BoardSums.model_validate(_sums(found)),
        groups=_groups(found, by) if by else [],
        as_of=clock.now(),
        meetings_per_month=plan.training.meetings_per_month,
        campus_visits=plan.training.campus_visits,
        review_days=plan.growth.review_days,
    )


def _sums(found: Iterable[BoardLine]) -> dict[str, int]:
    found = list(found)
    return {
        "students": len(found),
        "behind": sum(bool(line.needs) for line in found),
        "missed_months": sum(m.state == "missed" for line in found for m in line.months),
        "campus_met": sum(line.campus_state == "met" for line in found),
        "missing": sum(line.missing for line in found),
        "returned": sum(line.returned for line in found),
        "unreviewed": sum(line.unreviewed for line in found),
    }


def _groups(found: Iterable[BoardLine], by: GroupBy) -> list[BoardGroup]:
    """By city, university, school or mentor, those with most behind first."""
    groups: dict[tuple[Any, str], list[BoardLine]] = defaultdict(list)
    for line in found:
        groups[getattr(line, f"{by}_id"), getattr(line, f"{by}_name")].append(line)
    made = [BoardGroup(id=id_, name=name, **_sums(lines)) for (id_, name), lines in groups.items()]
    return sorted(made, key=lambda group: (-group.behind, group.name, str(group.id)))
