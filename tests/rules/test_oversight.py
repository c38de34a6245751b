"""What counts as unusual (P16a): nights, days off, who passes all, who leans; by hand and at random."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaopu.oversight.acts import ACTIONS, DECISIONS, FLAGS, REVIEWS
from miaopu.oversight.rules import Pace, days_off, is_night, leans, night_hours, pace, passes_all, percent
from miaopu.programme.plan import load_plan
from years import PLANS

HOURS = st.integers(0, 23)
AT = datetime(2024, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "night"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False), (12, False)]
)
def test_p16a_night_is_from_ten_in_the_evening_until_before_six(hour: int, night: bool) -> None:
    assert is_night(hour, 22, 6) is night


def test_p16a_a_night_within_a_day_does_not_go_over_midnight_and_none_is_none() -> None:
    assert night_hours(1, 4) == (1, 2, 3)
    assert night_hours(0, 0) == ()
    assert night_hours(23, 0) == (23,)


@given(HOURS, HOURS, HOURS)
def test_p16a_an_hour_is_night_or_day_and_the_two_make_all_hours(hour: int, begins: int, ends: int) -> None:
    if begins != ends:
        # Turned round, night is day.
        assert is_night(hour, begins, ends) is not is_night(hour, ends, begins)
        assert len(night_hours(begins, ends)) + len(night_hours(ends, begins)) == 24
        assert is_night(begins, begins, ends)
        assert not is_night(ends, begins, ends)


def test_p16a_days_off_are_those_of_the_plan_with_its_holidays_and_make_up_days() -> None:
    plan = load_plan(PLANS["nmg-2024"].read_text("utf-8"))
    found = days_off(date(2024, 2, 3), date(2024, 2, 19), plan.is_working_day)
    # Spring Festival; the Sundays of the 4th and the 18th are worked in its stead.
    assert found == (date(2024, 2, 3), *(date(2024, 2, day) for day in (10, 11, 12, 13, 14, 15, 16, 17)))
    assert days_off(date(2024, 1, 2), date(2024, 1, 2), plan.is_working_day) == ()


@pytest.mark.parametrize(
    ("passed", "stopped", "found"), [(20, 0, True), (19, 0, False), (20, 1, False), (500, 1, False), (0, 0, False)]
)
def test_p16a_who_passes_all_has_reviewed_enough_and_stopped_nobody(passed: int, stopped: int, found: bool) -> None:
    assert passes_all(passed, stopped, 20) is found


def test_p16a_a_batch_is_one_act_and_the_pace_is_between_acts() -> None:
    batch = [AT + timedelta(milliseconds=n) for n in range(30)]
    one_by_one = [AT + timedelta(seconds=s) for s in (10, 14, 100)]
    assert pace([*one_by_one, *batch]) == Pace(acts=4, median_seconds=10, most_at_once=30)
    assert pace(batch) == Pace(acts=1, median_seconds=None, most_at_once=30)
    with pytest.raises(ValueError):
        pace([])


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_p16a_the_pace_does_not_depend_on_the_order_and_counts_every_decision(seconds: list[int]) -> None:
    moments = [AT + timedelta(seconds=s) for s in seconds]
    found = pace(moments)
    assert found == pace(moments[::-1])
    assert found.acts == len(set(seconds))
    assert found.most_at_once == max(seconds.count(s) for s in seconds)
    if found.median_seconds is not None:
        assert 1 <= found.median_seconds <= max(seconds) - min(seconds)


@pytest.mark.parametrize(
    ("lean", "sheets", "found"),
    [("5", 3, True), ("-5", 3, True), ("4.9999", 3, False), ("12", 2, False), ("0", 30, False)],
)
def test_p16a_a_panellist_leans_by_enough_points_over_enough_sheets_either_way(
    lean: str, sheets: int, found: bool
) -> None:
    assert leans(Decimal(lean), sheets, Decimal(5), 3) is found


def test_a_share_of_nothing_is_nought() -> None:
    assert (percent(0, 0), percent(1, 3), percent(2, 2)) == (Decimal(0), Decimal("33.3"), Decimal(100))


def test_p16a_every_flag_and_every_review_is_about_decisions_and_no_act_is_two_decisions() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS)
    for actions in FLAGS.values():
        assert set(actions) <= set(ACTIONS)
    for review in REVIEWS:
        assert review.passes
        assert review.stops
        assert set(review.passes) | set(review.stops) <= set(ACTIONS)
    assert "cutoff.reopen" in DECISIONS["cutoff"]
