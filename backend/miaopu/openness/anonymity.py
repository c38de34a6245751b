"""Who could be recognised in data under pseudonyms by what public lists say of registration numbers: pure (P16a).

A list by number and the data say the same of a person: city, subject, on which lists. Where a group of people of whom
the lists say the same is small, its marks would say whose they are. Source: k-anonymity (Sweeney 2002, "k-anonymity: a
model for protecting privacy", IJUFKS 10); it is asked for groups of `smallest` and more, an empty group tells nothing.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping


def small_groups(said: Mapping[str, Hashable], smallest: int) -> set[str]:
    """The persons whose group is smaller than `smallest`; `said` is what public lists say of each."""
    sizes = Counter(said.values())
    return {person for person, words in said.items() if sizes[words] < smallest}


def tied(values: Iterable[Hashable]) -> set[Hashable]:
    """The values that stand more than once: only there does anything else decide."""
    return {value for value, times in Counter(values).items() if times > 1}
