"""Small cells: what is hidden, and that nobody computes it from the rest."""

from hypothesis import given
from hypothesis import strategies as st

from miaopu.numbers.hiding import hidden, shown_sum

LEAST = 3
Rows = list[dict[str, object]]


def test_a_cell_of_two_is_hidden_with_the_next_smallest_and_a_nought_is_no_secret() -> None:
    rows: Rows = [{"n": 0}, {"n": 2}, {"n": 40}, {"n": 7}]
    gone = hidden(rows, ["n"], [], LEAST)
    assert gone == {(1, "n"), (3, "n")}
    assert shown_sum(rows, "n", gone, LEAST) == 49


def test_where_only_one_cell_counts_anybody_its_sum_is_hidden_too() -> None:
    rows: Rows = [{"n": 0}, {"n": 2}]
    gone = hidden(rows, ["n"], [], LEAST)
    assert gone == {(1, "n")}
    assert shown_sum(rows, "n", gone, LEAST) is None


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=5))
def test_whoever_subtracts_from_a_sum_finds_at_least_two_cells_and_the_smallest_group(table: list[list[int]]) -> None:
    rows: Rows = [dict(zip("abc", line, strict=True)) for line in table]
    gone = hidden(rows, "abc", "abc", LEAST)
    value = {(i, c): n for i, line in enumerate(table) for c, n in zip("abc", line, strict=True)}
    assert all(not 0 < n < LEAST for place, n in value.items() if place not in gone)
    for column in "abc":
        within = [value[i, column] for i in range(len(rows)) if (i, column) in gone]
        if within and shown_sum(rows, column, gone, LEAST) is not None:
            assert len(within) > 1
            assert sum(within) >= LEAST
