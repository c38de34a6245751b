"""Grades of the final (P25): lines, the cap on excellent, and nobody above an equal."""

import random
from decimal import Decimal

from miaopu.evaluations.rules import Finalist, grades

LINES = {"excellent_from": Decimal(85), "qualified_from": Decimal(60)}


def judged(*means: str, cap: Decimal | None = None, students: int = 0) -> list[str]:
    """Grades of finalists with these means, in the order given."""
    finalists = [Finalist(str(i), (Decimal(m),)) for i, m in enumerate(means)]
    found = grades(finalists, **LINES, excellent_cap_percent=cap, students=students or len(means))
    by_key = {g.key: g.grade for g in found}
    return [by_key[str(i)] for i in range(len(means))]


def test_p25_a_mean_exactly_at_a_line_reaches_it() -> None:
    assert judged("85", "84.99", "60", "59.99") == ["excellent", "qualified", "qualified", "unqualified"]


def test_p25_a_mean_is_rounded_half_up_once() -> None:
    finalists = [Finalist("a", (Decimal("84.99"), Decimal("85"), Decimal("84.995")))]
    [found] = grades(finalists, **LINES, excellent_cap_percent=None, students=1)
    assert (found.mean, found.grade) == (Decimal("85.00"), "excellent")


def test_a_cap_takes_the_best_and_leaves_equals_below_it_together() -> None:
    assert judged("95", "90", "90", "86", cap=Decimal(50)) == ["excellent", "qualified", "qualified", "qualified"]
    assert judged("95", "90", "89", "86", cap=Decimal(50)) == ["excellent", "excellent", "qualified", "qualified"]


def test_on_two_thousand_random_finals_better_is_never_graded_lower() -> None:
    draw = random.Random(25)
    rank = {"excellent": 2, "qualified": 1, "unqualified": 0}
    for _ in range(2000):
        finalists = [
            Finalist(str(i), tuple(Decimal(draw.randint(4000, 10000)) / 100 for _ in range(3)))
            for i in range(draw.randint(1, 12))
        ]
        cap = draw.choice([None, Decimal(draw.randint(5, 100))])
        found = grades(finalists, **LINES, excellent_cap_percent=cap, students=len(finalists))
        means = [g.mean for g in found]
        assert means == sorted(means, reverse=True)
        order = [rank[g.grade] for g in found]
        assert order == sorted(order, reverse=True)
        excellent = [g for g in found if g.grade == "excellent"]
        assert all(g.mean >= LINES["excellent_from"] for g in excellent)
        if cap is not None:
            assert len(excellent) * 100 <= cap * len(finalists)
        assert {g.grade for g in found if g.mean < LINES["qualified_from"]} <= {"unqualified"}
