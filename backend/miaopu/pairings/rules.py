"""Pairing of students and mentors (P3, P8, P13, P16), to be checked by hand: a stable matching under the city's places.

All mentors rank students by the same order, the total, so deferred acceptance with a regional cap (Kamada & Kojima,
"Efficient matching under distributional constraints", AER 2015) never sends away a student it has once taken, and is
the same as calling the students in that order: each takes the highest of the own choices that still has a seat, as
long as the own city has a place left. The proof that no blocking pair which the caps allow is left stands at `propose`.
"""

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Student:
    """One to be paired. `place` is the rank by total within city and subject (1 is best); `choices` best first."""

    key: str
    place: int
    subject: str
    city: str
    choices: tuple[str, ...]
    accepts_adjustment: bool


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor with `capacity` free seats (P8)."""

    key: str
    subject: str
    city: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A student and a mentor; `choice` counts from 1 and is None where the student did not choose this mentor."""

    student: str
    mentor: str
    choice: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everyone is in one of the two, in the order in which students are called."""

    pairs: tuple[Pair, ...]
    unpaired: tuple[str, ...]


FaultCode = Literal[
    "mentor_over_capacity", "city_over_places", "subject_differs", "student_twice", "unknown_student", "unknown_mentor"
]


@dataclass(frozen=True, slots=True)
class CapFault:
    """A hard rule that is broken: by whom (`key`: a mentor, a city or a student), how many are, how many may be."""

    code: FaultCode
    key: str
    found: int
    limit: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a student did not get a choice: `last_place` is the place of the last one taken there, None if nobody was.

    `mentor_full`: by students with a better total. `city_full`: the city's places were gone (the last one taken of
    the student's own subject and city counts). `not_open`: no such mentor takes part, or not in this subject.
    """

    choice: int
    mentor: str
    cause: Literal["mentor_full", "city_full", "not_open"]
    last_place: int | None


def turn(student: Student) -> tuple[int, str]:
    """The order of students for every mentor and across subjects: by place, then by key, a strict order.

    Places of different subjects are equals (the first of mathematics and the first of physics); who of the two is
    called first matters only where a city has fewer places than students who could be seated.
    """
    return student.place, student.key


def propose(students: Sequence[Student], mentors: Sequence[Mentor], city_places: Mapping[str, int]) -> Proposal:
    """A stable proposal within the mentors' capacity and the city's places (P3, P8, P16).

    First all are called in the order of `turn`, and each takes the best own choice with a free seat. Then those left
    over who accept an adjustment are called in the same order, to the mentor of their subject and city with the
    fewest students (ties by key). A student counts for the own city, wherever the mentor is; a city that is not named
    has no places. The same for every order of the arguments; time grows with the lists, not with their product.

    Why no blocking pair that the caps allow is left. Nobody loses a seat, so seats and places only get fewer. Let
    s choose m, and let s be nowhere better in the end. (1) Was the city of s not full at the turn of s, then all
    seats of m were taken by earlier students, who keep them: m has neither a free seat nor a later student. (2) Was
    it full, then s has no seat, no later student of that city has one, and nobody of it is adjusted. So s would have
    to come in addition to the city's places, whether on a free seat or in the place of a later student, who can only
    be of another city: the caps do not allow it.

    Raises:
        ValueError: two students or two mentors with the same key.
    """
    by_key = _mentors(mentors)
    called = sorted(_students(students).values(), key=turn)
    seats = {m.key: m.capacity for m in mentors}
    places = dict(city_places)
    pairs: dict[str, Pair] = {}
    left_over: list[Student] = []
    for student in called:
        if places.get(student.city, 0) > 0:
            for number, mentor in enumerate(student.choices, start=1):
                if seats.get(mentor, 0) > 0 and by_key[mentor].subject == student.subject:
                    pairs[student.key] = Pair(student.key, mentor, number)
                    seats[mentor] -= 1
                    places[student.city] -= 1
                    break
        if student.key not in pairs and student.accepts_adjustment:
            left_over.append(student)

    free: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for m in mentors:
        if seats[m.key] > 0:
            free.setdefault((m.subject, m.city), []).append((m.capacity - seats[m.key], m.key))
    for waiting in free.values():
        heapq.heapify(waiting)
    for student in left_over:
        waiting = free.get((student.subject, student.city), [])
        if not waiting or places.get(student.city, 0) <= 0:
            continue
        taken, key = heapq.heappop(waiting)
        pairs[student.key] = Pair(student.key, key, None)
        places[student.city] -= 1
        if taken + 1 < by_key[key].capacity:
            heapq.heappush(waiting, (taken + 1, key))
    return Proposal(
        tuple(pairs[s.key] for s in called if s.key in pairs), tuple(s.key for s in called if s.key not in pairs)
    )


def blocking_pairs(
    pairs: Sequence[Pair], students: Sequence[Student], mentors: Sequence[Mentor], city_places: Mapping[str, int]
) -> list[Pair]:
    """Students and mentors who would both rather have each other, where the caps allow it.

    (s, m) of one subject is one when s chose m above what s has (a mentor not chosen, and no mentor, are below every
    choice) and m can take s on a free seat or by letting go a student who comes after s in `turn`, so that the
    students of the city of s become no more than its places, or no more than they are.

    In the order of `turn`, then of the choices. A pair of an unknown student or mentor is passed over: `cap_faults`
    names it. Raises ValueError for two students or two mentors with the same key.
    """
    known, by_key = _students(students), _mentors(mentors)
    has = {p.student: p.mentor for p in pairs if p.student in known and p.mentor in by_key}
    taken: dict[str, list[Student]] = {}
    for key, mentor in has.items():
        taken.setdefault(mentor, []).append(known[key])
    in_city = Counter(known[key].city for key in has)
    found = []
    for student in sorted(known.values(), key=turn):
        fits_city = student.key in has or in_city[student.city] < city_places.get(student.city, 0)
        for number, mentor in enumerate(student.choices, start=1):
            if mentor == has.get(student.key):
                break
            if mentor not in by_key or by_key[mentor].subject != student.subject:
                continue
            theirs = taken.get(mentor, [])
            onto_free_seat = fits_city and len(theirs) < by_key[mentor].capacity
            # Letting go a later student of the same city leaves the city's number as it is.
            for_a_later = any(turn(t) > turn(student) and (fits_city or t.city == student.city) for t in theirs)
            if onto_free_seat or for_a_later:
                found.append(Pair(student.key, mentor, number))
    return found


def cap_faults(
    pairs: Sequence[Pair], students: Sequence[Student], mentors: Sequence[Mentor], city_places: Mapping[str, int]
) -> list[CapFault]:
    """Every hard rule that `pairs` break (P3, P8); empty when they can stand.

    A mentor over capacity, a city over its places, another subject, a student twice, and pairs of someone who is not
    among `students` or `mentors`. Raises ValueError for two students or two mentors with the same key.
    """
    known, by_key = _students(students), _mentors(mentors)
    faults: list[CapFault] = []
    for pair in pairs:
        if pair.student not in known:
            faults.append(CapFault("unknown_student", pair.student, 1, 0))
        if pair.mentor not in by_key:
            faults.append(CapFault("unknown_mentor", pair.mentor, 1, 0))
        both = pair.student in known and pair.mentor in by_key
        if both and known[pair.student].subject != by_key[pair.mentor].subject:
            faults.append(CapFault("subject_differs", pair.student, 1, 0))
    counts = Counter(p.student for p in pairs)
    faults += [CapFault("student_twice", key, n, 1) for key, n in sorted(counts.items()) if n > 1]
    counts = Counter(p.mentor for p in pairs if p.mentor in by_key)
    for key, n in sorted(counts.items()):
        if n > by_key[key].capacity:
            faults.append(CapFault("mentor_over_capacity", key, n, by_key[key].capacity))
    counts = Counter(known[key].city for key in {p.student for p in pairs} if key in known)
    for key, n in sorted(counts.items()):
        if n > city_places.get(key, 0):
            faults.append(CapFault("city_over_places", key, n, city_places.get(key, 0)))
    return faults


def why(
    student_key: str, proposal: Proposal, students: Sequence[Student], mentors: Sequence[Mentor]
) -> tuple[Reason, ...]:
    """Why a student did not get each choice above the one given, in the order of the choices.

    All choices for one who was adjusted or left over; empty for a first choice. It explains what `propose` gave, not
    what people have changed since.

    Raises:
        KeyError: no such student.
        ValueError: two students or two mentors with the same key.
    """
    known, by_key = _students(students), _mentors(mentors)
    student = known[student_key]
    taken: dict[str, list[Student]] = {}
    own_city: list[int] = []
    has: str | None = None
    for pair in proposal.pairs:
        other = known[pair.student]
        taken.setdefault(pair.mentor, []).append(other)
        if (other.city, other.subject) == (student.city, student.subject):
            own_city.append(other.place)
        if pair.student == student_key:
            has = pair.mentor
    reasons = []
    for number, mentor in enumerate(student.choices, start=1):
        if mentor == has:
            break
        if mentor not in by_key or by_key[mentor].subject != student.subject:
            reasons.append(Reason(number, mentor, "not_open", None))
            continue
        earlier = [t.place for t in taken.get(mentor, []) if turn(t) < turn(student)]
        if len(earlier) >= by_key[mentor].capacity:
            reasons.append(Reason(number, mentor, "mentor_full", max(earlier, default=None)))
        else:
            reasons.append(Reason(number, mentor, "city_full", max(own_city, default=None)))
    return tuple(reasons)


def _students(students: Sequence[Student]) -> dict[str, Student]:
    found = {s.key: s for s in students}
    if len(found) != len(students):
        raise ValueError("two students have the same key")
    return found


def _mentors(mentors: Sequence[Mentor]) -> dict[str, Mentor]:
    found = {m.key: m for m in mentors}
    if len(found) != len(mentors):
        raise ValueError("two mentors have the same key")
    return found
