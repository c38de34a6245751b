"""Reads of the selection's decisions (P16a): who decided what, when, why, and what is unusual about it.

They are read from the trail by its things (`ix_audit_entries_thing`): what a cycle costs follows from the cycle, not
from how long the trail has grown. No mark stands in an answer, and no student's name: only the registration's
number, and to an expert not even that.
"""

from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    extract,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import aliased

from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, among, as_list, as_page_of, filtered, kept, on_page
from miaopu.disclosures.models import Disclosure, Objection
from miaopu.exams.models import Cutoff, Recheck, Seat, Sitting, SubjectPlaces
from miaopu.interviews.models import InterviewRound, PlaceOffer
from miaopu.nominations.models import Nomination
from miaopu.oversight.acts import ACTIONS, DECISIONS, FLAGS, READS, TIMES
from miaopu.oversight.telling import numbered, told
from miaopu.pairings.models import Pair, PairingRound
from miaopu.people.access import may
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import STUDENT_SIDE, Role
from miaopu.programme.models import Cycle, Stage
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration

DecisionSort = Literal["-at", "at"]
E = AuditEntry
City = aliased(Unit, name="city")
Before = aliased(Nomination, name="mentor_before")
After = aliased(Nomination, name="mentor_after")
Paired = aliased(Registration, name="paired")


def visible(role: Role) -> ColumnElement[bool]:
    """The whole region's selection, to who oversees it; nothing to anybody else."""
    return true() if may(role, Permission.SELECTION_OVERSEE) else false()


def by_student() -> ColumnElement[bool]:
    """An act of the student's side, whose name and own reasons are nobody's business here."""
    return func.coalesce(among(E.role, [r.value for r in STUDENT_SIDE]), false())


def things(role: Role) -> Any:
    """Everything of the cycle that is decided about: its kind, where it belongs, what it is called, who may open it."""

    def of(thing: str, model: Any, city: Any, subject: Any, label: Any, in_sight: Any = None) -> Select[Any]:
        return select(
            literal_column(f"'{thing}'", String).label("thing"),
            model.id.label("thing_id"),
            cast(city, Uuid).label("city_id"),
            cast(subject, String).label("subject"),
            cast(label, String).label("label"),
            (true() if in_sight is None else in_sight).label("in_sight"),
        ).where((model.id if model is Cycle else model.cycle_id) == MY_CYCLE)

    places = (("sitting", Sitting), ("cutoff", Cutoff), ("subject_places", SubjectPlaces))
    by_place = (*places, ("interview_round", InterviewRound))
    student = (Registration.city_id, Registration.subject, numbered(role, Registration.number))
    # What was sent back to the university is out of sight again.
    put_forward = Nomination.state != "draft"
    return union_all(
        of("nomination", Nomination, Nomination.city_id, Nomination.subject, Nomination.name, put_forward),
        of("registration", Registration, *student, Registration.submitted_at.is_not(None)),
        *(of(kind, model, model.city_id, model.subject, null()) for kind, model in by_place),
        of("recheck", Recheck, *student)
        .join(Seat, Seat.id == Recheck.seat_id)
        .join(Registration, Registration.id == Seat.registration_id),
        of("place_offer", PlaceOffer, *student).join(Registration, Registration.id == PlaceOffer.registration_id),
        of("pairing", PairingRound, PairingRound.city_id, null(), null()),
        of("disclosure", Disclosure, Disclosure.city_id, Disclosure.subject, null()),
        of("objection", Objection, Disclosure.city_id, Disclosure.subject, null()).join(
            Disclosure, Disclosure.id == Objection.disclosure_id
        ),
        of("cycle", Cycle, null(), null(), null()),
    ).subquery("t")


def local() -> ColumnElement[Any]:
    """The local time of an act."""
    return E.at.op("AT TIME ZONE")(bindparam("zone", type_=String))


def flags() -> dict[str, ColumnElement[bool]]:
    """What can be unusual about one decision, each as a condition on its entry. Joins Recheck."""

    def hand(flag: str) -> ColumnElement[bool]:
        here = among(E.action, FLAGS[flag])
        # A re-check that leaves the mark as it was changes nothing.
        return and_(here, Recheck.mark.is_distinct_from(Recheck.mark_before)) if flag == "late_mark" else here

    theirs = ~by_student()
    hour = cast(extract("hour", local()), Integer)
    times = {
        "night": and_(theirs, hour == func.any(bindparam("night_hours", type_=ARRAY(Integer)))),
        "day_off": and_(theirs, cast(local(), Date) == func.any(bindparam("days_off", type_=ARRAY(Date)))),
    }
    return {flag: times[flag] if flag in TIMES else hand(flag) for flag in (*TIMES, *FLAGS)}


def decided(role: Role) -> tuple[Any, Rows]:
    """The cycle's decisions: the things they are about, and a statement over their entries to add columns to."""
    t = things(role)
    rows = (
        select(E.id)
        .select_from(t)
        .join(E, and_(E.thing_type == t.c.thing, E.thing_id == t.c.thing_id))
        .outerjoin(Recheck, and_(E.thing_type == "recheck", Recheck.id == E.thing_id))
        .where(
            visible(role),
            among(E.action, ACTIONS),
            # Of what an edge wrote in several goes only the first holds the state.
            or_(E.to_state.is_(None), E.changes.has_key("state")),
        )
    )
    return t, rows


def _kind() -> ColumnElement[Any]:
    return case({action: kind for kind, actions in DECISIONS.items() for action in actions}, value=E.action)


def _moved(field: str, which: int) -> Any:
    return E.changes[(field, str(which))].astext


def _shift() -> ColumnElement[Any]:
    """What a decision changed, where that is no mark: an end, places, a mentor, a turn, how many reach a line."""

    def of(what: str, before: Any, after: Any, *actions: str) -> tuple[Any, Any]:
        pairs = func.json_build_object(
            literal_column("'what'"), literal_column(f"'{what}'"),
            literal_column("'before'"), before, literal_column("'after'"), after,
        )  # fmt: skip
        return among(E.action, actions), pairs

    def field(name: str, *actions: str) -> tuple[Any, Any]:
        return of(name, _moved(name, 0), _moved(name, 1), *actions)

    return case(
        field("closes_at", "stage.extend"),
        field("places", "cutoff.split_places"),
        field("reaching", "cutoff.set_line", "cutoff.set_ties"),
        field("starts_at", "interview.change_turn"),
        of("mentor_name", Before.name, After.name, "pairing.change", "pairing.add"),
    )


def _difference() -> ColumnElement[Any]:
    """By how much a mark or a line was changed; what it was or is stands nowhere."""
    return case(
        (E.action == "recheck.confirm", Recheck.mark - Recheck.mark_before),
        (E.action == "cutoff.set_line", cast(_moved("line", 1), Numeric) - cast(_moved("line", 0), Numeric)),
    )


def opens(role: Role, thing: Any, thing_id: Any, in_sight: Any) -> ColumnElement[Any]:
    """The id of a decision's thing, where the role can open its record."""
    open_to = [name for name, permission in READS.items() if may(role, permission)]
    return case((and_(among(thing, open_to), in_sight), thing_id))


def _shown(role: Role, p: Any) -> Rows:
    """The decisions of a page with the names of who decided and of what it was about."""
    unusual = array([case((found, literal_column(f"'{flag}'", String))) for flag, found in flags().items()])
    window = and_(E.thing_type == "cycle", E.part_type == "stage")
    mentors = among(E.action, ("pairing.change", "pairing.add"))
    dated = among(E.thing_type, ("nomination", "cycle"))
    return (
        select(
            cast(E.id, String).label("id"),
            E.at,
            E.recorded_at,
            E.action,
            _kind().label("kind"),
            case((~by_student(), E.account_id)).label("actor_id"),
            case((~by_student(), Account.name)).label("actor_name"),
            E.role.label("actor_role"),
            Unit.name.label("actor_unit"),
            E.thing_type.label("thing"),
            opens(role, E.thing_type, E.thing_id, p.c.in_sight).label("thing_id"),
            func.coalesce(p.c.label, numbered(role, Paired.number)).label("label"),
            City.name.label("city_name"),
            func.coalesce(p.c.subject, Paired.subject).label("subject"),
            case((window, Stage.code)).label("stage"),
            E.from_state,
            E.to_state,
            case((~by_student(), told(role, E.reason, figures=dated))).label("reason"),
            _shift().label("shift"),
            _difference().label("difference"),
            func.array_to_json(func.array_remove(unusual, null())).label("unusual"),
        )
        .select_from(p)
        .join(E, E.id == p.c.id)
        .outerjoin(Recheck, and_(E.thing_type == "recheck", Recheck.id == E.thing_id))
        .outerjoin(Account, Account.id == E.account_id)
        .outerjoin(Membership, Membership.id == E.membership_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .outerjoin(City, City.id == p.c.city_id)
        .outerjoin(Stage, and_(window, Stage.id == E.part_id))
        .outerjoin(Pair, and_(E.part_type == "pair", Pair.id == E.part_id))
        .outerjoin(Paired, Paired.id == Pair.registration_id)
        .outerjoin(Before, and_(mentors, Before.id == cast(_moved("mentor_id", 0), Uuid)))
        .outerjoin(After, and_(mentors, After.id == cast(_moved("mentor_id", 1), Uuid)))
    )


@kept
def decisions_page(role: Role, filters: frozenset[str], sort: DecisionSort) -> Rows:
    """Decisions, the last first."""
    t, rows = decided(role)
    wanted, subject = bindparam("unusual", type_=String), bindparam("subject", type_=String)
    # A list of pairs is a city's; a pair of it has its student's subject.
    of_pair = exists().where(Pair.id == E.part_id, Paired.id == Pair.registration_id, Paired.subject == subject)
    conditions = {
        "kind": E.action == func.any(bindparam("kind", type_=ARRAY(String))),
        "city": t.c.city_id == bindparam("city", type_=Uuid),
        "subject": or_(t.c.subject == subject, and_(E.part_type == "pair", of_pair)),
        "actor": and_(E.account_id == bindparam("actor", type_=Uuid), ~by_student()),
        "since": E.at >= bindparam("since", type_=DateTime(timezone=True)),
        "until": E.at < bindparam("until", type_=DateTime(timezone=True)),
        "unusual": or_(*(and_(among(wanted, (flag, "any")), condition) for flag, condition in flags().items())),
    }
    found = filtered(rows.add_columns(E.at, t.c.city_id, t.c.subject, t.c.label, t.c.in_sight), conditions, filters)
    # Found once, counted and shown from there.
    d = found.cte("d")
    order = (d.c.at, d.c.id) if sort == "at" else (d.c.at.desc(), d.c.id.desc())
    p = on_page(select(d).order_by(*order)).subquery("p")
    shown = _shown(role, p).order_by(*((p.c.at, p.c.id) if sort == "at" else (p.c.at.desc(), p.c.id.desc())))
    return as_page_of(shown, select(d.c.id))


@kept
def actors_list(role: Role) -> Rows:
    """Who has decided anything, to choose from."""
    _, rows = decided(role)
    return as_list(
        rows.with_only_columns(
            Account.id, Account.name, E.role, func.min(Unit.name).label("unit_name"), func.count().label("decisions")
        )
        .join(Account, Account.id == E.account_id)
        .outerjoin(Membership, Membership.id == E.membership_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(~by_student())
        .group_by(Account.id, Account.name, Account.name_key, E.role)
        .order_by(E.role, Account.name_key, Account.id)
    )


@kept
def counts(role: Role) -> Rows:
    """How many decisions there are, and of how many each thing that can be unusual is true."""
    _, rows = decided(role)
    found = (func.count().filter(condition).label(flag) for flag, condition in flags().items())
    return rows.with_only_columns(func.count().label("decisions"), *found)
