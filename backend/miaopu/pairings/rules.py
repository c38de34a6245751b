"""Pairing of students and mentors (P3, P8, P13, P16), to be checked by hand: a stable matching under nested caps.

All mentors rank students by the same order, the total, so deferred acceptance with a regional cap (Kamada & Kojima,
"Efficient matching under distributional constraints", AER 2015) never sends away a student it has once taken, and is
the same as calling the students in that order: each takes the highest of the own choices that still has a seat, as
long as the own city has a place left. The proof that no blocking pair which the caps allow is left stands at `propose`.
Common quotas over several mentors (`Cap`) are those of Biró, Fleiner, Irving & Manlove, "The College Admissions problem
with lower and common quotas", TCS 2010; that they are nested is asked of the plan (`caps.py`).
Why somebody got what, and the published limits, are in `explained.py`.
"""

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Student:
    """One to be paired. `place` is the rank by total within city and subject (1 is best); `choices` best first.

    `draw` is a random text that tells nothing of the student and decides between equal places; without it the key does.
    """

    key: str
    place: int
    subject: str
    city: str
    choices: tuple[str, ...]
    accepts_adjustment: bool
    draw: str = ""


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor with `capacity` free seats (P8)."""

    key: str
    subject: str
    city: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` students with all of `mentors` together: a university, or one subject of it."""

    key: str
    mentors: frozenset[str]
    limit: int


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
    "mentor_over_capacity",
    "cap_exceeded",
    "city_over_places",
    "subject_differs",
    "student_twice",
    "unknown_student",
    "unknown_mentor",
]


@dataclass(frozen=True, slots=True)
class CapFault:
    """A hard rule that is broken: by whom (`key`: a mentor, a city or a student), how many are, how many may be."""

    code: FaultCode
    key: str
    found: int
    limit: int


def turn(student: Student) -> tuple[int, str]:
    """The order of students for every mentor and across subjects: by place, then by draw, a strict order.

    Places of different subjects are equals (the first of mathematics and the first of physics); who of the two is
    called first matters only where a city has fewer places than students who could be seated.
    """
    return student.place, student.draw or student.key


def propose(
    students: Sequence[Student], mentors: Sequence[Mentor], city_places: Mapping[str, int], caps: Sequence[Cap] = ()
) -> Proposal:
    """A stable proposal within the mentors' capacity, caps over several mentors and the city's places (P3, P8, P16).

    First all are called in the order of `turn`, and each takes the best own choice with a free seat. Then those left
    over who accept an adjustment are called in the same order, to the mentor of their subject and city with the
    fewest students (ties by key). A student counts for the own city, wherever the mentor is; a city that is not named
    has no places. The same for every order of the arguments; time grows with the lists, not with their product.

    Why no blocking pair that the caps allow is left. Nobody loses a seat, so seats and places only get fewer. Let
    s choose m, and let s be nowhere better in the end. At the turn of s one of the sets that (s, m) counts in (the
    mentor, a cap, the city of s) was full, of earlier students, who keep their seats. It is full of them in the end
    too, so that no later student counts in it who could be let go for s.

    Raises:
        ValueError: two students or two mentors with the same key.
    """
    called = sorted(students_by_key(students).values(), key=turn)
    room = _Room(mentors, city_places, caps)
    pairs: dict[str, Pair] = {}
    left_over: list[Student] = []
    for student in called:
        if room.places.get(student.city, 0) > 0:
            for number, mentor in enumerate(student.choices, start=1):
                if room.takes(student, mentor):
                    pairs[student.key] = Pair(student.key, mentor, number)
                    room.give(student, mentor)
                    break
        if student.key not in pairs and student.accepts_adjustment:
            left_over.append(student)
    for pair in adjust(left_over, room):
        pairs[pair.student] = pair
    return Proposal(
        tuple(pairs[s.key] for s in called if s.key in pairs), tuple(s.key for s in called if s.key not in pairs)
    )


class _Room:
    """What is still free while students are called: seats of mentors, of caps, and places of cities."""

    def __init__(self, mentors: Sequence[Mentor], city_places: Mapping[str, int], caps: Sequence[Cap]) -> None:
        self.mentors = mentors_by_key(mentors)
        self.seats = {m.key: m.capacity for m in mentors}
        self.places = dict(city_places)
        self.caps = {cap.key: cap.limit for cap in caps}
        self.over = caps_over(caps)

    def takes(self, student: Student, mentor: str) -> bool:
        """A seat with this mentor is free for this student, the city's places aside."""
        return (
            self.seats.get(mentor, 0) > 0
            and self.mentors[mentor].subject == student.subject
            and all(self.caps[key] > 0 for key in self.over.get(mentor, ()))
        )

    def give(self, student: Student, mentor: str) -> None:
        """One seat, one place less."""
        self.seats[mentor] -= 1
        self.places[student.city] -= 1
        for key in self.over.get(mentor, ()):
            self.caps[key] -= 1


def caps_over(caps: Sequence[Cap]) -> dict[str, list[str]]:
    """The keys of the caps that each mentor counts in."""
    over: dict[str, list[str]] = {}
    for cap in caps:
        for mentor in cap.mentors:
            over.setdefault(mentor, []).append(cap.key)
    return over


def adjust(left_over: Sequence[Student], room: _Room) -> list[Pair]:
    """Second round: to the mentor of the own subject and city with the fewest students, in the order given."""
    free: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for key, m in room.mentors.items():
        if room.seats[key] > 0:
            free.setdefault((m.subject, m.city), []).append((m.capacity - room.seats[key], key))
    for waiting in free.values():
        heapq.heapify(waiting)
    pairs = []
    for student in left_over:
        waiting = free.get((student.subject, student.city), [])
        # Whose cap is full stays full: nobody gives a seat back.
        while waiting and not room.takes(student, waiting[0][1]):
            heapq.heappop(waiting)
        if not waiting or room.places.get(student.city, 0) <= 0:
            continue
        taken, key = heapq.heappop(waiting)
        pairs.append(Pair(student.key, key, None))
        room.give(student, key)
        if room.seats[key] > 0:
            heapq.heappush(waiting, (taken + 1, key))
    return pairs


def blocking_pairs(
    pairs: Sequence[Pair],
    students: Sequence[Student],
    mentors: Sequence[Mentor],
    city_places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> list[Pair]:
    """Students and mentors who would both rather have each other, where the caps allow it.

    (s, m) of one subject is one when s chose m above what s has (a mentor not chosen, and no mentor, are below every
    choice) and s fits in with m once s has left what s has: into every set that is too small then (m itself, a cap,
    the city of s) comes s in the place of one and the same student who comes after s in `turn`.

    In the order of `turn`, then of the choices. A pair of an unknown student or mentor is passed over: `cap_faults`
    names it. Raises ValueError for two students or two mentors with the same key.
    """
    known, by_key = students_by_key(students), mentors_by_key(mentors)
    has = {p.student: p.mentor for p in pairs if p.student in known and p.mentor in by_key}
    over = caps_over(caps)
    limits = {("mentor", m.key): m.capacity for m in mentors} | {("cap", c.key): c.limit for c in caps}
    limits |= {("city", city): places for city, places in city_places.items()}

    def sets(student: Student, mentor: str) -> list[tuple[str, str]]:
        return [("mentor", mentor), *(("cap", key) for key in over.get(mentor, ())), ("city", student.city)]

    inside: dict[tuple[str, str], set[str]] = {}
    for key, mentor in has.items():
        for one in sets(known[key], mentor):
            inside.setdefault(one, set()).add(key)
    found = []
    for student in sorted(known.values(), key=turn):
        for number, mentor in enumerate(student.choices, start=1):
            if mentor == has.get(student.key):
                break
            if mentor not in by_key or by_key[mentor].subject != student.subject:
                continue
            counted = [(inside.get(one, set()), limits.get(one, 0)) for one in sets(student, mentor)]
            tight = sorted((of for of, limit in counted if len(of) - (student.key in of) >= limit), key=len)
            let_go = tight[0].intersection(*tight[1:]) if tight else set()
            if not tight or any(turn(known[key]) > turn(student) for key in let_go):
                found.append(Pair(student.key, mentor, number))
    return found


def cap_faults(
    pairs: Sequence[Pair],
    students: Sequence[Student],
    mentors: Sequence[Mentor],
    city_places: Mapping[str, int],
    caps: Sequence[Cap] = (),
) -> list[CapFault]:
    """Every hard rule that `pairs` break (P3, P8); empty when they can stand.

    A mentor over capacity, a cap exceeded, a city over its places, another subject, a student twice, and pairs of
    someone who is not among `students` or `mentors`. Raises ValueError for two students or mentors with one key.
    """
    known, by_key = students_by_key(students), mentors_by_key(mentors)
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
    for cap in caps:
        n = sum(counts[mentor] for mentor in cap.mentors)
        if n > cap.limit:
            faults.append(CapFault("cap_exceeded", cap.key, n, cap.limit))
    counts = Counter(known[key].city for key in {p.student for p in pairs} if key in known)
    for key, n in sorted(counts.items()):
        if n > city_places.get(key, 0):
            faults.append(CapFault("city_over_places", key, n, city_places.get(key, 0)))
    return faults


def students_by_key(students: Sequence[Student]) -> dict[str, Student]:
    """Raises ValueError for two with the same key."""
    found = {s.key: s for s in students}
    if len(found) != len(students):
        raise ValueError("two students have the same key")
    return found


def mentors_by_key(mentors: Sequence[Mentor]) -> dict[str, Mentor]:
    """Raises ValueError for two with the same key."""
    found = {m.key: m for m in mentors}
    if len(found) != len(mentors):
        raise ValueError("two mentors have the same key")
    return found
