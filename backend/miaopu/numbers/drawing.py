"""From a picture's table to its drawing: one for the page, the picture file and the annual report.

Only what the table shows is drawn: where a cell is hidden, its mark stands in place of the bar.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from miaopu.numbers import svg
from miaopu.numbers.schemas import Cell, Column, Numbers, Picture
from miaopu.numbers.svg import BLUE, GOLD, GREEN, GREY, RED, SMALL

WIDTH = 720
LABEL = 150
LINE = 26
HEAD = 30
COLOURS = (GREEN, GOLD, BLUE, RED, GREY)

Shapes = Iterator[str]
Row = Mapping[str, Cell]


def drawn(numbers: Numbers) -> str:
    """The picture as SVG; empty where there is nothing to draw."""
    if not numbers.rows:
        return ""
    shapes, height = DRAWN[numbers.picture](numbers)
    return svg.sheet(WIDTH, height, shapes, numbers.title)


def _size(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _counts(numbers: Numbers) -> list[Column]:
    return [c for c in numbers.columns if c.kind == "count"]


def _most(rows: list[dict[str, Cell]], *keys: str) -> float:
    return max((_size(row.get(key)) for row in rows for key in keys), default=0) or 1


def _label(row: Row, numbers: Numbers) -> str:
    return str(row.get(numbers.columns[0].key) or "")


def _legend(entries: list[tuple[str, str]], y: float = 14) -> Shapes:
    x = float(LABEL)
    for title, colour in entries:
        yield svg.rect(x, y - 9, 10, 10, colour)
        yield svg.text(x + 15, y, title, size=SMALL)
        x += 15 + svg.width_of(title, SMALL) + 18


def funnel(numbers: Numbers) -> tuple[list[str], float]:
    """Step beside step, each bar a share of those who registered; the sum first, with the share of the step before."""
    steps = _counts(numbers)
    wide = (WIDTH - LABEL) / len(steps)
    rows = ([numbers.total] if numbers.total and len(numbers.rows) > 1 else []) + numbers.rows
    out: list[str] = []
    for i, step in enumerate(steps):
        out.append(svg.text(LABEL + i * wide, 16, svg.cut(step.title, wide - 6, SMALL), size=SMALL, quiet=True))
    for at, row in enumerate(rows):
        y, whole = HEAD + at * LINE, row is numbers.total
        name = _label(row, numbers)
        out.append(svg.text(0, y + 15, svg.cut(name, LABEL - 10), bold=whole))
        first = _size(row[steps[0].key]) or 1
        for i, step in enumerate(steps):
            cell, x = row[step.key], LABEL + i * wide
            share = _size(cell) / first
            before = _size(row[steps[i - 1].key]) if i else 0
            of = f"{_size(cell) / before:.0%}" if before and isinstance(cell, int) else ""
            title = f"{name} · {step.title} {cell}{f' · {of}' if of else ''}"
            out.append(svg.rect(x, y + 1, (wide - 8) * share, 20, GREEN, title, opacity=1 if whole else 0.55, rx=2))
            # The share of the step before stands behind the number of the sum, where there is room for it.
            said, bar = str(cell), (wide - 8) * share
            inside = bar > svg.width_of(said) + 8
            at_x, fill = x + 4 + (0 if inside else bar), "#fff" if inside and whole else ""
            out.append(svg.text(at_x, y + 15, said, fill=fill, bold=whole))
            if not (whole and of):
                continue
            end, small = at_x + svg.width_of(said) + 5, svg.width_of(of, 10)
            if inside and end + small < x + bar - 2:
                out.append(svg.text(end, y + 15, of, size=10, fill=fill))
            elif (end := max(end, x + bar + 3)) + small < x + wide:
                out.append(svg.text(end, y + 15, of, size=10, quiet=True))
    return out, HEAD + len(rows) * LINE + 4


def marks(numbers: Numbers) -> tuple[list[str], float]:
    """A histogram for each subject (or city), three in a row, its line across."""
    columns, each, tall = _counts(numbers), WIDTH / 3, 128
    out: list[str] = []
    for at, column in enumerate(columns):
        left, top = (at % 3) * each, (at // 3) * (tall + 26)
        most = _most(numbers.rows, column.key)
        bar = (each - 24) / len(numbers.rows)
        out.append(svg.text(left, top + 14, svg.cut(column.title, each - 24), bold=True))
        base = top + tall - 14
        out.append(svg.line(left, base, left + each - 24, base, opacity=0.4))
        for i, row in enumerate(numbers.rows):
            tall_bar = _size(row[column.key]) / most * (tall - 44)
            title = f"{column.title} {_label(row, numbers)}: {row[column.key]}"
            out.append(svg.rect(left + i * bar + 1, base - tall_bar, bar - 2, tall_bar, GREEN, title, opacity=0.75))
        starts = [float(str(row["id"])) for row in numbers.rows]
        step = starts[1] - starts[0] if len(starts) > 1 else 1
        lines = [fact for fact in numbers.facts if fact.column == column.key]
        for fact in lines:
            x = left + (float(fact.value) - starts[0]) / step * bar
            out.append(svg.line(x, top + 22, x, base, RED, stroke_width=1.5, stroke_dasharray="4 2"))
        if lines:
            low, high = min(float(f.value) for f in lines), max(float(f.value) for f in lines)
            said = f"{low:g}" if low == high else f"{low:g}–{high:g}"
            out.append(svg.text(left + each - 24, top + 14, said, size=SMALL, anchor="end", fill=RED))
        end = starts[-1] + step
        out.append(svg.text(left, base + 14, f"{starts[0]:g}", size=10, quiet=True))
        out.append(svg.text(left + each - 24, base + 14, f"{end:g}", size=10, anchor="end", quiet=True))
    return out, ((len(columns) + 2) // 3) * (tall + 26)


def _bars(numbers: Numbers, keys: list[str], outline: str | None = None) -> tuple[list[str], float]:
    """One bar a row, its parts beside each other; `outline` is what it could be at most."""
    titles = {c.key: c.title for c in numbers.columns}
    colours = dict(zip(keys, COLOURS, strict=False))
    room = WIDTH - LABEL - 70
    sums = [sum(_size(row.get(key)) for key in keys) for row in numbers.rows]
    most = max([*sums, *(_size(row.get(outline or "")) for row in numbers.rows)]) or 1
    legend = [(titles[key], colour) for key, colour in colours.items()]
    out = list(_legend([*legend, *([(titles[outline], "none")] if outline else [])]))
    if outline:
        x = LABEL + sum(33 + svg.width_of(title, SMALL) for title, _ in legend)
        out.append(svg.rect(x, 5, 10, 10, "none", stroke="currentColor"))
    for at, (row, whole) in enumerate(zip(numbers.rows, sums, strict=True)):
        y, x, name = HEAD + at * LINE, float(LABEL), _label(row, numbers)
        out.append(svg.text(0, y + 15, svg.cut(name, LABEL - 10)))
        for key, colour in colours.items():
            long = _size(row.get(key)) / most * room
            said = str(row.get(key))
            out.append(svg.rect(x, y + 2, long, 18, colour, f"{name} · {titles[key]} {said}"))
            if long > svg.width_of(said, SMALL) + 6:
                out.append(svg.text(x + long / 2, y + 15, said, size=SMALL, anchor="middle", fill="#fff"))
            x += long
        end = f"{whole:g}" if not any(row.get(key) == numbers.mark for key in keys) else numbers.mark
        if outline and isinstance(row.get(outline), int | float):
            long = _size(row[outline]) / most * room
            out.append(svg.rect(LABEL, y + 1, long, 20, "none", stroke="currentColor", stroke_opacity=0.7))
            x, end = max(x, LABEL + long), f"{end} / {row[outline]}"
        out.append(svg.text(x + 8, y + 15, end, bold=True))
    return out, HEAD + len(numbers.rows) * LINE + 4


def places(numbers: Numbers) -> tuple[list[str], float]:
    """Who stayed and who left, within the places there are."""
    rows = []
    for row in numbers.rows:
        both = row["enrolled"], row["withdrawn"]
        if all(isinstance(n, int) for n in both):
            rows.append({**row, "enrolled": int(_size(both[0]) - _size(both[1]))})
        else:
            rows.append(dict(row))
    return _bars(numbers.model_copy(update={"rows": rows}), ["enrolled", "withdrawn"], "planned")


def results(numbers: Numbers) -> tuple[list[str], float]:
    """How the students' year ended, each row a bar."""
    return _bars(numbers, [c.key for c in _counts(numbers) if c.key != "students"])


def meetings(numbers: Numbers) -> tuple[list[str], float]:
    """Rows by months: meetings to each student, the darker the nearer to what the plan asks for."""
    months = [c for c in _counts(numbers) if c.key != "students"]
    wanted = next((float(f.value) for f in numbers.facts if f.key == "meetings_per_month"), 1.0)
    wide = min(60.0, (WIDTH - LABEL) / max(1, len(months)))
    out = []
    for i, month in enumerate(months):
        x = LABEL + i * wide + wide / 2 - 1
        out.append(svg.text(x, 10, month.key[:4] if not i or month.key.endswith("01") else "", size=9,
                            anchor="middle", quiet=True))  # fmt: skip
        out.append(svg.text(x, 22, int(month.key[5:7]), size=SMALL, anchor="middle", quiet=True))
    for at, row in enumerate(numbers.rows):
        y, name = HEAD + at * LINE, _label(row, numbers)
        out.append(svg.text(0, y + 16, svg.cut(name, LABEL - 10)))
        students = _size(row["students"])
        for i, month in enumerate(months):
            cell, x = row[month.key], LABEL + i * wide
            known = isinstance(cell, int | float) and students > 0
            each = _size(cell) / students if known else 0
            depth = min(1.0, each / wanted) if wanted else 0
            title = f"{name} · {month.title} {cell}"
            out.append(svg.rect(x, y, wide - 2, LINE - 2, GREEN, title, fill_opacity=0.06 + 0.84 * depth, rx=2))
            said = f"{each:.1f}" if known else cell
            fill = "#fff" if depth > 0.6 else ""
            out.append(svg.text(x + wide / 2 - 1, y + 16, said, size=SMALL, anchor="middle", fill=fill))
    return out, HEAD + len(numbers.rows) * LINE + 2


def logs(numbers: Numbers) -> tuple[list[str], float]:
    """Weeks beside each other: what came, what of it was late, and what was accepted then."""
    titles = {c.key: c.title for c in numbers.columns}
    base, left, bar = 170.0, 36.0, (WIDTH - 40) / len(numbers.rows)
    most = _most(numbers.rows, "submitted", "accepted")
    out = list(_legend([(titles["submitted"], GREEN), (titles["late"], GOLD), (titles["accepted"], BLUE)]))
    for part in (0.0, 0.5, 1.0):
        y = base - part * 136
        out.append(svg.line(left, y, WIDTH, y, opacity=0.2))
        out.append(svg.text(left - 6, y + 4, f"{most * part:g}", size=10, anchor="end", quiet=True))
    half = max(1.0, bar / 2 - 1)
    for i, row in enumerate(numbers.rows):
        x = left + i * bar
        said = " · ".join(f"{titles[key]} {row[key]}" for key in ("submitted", "late", "accepted"))
        for key, at, colour in (("submitted", x, GREEN), ("late", x, GOLD), ("accepted", x + half, BLUE)):
            tall = _size(row[key]) / most * 136
            out.append(svg.rect(at, base - tall, half, tall, colour, f"{row['week']} · {said}"))
        month = str(row["week"])[:7]
        if i == 0 or month != str(numbers.rows[i - 1]["week"])[:7]:
            out.append(svg.text(x, base + 16, int(month[5:]), size=SMALL, quiet=True))
    return out, base + 24


def judges(numbers: Numbers) -> tuple[list[str], float]:
    """Panel by panel: how far its judges were apart on the mean, and at most."""
    titles = {c.key: c.title for c in numbers.columns}
    most = max(_most(numbers.rows, "widest"), 1)
    label, room = 250, WIDTH - 250 - 180
    out = list(_legend([(titles["spread"], GREEN), (titles["widest"], GOLD)]))
    for at, row in enumerate(numbers.rows):
        y = HEAD + at * LINE
        name = f"{row['city']} · {row['subject']} · {row['panel']}"
        out.append(svg.text(0, y + 15, svg.cut(name, label - 10)))
        ends = [label + _size(row[key]) / most * room for key in ("spread", "widest")]
        out.append(svg.line(label, y + 11, ends[1], y + 11, opacity=0.35))
        for key, x, colour in zip(("widest", "spread"), reversed(ends), (GOLD, GREEN), strict=True):
            out.append(svg.circle(x, y + 11, 6, colour, f"{name} · {titles[key]} {row[key]}"))
        out.append(svg.text(max(ends) + 12, y + 15, f"{row['spread']} – {row['widest']}", size=SMALL, quiet=True))
        if _size(row["far_off"]):
            out.append(svg.text(WIDTH, y + 15, f"{titles['far_off']} {row['far_off']}", size=SMALL, anchor="end",
                                fill=RED))  # fmt: skip
    return out, HEAD + len(numbers.rows) * LINE + 4


def years(numbers: Numbers) -> tuple[list[str], float]:
    """Each number of the year a group, each year a bar in it; the numbers are far apart, so the root is drawn."""
    keys = [c for c in _counts(numbers) if any(isinstance(row[c.key], int) for row in numbers.rows)]
    wide, base = WIDTH / max(1, len(keys)), 170.0
    most = _most(numbers.rows, *(c.key for c in keys)) ** 0.5
    shown = numbers.rows[-len(COLOURS) :]
    out = list(_legend([(str(row["year"]), COLOURS[i]) for i, row in enumerate(shown)]))
    bar = min(26.0, (wide - 10) / max(1, len(shown)))
    for at, column in enumerate(keys):
        x = at * wide + (wide - bar * len(shown)) / 2
        for i, row in enumerate(shown):
            tall = _size(row[column.key]) ** 0.5 / most * 118
            title = f"{row['year']} · {column.title} {row[column.key]}"
            out.append(svg.rect(x + i * bar, base - tall, bar - 2, tall, COLOURS[i], title))
            said = row[column.key] if row[column.key] is not None else ""
            out.append(svg.text(x + i * bar + bar / 2 - 1, base - tall - 4, said, size=10, anchor="middle"))
        said = svg.cut(column.title, wide - 4, SMALL)
        out.append(svg.text(at * wide + wide / 2, base + 16, said, size=SMALL, anchor="middle", quiet=True))
    out.append(svg.line(0, base, WIDTH, base, opacity=0.4))
    return out, base + 24


def cities(numbers: Numbers) -> tuple[list[str], float]:
    """The cities where they lie to each other, without a border: a circle as large as its students are many."""
    titles = {c.key: c.title for c in numbers.columns}
    placed = [row for row in numbers.rows if row.get("x") is not None and row.get("y") is not None]
    most = _most(placed, "enrolled")
    heights = [_size(row["y"]) for row in placed] or [0.0]
    low, apart = min(heights), (max(heights) - min(heights)) or 1
    places = [(60 + _size(row["x"]) / 100 * (WIDTH - 120), 76 + (_size(row["y"]) - low) / apart * 90) for row in placed]
    out: list[str] = []
    for one, other in pairwise(sorted(places)):
        out.append(svg.line(*one, *other, opacity=0.15, stroke_dasharray="3 5"))
    for row, (x, y) in zip(placed, places, strict=True):
        r = 10 + 34 * (_size(row["enrolled"]) / most) ** 0.5
        facts = [f"{titles[key]} {row[key]}" for key in ("registered", "selected", "enrolled", "planned")]
        out.append(svg.circle(x, y, r, GREEN, f"{_label(row, numbers)} · {' · '.join(facts)}", opacity=0.85))
        out.append(svg.text(x, y + 5, row["enrolled"], anchor="middle", bold=True, fill="#fff", size=15))
        out.append(svg.text(x, y - r - 8, _label(row, numbers), anchor="middle", bold=True))
        out.append(svg.text(x, y + r + 16, facts[0], anchor="middle", size=SMALL, quiet=True))
        out.append(svg.text(x, y + r + 31, facts[3], anchor="middle", size=SMALL, quiet=True))
    return out, 250


DRAWN: Mapping[Picture, Callable[[Numbers], tuple[list[str], float]]] = {
    "funnel": funnel, "marks": marks, "places": places, "meetings": meetings, "logs": logs, "judges": judges,
    "results": results, "years": years, "map": cities,
}  # fmt: skip
