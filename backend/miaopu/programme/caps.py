"""Caps of the plan over universities and subjects, and whether they are nested (P2, P3, P8).

Two sets of mentors of which neither holds the other, and which share some, can leave no stable answer at all, and
to know whether there is one is NP-complete (Biró, Fleiner, Irving & Manlove, "The College Admissions problem with lower
and common quotas", Theoretical Computer Science 411, 2010). So a plan with such caps is refused.
"""

from collections.abc import Mapping, Sequence

Cells = frozenset[tuple[str, str]]


def cells(universities: Sequence[str], subjects: Sequence[str], offered: Mapping[str, Sequence[str]]) -> Cells:
    """The (university, subject) that a cap is over; an empty list of either means all of them."""
    return frozenset(
        (university, subject)
        for university, taught in offered.items()
        if not universities or university in universities
        for subject in taught
        if not subjects or subject in subjects
    )


def crossing(sets: Mapping[str, Cells]) -> list[tuple[str, str]]:
    """The pairs of names whose sets share some and of which neither holds the other, in the order given."""
    names = list(sets)
    return [
        (first, second)
        for i, first in enumerate(names)
        for second in names[i + 1 :]
        if sets[first] & sets[second] and sets[first] - sets[second] and sets[second] - sets[first]
    ]
