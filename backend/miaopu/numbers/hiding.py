"""Small cells: hidden from who does not see persons, with as many beside them as keep them from being computed."""

from collections.abc import Iterator, Mapping, Sequence

Place = tuple[int, str]


def hidden(
    rows: Sequence[Mapping[str, object]], columns: Sequence[str], parts: Sequence[str], least: int
) -> frozenset[Place]:
    """Cells of `columns` to hide, by row and column.

    A cell is hidden that counts somebody and fewer than `least`. Where a sum says what a single hidden cell must be
    (down a column; across `parts`, columns that make up a row), the next smallest is hidden too, until at least two
    are, and together they count `least` people.
    """
    value = {(i, c): n for i, row in enumerate(rows) for c in columns if isinstance(n := row.get(c), int)}
    gone = {place for place, n in value.items() if 0 < n < least}
    lines = [[(i, c) for i in range(len(rows))] for c in columns]
    lines += [[(i, c) for c in parts] for i in range(len(rows))]
    before = -1
    while before != len(gone):
        before = len(gone)
        for line in lines:
            gone.update(_beside([p for p in line if value.get(p)], gone, value, least))
    return frozenset(gone)


def _beside(line: Sequence[Place], gone: set[Place], value: Mapping[Place, int], least: int) -> Iterator[Place]:
    """What else of the line has to be hidden."""
    here = [p for p in line if p in gone]
    if not here:
        return
    count, people = len(here), sum(value[p] for p in here)
    for place in sorted((p for p in line if p not in gone), key=lambda p: (value[p], p)):
        if count > 1 and people >= least:
            return
        count, people = count + 1, people + value[place]
        yield place


def shown_sum(
    rows: Sequence[Mapping[str, object]], column: str, gone: frozenset[Place], least: int
) -> int | float | None:
    """The sum of a column, unless it says what stands in the one hidden cell."""
    numbers = [n for row in rows if isinstance(n := row.get(column), int | float)]
    within = [n for i, row in enumerate(rows) if (i, column) in gone and isinstance(n := row.get(column), int | float)]
    if within and (len(within) < 2 or sum(within) < least):
        return None
    return sum(numbers) if numbers else None
