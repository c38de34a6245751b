"""Totals and the verdict of the interview (P16) against exact fractions, rounded half up once, with both plans."""

import hashlib
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import miaopu
from miaopu.interviews.judging import Judged, odd_ones
from miaopu.interviews.rules import Entrant, order, panel_score, total, verdict
from miaopu.programme.plan import Plan, load_plan
from miaopu.programme.rubric import Scale, percent

PLANS = {
    "nmg-2024": load_plan((Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml").read_text("utf-8")),
    "second": load_plan((Path(__file__).parents[1] / "plans" / "second.toml").read_text("utf-8")),
}


def half_up(exact: Fraction, decimals: int) -> Fraction:
    """Exact rounding of a number that is not negative."""
    return Fraction((exact * 10**decimals + Fraction(1, 2)).__floor__(), 10**decimals)


def scales(plan: Plan) -> dict[str, Scale]:
    return {d.code: Scale(d.full_mark, d.weight) for d in plan.interview.dimensions if d.kind == "score"}


@pytest.mark.parametrize("name", PLANS)
def test_p16_five_thousand_totals_are_exact_and_rounded_half_up_once(name: str) -> None:
    plan, rng = PLANS[name], random.Random(16)
    step = 10**plan.written_test.decimals
    halves = 0
    for _ in range(5000):
        mark = Decimal(rng.randint(0, plan.written_test.full_mark * step)) / step
        # Panels of three to seven; scores with one to four decimals, so that the exact total often ends in a five.
        places = rng.randint(1, 4)
        members = [
            Decimal(rng.randint(0, 100 * 10**places)).scaleb(-places)
            for _ in range(rng.randint(plan.interview.panel_minimum, 7))
        ]
        given = plan.totals
        found = total(
            mark,
            plan.written_test.full_mark,
            panel_score(members).mean,
            given.test_weight,
            given.interview_weight,
            given.decimals,
        )
        interview = sum(map(Fraction, members)) / len(members)
        exact = (
            Fraction(mark) / plan.written_test.full_mark * 100 * Fraction(given.test_weight)
            + interview * Fraction(given.interview_weight)
        ) / 100
        halves += (exact * 10**given.decimals % 1) == Fraction(1, 2)
        assert Fraction(found) == half_up(exact, given.decimals), (mark, members)
        assert found.as_tuple().exponent == -given.decimals
    assert halves > 0


@pytest.mark.parametrize(
    ("mark", "full_mark", "members", "weights", "decimals", "wanted"),
    [
        ("100", 100, ("100", "100", "100"), (40, 60), 2, "100.00"),
        ("0", 100, ("0", "0", "0"), (40, 60), 2, "0.00"),
        ("85.5", 100, ("90", "80", "85"), (40, 60), 2, "85.20"),
        # Exactly half of the last decimal goes up, also where thirds of full mark and panel meet on the way.
        ("0", 100, ("66.7083", "66.7083", "66.7084"), (40, 60), 2, "40.03"),
        ("1.5", 90, ("4.28", "80.90", "70.17"), (50, 50), 2, "26.73"),
        ("2.5", 150, ("11.4", "27.9", "51.4"), (50, 50), 1, "16.0"),
    ],
)
def test_p16_known_totals(
    mark: str, full_mark: int, members: Sequence[str], weights: tuple[int, int], decimals: int, wanted: str
) -> None:
    mean = panel_score([Decimal(m) for m in members]).mean
    found = total(Decimal(mark), full_mark, mean, Decimal(weights[0]), Decimal(weights[1]), decimals)
    assert str(found) == wanted


@pytest.mark.parametrize("name", PLANS)
def test_p16_a_members_score_is_the_weighted_mean_in_percent(name: str) -> None:
    asked, rng = scales(PLANS[name]), random.Random(161)
    for _ in range(2000):
        scores = {code: Decimal(rng.randint(0, scale.full_mark * 2)) / 2 for code, scale in asked.items()}
        exact = sum(
            (Fraction(scores[c]) / s.full_mark * Fraction(s.weight) for c, s in asked.items()), Fraction(0)
        ) / sum(Fraction(s.weight) for s in asked.values())
        assert abs(Fraction(percent(scores, asked)) - exact * 100) < Fraction(1, 10**20)
    assert percent({c: Decimal(s.full_mark) for c, s in asked.items()}, asked) == 100
    assert percent(dict.fromkeys(asked, Decimal(0)), asked) == 0


def test_p16_a_score_outside_its_scale_or_without_its_dimension_is_refused() -> None:
    asked = {"interest": Scale(20, Decimal(3)), "thinking": Scale(10, Decimal(1))}
    good = {"interest": Decimal(20), "thinking": Decimal("7.5")}
    assert percent(good, asked) == Decimal("93.75")
    for wrong in ({"interest": Decimal("20.01")}, {"thinking": Decimal("-0.01")}, {"thinking": Decimal("NaN")}):
        with pytest.raises((ValueError, ArithmeticError)):
            percent(good | wrong, asked)
    with pytest.raises(ValueError, match="do not match"):
        percent({"interest": Decimal(20)}, asked)
    with pytest.raises(ValueError, match="do not match"):
        percent(good | {"height": Decimal(1)}, asked)


def test_p16_the_panels_score_is_the_mean_and_its_spread_is_shown() -> None:
    found = panel_score([Decimal("70"), Decimal("85.5"), Decimal("80")])
    assert (found.mean, found.spread) == (Decimal("78.5"), Decimal("15.5"))
    with pytest.raises(ValueError, match="nobody scored"):
        panel_score([])


def far_off(mine: Decimal, others: list[Decimal], points: Decimal) -> bool:
    given = [Judged("x", "1", str(i), score) for i, score in enumerate([mine, *others])]
    return ("x", "0") in odd_ones(given, points)


def test_p16_a_score_is_far_off_beyond_the_plans_points_from_the_mean_of_the_others_and_not_at_them() -> None:
    points = PLANS["nmg-2024"].interview.outlier_points
    others = [Decimal(70), Decimal(80)]
    for sign in (1, -1):
        at = 75 + sign * points
        assert not far_off(at, others, points)
        assert far_off(at + sign * Decimal("0.0001"), others, points)
    assert not far_off(Decimal(0), [], points)
    rng = random.Random(162)
    for _ in range(3000):
        mine, *rest = (Decimal(rng.randint(0, 1000)) / 10 for _ in range(rng.randint(2, 6)))
        wanted = abs(Fraction(mine) - sum(map(Fraction, rest)) / len(rest)) > Fraction(points)
        assert far_off(mine, rest, points) is wanted


def entrants(rng: random.Random) -> list[Entrant]:
    """Some who were interviewed, with many ties of total and of mark."""
    return [
        Entrant(f"e{i}", f"2024H{i:05}", Decimal(rng.randint(60, 66)), Decimal(rng.randint(70, 72)), rng.random() < 0.3)
        for i in rng.sample(range(100), rng.randint(0, 25))
    ]


def test_p3_p16_the_best_are_selected_up_to_the_places_then_the_reserve_in_thousands_of_verdicts() -> None:
    rng = random.Random(163)
    for _ in range(3000):
        field, places = entrants(rng), rng.randint(0, 10)
        per_place = rng.choice((Decimal(0), Decimal("0.5"), Decimal(1)))
        placed = verdict(field, places, per_place, "seed", returning_wins_ties=True)
        by_key = {e.key: e for e in field}
        assert [p.rank for p in placed] == list(range(1, len(field) + 1))
        assert sorted(p.key for p in placed) == sorted(by_key)
        totals = [by_key[p.key].total for p in placed]
        assert totals == sorted(totals, reverse=True)
        outcomes = [p.outcome for p in placed]
        selected = min(places, len(field))
        reserve = min(-int(-(Fraction(per_place) * places) // 1), len(field) - selected)
        assert outcomes == ["selected"] * selected + ["reserve"] * reserve + ["not_selected"] * (
            len(field) - selected - reserve
        )
        rng.shuffle(field)
        assert verdict(field, places, per_place, "seed", returning_wins_ties=True) == placed


def test_p5_p16_a_tie_goes_to_who_returns_then_to_the_higher_mark_then_to_the_published_lot() -> None:
    rng = random.Random(164)
    for _ in range(2000):
        field = entrants(rng)
        for wins in (True, False):
            found = order(field, "seed", returning_wins_ties=wins)
            for a, b in pairwise(found):
                if a.total != b.total:
                    assert a.total > b.total
                elif wins and a.returning != b.returning:
                    assert a.returning
                elif a.mark != b.mark:
                    assert a.mark > b.mark
                else:
                    # Anyone can draw this lot again from the seed and the numbers that are published (P16a).
                    lots = [hashlib.sha256(f"seed:{e.draw}".encode()).hexdigest() for e in (a, b)]
                    assert lots == sorted(lots)


def test_p5_returning_adds_no_marks() -> None:
    returning = Entrant("a", "1", Decimal("80.00"), Decimal(70), returning=True)
    better = Entrant("b", "2", Decimal("80.01"), Decimal(60), returning=False)
    assert order([returning, better], "seed", returning_wins_ties=True) == [better, returning]
