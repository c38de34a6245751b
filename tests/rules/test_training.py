"""Counters of the training year: meetings in a month (P9) and visits to the campus (P10), against plain counting."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

import miaopu
from miaopu.programme.plan import load_plan
from miaopu.training.rules import Came, Progress, first_month, progress

PLAN = load_plan((Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml").read_text("utf-8"))
STARTS, ENDS = PLAN.starts_on, PLAN.ends_on
Start = Literal["month_after_active", "month_of_active"]


def counted(
    came: list[Came],
    *,
    active: date,
    today: date,
    left: date | None = None,
    starts: Start = "month_after_active",
) -> Progress:
    return progress(
        came,
        active=active,
        ends=ENDS,
        left=left,
        today=today,
        starts=starts,
        meetings_per_month=PLAN.training.meetings_per_month,
        campus_visits=PLAN.training.campus_visits,
    )


def here(day: date, *, face_to_face: bool = True, on_campus: bool = False, by_mentor: bool = True) -> Came:
    return Came(day, face_to_face, on_campus, by_mentor)


def test_p9_p10_the_shipped_plan_asks_for_2_meetings_a_month_and_10_visits() -> None:
    assert (PLAN.training.meetings_per_month, PLAN.training.campus_visits) == (2, 10)


def test_p9_p10_three_thousand_years_of_attendance_are_counted_as_by_hand() -> None:
    rng = random.Random(9)
    states: Counter[str] = Counter()
    for _ in range(3000):
        active = STARTS + timedelta(rng.randint(0, 330))
        today = active + timedelta(rng.randint(0, 420))
        left = active + timedelta(rng.randint(0, 300)) if rng.random() < 0.3 else None
        left = None if left and (left > today or left > ENDS) else left
        until = min(filter(None, (today, left, ENDS)))
        days = [active + timedelta(rng.randint(0, (until - active).days)) for _ in range(rng.randint(0, 40))]
        came = [Came(d, rng.random() < 0.7, rng.random() < 0.5, rng.random() < 0.6) for d in days]
        starts: Start = rng.choice(("month_after_active", "month_of_active"))
        found = counted(came, active=active, today=today, left=left, starts=starts)

        # Every month that has a day in the training, the first one only where the plan counts it.
        days_inside = (active + timedelta(n) for n in range((until - active).days + 1))
        months = sorted({(d.year, d.month) for d in days_inside})
        if starts == "month_after_active":
            months = months[1:]
        assert [(m.year, m.month) for m in found.months] == months
        for month in found.months:
            inside = [c for c in came if (c.day.year, c.day.month) == (month.year, month.month)]
            assert month.face_to_face == len([c for c in inside if c.face_to_face])
            assert month.remote == len([c for c in inside if not c.face_to_face])
            over = (month.year, month.month) < (today.year, today.month)
            cut_short = left is not None and (left.year, left.month) == (month.year, month.month)
            if month.face_to_face >= PLAN.training.meetings_per_month:
                assert month.state == "met"
            else:
                assert month.state == ("missed" if over and not cut_short else "so_far")
            states[month.state] += 1
        visits = [c for c in came if c.on_campus and c.face_to_face]
        assert found.campus_visits == len(visits)
        if len(visits) >= PLAN.training.campus_visits:
            assert found.campus_state == "met"
        else:
            assert found.campus_state == ("missed" if today > ENDS and left is None else "so_far")
        assert found.sessions == len(came)
        assert found.by_mentor == len([c for c in came if c.by_mentor])
    assert min(states.values()) > 500


@pytest.mark.parametrize(
    ("active", "starts", "first"),
    [
        (date(2024, 1, 20), "month_after_active", (2024, 2)),
        (date(2024, 1, 31), "month_after_active", (2024, 2)),
        (date(2024, 12, 1), "month_after_active", (2025, 1)),
        (date(2024, 1, 20), "month_of_active", (2024, 1)),
    ],
)
def test_p9_counting_starts_the_month_after_the_pair_is_active(
    active: date, starts: Start, first: tuple[int, int]
) -> None:
    assert first_month(active, starts) == first


def test_p9_a_month_is_so_far_until_its_last_day_is_over_and_only_then_missed() -> None:
    came = [here(date(2024, 2, 10))]
    on_the_last_day = counted(came, active=date(2024, 1, 20), today=date(2024, 2, 29))
    assert [(m.month, m.state) for m in on_the_last_day.months] == [(2, "so_far")]
    the_day_after = counted(came, active=date(2024, 1, 20), today=date(2024, 3, 1))
    assert [(m.month, m.state) for m in the_day_after.months] == [(2, "missed"), (3, "so_far")]
    came.append(here(date(2024, 2, 29)))
    met = counted(came, active=date(2024, 1, 20), today=date(2024, 2, 29))
    assert [(m.month, m.face_to_face, m.state) for m in met.months] == [(2, 2, "met")]


def test_p9_a_remote_session_is_no_meeting_face_to_face() -> None:
    came = [here(date(2024, 2, 10)), here(date(2024, 2, 20), face_to_face=False)]
    (february, _) = counted(came, active=date(2024, 1, 20), today=date(2024, 3, 1)).months
    assert (february.face_to_face, february.remote, february.state) == (1, 1, "missed")


def test_p9_the_month_in_which_a_student_leaves_is_never_missed_and_nothing_counts_after_it() -> None:
    found = counted([], active=date(2024, 1, 20), today=date(2024, 9, 1), left=date(2024, 4, 15))
    assert [(m.month, m.state) for m in found.months] == [(2, "missed"), (3, "missed"), (4, "so_far")]
    assert found.campus_state == "so_far"


def test_p9_the_year_ends_with_december_and_its_last_month_is_judged_after_it() -> None:
    found = counted([], active=date(2024, 10, 20), today=date(2025, 3, 1))
    assert [(m.year, m.month, m.state) for m in found.months] == [(2024, 11, "missed"), (2024, 12, "missed")]


def test_p10_a_meeting_on_campus_counts_in_both_also_before_the_first_counted_month() -> None:
    came = [here(date(2024, 1, 25), on_campus=True), here(date(2024, 2, 3), on_campus=True)]
    found = counted(came, active=date(2024, 1, 20), today=date(2024, 2, 5))
    assert found.campus_visits == 2
    assert [(m.month, m.face_to_face) for m in found.months] == [(2, 1)]


def test_p10_ten_visits_are_met_and_nine_are_missed_only_when_the_cycle_is_over() -> None:
    nine = [here(date(2024, m, 10), on_campus=True) for m in range(2, 11)]
    assert counted(nine, active=date(2024, 1, 20), today=ENDS).campus_state == "so_far"
    assert counted(nine, active=date(2024, 1, 20), today=ENDS + timedelta(1)).campus_state == "missed"
    ten = [*nine, here(date(2024, 12, 31), on_campus=True)]
    assert counted(ten, active=date(2024, 1, 20), today=ENDS).campus_state == "met"


def test_p10_a_remote_session_is_no_visit_to_the_campus() -> None:
    came = [here(date(2024, 2, 3), face_to_face=False, on_campus=True)]
    assert counted(came, active=date(2024, 1, 20), today=date(2024, 2, 5)).campus_visits == 0
