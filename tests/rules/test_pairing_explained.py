"""Limits and reasons of a pairing (P16, P16a): they give every place again, and what they say is true."""

import random
from collections import Counter

import pytest

from miaopu.pairings.explained import Reason, by_limits, limits, next_in_line, why
from miaopu.pairings.rules import Cap, Mentor, Pair, Student, propose, turn
from miaopu.programme.caps import cells, crossing
from rules.test_pairing import Instance, held, instances, nested_caps


def with_caps(seed: int, given: Instance) -> tuple[list[Student], list[Mentor], dict[str, int], list[Cap]]:
    students, mentors, places = given
    return students, mentors, places, nested_caps(seed, mentors) if seed % 3 else []


def test_p16a_the_published_limits_give_every_place_by_own_choice_on_four_thousand_instances() -> None:
    places_given = 0
    for seed, given in instances(4000):
        students, mentors, places, caps = with_caps(seed, given)
        proposal = propose(students, mentors, places, caps)
        published = limits(proposal.pairs, students, mentors, places, caps)
        by_choice = {p.student: p.mentor for p in proposal.pairs if p.choice is not None}
        assert by_limits(students, mentors, published, places, caps) == by_choice, seed
        places_given += len(by_choice)
    assert places_given > 5000


def test_p16a_a_limit_moved_by_one_student_gives_somebody_another_place() -> None:
    mentors = [Mentor("m1", "physics", "baotou", 1), Mentor("m2", "physics", "baotou", 5)]
    students = [Student(f"s{i}", i, "physics", "baotou", ("m1", "m2"), False) for i in (1, 2, 3)]
    places = {"baotou": 3}
    proposal = propose(students, mentors, places)
    published = limits(proposal.pairs, students, mentors, places)
    assert published[("mentor", "m1")].turn == (1, "s1")
    assert ("mentor", "m2") not in published
    moved = {key: limit for key, limit in published.items() if key != ("mentor", "m1")}
    assert by_limits(students, mentors, moved, places) != by_limits(students, mentors, published, places)


def test_p16_nobody_gains_by_another_order_of_choices_than_the_true_one() -> None:
    tried = 0
    for seed, given in instances(1200, first=7000):
        students, mentors, places, caps = with_caps(seed, given)
        rng = random.Random(seed)
        honest = {p.student: p for p in propose(students, mentors, places, caps).pairs if p.choice is not None}
        for liar in rng.sample(students, min(3, len(students))):
            told = list(liar.choices)
            rng.shuffle(told)
            told = told[: rng.randint(0, len(told))]
            others = [s for s in students if s.key != liar.key]
            lie = Student(liar.key, liar.place, liar.subject, liar.city, tuple(told), liar.accepts_adjustment)
            got = {p.student: p for p in propose([*others, lie], mentors, places, caps).pairs if p.choice is not None}
            true_rank = {m: i for i, m in enumerate(liar.choices)}
            before = true_rank[honest[liar.key].mentor] if liar.key in honest else len(true_rank)
            after = true_rank[got[liar.key].mentor] if liar.key in got else len(true_rank)
            assert after >= before, seed
            tried += 1
    assert tried > 2000


def test_p16_every_choice_not_given_is_explained_truly() -> None:
    causes: Counter[str] = Counter()
    for seed, given in instances(3000):
        students, mentors, places, caps = with_caps(seed, given)
        proposal = propose(students, mentors, places, caps)
        published = limits(proposal.pairs, students, mentors, places, caps)
        by_student, by_mentor = {s.key: s for s in students}, {m.key: m for m in mentors}
        chosen = {p.student: p.mentor for p in proposal.pairs if p.choice is not None}
        for student in students:
            reasons = why(student, mentors, published, caps)
            got = chosen.get(student.key)
            above = student.choices[: student.choices.index(got)] if got else student.choices
            assert [(r.choice, r.mentor) for r in reasons] == list(enumerate(above, start=1)), seed
            for reason in reasons:
                causes[reason.cause] += 1
                inside = {
                    "not_open": [],
                    "mentor_full": [s for s, m in chosen.items() if m == reason.key],
                    "cap_full": [
                        s for s, m in chosen.items() if any(m in c.mentors for c in caps if c.key == reason.key)
                    ],
                    "city_full": [s for s in chosen if by_student[s].city == reason.key],
                }[reason.cause]
                if reason.cause == "not_open":
                    mentor = by_mentor.get(reason.mentor)
                    assert mentor is None or mentor.subject != student.subject, seed
                    continue
                assert len(inside) == reason.taken, seed
                # Every one of those who hold the seats comes before the student who did not get one.
                assert all(turn(by_student[s]) < turn(student) for s in inside), seed
                limit = {
                    "mentor_full": by_mentor[reason.mentor].capacity,
                    "cap_full": next((c.limit for c in caps if c.key == reason.key), 0),
                    "city_full": places.get(student.city, 0),
                }[reason.cause]
                assert len(inside) == limit, seed
    assert min(causes[c] for c in ("not_open", "mentor_full", "cap_full", "city_full")) > 200


def test_p16_a_reason_names_how_many_got_in_and_the_place_of_the_last() -> None:
    mentors = [Mentor("m1", "physics", "baotou", 2), Mentor("m2", "physics", "baotou", 5)]
    students = [Student(f"s{i}", i, "physics", "baotou", ("m1", "m2"), False) for i in (1, 2, 3, 4)]
    published = limits(propose(students, mentors, {"baotou": 3}).pairs, students, mentors, {"baotou": 3})
    assert why(students[0], mentors, published) == ()
    assert why(students[2], mentors, published) == (Reason(1, "m1", "mentor_full", "m1", 2, 2),)
    assert why(students[3], mentors, published) == (
        Reason(1, "m1", "mentor_full", "m1", 2, 2),
        Reason(2, "m2", "city_full", "baotou", 3, 3),
    )


def test_p16_next_in_line_is_the_first_who_wanted_this_mentor_more() -> None:
    students = [Student(f"s{i}", i, "physics", "baotou", ("m1", "m2"), False) for i in (1, 2, 3)]
    pairs = [Pair("s1", "m1", 1), Pair("s2", "m2", 2)]
    assert next_in_line(pairs, students) == {"m1": "s2", "m2": "s3"}


def test_p3_caps_over_universities_and_subjects_are_nested_or_named_as_crossing() -> None:
    offered = {"a": ("maths", "physics"), "b": ("maths",)}
    sets = {
        "a": cells(("a",), (), offered),
        "a maths": cells(("a",), ("maths",), offered),
        "all": cells((), (), offered),
        "b": cells(("b",), (), offered),
    }
    assert crossing(sets) == []
    sets["maths"] = cells((), ("maths",), offered)
    assert crossing(sets) == [("a", "maths")]


@pytest.mark.parametrize("seed", range(50))
def test_p8_a_cap_over_two_mentors_holds_also_where_both_have_seats(seed: int) -> None:
    rng = random.Random(seed)
    mentors = [Mentor(k, "physics", "baotou", 5) for k in ("m1", "m2", "m3")]
    cap = Cap("university", frozenset({"m1", "m2"}), rng.randint(0, 6))
    students = [Student(f"s{i:02}", i, "physics", "baotou", ("m1", "m2", "m3"), True) for i in range(1, 15)]
    has = held(propose(students, mentors, {"baotou": 20}, [cap]).pairs)
    assert sum(m in cap.mentors for m in has.values()) == cap.limit
    assert len(has) == min(14, cap.limit + 5)
