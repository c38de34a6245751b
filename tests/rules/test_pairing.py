"""Pairing (P3, P8, P13, P16): thousands of seeded instances against independent judges of caps and stability."""

import random
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from matching.games import HospitalResident

from miaopu.pairings.rules import (
    Cap,
    CapFault,
    Mentor,
    Pair,
    Student,
    blocking_pairs,
    cap_faults,
    propose,
    turn,
)

SUBJECTS = ("mathematics", "physics", "biology")
CITIES = ("hohhot", "baotou")
Instance = tuple[list[Student], list[Mentor], dict[str, int]]


def instance(seed: int, *, own_city_only: bool = False) -> Instance:
    """Students, mentors and places that bind often: few seats, few places, choices also of mentors who fell out."""
    rng = random.Random(seed)
    mentors = [
        Mentor(f"m{i}", rng.choice(SUBJECTS), rng.choice(CITIES), rng.randint(0, 4)) for i in range(rng.randint(0, 9))
    ]
    counts: Counter[tuple[str, str]] = Counter()
    students = []
    for i in rng.sample(range(100), rng.randint(0, 16)):
        subject, city = rng.choice(SUBJECTS), rng.choice(CITIES)
        counts[subject, city] += 1
        pool = [m.key for m in mentors if m.city == city or not (own_city_only or rng.random() < 0.8)]
        pool.append("gone")
        choices = tuple(rng.sample(pool, min(len(pool), rng.randint(0, 4))))
        students.append(Student(f"s{i:02}", counts[subject, city], subject, city, choices, rng.random() < 0.5))
    rng.shuffle(students)
    return students, mentors, {city: rng.randint(0, 9) for city in CITIES}


def instances(count: int, first: int = 0) -> Iterator[tuple[int, Instance]]:
    for seed in range(first, first + count):
        yield seed, instance(seed, own_city_only=seed % 2 == 0)


def nested_caps(seed: int, mentors: Sequence[Mentor]) -> list[Cap]:
    """Caps over groups of mentors, and over groups of groups: none, one or both that a mentor counts in."""
    rng = random.Random(seed)
    keys = sorted(m.key for m in mentors)
    rng.shuffle(keys)
    caps: list[Cap] = []
    while len(keys) >= 2:
        outer, keys = keys[:4], keys[4:]
        if rng.random() < 0.7:
            caps.append(Cap(f"outer{len(caps)}", frozenset(outer), rng.randint(0, 6)))
        if rng.random() < 0.7:
            caps.append(Cap(f"inner{len(caps)}", frozenset(outer[:2]), rng.randint(0, 4)))
    return sorted(caps, key=lambda cap: len(cap.mentors))


def caps_hold(
    has: Mapping[str, str],
    students: Mapping[str, Student],
    mentors: Mapping[str, Mentor],
    places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> bool:
    """An independent judge of P3 and P8: counts, and nothing else."""
    in_city = Counter(students[s].city for s in has)
    with_mentor = Counter(has.values())
    return (
        all(n <= places.get(city, 0) for city, n in in_city.items())
        and all(n <= mentors[m].capacity for m, n in with_mentor.items())
        and all(students[s].subject == mentors[m].subject for s, m in has.items())
        and all(sum(with_mentor[m] for m in cap.mentors) <= cap.limit for cap in caps)
    )


def better_deals(
    has: Mapping[str, str],
    students: Sequence[Student],
    mentors: Sequence[Mentor],
    places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> set[tuple[str, str]]:
    """An independent judge of stability: makes every deal for a better choice, nobody or one later student let go
    wherever that student is, and looks whether all caps hold."""
    by_student, by_mentor = {s.key: s for s in students}, {m.key: m for m in mentors}
    found = set()
    for s in students:
        wanted = s.choices[: s.choices.index(has[s.key])] if has.get(s.key) in s.choices else s.choices
        for m in wanted:
            if m not in by_mentor:
                continue
            let_go = [t for t in has if (by_student[t].place, t) > (s.place, s.key)]
            for gone in (None, *let_go):
                deal = {t: n for t, n in has.items() if t != gone} | {s.key: m}
                if caps_hold(deal, by_student, by_mentor, places, caps):
                    found.add((s.key, m))
    return found


def held(pairs: Sequence[Pair]) -> dict[str, str]:
    assert len({p.student for p in pairs}) == len(pairs)
    return {p.student: p.mentor for p in pairs}


def test_p3_p8_five_thousand_proposals_respect_every_cap_and_leave_no_blocking_pair_that_the_caps_allow() -> None:
    full_cities = adjusted = full_caps = 0
    for seed, (students, mentors, places) in instances(5000):
        caps = nested_caps(seed, mentors) if seed % 3 else []
        proposal = propose(students, mentors, places, caps)
        has = held(proposal.pairs)
        assert caps_hold(has, {s.key: s for s in students}, {m.key: m for m in mentors}, places, caps), seed
        assert better_deals(has, students, mentors, places, caps) == set(), seed
        assert blocking_pairs(proposal.pairs, students, mentors, places, caps) == [], seed
        assert cap_faults(proposal.pairs, students, mentors, places, caps) == [], seed
        full_caps += any(sum(m in cap.mentors for m in has.values()) == cap.limit > 0 for cap in caps)
        assert sorted([*has, *proposal.unpaired]) == sorted(s.key for s in students), seed
        in_city = Counter(s.city for s in students if s.key in has)
        full_cities += any(in_city[city] == n < sum(s.city == city for s in students) for city, n in places.items())
        adjusted += any(p.choice is None for p in proposal.pairs)
    # The instances are hard enough to mean something.
    assert full_cities > 1000
    assert adjusted > 1000
    assert full_caps > 500


def test_p13_the_choice_of_a_pair_is_the_students_own_number_of_that_mentor() -> None:
    for seed, (students, mentors, places) in instances(500):
        by_key = {s.key: s for s in students}
        for pair in propose(students, mentors, places).pairs:
            choices = by_key[pair.student].choices
            if pair.choice is None:
                assert pair.mentor not in choices, seed
            else:
                assert choices[pair.choice - 1] == pair.mentor, seed


def test_p16_the_same_students_and_mentors_in_any_order_give_the_same_proposal() -> None:
    for seed, (students, mentors, places) in instances(1000):
        first = propose(students, mentors, places)
        rng = random.Random(seed)
        rng.shuffle(students)
        rng.shuffle(mentors)
        assert propose(students, mentors, dict(reversed(places.items()))) == first, seed
        assert propose(students, mentors, places) == first, seed


def test_p16_only_those_who_accept_it_are_adjusted_within_subject_and_city_and_nobody_is_left_by_a_free_seat() -> None:
    for seed, (students, mentors, places) in instances(1500):
        proposal = propose(students, mentors, places)
        by_student, by_mentor = {s.key: s for s in students}, {m.key: m for m in mentors}
        taken, in_city = (
            Counter(p.mentor for p in proposal.pairs),
            Counter(by_student[s].city for s in held(proposal.pairs)),
        )
        for pair in proposal.pairs:
            if pair.choice is None:
                student, mentor = by_student[pair.student], by_mentor[pair.mentor]
                assert student.accepts_adjustment, seed
                assert (student.subject, student.city) == (mentor.subject, mentor.city), seed
        for key in proposal.unpaired:
            student = by_student[key]
            near = [m for m in mentors if (m.subject, m.city) == (student.subject, student.city)]
            if student.accepts_adjustment and in_city[student.city] < places[student.city]:
                assert all(taken[m.key] == m.capacity for m in near), seed


def test_p16_the_adjusted_go_to_the_mentor_with_the_fewest_students_then_to_the_first_key() -> None:
    mentors = [Mentor(k, "physics", "baotou", 3) for k in ("m3", "m1", "m2")]
    students = [Student("a", 1, "physics", "baotou", ("m1",), False)]
    students += [Student(f"b{i}", i, "physics", "baotou", (), True) for i in range(2, 7)]
    proposal = propose(students, mentors, {"baotou": 25})
    assert proposal.pairs == (
        Pair("a", "m1", 1),
        Pair("b2", "m2", None),
        Pair("b3", "m3", None),
        Pair("b4", "m1", None),
        Pair("b5", "m2", None),
        Pair("b6", "m3", None),
    )


@pytest.mark.filterwarnings("ignore")
def test_p16_without_a_binding_city_cap_it_agrees_with_the_library_matching_on_every_instance() -> None:
    compared = pairs = 0
    for seed, (students, mentors, _) in instances(1000, first=100_000):
        by_key = {m.key: m for m in mentors if m.capacity > 0}
        wishes = {
            s.key: [m for m in s.choices if m in by_key and by_key[m].subject == s.subject]
            for s in sorted(students, key=turn)
        }
        wishes = {key: choices for key, choices in wishes.items() if choices}
        # The library asks that nobody's list is empty; dicts keep the order of `turn`.
        chosen_by = {m: [s for s, choices in wishes.items() if m in choices] for m in by_key}
        chosen_by = {m: takers for m, takers in chosen_by.items() if takers}
        if not wishes:
            continue
        proposal = propose(
            [replace(s, accepts_adjustment=False) for s in students], mentors, dict.fromkeys(CITIES, len(students))
        )
        ours = {m: {p.student for p in proposal.pairs if p.mentor == m} for m in chosen_by}
        for optimal in ("resident", "hospital"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                game = HospitalResident.create_from_dictionaries(
                    wishes, chosen_by, {m: by_key[m].capacity for m in chosen_by}
                )
                solved = game.solve(optimal=optimal)
            assert {h.name: {r.name for r in residents} for h, residents in solved.items()} == ours, seed
            assert game.check_stability(), seed
        compared += 1
        pairs += len(proposal.pairs)
    assert compared >= 300
    assert pairs > 1000


def test_p16_every_blocking_pair_of_a_list_changed_at_random_is_found_and_no_other() -> None:
    planted = 0
    for seed, (students, mentors, places) in instances(2000, first=200_000):
        rng = random.Random(seed)
        caps = nested_caps(seed, mentors) if seed % 2 else []
        has = held(propose(students, mentors, places, caps).pairs)
        for key in rng.sample(sorted(has), min(len(has), 2)):
            subject = next(s.subject for s in students if s.key == key)
            others = [m.key for m in mentors if m.subject == subject]
            left_over = [s.key for s in students if s.subject == subject and s.key not in has]
            change = rng.choice(("leave", "move", "replace"))
            mentor = has.pop(key)
            if change == "move":
                has[key] = rng.choice(others)
            elif change == "replace" and left_over:
                has[rng.choice(left_over)] = mentor
        if not caps_hold(has, {s.key: s for s in students}, {m.key: m for m in mentors}, places, caps):
            continue
        pairs = [Pair(s, m, None) for s, m in has.items()]
        found = blocking_pairs(pairs, students, mentors, places, caps)
        assert {(p.student, p.mentor) for p in found} == better_deals(has, students, mentors, places, caps), seed
        planted += bool(found)
    assert planted > 400


def test_p16_a_planted_blocking_pair_is_found_and_named_with_the_students_choice() -> None:
    mentors = [Mentor("m1", "physics", "baotou", 1), Mentor("m2", "physics", "baotou", 1)]
    first = Student("first", 1, "physics", "baotou", ("m1", "m2"), False)
    second = Student("second", 2, "physics", "baotou", ("m1", "m2"), False)
    swapped = [Pair("first", "m2", 2), Pair("second", "m1", 1)]
    assert blocking_pairs(swapped, [first, second], mentors, {"baotou": 2}) == [Pair("first", "m1", 1)]
    left_out = [Pair("second", "m1", 1)]
    found = blocking_pairs(left_out, [first, second], mentors, {"baotou": 1})
    # The one place of the city is due to the first, on the seat of the second and on the free one.
    assert found == [Pair("first", "m1", 1), Pair("first", "m2", 2)]


@pytest.mark.parametrize(
    ("pairs", "places", "fault"),
    [
        ([("a", "m1"), ("b", "m1")], 3, CapFault("mentor_over_capacity", "m1", 2, 1)),
        ([("a", "m1"), ("b", "m2")], 1, CapFault("city_over_places", "baotou", 2, 1)),
        ([("a", "m1"), ("a", "m2")], 3, CapFault("student_twice", "a", 2, 1)),
        ([("c", "m1")], 3, CapFault("subject_differs", "c", 1, 0)),
        ([("nobody", "m1")], 3, CapFault("unknown_student", "nobody", 1, 0)),
        ([("a", "nobody")], 3, CapFault("unknown_mentor", "nobody", 1, 0)),
    ],
)
def test_p3_p8_a_planted_break_of_a_hard_rule_is_found(
    pairs: list[tuple[str, str]], places: int, fault: CapFault
) -> None:
    mentors = [Mentor("m1", "physics", "baotou", 1), Mentor("m2", "physics", "baotou", 2)]
    students = [Student(k, i, "physics", "baotou", ("m1", "m2"), True) for i, k in enumerate("ab", start=1)]
    students.append(Student("c", 1, "biology", "baotou", (), True))
    assert cap_faults([Pair(s, m, None) for s, m in pairs], students, mentors, {"baotou": places}) == [fault]


def test_p3_the_places_of_a_city_bind_across_subjects_and_the_better_total_goes_first() -> None:
    mentors = [Mentor("p", "physics", "baotou", 5), Mentor("b", "biology", "baotou", 5)]
    physics = [Student(f"p{i}", i, "physics", "baotou", ("p",), True) for i in (1, 2, 3)]
    biology = [Student(f"b{i}", i, "biology", "baotou", ("b",), True) for i in (1, 2, 3)]
    proposal = propose([*physics, *biology], mentors, {"baotou": 4})
    assert {p.student for p in proposal.pairs} == {"p1", "b1", "p2", "b2"}
    assert proposal.unpaired == ("b3", "p3")


def test_p3_a_city_without_places_gets_nobody() -> None:
    mentors = [Mentor("m", "physics", "baotou", 5)]
    students = [Student("a", 1, "physics", "baotou", ("m",), True)]
    assert propose(students, mentors, {}).unpaired == ("a",)
    assert cap_faults([Pair("a", "m", 1)], students, mentors, {}) == [CapFault("city_over_places", "baotou", 1, 0)]


def test_two_students_or_mentors_with_one_key_are_refused() -> None:
    mentor = Mentor("m", "physics", "baotou", 5)
    student = Student("a", 1, "physics", "baotou", ("m",), True)
    with pytest.raises(ValueError, match="two students"):
        propose([student, student], [mentor], {"baotou": 5})
    with pytest.raises(ValueError, match="two mentors"):
        propose([student], [mentor, mentor], {"baotou": 5})
