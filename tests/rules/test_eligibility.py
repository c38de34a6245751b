"""Eligibility (P13) against an oracle in exact fractions, and to the student at the line of both plans."""

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import miaopu
from miaopu.programme.plan import Plan, load_plan
from miaopu.registrations.rules import Standing, Verdict, judge, percentage, within

PLANS = {
    "nmg-2024": load_plan((Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml").read_text("utf-8")),
    "second": load_plan((Path(__file__).parents[1] / "plans" / "second.toml").read_text("utf-8")),
}


def judged(plan: Plan, standing: Standing, *, has_exam: bool = True) -> Verdict:
    return judge(
        standing,
        grades=plan.eligibility.grades,
        subject_percent=plan.eligibility.subject_rank_percent,
        overall_percent=plan.eligibility.overall_rank_percent,
        subject_has_exam=has_exam,
    )


def test_p13_the_shipped_plan_asks_for_grades_10_and_11_and_10_or_15_percent() -> None:
    asked = PLANS["nmg-2024"].eligibility
    assert (asked.grades, asked.subject_rank_percent, asked.overall_rank_percent) == ((10, 11), 10, 15)


@pytest.mark.parametrize("name", PLANS)
def test_p13_exactly_at_the_percent_passes_and_the_next_rank_fails_for_every_year_size(name: str) -> None:
    plan = PLANS[name]
    grade = plan.eligibility.grades[0]
    at_the_line = 0
    for size in range(1, 1501):
        for kind, percent in (
            ("subject_rank", plan.eligibility.subject_rank_percent),
            ("overall_rank", plan.eligibility.overall_rank_percent),
        ):
            last_in = int(Fraction(percent) * size / 100)
            at_the_line += Fraction(last_in, size) == Fraction(percent) / 100
            for rank, passes in ((last_in, True), (last_in + 1, False)):
                if not 1 <= rank <= size:
                    continue
                ranks = {"subject_rank": None, "overall_rank": None, kind: rank}
                verdict = judged(plan, Standing(grade, size, **ranks))
                assert verdict.eligible is passes, (size, kind, rank)
                assert [(r.code, r.met, r.limit) for r in verdict.rules[1:]] == [(kind, passes, percent)]
    assert at_the_line > 100


@pytest.mark.parametrize(
    ("rank", "size", "percent", "passes"),
    [(30, 300, 10, True), (31, 300, 10, False), (45, 300, 15, True), (46, 300, 15, False), (1, 9, 10, False)],
)
def test_p13_known_standings_at_10_and_15_percent(rank: int, size: int, percent: int, passes: bool) -> None:
    assert within(rank, size, Decimal(percent)) is passes


def test_p13_twenty_thousand_random_standings_are_judged_as_exact_fractions_say() -> None:
    rng = random.Random(13)
    outcomes = {True: 0, False: 0}
    for _ in range(20_000):
        size = rng.randint(1, 2500)

        def rank(size: int = size) -> int | None:
            # Most of them near the line, where an error would show.
            near = rng.randint(1, max(1, size // 5))
            return None if rng.random() < 0.3 else rng.choice((near, rng.randint(1, size)))

        standing = Standing(rng.randint(9, 12), size, rank(), rank(), rng.random() < 0.2)
        grades = rng.choice(((10, 11), (10,), (11, 12)))
        limits = [Decimal(rng.randint(1, 4000)) / 100 for _ in range(2)]
        has_exam = rng.random() < 0.8
        verdict = judge(
            standing,
            grades=grades,
            subject_percent=limits[0],
            overall_percent=limits[1],
            subject_has_exam=has_exam,
        )
        ways = [
            r is not None and Fraction(r, size) <= Fraction(limit) / 100
            for r, limit in zip((standing.subject_rank, standing.overall_rank), limits, strict=True)
        ]
        wanted = standing.grade in grades and (any(ways) or (not has_exam and standing.school_statement))
        assert verdict.eligible is wanted, (standing, grades, limits, has_exam)
        outcomes[wanted] += 1
        for rule in verdict.rules:
            if rule.reached is not None and rule.limit is not None:
                # What is shown never contradicts the verdict: a miss does not look like a hit, nor a hit like a miss.
                assert (rule.reached <= rule.limit) is rule.met
    assert min(outcomes.values()) > 3000


def test_p13_the_percentage_shown_is_rounded_up_to_two_decimals() -> None:
    rng = random.Random(131)
    for _ in range(5000):
        size = rng.randint(1, 3000)
        rank = rng.randint(1, size)
        exact = Fraction(rank * 100, size)
        shown = Fraction(percentage(rank, size))
        assert 0 <= shown - exact < Fraction(1, 100)
        assert (shown * 100).denominator == 1


def test_p13_without_an_exam_in_the_subject_a_statement_of_the_school_stands_in_and_with_one_it_does_not() -> None:
    plan = PLANS["nmg-2024"]
    stated = Standing(10, 300, None, 200, school_statement=True)
    assert judged(plan, stated, has_exam=False).eligible
    assert not judged(plan, stated, has_exam=True).eligible
    assert not judged(plan, Standing(10, 300, None, 200), has_exam=False).eligible


def test_p13_a_first_rank_in_another_grade_is_not_eligible_and_the_grade_is_named() -> None:
    verdict = judged(PLANS["nmg-2024"], Standing(12, 300, 1, 1, school_statement=True))
    assert not verdict.eligible
    assert [(r.code, r.met) for r in verdict.rules] == [
        ("grade", False),
        ("subject_rank", True),
        ("overall_rank", True),
    ]


def test_p13_nobody_is_eligible_without_a_rank() -> None:
    assert not judged(PLANS["nmg-2024"], Standing(10, 300, None, None)).eligible


@pytest.mark.parametrize(("rank", "size"), [(0, 300), (-1, 300), (301, 300), (1, 0)])
def test_p13_a_rank_outside_the_year_is_refused_and_named(rank: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"subject_rank {rank}"):
        judged(PLANS["nmg-2024"], Standing(10, size, rank, None))
    with pytest.raises(ValueError, match=f"overall_rank {rank}"):
        judged(PLANS["nmg-2024"], Standing(10, size, None, rank))
