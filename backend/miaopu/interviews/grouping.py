"""Who is heard by which panel, and when (P16): the balanced zig-zag and a panel's timetable. Pure and repeatable."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from miaopu.exams.rules import lot


class NoPanel(ValueError):
    """Somebody whom no panel can hear: a conflict of interest with each of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(", ".join(self.keys))


def zigzag(
    marks: Mapping[str, Decimal],
    panels: Collection[str],
    seed: str,
    barred: Mapping[str, Collection[str]],
) -> dict[str, list[str]]:
    """Candidates over the panels of a subject, so that all panels hear equally strong groups (Z 形分组).

    By written mark from the top (equal marks in drawn order), in rows as wide as there are panels; the first row
    runs through the panels in drawn order, the next one back, and so on. Nobody comes before a panel that is
    `barred` for them: within the row another order is taken, and where a row has none, the nearest in mark changes
    places. Within a panel the order is drawn, so that it tells nothing about marks.

    Returns:
        For each panel its candidates in the order in which they are heard; sizes differ by at most one.

    Raises:
        NoPanel: for whom every panel is barred, or with whom nobody can change places.
    """
    ranked = sorted(marks, key=lambda key: (-marks[key], lot(seed, key)))
    order = sorted(panels, key=lambda panel: lot(seed, panel))
    found: dict[str, str] = {}
    left: list[tuple[str, str]] = []
    for start in range(0, len(ranked), len(order)):
        row = ranked[start : start + len(order)]
        way = order if start // len(order) % 2 == 0 else order[::-1]
        placed = _row(row, way, barred)
        found |= placed
        free = [panel for panel in way if panel not in placed.values()]
        left += zip((key for key in row if key not in placed), free, strict=False)
    stuck = [key for key, panel in left if not _exchange(key, panel, ranked, found, barred)]
    if stuck:
        raise NoPanel(stuck)
    return {panel: sorted((k for k in found if found[k] == panel), key=lambda k: lot(f"{seed}:{panel}", k))
            for panel in order}  # fmt: skip


def _row(row: Sequence[str], way: Sequence[str], barred: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Each of a row a panel of their own, by augmenting paths; their place in the zig-zag is tried first."""
    holder: dict[str, str] = {}

    def take(key: str, wishes: Sequence[str], seen: set[str]) -> bool:
        for panel in wishes:
            if panel in seen or panel in barred.get(key, ()):
                continue
            seen.add(panel)
            if panel not in holder or take(holder[panel], wishes, seen):
                holder[panel] = key
                return True
        return False

    for place, key in enumerate(row):
        nearest = sorted(range(len(way)), key=lambda i: (abs(i - place), i))
        # A short last row fills the panels that come first on its way, unless a conflict forbids it.
        take(key, [way[i] for i in nearest], set())
    return {key: panel for panel, key in holder.items()}


def _exchange(
    key: str, panel: str, ranked: Sequence[str], found: dict[str, str], barred: Mapping[str, Collection[str]]
) -> bool:
    """`key` may not come before `panel`: the nearest in mark who may goes there, and gives the place."""
    here = ranked.index(key)
    for other in sorted(found, key=lambda k: (abs(ranked.index(k) - here), ranked.index(k))):
        if found[other] not in barred.get(key, ()) and panel not in barred.get(other, ()):
            found[key], found[other] = found[other], panel
            return True
    return _spare(key, panel, len(ranked), found, barred)


def _spare(key: str, panel: str, count: int, found: dict[str, str], barred: Mapping[str, Collection[str]]) -> bool:
    """Where the panels do not come out even, one of them has a place more: any may have it."""
    heard = list(found.values())
    panels = {panel, *heard}
    least = count // len(panels)
    for other in sorted(panels, key=lambda p: (heard.count(p), p)):
        if other not in barred.get(key, ()) and heard.count(other) <= least and heard.count(panel) >= least:
            found[key] = other
            return True
    return False


Span = tuple[datetime, datetime]


def timetable(starts_at: datetime, minutes: int, breaks: Iterable[Span], count: int) -> list[datetime]:
    """When each of `count` turns begins: one after the other; a turn that would run into a break begins after it."""
    pauses = sorted(breaks)
    turns: list[datetime] = []
    at = starts_at
    while len(turns) < count:
        end = at + timedelta(minutes=minutes)
        pause = next((until for since, until in pauses if since < end and at < until), None)
        if pause is None:
            turns.append(at)
            at = end
        else:
            at = pause
    return turns


def overlap(one: Span, other: Span) -> bool:
    """Two spans of time share a moment; touching is none."""
    return one[0] < other[1] and other[0] < one[1]
