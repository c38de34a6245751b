"""Why a pairing gave what it gave, and the limits anybody can check it by (P16, P16a): no database, no clock.

The limits are the cutoffs of a stable matching (Azevedo & Leshno, "A Supply and Demand Framework for Two-Sided
Matching Markets", JPE 2016): who reaches those of a mentor gets in, and everybody takes the best choice that is
reached. They are read off the round in which own choices are given; an adjustment follows from what it leaves free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from miaopu.pairings.rules import (
    Cap,
    Mentor,
    Pair,
    Student,
    caps_over,
    mentors_by_key,
    students_by_key,
    turn,
)

Turn = tuple[int, str]
SetKind = Literal["mentor", "cap", "city"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The last one who got in by own choice where there was no room for more; open sets have no limit.

    `taken` students counted there by own choice. `place`, `student` and `draw` are those of the last of them in
    `turn`, None where nobody could be let in at all.
    """

    kind: SetKind
    key: str
    taken: int
    place: int | None
    student: str | None
    draw: str | None = None

    @property
    def turn(self) -> Turn | None:
        """What somebody's own turn must not be after."""
        if self.place is None or self.student is None:
            return None
        return self.place, self.draw or self.student


def limits(
    pairs: Sequence[Pair],
    students: Sequence[Student],
    mentors: Sequence[Mentor],
    city_places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> dict[tuple[SetKind, str], Limit]:
    """The limits of every mentor, cap and city that was full of own choices; what is not named had room left.

    Raises ValueError for two students or two mentors with the same key.
    """
    known, by_key, over = students_by_key(students), mentors_by_key(mentors), caps_over(caps)
    size: dict[tuple[SetKind, str], int] = {("mentor", m.key): m.capacity for m in mentors}
    size |= {("cap", c.key): c.limit for c in caps}
    size |= {("city", city): places for city, places in city_places.items()}
    inside: dict[tuple[SetKind, str], list[Student]] = {}
    for pair in pairs:
        if pair.choice is None or pair.student not in known or pair.mentor not in by_key:
            continue
        student = known[pair.student]
        for one in _sets(student, pair.mentor, over):
            inside.setdefault(one, []).append(student)
    found = {}
    for one, limit in size.items():
        here = inside.get(one, [])
        if len(here) >= limit:
            last = max(here, key=turn, default=None)
            found[one] = Limit(*one, len(here), *((last.place, last.key, last.draw) if last else (None, None)))
    return found


def _sets(student: Student, mentor: str, over: Mapping[str, Sequence[str]]) -> list[tuple[SetKind, str]]:
    return [("mentor", mentor), *(("cap", key) for key in over.get(mentor, ())), ("city", student.city)]


def reaches(
    student: Student,
    mentor: str,
    published: Mapping[tuple[SetKind, str], Limit],
    over: Mapping[str, Sequence[str]],
) -> Limit | None:
    """The narrowest limit that keeps a student from a mentor, or None where the student gets in."""
    for one in _sets(student, mentor, over):
        limit = published.get(one)
        if limit is not None and (limit.turn is None or turn(student) > limit.turn):
            return limit
    return None


def by_limits(
    students: Sequence[Student],
    mentors: Sequence[Mentor],
    published: Mapping[tuple[SetKind, str], Limit],
    city_places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> dict[str, str]:
    """Who is with whom by own choice, found from the published limits alone: the best choice whose limits one reaches.

    Nobody is asked after anybody else, so each student can check the own line. A test holds it against `propose`.
    """
    by_key, over = mentors_by_key(mentors), caps_over(caps)
    found = {}
    for student in students:
        if student.city not in city_places:
            continue
        for mentor in student.choices:
            open_here = mentor in by_key and by_key[mentor].subject == student.subject
            if open_here and reaches(student, mentor, published, over) is None:
                found[student.key] = mentor
                break
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a student did not get a choice.

    `mentor_full`, `cap_full`, `city_full`: `taken` others got in by own choice, the last of them at `last_place` in
    the order of totals (None when there was no seat at all); `key` names the mentor, the cap or the city.
    `not_open`: no such mentor takes part, or not in this subject.
    """

    choice: int
    mentor: str
    cause: Literal["mentor_full", "cap_full", "city_full", "not_open"]
    key: str
    taken: int
    last_place: int | None


CAUSES: dict[SetKind, Literal["mentor_full", "cap_full", "city_full"]] = {
    "mentor": "mentor_full",
    "cap": "cap_full",
    "city": "city_full",
}


def why(
    student: Student,
    mentors: Sequence[Mentor],
    published: Mapping[tuple[SetKind, str], Limit],
    caps: Sequence[Cap] = (),
) -> tuple[Reason, ...]:
    """Why a student did not get each choice above the one that the limits give, in the order of the choices.

    All choices for one whom no limit lets in; empty for a first choice. It explains what `propose` gave, not what
    people have changed since.
    """
    by_key, over = mentors_by_key(mentors), caps_over(caps)
    reasons = []
    for number, mentor in enumerate(student.choices, start=1):
        if mentor not in by_key or by_key[mentor].subject != student.subject:
            reasons.append(Reason(number, mentor, "not_open", mentor, 0, None))
            continue
        limit = reaches(student, mentor, published, over)
        if limit is None:
            break
        reasons.append(Reason(number, mentor, CAUSES[limit.kind], limit.key, limit.taken, limit.place))
    return tuple(reasons)


def next_in_line(pairs: Sequence[Pair], students: Sequence[Student]) -> dict[str, str]:
    """For each mentor the first in `turn` who chose this mentor above what they have: who would come next."""
    has = {pair.student: pair.mentor for pair in pairs}
    found: dict[str, str] = {}
    for student in sorted(students, key=turn):
        for mentor in student.choices:
            if mentor == has.get(student.key):
                break
            found.setdefault(mentor, student.key)
    return found
