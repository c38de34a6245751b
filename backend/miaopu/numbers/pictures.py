"""The pictures: what each can be broken down by, and its table."""

import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from miaopu.core import clock
from miaopu.core.problem import FieldError, Language, invalid, say
from miaopu.numbers import queries, scope, selection_queries, training_queries
from miaopu.numbers.schemas import (
    By,
    Cell,
    Column,
    Numbers,
    NumbersCity,
    NumbersFact,
    NumbersOffer,
    Picture,
    PictureOffer,
)
from miaopu.numbers.tables import Table, name_of, shown, titled
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force
from miaopu.reports.funnel_queries import steps

# The first is what a picture is broken down by where nothing is asked for.
BY: Mapping[Picture, tuple[By, ...]] = {
    "funnel": ("city", "subject", "school", "sex"),
    "marks": ("subject", "city"),
    "places": ("city", "subject"),
    "meetings": ("city", "subject", "school", "university"),
    "logs": (),
    "judges": (),
    "results": ("city", "subject", "school", "university"),
    "years": (),
    "map": (),
}
# As many bars as one still tells apart.
BINS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a picture is asked for: whose, by what, and the filters of its address."""

    reads: Reads
    plan: Plan
    language: Language
    by: Any
    filters: frozenset[str]
    given: Mapping[str, Any]

    async def rows(self, statement: Callable[..., Any], *shape: Any, **values: Any) -> list[Any]:
        """The rows of a statement of this reader."""
        sql = statement(self.reads.actor.role, *shape, self.filters)
        return await self.reads.rows(sql, **self.given, **values)

    def column(self, key: str, kind: Any) -> Column:
        """A column in the reader's language."""
        return titled(self.language, key, kind)

    def first(self) -> Column:
        """The column of what the picture is broken down by."""
        return Column(key="name", title=say(self.language, f"numbers.by.{self.by}", {}), kind="name")

    def named(self, row: Any) -> dict[str, Cell]:
        """The row's id and name."""
        if self.by == "sex":
            return {"id": row["key"], "name": say(self.language, f"numbers.sex.{row['key']}", {})}
        return {"id": row["key"], "name": name_of(row, self.language)}


async def funnel(asked: Asked) -> Table:
    """How many got how far."""
    keys = tuple(steps())
    found = await asked.rows(selection_queries.funnel, asked.by)
    rows = [{**asked.named(row), **{key: row[key] for key in keys}} for row in found]
    return Table([asked.first(), *(asked.column(key, "count") for key in keys)], rows, keys)


async def marks(asked: Asked) -> Table:
    """Marks in bins, one column for each subject (or city), and the lines that were released."""
    full = asked.plan.written_test.full_mark
    step = math.ceil(full / BINS)
    count = math.ceil(full / step)
    found = await asked.rows(selection_queries.marks, asked.by, step=Decimal(step), last=count - 1)
    titles = {row["key"]: name_of(row, asked.language) for row in found}
    counts = {(row["bin"], row["key"]): row["count"] for row in found}
    rows: list[dict[str, Cell]] = [
        {"id": str(i * step), "name": f"{i * step}–{min(full, (i + 1) * step)}"}
        | {key: counts.get((i, key), 0) for key in titles}
        for i in range(count if titles else 0)
    ]
    columns = [Column(key=key, title=title, kind="count") for key, title in titles.items()]
    facts = []
    other = "city" if asked.by == "subject" else "subject"
    for line in await asked.rows(selection_queries.lines):
        if line[asked.by] in titles:
            label = say(asked.language, "numbers.line", {"of": name_of(line, asked.language, f"{other}_name")})
            facts.append(NumbersFact(key="line", label=label, value=line["line"], column=line[asked.by]))
    keys = list(titles)
    return Table([asked.column("bin", "name"), *columns], _renamed(rows), keys, keys, facts=facts)


def _renamed(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    return [{("bin" if key == "name" else key): value for key, value in row.items()} for row in rows]


async def places(asked: Asked) -> Table:
    """Planned and given places."""
    keys = ("planned", "taken", "enrolled", "withdrawn")
    found = await asked.rows(queries.places, asked.by)
    rows = [{**asked.named(row), **{key: row[key] for key in keys}} for row in found]
    return Table([asked.first(), *(asked.column(key, "count") for key in keys)], rows, ("enrolled", "withdrawn"))


async def meetings(asked: Asked) -> Table:
    """Meetings face to face by months, and how many they are to each student and month."""
    found = await asked.rows(training_queries.results, asked.by)
    met = await asked.rows(training_queries.meetings, asked.by, zone=asked.plan.timezone)
    counts = {(row["key"], row["month"]): row["count"] for row in met}
    today = asked.plan.local_day(clock.now())
    months = sorted({*_months(asked.plan.starts_on, min(today, asked.plan.ends_on)), *(m for _, m in counts)})
    columns = [
        Column(key=m, kind="count", title=say(asked.language, "numbers.month", {"year": m[:4], "month": int(m[5:])}))
        for m in months
    ]
    rows: list[dict[str, Cell]] = [
        {**asked.named(row), "students": row["began"], **{m: counts.get((row["key"], m), 0) for m in months}}
        for row in found
        if row["began"]
    ]
    wanted = NumbersFact(
        key="meetings_per_month",
        label=say(asked.language, "numbers.meetings_per_month", {}),
        value=Decimal(asked.plan.training.meetings_per_month),
    )
    head = [asked.first(), asked.column("students", "count")]
    return Table([*head, *columns], rows, ("students",), whole=True, facts=[wanted])


def _months(first: date, last: date) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


async def logs(asked: Asked) -> Table:
    """Logs by weeks; a week without any is shown too."""
    keys = ("submitted", "late", "accepted")
    found = {
        date.fromisoformat(row["week"]): row
        for row in await asked.rows(training_queries.logs, zone=asked.plan.timezone)
    }
    rows: list[dict[str, Cell]] = []
    week = min(found, default=None)
    while week is not None and week <= max(found):
        row = found.get(week)
        rows.append({"id": week.isoformat(), "week": week.isoformat(), **{k: row[k] if row else 0 for k in keys}})
        week += timedelta(days=7)
    return Table([asked.column("week", "name"), *(asked.column(key, "count") for key in keys)], rows, keys)


async def judges(asked: Asked) -> Table:
    """Panels, and how far their members were apart."""
    names, counts, figures = ("city", "subject", "panel"), ("candidates", "sheets"), ("mean", "spread", "widest")
    rows: list[dict[str, Cell]] = [
        {
            "id": row["key"],
            "city": name_of(row, asked.language),
            "subject": name_of(row, asked.language, "subject_name"),
            "panel": row["panel"],
            **{key: row[key] for key in (*counts, "far_off")},
            **{key: round(float(row[key]), 2) for key in figures},
        }
        for row in await asked.rows(selection_queries.judges)
    ]
    columns = [asked.column(key, "name") for key in names]
    columns += [asked.column(key, "count") for key in counts]
    columns += [*(asked.column(key, "figure") for key in figures), asked.column("far_off", "count")]
    return Table(columns, rows, ("candidates",), whole=True)


async def results(asked: Asked) -> Table:
    """How the students' year ended."""
    keys = ("students", *training_queries.GRADES)
    found = await asked.rows(training_queries.results, asked.by)
    rows = [{**asked.named(row), **{key: row[key] for key in keys}} for row in found]
    columns = [asked.first(), *(asked.column(key, "count") for key in keys)]
    return Table(columns, rows, keys, training_queries.GRADES)


async def years(asked: Asked) -> Table:
    """Each cycle a row."""
    after = ("enrolled", *training_queries.GRADES, "certificates")
    keys = ("planned", *queries.YEARS_REGISTERED, *after)
    found = await asked.rows(queries.years)
    rows: list[dict[str, Cell]] = [
        {"id": row["key"], "year": str(row["year"]), **{key: row[key] for key in keys}} for row in found
    ]
    columns = [asked.column("year", "name"), *(asked.column(key, "count") for key in keys)]
    return Table(columns, rows, keys[1:], training_queries.GRADES, summed=False)


async def cities(asked: Asked) -> Table:
    """The cities of the plan where they lie to each other: who came, who was chosen, and the places there are."""
    keys = ("registered", "selected", "enrolled")
    came = {row["key"]: row for row in await asked.rows(selection_queries.funnel, "city")}
    where = {city.zh: city for city in asked.plan.cities}
    rows: list[dict[str, Cell]] = []
    for row in await asked.rows(queries.places, "city"):
        there, counted = where.get(row["name"]), came.get(row["key"])
        rows.append({
            **asked.named(row), **{key: counted[key] if counted else 0 for key in keys}, "planned": row["planned"],
            "x": float(there.x) if there and there.x is not None else None,
            "y": float(there.y) if there and there.y is not None else None,
        })  # fmt: skip
    head = Column(key="name", title=say(asked.language, "numbers.by.city", {}), kind="name")
    columns = [head, *(asked.column(key, "count") for key in (*keys, "planned"))]
    return Table(columns, rows, keys)


MADE: Mapping[Picture, Callable[[Asked], Awaitable[Table]]] = {
    "funnel": funnel, "marks": marks, "places": places, "meetings": meetings, "logs": logs, "judges": judges,
    "results": results, "years": years, "map": cities,
}  # fmt: skip


async def picture(
    reads: Reads,
    code: Picture,
    by: By | None,
    filters: frozenset[str],
    given: Mapping[str, Any],
    language: Language,
) -> Numbers:
    """One picture. Raises 409 `no_cycle`, 422 where it cannot be broken down by that."""
    offered = BY[code]
    if by is not None and by not in offered:
        raise invalid(FieldError("?by", "enum"))
    plan = await plan_in_force(reads)
    chosen = by or (offered[0] if offered else None)
    table = await MADE[code](Asked(reads, plan, language, chosen, filters, given))
    hides = scope.without_persons(reads.actor.role, code, chosen)
    return shown(table, code, chosen, language, hides=hides, least=plan.public_lists.smallest_group)


async def offer(reads: Reads, language: Language) -> NumbersOffer:
    """The pictures, and the cities with their places in the schematic picture."""
    plan = await plan_in_force(reads)
    known = {city.code: city for city in plan.cities}
    rows = await reads.rows(queries.shown_cities(reads.actor.role))
    return NumbersOffer(
        pictures=[
            PictureOffer(code=code, title=say(language, f"numbers.title.{code}", {}), by=list(by))
            for code, by in BY.items()
            if code != "judges" or scope.sees_judges(reads.actor.role)
        ],
        cities=[
            NumbersCity(
                id=row["id"],
                name=name_of(row, language),
                x=known[row["code"]].x if row["code"] in known else None,
                y=known[row["code"]].y if row["code"] in known else None,
            )
            for row in rows
        ],
    )
