"""Recompute a selection from its public record and say what agrees (P16a): pure, by the rules that decided it.

Every part is judged by itself, so that a changed digit shows where it is.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from miaopu.exams.lottery import drawn
from miaopu.exams.rules import Candidate, cutoff, reached, seating
from miaopu.interviews.grouping import NoPanel, zigzag
from miaopu.interviews.judging import Judged, NotConnected, TooFewJudges, judged
from miaopu.interviews.rules import Entrant, total, verdict
from miaopu.openness import document as d
from miaopu.pairings.explained import by_limits, limits
from miaopu.pairings.rules import Cap, Mentor, Student, propose
from miaopu.programme.plan import Plan, PlanError, load_plan
from miaopu.programme.plan_digest import plan_digest

Part = Literal[
    "seal", "plan", "seeds", "seating", "line", "groups", "totals", "outcomes", "pairing", "limits", "places"
]
SCALE = Decimal("0.0001")
# What one answer lists.
LISTED = 20
# More judges in one round than any panel has: equations of that size are not solved for strangers.
JUDGES = 60


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was recomputed.

    `agrees` is None where it cannot be recomputed from the file. `differing` names the persons or numbers that differ
    (the first of them), `compared` how many were compared, `by_hand` how many people have changed for a reason.
    """

    part: Part
    city: str
    subject: str
    agrees: bool | None
    compared: int
    differing: tuple[str, ...] = ()
    by_hand: int = 0


def verify(record: d.SelectionRecord) -> list[Check]:
    """All checks of a record, in the order of the selection."""
    found = [Check("seal", "", "", d.seal_of(record) == record.seal, 1)]
    try:
        plan = load_plan(record.plan.source)
    except PlanError:
        return [*found, Check("plan", "", "", False, 1)]
    found += [Check("plan", "", "", plan_digest(plan) == record.plan.digest and plan.code == record.cycle, 1)]
    found += [check for one in record.seating for check in (_seed(one, one.seed, one.seed_digest), _seats(one))]
    found += [check_line(plan, one) for one in record.lines]
    for one in record.verdicts:
        found += [_seed(one, one.seed, one.seed_digest), _groups(one), _totals(plan, one), _outcomes(plan, one)]
    ranks = {p.person: p.rank for v in record.verdicts for p in v.people}
    for pairing in record.pairings:
        found += [_places(pairing, ranks), _pairing(pairing), _limits(pairing)]
    return found


def _check(
    part: Part, of: d.Of | d.Pairing, wanted: Mapping[str, object], given: Mapping[str, object], by_hand: int = 0
) -> Check:
    """Agreement of what was recomputed with what the record says, person by person."""
    differing = sorted(key for key in wanted.keys() | given.keys() if wanted.get(key) != given.get(key))
    subject = of.subject if isinstance(of, d.Of) else ""
    return Check(part, of.city, subject, not differing, len(given), tuple(differing[:LISTED]), by_hand)


def _unknown(part: Part, of: d.Of | d.Pairing) -> Check:
    return Check(part, of.city, of.subject if isinstance(of, d.Of) else "", None, 0)


def _seed(of: d.Of, seed: str, digest: str) -> Check:
    agrees = hashlib.sha256(seed.encode()).hexdigest() == digest
    return Check("seeds", of.city, of.subject, agrees, 1)


def _seats(one: d.Seating) -> Check:
    taken: dict[str, int] = {}
    wanted: dict[str, object] = {}
    for draw in sorted({s.draw for s in one.seats}):
        here = [s for s in one.seats if s.draw == draw]
        free = [(room.name, room.capacity - taken.get(room.name, 0)) for room in one.rooms]
        try:
            found = seating([s.number for s in here], {s.number: s.school for s in here}, free, one.seed)
        except ValueError:
            return _unknown("seating", one)
        for number, (room, seat) in found.items():
            wanted[number] = (room, taken.get(room, 0) + seat)
        for given_out in here:
            taken[given_out.room] = max(taken.get(given_out.room, 0), given_out.seat)
    given: dict[str, object] = {s.number: (s.room, s.seat) for s in one.seats if not s.by_hand}
    moved = sum(s.by_hand for s in one.seats)
    return _check("seating", one, {n: wanted[n] for n in given}, given, moved)


def check_line(plan: Plan, one: d.Line) -> Check:
    """A cutoff and who is in by it, from the marks that the record holds."""
    people = [
        Candidate(
            p.person,
            Decimal(p.mark),
            p.returning,
            tuple(Decimal(p.parts.get(code, "0")) for code in one.ladder),
        )
        for p in one.people
    ]
    plain = cutoff(people, one.places, plan.cutoff.ratio)
    inside: tuple[str, ...] = ()
    agrees = _number(plain.mark) == _number(one.computed_line) and Decimal(one.ratio) == plan.cutoff.ratio
    if one.line is not None and _number(one.line) != _number(one.computed_line):
        inside = reached(people, Decimal(one.line))
    elif plain.mark is not None:
        pool = sorted(p.key for p in people if p.mark == plain.mark)
        try:
            order = drawn(pool, one.draw_value) if one.ties == "lottery" and one.draw_value else pool
            inside = cutoff(people, one.places, plan.cutoff.ratio, one.ties, order).reached
        except ValueError:
            return Check("line", one.city, one.subject, False, len(people))
    wanted: dict[str, object] = {p.person: p.person in inside for p in one.people if not p.corrected}
    given: dict[str, object] = {p.person: p.inside for p in one.people if not p.corrected}
    check = _check("line", one, wanted, given, sum(p.corrected for p in one.people))
    return check if agrees else Check("line", one.city, one.subject, False, check.compared, check.differing)


def _number(value: str | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _groups(one: d.Verdict) -> Check:
    """Panels and the order before each; who was moved by hand or came late is counted, not compared."""
    those = {p.person: p for p in one.people if p.given in ("drawn", "moved")}
    marks = {key: Decimal(p.mark or "0") for key, p in those.items()}
    if not marks or not one.panels:
        return _unknown("groups", one)
    try:
        groups = zigzag(marks, one.panels, one.seed, one.barred)
    except NoPanel:
        return Check("groups", one.city, one.subject, False, len(those))
    wanted: dict[str, object] = {
        key: (panel, place) for panel, keys in groups.items() for place, key in enumerate(keys, start=1)
    }
    given: dict[str, object] = {key: (p.panel, p.position) for key, p in those.items() if p.given == "drawn"}
    by_hand = sum(p.given in ("moved", "late") for p in one.people)
    return _check("groups", one, {key: wanted[key] for key in given}, given, by_hand)


def _judged(one: d.Verdict) -> dict[str, Decimal] | None:
    sheets = [
        Judged(p.person, p.panel or "", sheet.judge, Decimal(sheet.score))
        for p in one.people
        if p.outcome not in ("missed", "withdrawn")
        for sheet in p.sheets
    ]
    if len({s.judge for s in sheets}) > JUDGES:
        return None
    try:
        return judged(sheets, one.method, one.trim) if sheets else {}
    except (NotConnected, TooFewJudges, ZeroDivisionError):
        return None


def _with_result(one: d.Verdict) -> Iterator[d.Heard]:
    return (p for p in one.people if p.outcome not in ("missed", "withdrawn"))


def _totals(plan: Plan, one: d.Verdict) -> Check:
    scores = _judged(one)
    if scores is None or one.method != plan.interview.method:
        return Check("totals", one.city, one.subject, False, 0)
    wanted: dict[str, object] = {}
    for p in _with_result(one):
        if p.person in scores and p.mark is not None:
            made = total(
                Decimal(p.mark),
                plan.written_test.full_mark,
                scores[p.person],
                plan.totals.test_weight,
                plan.totals.interview_weight,
                plan.totals.decimals,
            )
            wanted[p.person] = (scores[p.person].quantize(SCALE), made)
    given: dict[str, object] = {p.person: (_number(p.interview), _number(p.total)) for p in _with_result(one)}
    return _check("totals", one, wanted, given)


def _outcomes(plan: Plan, one: d.Verdict) -> Check:
    those = [
        Entrant(p.person, p.person, Decimal(p.total), Decimal(p.mark), p.returning)
        for p in _with_result(one)
        if p.total is not None and p.mark is not None
    ]
    placed = verdict(
        those,
        one.places,
        plan.interview.reserves_per_place,
        one.lots,
        returning_wins_ties=plan.totals.returning_wins_ties,
    )
    changed = {p.person for p in one.people if p.corrected}
    wanted: dict[str, object] = {p.key: (p.rank, None if p.key in changed else p.outcome) for p in placed}
    given: dict[str, object] = {p.person: (p.rank, None if p.corrected else p.outcome) for p in _with_result(one)}
    return _check("outcomes", one, wanted, given, len(changed))


def _places(one: d.Pairing, ranks: Mapping[str, int | None]) -> Check:
    """The places that the pairing went by are the ranks of the verdicts."""
    given: dict[str, object] = {s.person: s.place for s in one.students if s.person in ranks}
    return _check("places", one, {key: ranks[key] for key in given}, given)


@dataclass(frozen=True, slots=True)
class _Field:
    students: list[Student]
    mentors: list[Mentor]
    places: dict[str, int]
    caps: list[Cap]


def _field(one: d.Pairing) -> _Field:
    return _Field(
        [Student(s.person, s.place, s.subject, one.city, s.choices, s.accepts_adjustment) for s in one.students],
        [Mentor(m.mentor, m.subject, one.city, m.capacity) for m in one.mentors],
        {one.city: one.places},
        [Cap(c.key, frozenset(c.mentors), c.limit) for c in one.caps],
    )


def _tried(one: d.Pairing, part: Part, work: Callable[[_Field], Check]) -> Check:
    try:
        return work(_field(one))
    except ValueError:
        return Check(part, one.city, "", False, len(one.students))


def _pairing(one: d.Pairing) -> Check:
    def work(field: _Field) -> Check:
        made = propose(field.students, field.mentors, field.places, field.caps)
        wanted: dict[str, object] = {p.student: p.mentor for p in made.pairs}
        # Whom the proposal could not place and the city did is nobody's pair here.
        given: dict[str, object] = {p.person: p.proposed for p in one.pairs if p.person in wanted or not p.by_hand}
        # Who withdrew between the proposal and the filing has no pair any more.
        left = {key: mentor for key, mentor in wanted.items() if key in given}
        quietly = [p.person for p in one.pairs if p.mentor != p.proposed and not p.by_hand]
        check = _check("pairing", one, left, given, sum(p.by_hand for p in one.pairs))
        return Check("pairing", one.city, "", False, len(given), tuple(quietly[:LISTED])) if quietly else check

    return _tried(one, "pairing", work)


def _limits(one: d.Pairing) -> Check:
    """Each limit is the one that follows, and from the limits alone everybody finds the own place."""

    def work(field: _Field) -> Check:
        made = propose(field.students, field.mentors, field.places, field.caps)
        found = limits(made.pairs, field.students, field.mentors, field.places, field.caps)
        wanted: dict[str, object] = {f"{x.kind} {x.key}": (x.taken, x.place, x.student) for x in found.values()}
        given: dict[str, object] = {f"{x.kind} {x.key}": (x.taken, x.place, x.person) for x in one.limits}
        again = by_limits(field.students, field.mentors, found, field.places, field.caps)
        check = _check("limits", one, wanted, given)
        same = again == {p.student: p.mentor for p in made.pairs if p.choice is not None}
        return check if same else Check("limits", one.city, "", False, check.compared, check.differing)

    return _tried(one, "limits", work)
