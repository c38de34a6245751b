"""Works over experts (P25): as many for each work, a like load, nobody in conflict, the same from the same seed."""

import random

import pytest

from miaopu.evaluations.spreading import TooFewExperts, spread


def loads(found: dict[str, list[str]], experts: list[str]) -> list[int]:
    return [sum(expert in of for of in found.values()) for expert in experts]


def test_p25_every_work_has_as_many_experts_and_loads_differ_by_one_at_most() -> None:
    works, experts = [f"w{n}" for n in range(47)], [f"e{n}" for n in range(9)]
    found = spread("seed", works, experts, 3, barred={})
    assert all(len(set(of)) == 3 for of in found.values())
    assert max(loads(found, experts)) - min(loads(found, experts)) <= 1


def test_p25_the_same_seed_gives_the_same_experts_and_another_one_others() -> None:
    works, experts = [f"w{n}" for n in range(20)], [f"e{n}" for n in range(6)]
    first = spread("a", works, experts, 3, barred={})
    assert spread("a", works[::-1], experts[::-1], 3, barred={}) == first
    assert spread("b", works, experts, 3, barred={}) != first


def test_p25_nobody_judges_in_conflict_in_three_hundred_random_finals() -> None:
    draw = random.Random(25)
    for _ in range(300):
        works = [f"w{n}" for n in range(draw.randint(1, 25))]
        experts = [f"e{n}" for n in range(draw.randint(5, 10))]
        barred = {w: set(draw.sample(experts, draw.randint(0, 2))) for w in works}
        found = spread(str(draw.random()), works, experts, 3, barred=barred)
        assert all(len(set(of)) == 3 and not set(of) & barred[w] for w, of in found.items())
        # Nobody could hand a work on to somebody with two fewer.
        load = dict(zip(experts, loads(found, experts), strict=True))
        for work, of in found.items():
            for much in of:
                others = set(experts) - set(of) - barred[work]
                assert all(load[much] - load[little] <= 1 for little in others)


def test_p25_who_has_a_work_already_counts_and_does_not_get_it_again() -> None:
    found = spread("s", ["w"], ["a", "b", "c", "d"], 3, barred={"w": {"d"}}, given={"w": {"a", "b"}})
    assert found == {"w": ["c"]}


def test_p25_too_few_free_experts_are_told_with_the_work() -> None:
    with pytest.raises(TooFewExperts) as told:
        spread("s", ["w1", "w2"], ["a", "b", "c"], 3, barred={"w2": {"a"}})
    assert (told.value.work, told.value.free) == ("w2", 2)
