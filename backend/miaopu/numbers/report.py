"""The region's annual report on paper: every picture with its table, the year in a few sentences, each city."""

from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync

from miaopu.core import clock
from miaopu.core.documents import bound
from miaopu.core.problem import Language, say
from miaopu.numbers import queries
from miaopu.numbers.drawing import drawn
from miaopu.numbers.pictures import picture
from miaopu.numbers.schemas import By, Cell, Numbers, Picture
from miaopu.numbers.tables import grid, name_of
from miaopu.people.acting import Reads
from miaopu.programme.plan_digest import plan_digest
from miaopu.programme.queries import plan_in_force

Asked = tuple[Picture, By | None]
CHAPTERS: dict[str, tuple[Asked, ...]] = {
    "overview": (("map", None), ("places", "city"), ("years", None)),
    "selection": (("funnel", "city"), ("funnel", "subject"), ("funnel", "sex"), ("marks", "subject"), ("judges", None)),
    "training": (("meetings", "city"), ("meetings", "university"), ("logs", None)),
    "results": (("results", "city"), ("results", "subject"), ("results", "university")),
}
OF_A_CITY: tuple[Asked, ...] = (
    ("funnel", "subject"), ("funnel", "school"), ("places", "subject"), ("meetings", "university"),
    ("results", "subject"),
)  # fmt: skip
# A line a week says nothing on paper that the picture does not show better.
DRAWN_ONLY = ("logs",)
SELECTED = ("registered", "eligible", "tested", "shortlisted", "selected", "enrolled")
ENDED = ("excellent", "qualified", "unqualified", "withdrawn", "going_on")


@dataclass(slots=True)
class Report:
    """What is gathered on the way: the drawings by the names that the text calls them by."""

    reads: Reads
    language: Language
    drawings: dict[str, bytes]

    async def counted(self, asked: Asked, city: Any = None) -> Numbers:
        """One picture of this reader."""
        code, by = asked
        filters = frozenset({"city"} if city else ())
        return await picture(self.reads, code, by, filters, {"city": city} if city else {}, self.language)

    async def part(self, asked: Asked, city: Any = None) -> dict[str, Any] | None:
        """A picture as the page sets it; None where nothing was counted."""
        numbers = await self.counted(asked, city)
        if not numbers.rows:
            return None
        drawing = drawn(numbers)
        path = f"p{len(self.drawings) + 1}.svg"
        self.drawings[path] = drawing.encode()
        heads, rows = grid(numbers)
        by = say(self.language, f"numbers.by.{numbers.by}", {}) if numbers.by else ""
        return {
            "title": say(self.language, "numbers.report.of", {"title": numbers.title, "by": by}) if by
            else numbers.title,
            "note": say(self.language, f"numbers.note.{numbers.picture}", {}),
            "path": path,
            "heads": heads,
            "names": [c.kind == "name" for c in numbers.columns],
            "rows": [] if numbers.picture in DRAWN_ONLY else [[_said(cell) for cell in row] for row in rows],
            "summed": numbers.total is not None,
        }  # fmt: skip

    async def parts(self, asked: tuple[Asked, ...], city: Any = None) -> list[dict[str, Any]]:
        """The pictures of a chapter, without those where nothing was counted."""
        return [found for one in asked if (found := await self.part(one, city))]

    async def sentences(self, city: Any = None) -> list[str]:
        """The year in words: who came how far, and how it ended."""
        came = (await self.counted(("funnel", "subject"), city)).total or {}
        ended = (await self.counted(("results", "subject"), city)).total or {}
        said = []
        if came.get("registered"):
            said.append(say(self.language, "numbers.report.selection", {key: _said(came.get(key)) for key in SELECTED}))
        if ended.get("students"):
            facts = {key: _said(ended.get(key)) for key in ("students", *ENDED)}
            said.append(say(self.language, "numbers.report.results", facts))
        return said


def _said(cell: Cell) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)


async def annual(reads: Reads, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the report as PDF. Raises 409 `no_cycle`."""
    plan = await plan_in_force(reads)
    made = Report(reads, language, {})
    title = say(language, "numbers.report.title", {"year": plan.year})
    chapters = []
    for code, asked in CHAPTERS.items():
        parts = await made.parts(asked)
        words = await made.sentences() if code == "overview" else []
        if parts or words:
            chapters.append({"title": say(language, f"numbers.chapter.{code}", {}), "words": words, "parts": parts})
    for city in await reads.rows(queries.shown_cities(reads.actor.role)):
        words, parts = await made.sentences(city["id"]), await made.parts(OF_A_CITY, city["id"])
        if words:
            chapters.append({"title": name_of(city, language), "words": words, "parts": parts})
    made_at = clock.now().astimezone(plan.zone)
    day = made_at.date()
    data = {
        "programme": plan.title.by_language[language],
        "issuers": [name_of(row, language) for row in await reads.rows(queries.issuer())],
        "title": title,
        "date": day.isoformat(),
        "facts": [
            {
                "label": say(language, "numbers.report.as_of", {}),
                "value": made_at.strftime("%Y-%m-%d %H:%M"),
            },
            {"label": say(language, "numbers.report.plan", {}), "value": plan_digest(plan)[:16]},
        ],
        "chapters": chapters,
    }
    name = say(language, "numbers.file", {"title": title, "date": day.isoformat()})
    return f"{name}.pdf", await run_sync(bound, "report", data, made.drawings, language)
