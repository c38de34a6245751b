"""Cutoffs and the split of places (P15), seats (P14): against plain definitions, on thousands of seeded instances."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

import pytest

from miaopu.exams.lottery import drawn, key_of
from miaopu.exams.rules import (
    Candidate,
    cutoff,
    off_ratio,
    parts_fault,
    reached,
    seating,
    shuffled,
    split_fault,
    suggest_split,
    weigh,
)
from miaopu.registrations.rules import competition_ranks

RATIO = Decimal(3)


def field(rng: random.Random) -> list[Candidate]:
    """Candidates with many ties: few different marks."""
    steps = rng.choice((3, 10, 200))
    return [
        Candidate(f"c{i}", Decimal(rng.randint(0, steps)) / 2, rng.random() < 0.2)
        for i in rng.sample(range(200), rng.randint(0, 40))
    ]


def test_p15_the_line_is_the_mark_of_the_last_of_ratio_times_places_and_all_who_reach_it_are_in() -> None:
    rng = random.Random(15)
    tied = 0
    for _ in range(4000):
        candidates, places = field(rng), rng.randint(0, 9)
        ratio = rng.choice((RATIO, Decimal(2), Decimal("2.5"), Decimal("3.34")))
        line = cutoff(candidates, places, ratio)
        wanted = int(Fraction(ratio) * places)
        marks = sorted((c.mark for c in candidates), reverse=True)
        if wanted == 0 or not marks:
            assert line == (cutoff([], 5, ratio))
            assert line.mark is None
            continue
        # Nobody below is in, nobody at it or above is out; one mark higher would leave seats of the interview empty.
        assert line.mark == marks[:wanted][-1]
        assert set(line.reached) == {c.key for c in candidates if c.mark >= line.mark}
        assert len(line.reached) >= min(wanted, len(candidates))
        assert sum(m > line.mark for m in marks) < wanted
        assert line.reached == reached(candidates, line.mark)
        tied += len(line.reached) > wanted
    assert tied > 500


def test_p15_the_line_does_not_depend_on_the_order_of_candidates() -> None:
    rng = random.Random(151)
    for ties in ("all_in", "returning_first"):
        for _ in range(500):
            candidates, places = field(rng), rng.randint(0, 9)
            first = cutoff(candidates, places, RATIO, ties)  # type: ignore[arg-type]
            rng.shuffle(candidates)
            assert cutoff(candidates, places, RATIO, ties) == first  # type: ignore[arg-type]


def test_p5_p15_with_returning_first_who_took_part_last_year_wins_the_tie_at_the_line() -> None:
    rng = random.Random(5)
    cut = 0
    for _ in range(4000):
        candidates, places = field(rng), rng.randint(1, 9)
        all_in, line = cutoff(candidates, places, RATIO), cutoff(candidates, places, RATIO, "returning_first")
        assert line.mark == all_in.mark
        inside = set(line.reached)
        assert inside <= set(all_in.reached)
        assert len(inside) >= min(3 * places, len(candidates))
        tied = [c for c in candidates if c.mark == line.mark]
        assert all(c.key in inside for c in candidates if line.mark is not None and c.mark > line.mark)
        assert all(c.key in inside for c in tied if c.returning)
        if len(inside) > 3 * places:
            # More than wanted only by those who return.
            assert not any(c.key in inside for c in tied if not c.returning)
        cut += len(inside) < len(all_in.reached)
    assert cut > 200


def test_p15_known_marks_give_the_known_line() -> None:
    marks = ("98", "91.5", "91.5", "88", "80", "80", "80", "72")
    candidates = [Candidate(f"c{i}", Decimal(m)) for i, m in enumerate(marks)]
    line = cutoff(candidates, 2, RATIO)
    assert (line.mark, line.reached) == (Decimal(80), ("c0", "c1", "c2", "c3", "c4", "c5", "c6"))
    assert cutoff(candidates, 1, RATIO).reached == ("c0", "c1", "c2")
    assert cutoff(candidates, 9, RATIO).mark == Decimal(72)


def test_p15_ranks_are_one_more_than_the_number_of_better_marks() -> None:
    rng = random.Random(152)
    for _ in range(500):
        marks = [c.mark for c in field(rng)]
        assert competition_ranks(marks) == [1 + sum(other > mark for other in marks) for mark in marks]
    assert competition_ranks([Decimal("90"), Decimal("90.0"), Decimal("95"), Decimal("80")]) == [2, 2, 1, 4]


def test_p15_a_ratio_outside_the_band_is_marked_and_its_ends_are_inside() -> None:
    low, high = Decimal("2.5"), Decimal("3.5")
    assert [off_ratio(n, 10, low, high) for n in (24, 25, 30, 35, 36)] == [True, False, False, False, True]
    assert not off_ratio(0, 0, low, high)


def test_p3_a_suggested_split_gives_out_every_place_in_proportion_and_none_without_a_candidate() -> None:
    rng = random.Random(3)
    for _ in range(5000):
        counts = {code: rng.choice((0, rng.randint(0, 300))) for code in rng.sample("abcdefgh", rng.randint(1, 8))}
        places = rng.randint(0, 60)
        split = suggest_split(counts, places)
        total = sum(counts.values())
        assert set(split) == set(counts)
        if total == 0:
            assert set(split.values()) == {0}
            continue
        assert split_fault(split, places) is None
        for code, n in counts.items():
            # Largest remainders keep to the quota: never a whole place away from the exact share.
            assert abs(split[code] - Fraction(places * n, total)) < 1
            assert n > 0 or split[code] == 0
        assert split == suggest_split(dict(sorted(counts.items())), places)


def test_p3_a_split_over_or_under_the_citys_places_cannot_stand() -> None:
    assert split_fault({"a": 20, "b": 30}, 50) is None
    assert split_fault({"a": 20, "b": 31}, 50) == "over"
    assert split_fault({"a": 20, "b": 29}, 50) == "under"
    assert split_fault({"a": 51, "b": -1}, 50) == "negative"


def clashes(row: Sequence[str]) -> int:
    return sum(a == b for a, b in pairwise(row))


def seated(groups: Sequence[str], rooms: list[tuple[str, int]], seed: str) -> dict[str, list[str]]:
    """The school at every seat, by room; checks that everyone has one seat, from the first on without a gap."""
    keys = [f"k{i}" for i in range(len(groups))]
    of = dict(zip(keys, groups, strict=True))
    seats = seating(keys, of, rooms, seed)
    assert set(seats) == set(keys)
    assert len(set(seats.values())) == len(keys)
    at: dict[str, list[str]] = {}
    for key, (room, number) in sorted(seats.items(), key=lambda item: (item[1][0], item[1][1])):
        at.setdefault(room, []).append(of[key])
        assert number == len(at[room])
    assert all(len(at.get(room, ())) <= capacity for room, capacity in rooms)
    return at


def test_p14_nobody_sits_beside_someone_of_the_same_school_unless_one_school_has_more_than_half() -> None:
    rng = random.Random(14)
    crowded = 0
    for round_ in range(2000):
        groups = rng.choices("ABCDE", weights=[rng.randint(1, 20) for _ in range(5)], k=rng.randint(1, 60))
        largest = Counter(groups).most_common(1)[0][1]
        needed = max(0, 2 * largest - len(groups) - 1)
        (row,) = seated(groups, [("r", len(groups) + rng.randint(0, 3))], str(round_)).values()
        assert clashes(row) == needed
        capacities = [rng.randint(1, 30) for _ in range(70)]
        rooms = [(f"r{i:02}", n) for i, n in enumerate(capacities)]
        assert sum(clashes(row) for row in seated(groups, rooms, str(round_)).values()) <= needed
        crowded += needed > 0
    assert crowded > 100


def test_p14_where_one_school_has_more_than_half_no_order_of_one_room_has_fewer_neighbours() -> None:
    rng = random.Random(141)
    for round_ in range(60):
        groups = rng.choices("AAABC", k=rng.randint(2, 7))
        (row,) = seated(groups, [("r", len(groups))], str(round_)).values()
        assert clashes(row) == min(clashes(order) for order in permutations(groups))


def test_p14_too_few_seats_are_refused_and_exactly_enough_are_not() -> None:
    with pytest.raises(ValueError, match="too few seats"):
        seating(["a", "b", "c"], dict.fromkeys("abc", "s"), [("r1", 1), ("r2", 1)], "seed")
    assert len(seating(["a", "b"], dict.fromkeys("ab", "s"), [("r1", 1), ("r2", 1)], "seed")) == 2
    assert seating([], {}, [], "seed") == {}


def test_p14_p16a_the_same_seed_gives_the_same_seats_whatever_the_order_of_names_and_another_seed_others() -> None:
    rng = random.Random(142)
    keys = [f"k{i}" for i in range(40)]
    groups = {key: rng.choice("ABC") for key in keys}
    first = seating(keys, groups, [("r", 40)], "seed")
    rng.shuffle(keys)
    assert seating(keys, groups, [("r", 40)], "seed") == first
    assert seating(keys, groups, [("r", 40)], "another") != first
    assert sorted(shuffled(keys, "seed")) == sorted(keys)
    assert shuffled(keys, "seed") == shuffled(sorted(keys), "seed")


def test_weighing_a_line_counts_everybody_once_on_the_side_on_which_the_line_puts_them() -> None:
    rng = random.Random(15)
    for _ in range(400):
        candidates = field(rng)
        schools = {c.key: f"s{rng.randrange(4)}" for c in candidates}
        mark = Decimal(rng.randint(0, 20)) / 2
        sexes = {c.key: rng.choice(("female", "male", "unknown")) for c in candidates}
        found = weigh(candidates, schools, sexes, mark)
        assert sum(above + below for above, below in found.sexes.values()) == len(candidates)
        for sex, (above, _) in found.sexes.items():
            assert above == sum(c.mark >= mark for c in candidates if sexes[c.key] == sex)
        assert found.reaching == len(reached(candidates, mark)) == sum(c.mark >= mark for c in candidates)
        assert found.at_line == sum(c.mark == mark for c in candidates)
        assert sum(above for above, _ in found.schools.values()) == found.reaching
        for name, (above, below) in found.schools.items():
            own = [c for c in candidates if schools[c.key] == name]
            assert (above, below) == (sum(c.mark >= mark for c in own), sum(c.mark < mark for c in own))


def tied_field(rng: random.Random) -> list[Candidate]:
    """Candidates whose parts of the paper differ where their marks tie, or tie too."""
    return [replace(c, ladder=(Decimal(rng.randint(0, 3)), Decimal(rng.randint(0, 2)))) for c in field(rng)]


def test_p15_whatever_breaks_a_tie_only_those_at_the_line_are_left_out() -> None:
    rng = random.Random(151)
    cut: Counter[str] = Counter()
    for _ in range(4000):
        candidates, places = tied_field(rng), rng.randint(0, 9)
        everybody = cutoff(candidates, places, RATIO)
        pool = [c.key for c in candidates]
        rng.shuffle(pool)
        for ties in ("returning_first", "ladder", "lottery"):
            line = cutoff(candidates, places, RATIO, ties, pool)
            assert line.mark == everybody.mark
            left = set(everybody.reached) - set(line.reached)
            assert all(c.mark == line.mark for c in candidates if c.key in left)
            # Enough are in for the interviews, however the tie is broken.
            assert len(line.reached) >= min(int(RATIO * places), len(candidates))
            cut[ties] += bool(left)
    assert min(cut.values()) > 300


def test_p15_the_ladder_lets_in_the_better_parts_and_keeps_equals_together() -> None:
    marks = {"a": (3, 1), "b": (3, 0), "c": (3, 0), "d": (2, 9)}
    group = [Candidate(key, Decimal(50), False, tuple(map(Decimal, parts))) for key, parts in marks.items()]
    assert set(cutoff(group, 1, Decimal(1), "ladder").reached) == {"a"}
    assert set(cutoff(group, 2, Decimal(1), "ladder").reached) == {"a", "b", "c"}
    assert set(cutoff(group, 4, Decimal(1), "ladder").reached) == {"a", "b", "c", "d"}


def test_p15_a_lottery_takes_the_first_drawn_and_asks_that_everybody_at_the_line_was_in_the_pool() -> None:
    group = [Candidate(key, Decimal(50)) for key in "abcd"]
    assert set(cutoff(group, 2, Decimal(1), "lottery", ["c", "x", "a", "b", "d"]).reached) == {"c", "a"}
    with pytest.raises(ValueError, match="not drawn"):
        cutoff(group, 2, Decimal(1), "lottery", ["c", "a", "b"])


def test_p16a_the_lottery_gives_the_published_example_of_rfc_3797() -> None:
    value = "9319\n2 5 12 8 10\n9, 18, 26, 34, 41, 45"
    assert key_of(value) == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    order = drawn(range(1, 26), value)
    assert order[:16] == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22, 5, 18, 9, 1, 4]
    assert sorted(order) == list(range(1, 26))
    # Leading zeros and the order in which a source lists its numbers change nothing; another number does.
    assert drawn(range(1, 26), "09319\n12 10 8 5 2\n45 41 34 26 18 9") == order
    assert drawn(range(1, 26), value.replace("45", "44")) != order
    with pytest.raises(ValueError, match="no numbers here"):
        key_of("12\nno numbers here")


def test_p14_the_parts_of_a_paper_make_up_its_mark() -> None:
    full = {"basics": 90, "inquiry": 60}
    good = {"basics": Decimal(80), "inquiry": Decimal(20)}
    assert parts_fault(Decimal(100), good, full, 0) is None
    assert parts_fault(Decimal(101), good, full, 0) == ("", "parts_differ", {"sum": "100", "mark": "101"})
    assert parts_fault(Decimal(80), {"basics": Decimal(80)}, full, 0) == ("inquiry", "missing", {})
    assert parts_fault(Decimal(151), {"basics": Decimal(91), "inquiry": Decimal(60)}, full, 0) == (
        "basics",
        "less_than_equal",
        {"le": 90},
    )
    assert parts_fault(Decimal(100), good | {"essay": Decimal(0)}, full, 0) == ("essay", "unknown", {})
    assert parts_fault(None, good, full, 0) == ("", "part_without_mark", {})
    assert parts_fault(Decimal(100), {}, {}, 0) is None
