"""Zig-zag groups, timetables and the ways to allow for strict judges (P16), against worked and random instances."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.interviews.grouping import NoPanel, timetable, zigzag
from miaopu.interviews.judging import (
    METHODS,
    Judged,
    Method,
    NotConnected,
    TooFewJudges,
    changing,
    coefficients,
    connected,
    judged,
    leanings,
    odd_ones,
    severities,
)

D = Decimal


def test_p16_the_zigzag_runs_forth_and_back_by_written_mark() -> None:
    marks = {f"n{i}": D(100 - i) for i in range(6)}
    groups = zigzag(marks, ["a", "b", "c"], "seed", {})
    assert sorted(sorted(g) for g in groups.values()) == [["n0", "n5"], ["n1", "n4"], ["n2", "n3"]]
    assert zigzag(marks, ["c", "a", "b"], "seed", {}) == groups


def test_p16_the_order_before_a_panel_does_not_follow_the_marks() -> None:
    marks = {f"n{i:02}": D(100 - i) for i in range(40)}
    groups = zigzag(marks, ["a", "b"], "seed", {})
    assert all(group != sorted(group) and group != sorted(group, reverse=True) for group in groups.values())
    assert zigzag(marks, ["a", "b"], "another", {}) != groups


def test_p16_nobody_comes_before_a_barred_panel_and_somebody_barred_from_all_is_named() -> None:
    marks = {"x": D(90), "y": D(80), "z": D(70)}
    with pytest.raises(NoPanel) as raised:
        zigzag(marks, ["a", "b"], "s", {"y": {"a", "b"}})
    assert raised.value.keys == ("y",)
    # Both of the first row may only come before b: the third changes places.
    groups = zigzag(marks, ["a", "b"], "s", {"x": {"a"}, "y": {"a"}})
    assert "z" in groups["a"]
    assert {"x", "y"} == set(groups["b"])


def _drawn(
    marks: dict[str, Decimal], panels: list[str], barred: dict[str, set[str]]
) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    try:
        return zigzag(marks, panels, "s", barred), ()
    except NoPanel as none:
        return {}, none.keys


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_p16_groups_are_even_balanced_free_of_conflicts_and_repeatable(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40))
    panels = [f"p{i}" for i in range(data.draw(st.integers(1, 5)))]
    marks = {f"n{i:02}": D(data.draw(st.integers(0, 20))) for i in range(count)}
    barred = {key: data.draw(st.sets(st.sampled_from(panels), max_size=1)) for key in marks}
    if data.draw(st.booleans()):
        barred = {}
    groups, nobody = _drawn(marks, panels, barred)
    # Only where a conflict is: each of them is barred somewhere.
    assert all(barred[key] for key in nobody)
    if nobody:
        return
    assert sorted(key for group in groups.values() for key in group) == sorted(marks)
    sizes = [len(group) for group in groups.values()]
    assert max(sizes) - min(sizes) <= 1
    assert all(panel not in barred.get(key, ()) for panel, group in groups.items() for key in group)
    assert groups == zigzag(dict(reversed(marks.items())), panels[::-1], "s", barred)
    if not barred and count % len(panels) == 0:
        # The best and the worst of each pair of rows meet: sums of places differ by less than a row.
        place = {key: i for i, key in enumerate(sorted(marks, key=lambda k: -marks[k]))}
        if len(set(marks.values())) == count:
            sums = [sum(place[key] for key in group) for group in groups.values()]
            assert max(sums) - min(sums) < len(panels)


def test_p16_a_turn_that_would_run_into_a_break_begins_after_it() -> None:
    nine = datetime(2024, 1, 12, 9)
    noon = (nine + timedelta(minutes=50), nine + timedelta(minutes=60))
    assert [t - nine for t in timetable(nine, 20, [noon], 4)] == [timedelta(minutes=m) for m in (0, 20, 60, 80)]
    assert timetable(nine, 20, [(nine, nine + timedelta(minutes=5))], 1) == [nine + timedelta(minutes=5)]


def sheet(candidate: str, panel: str, judge: str, score: str | int) -> Judged:
    return Judged(candidate, panel, judge, D(score))


WORKED = [
    sheet("x", "1", "a", 90), sheet("x", "1", "b", 80), sheet("x", "1", "c", 40),
    sheet("y", "2", "d", 60), sheet("y", "2", "e", 50), sheet("y", "2", "f", 70),
]  # fmt: skip


def test_p16_mean_trimmed_mean_and_panel_coefficient_by_hand() -> None:
    assert judged(WORKED, "mean") == {"x": D(70), "y": D(60)}
    assert judged(WORKED, "trimmed") == {"x": D(80), "y": D(60)}
    # Mean of all 65; the first panel gave 70, the second 60: both are brought to 65.
    assert coefficients(WORKED) == {"1": Fraction(65, 70), "2": Fraction(65, 60)}
    assert judged(WORKED, "coefficient") == {"x": D(65), "y": D(65)}


def test_p16_refused_are_fewer_than_two_judges_too_few_to_trim_and_judges_that_share_nobody() -> None:
    with pytest.raises(TooFewJudges) as raised:
        judged([*WORKED, sheet("z", "1", "a", 50)], "mean")
    assert raised.value.keys == ("z",)
    with pytest.raises(TooFewJudges):
        judged([sheet("x", "1", "a", 1), sheet("x", "1", "b", 2)], "trimmed")
    assert not connected(WORKED)
    with pytest.raises(NotConnected):
        judged(WORKED, "additive")


@pytest.mark.parametrize("method", METHODS)
def test_p16_before_the_first_sheet_every_method_says_nothing(method: Method) -> None:
    assert judged([], method) == {}


def test_p16_the_additive_model_takes_a_strict_judge_out_by_hand() -> None:
    # b gives ten less than a; c sees only y, as b does: x was heard by a and b, y by b and c.
    sheets = [sheet("x", "1", "a", 80), sheet("x", "1", "b", 70), sheet("y", "1", "b", 60), sheet("y", "1", "c", 70)]
    lean = severities(sheets)
    assert lean["a"] - lean["b"] == 10
    assert lean["c"] - lean["b"] == 10
    assert sum(lean.values()) == 0
    assert leanings(sheets)["b"] == D(-10)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_p16_the_additive_model_agrees_with_least_squares_by_another_way(data: st.DataObject) -> None:
    judges = data.draw(st.integers(2, 6))
    sheets = []
    for c in range(data.draw(st.integers(2, 8))):
        who = data.draw(st.lists(st.integers(0, judges - 1), min_size=2, max_size=judges, unique=True))
        sheets += [sheet(f"c{c}", "1", f"j{j}", data.draw(st.integers(0, 100))) for j in who]
    if not connected(sheets):
        with pytest.raises(NotConnected):
            severities(sheets)
        return
    names = sorted({s.judge for s in sheets})
    keys = sorted({s.candidate for s in sheets})
    design = numpy.zeros((len(sheets) + 1, len(keys) + len(names)))
    wanted = numpy.zeros(len(sheets) + 1)
    for i, s in enumerate(sheets):
        design[i, keys.index(s.candidate)] = design[i, len(keys) + names.index(s.judge)] = 1
        wanted[i] = float(s.score)
    design[-1, len(keys) :] = 1
    solved = numpy.linalg.lstsq(design, wanted, rcond=None)[0]
    ours = severities(sheets)
    assert numpy.allclose([float(ours[j]) for j in names], solved[len(keys) :], atol=1e-6)
    found = judged(sheets, "additive")
    assert numpy.allclose([float(found[k]) for k in keys], solved[: len(keys)], atol=1e-6)


def test_p16_scores_far_from_the_others_are_found_on_both_sides() -> None:
    sheets = [sheet("x", "1", "a", 80), sheet("x", "1", "b", 78), sheet("x", "1", "c", 50)]
    assert odd_ones(sheets, D(20)) == {("x", "c")}
    assert odd_ones(sheets, D(29)) == set()
    assert odd_ones(sheets, D(12)) == {("x", "a"), ("x", "b"), ("x", "c")}


def test_p16_who_would_change_sides_by_another_method_is_listed() -> None:
    outcomes: dict[Method, dict[str, str]] = {
        "mean": {"x": "selected", "y": "reserve"},
        "trimmed": {"x": "reserve", "y": "selected"},
    }
    assert changing(outcomes, "mean") == {"x": {"trimmed": "reserve"}, "y": {"trimmed": "selected"}}
    assert changing({"mean": outcomes["mean"]}, "mean") == {}
