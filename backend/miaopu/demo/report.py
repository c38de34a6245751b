"""The funnel of a walked year, for the terminal."""

from collections.abc import Callable
from typing import Any

from miaopu.demo.build import build
from miaopu.demo.journey.next_year import best, next_year
from miaopu.demo.journey.world import Scale, World
from miaopu.demo.journey.year import walk_on
from miaopu.main import make_app, open_state
from miaopu.settings import Settings

STEPS = ("registered", "eligible", "tested", "shortlisted", "interviewed", "selected", "enrolled", "certified")


async def funnels_of(
    settings: Settings, source: str, scale: Scale, say: Callable[[str], None], *, years: int = 1
) -> list[dict[str, Any]]:
    """Walk the year, and as many after it as are asked for, and ask the API for the funnel of each."""
    app = make_app(settings)
    await open_state(app, settings)
    try:
        found: list[dict[str, Any]] = []

        async def ask(world: World) -> None:
            found.append(await world.region.office.get("/reports/funnel"))
            if len(found) < years:
                await ask(await walk_on(world, next_year(world.source), await best(world)))

        await build(app, source, scale, say, keep_copies=False, then=ask)
        return found
    finally:
        await app.state.database.close()


def print_funnel(funnel: dict[str, Any], say: Callable[[str], None]) -> None:
    """A line for each city and subject, and the total."""
    say("")
    say("  ".join([_wide("city", 12), _wide("subject", 10), *(f"{step:>11}" for step in STEPS)]))
    for row in funnel["items"]:
        counts = [f"{row[step]:>11}" for step in STEPS]
        say("  ".join([_wide(row["city_name"], 12), _wide(row["subject_name"], 10), *counts]))
    total = funnel["total"]
    say("  ".join([_wide("all", 12), _wide("", 10), *(f"{total[step]:>11}" for step in STEPS)]))
    say("")


def _wide(text: str, width: int) -> str:
    # A Chinese character is two columns wide in a terminal.
    return text + " " * max(0, width - sum(2 if ord(c) > 0x2E80 else 1 for c in text))
