"""Works over experts (P25): each work the same number of experts, each expert a like load, nobody in conflict.

Deterministic from a seed: who repeats it with the same people gets the same experts. An expert's turn for a work is
the SHA-256 of seed, work and expert, so that neither names nor the order of lists decide.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence


class TooFewExperts(ValueError):
    """A work for which too few experts are free of conflict."""

    def __init__(self, work: str, free: int) -> None:
        self.work, self.free = work, free
        super().__init__(f"{work}: {free}")


def rank(seed: str, *parts: str) -> str:
    """A place in a draw (hex)."""
    return hashlib.sha256(" ".join((seed, *parts)).encode()).hexdigest()


def spread(
    seed: str,
    works: Sequence[str],
    experts: Sequence[str],
    each: int,
    *,
    barred: Mapping[str, Collection[str]],
    given: Mapping[str, Collection[str]] | None = None,
) -> dict[str, list[str]]:
    """New experts for every work, those with the least to read first.

    Args:
        works: keys of the works; experts: keys of the experts.
        each: experts wanted for a work.
        barred: for a work, who must not judge it.
        given: for a work, who has it already; they count towards `each` and towards the loads.

    Raises:
        TooFewExperts: where fewer than wanted are free.
    """
    had = given or {}
    loads = dict.fromkeys(experts, 0)
    for already in had.values():
        for expert in already:
            if expert in loads:
                loads[expert] += 1
    found: dict[str, list[str]] = {}
    # The works with the fewest free experts choose first: a late one would find them used up.
    free = {w: [e for e in experts if e not in barred.get(w, ()) and e not in had.get(w, ())] for w in works}
    for work in sorted(works, key=lambda w: (len(free[w]), rank(seed, w))):
        wanted = max(0, each - len(had.get(work, ())))
        if len(free[work]) < wanted:
            raise TooFewExperts(work, len(free[work]))
        chosen = sorted(free[work], key=lambda e: (loads[e], rank(seed, work, e)))[:wanted]
        for expert in chosen:
            loads[expert] += 1
        found[work] = chosen
    return _levelled(found, loads, free, seed)


def _levelled(
    found: dict[str, list[str]], loads: dict[str, int], free: Mapping[str, Sequence[str]], seed: str
) -> dict[str, list[str]]:
    """Hand works from the most to the least loaded while that makes the loads more alike."""
    while True:
        ways = [
            (loads[much] - loads[little], rank(seed, work, much, little), work, much, little)
            for work, chosen in found.items()
            for much in chosen
            for little in free[work]
            if little not in chosen and loads[much] - loads[little] > 1
        ]
        if not ways:
            return found
        _, _, work, much, little = max(ways)
        found[work][found[work].index(much)] = little
        loads[much] -= 1
        loads[little] += 1
