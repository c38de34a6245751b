"""Alike passages in two works (P24): a sign to look at, never a verdict.

A work's prints are chosen by winnowing (Schleimer, Wilkerson, Aiken 2003, Winnowing: Local Algorithms for Document
Fingerprinting): of every `WINDOW` neighbouring hashes of `GRAM` characters the least one, so that any common run of
`GRAM + WINDOW - 1` characters is surely found. Spaces, punctuation, width and case do not count.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

# Characters of a gram: about a short Chinese sentence. A run of 19 is found for certain.
GRAM = 12
WINDOW = 8
# What is put beside each other is at least as long as that, in letters that count.
LEAST = 20


@dataclass(frozen=True, slots=True)
class Passage:
    """A run that two works have in common: where it stands in each, as written; `length` in letters that count."""

    mine: tuple[int, int]
    theirs: tuple[int, int]
    length: int


def letters(text: str) -> tuple[str, list[int]]:
    """The letters that count, and where each stands in the text."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in unicodedata.normalize("NFKC", char).casefold():
            if one.isalnum():
                kept.append(one)
                places.append(place)
    return "".join(kept), places


def prints(text: str) -> list[int]:
    """The prints of a text, in rising order (63 bits each)."""
    plain, _ = letters(text)
    hashes = [_hash(plain[i : i + GRAM]) for i in range(len(plain) - GRAM + 1)]
    if len(hashes) <= WINDOW:
        return sorted(set(hashes))
    return sorted({min(hashes[i : i + WINDOW]) for i in range(len(hashes) - WINDOW + 1)})


def passages(mine: str, theirs: str, common: Collection[str] = ()) -> list[Passage]:
    """What two texts have in common, the longest first. Runs that begin in a `common` gram (a form) are left out."""
    a, at_a = letters(mine)
    b, at_b = letters(theirs)
    where: dict[str, list[int]] = {}
    for j in range(len(b) - GRAM + 1):
        where.setdefault(b[j : j + GRAM], []).append(j)
    found: list[Passage] = []
    i = 0
    while i <= len(a) - GRAM:
        starts = () if a[i : i + GRAM] in common else where.get(a[i : i + GRAM], ())
        longest, place = 0, 0
        for j in starts:
            length = GRAM
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            if length > longest:
                longest, place = length, j
        if longest >= LEAST:
            end = (at_a[i + longest - 1] + 1, at_b[place + longest - 1] + 1)
            found.append(Passage((at_a[i], end[0]), (at_b[place], end[1]), longest))
            i += longest
        else:
            i += 1
    return sorted(found, key=lambda one: (-one.length, one.mine))


def share(mine: str, found: Sequence[Passage]) -> int:
    """How much of a text stands in passages, in percent, rounded down."""
    whole = len(letters(mine)[0])
    return 100 * sum(one.length for one in found) // whole if whole else 0


def grams(text: str) -> set[str]:
    """All grams of a text."""
    plain, _ = letters(text)
    return {plain[i : i + GRAM] for i in range(len(plain) - GRAM + 1)}


def _hash(gram: str) -> int:
    return int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest(), "big") >> 1
