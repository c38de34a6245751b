"""Reads of what is unusual beyond a single decision (P16a): marks changed late, sheets, reviewers, the same hands."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    distinct,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, among, as_list, kept
from miaopu.exams.models import Cutoff, Recheck, Seat, Sitting
from miaopu.interviews.models import InterviewRound, Panel, PanelMember, ScoreSheet, Slot
from miaopu.nominations.models import Approval, Nomination
from miaopu.oversight.acts import REVIEWS
from miaopu.oversight.queries import City, E, decided, opens, things, visible
from miaopu.oversight.telling import numbered, told
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.roles import Role
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration

First = aliased(Account, name="first")
Second = aliased(Account, name="second")


def _code(text: str) -> Any:
    return literal_column(f"'{text}'", String)


def _last(action: str, thing: str, thing_id: Any, before: Any = None) -> Any:
    """The last act of a kind on a thing: its reason and time."""
    one = aliased(AuditEntry)
    rows = select(one.reason, one.at).where(one.thing_type == thing, one.thing_id == thing_id, one.action == action)
    if before is not None:
        rows = rows.where(one.id < before)
    return rows.order_by(one.id.desc()).limit(1).lateral()


def _rechecked(role: Role) -> Rows:
    proposed = _last("recheck.propose", "recheck", Recheck.id)
    return (
        select(
            cast(Recheck.id, String).label("id"),
            _code("recheck").label("way"),
            numbered(role, Registration.number).label("registration_number"),
            Registration.subject,
            City.name.label("city_name"),
            (Recheck.mark - Recheck.mark_before).label("difference"),
            Recheck.by_student,
            First.name.label("proposed_by"),
            proposed.c.at.label("proposed_at"),
            Second.name.label("confirmed_by"),
            Recheck.state_since.label("confirmed_at"),
            told(role, proposed.c.reason).label("reason"),
            _code("recheck").label("thing"),
            opens(role, _code("recheck"), Recheck.id, true()).label("thing_id"),
        )
        .select_from(Recheck)
        .join(Seat, Seat.id == Recheck.seat_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(City, City.id == Registration.city_id)
        .outerjoin(proposed, true())
        .outerjoin(First, First.id == Recheck.proposed_by)
        .outerjoin(Second, Second.id == Recheck.confirmed_by)
        .where(
            visible(role),
            Recheck.cycle_id == MY_CYCLE,
            Recheck.state == "upheld",
            Recheck.mark.is_distinct_from(Recheck.mark_before),
        )
    )


def _unlocked(role: Role) -> Rows:
    """Marks that were entered otherwise after their sitting had been locked and opened again."""
    opened = _last("sitting.unlock", "sitting", Sitting.id, E.id)

    def mark(which: int) -> Any:
        return cast(E.changes[("mark", str(which))].astext, Numeric)

    return (
        select(
            cast(E.id, String).label("id"),
            _code("unlocked").label("way"),
            numbered(role, Registration.number).label("registration_number"),
            Registration.subject,
            City.name.label("city_name"),
            (mark(1) - mark(0)).label("difference"),
            literal_column("false").label("by_student"),
            First.name.label("proposed_by"),
            E.at.label("proposed_at"),
            Second.name.label("confirmed_by"),
            cast(null(), DateTime(timezone=True)).label("confirmed_at"),
            told(role, opened.c.reason).label("reason"),
            _code("registration").label("thing"),
            opens(role, _code("registration"), Registration.id, true()).label("thing_id"),
        )
        .select_from(Sitting)
        .join(Seat, Seat.sitting_id == Sitting.id)
        .join(Registration, Registration.id == Seat.registration_id)
        .join(City, City.id == Registration.city_id)
        .join(E, and_(E.thing_type == "registration", E.thing_id == Registration.id, E.part_id == Seat.id))
        .join(opened, true())
        .outerjoin(First, First.id == E.account_id)
        .outerjoin(Second, and_(Second.id == Seat.second_by, Second.id != E.account_id))
        .where(visible(role), Sitting.cycle_id == MY_CYCLE, E.action == "seat.enter_mark", E.changes.has_key("mark"))
    )


@kept
def late_marks(role: Role) -> Rows:
    """Marks changed after they had been published or locked; by how much, never from what to what."""
    found = union_all(_rechecked(role), _unlocked(role)).subquery("m")
    return as_list(select(found).order_by(found.c.proposed_at.desc(), found.c.id))


@kept
def late_marks_count(role: Role) -> Rows:
    """How many."""
    return select(func.count()).select_from(union_all(_rechecked(role), _unlocked(role)).subquery("m"))


@kept
def sheets(role: Role) -> Rows:
    """Every panellist's locked score sheets of the cycle, to be compared with the others' of the same candidate."""
    return (
        select(
            ScoreSheet.id,
            ScoreSheet.slot_id,
            ScoreSheet.account_id,
            ScoreSheet.score,
            ScoreSheet.far_off,
            ScoreSheet.submitted_at,
            told(role, ScoreSheet.far_off_reason).label("reason"),
            Nomination.name.label("panellist"),
            Panel.id.label("panel_id"),
            Panel.name.label("panel_name"),
            numbered(role, Registration.number).label("registration_number"),
            Registration.subject,
            City.name.label("city_name"),
            opens(role, _code("interview_round"), InterviewRound.id, true()).label("round_id"),
            opens(role, _code("interview_round"), Slot.id, true()).label("shown_slot_id"),
        )
        .select_from(Registration)
        .join(ScoreSheet, ScoreSheet.registration_id == Registration.id)
        .join(Slot, Slot.id == ScoreSheet.slot_id)
        .join(Panel, Panel.id == Slot.panel_id)
        .join(PanelMember, and_(PanelMember.panel_id == Panel.id, PanelMember.account_id == ScoreSheet.account_id))
        .join(Nomination, Nomination.id == PanelMember.mentor_id)
        .join(City, City.id == Panel.city_id)
        .outerjoin(
            InterviewRound,
            and_(
                InterviewRound.cycle_id == Panel.cycle_id,
                InterviewRound.city_id == Panel.city_id,
                InterviewRound.subject == Panel.subject,
            ),
        )
        .where(visible(role), Registration.cycle_id == MY_CYCLE, ScoreSheet.locked)
        .order_by(City.name, Registration.subject, Panel.name, Nomination.name_key, Registration.number)
    )


@kept
def reviewers(role: Role) -> Rows:
    """For each kind of review and each person: how many passed, how many were sent back or ended, and when."""
    kinds = {action: review.kind for review in REVIEWS for action in (*review.passes, *review.stops)}
    kind = case(kinds, value=E.action).label("kind")
    _, rows = decided(role)
    return (
        rows.with_only_columns(
            kind,
            E.account_id,
            Account.name,
            E.role,
            func.min(Unit.name).label("unit_name"),
            func.count().filter(among(E.action, [a for review in REVIEWS for a in review.passes])).label("passed"),
            func.count().filter(among(E.action, [a for review in REVIEWS for a in review.stops])).label("stopped"),
            func.array_agg(aggregate_order_by(E.recorded_at, E.recorded_at)).label("moments"),
        )
        .join(Account, Account.id == E.account_id)
        .outerjoin(Membership, Membership.id == E.membership_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(among(E.action, kinds))
        .group_by(kind, E.account_id, Account.name, Account.name_key, E.role)
        .order_by(kind, Account.name_key, E.account_id)
    )


def _twice(way: str, thing: str, model: Any, one: Any, other: Any, at: Any, *where: ColumnElement[bool]) -> Select[Any]:
    """Both hands of an act that asks for two people are one person's, by the thing's own columns."""
    return select(
        _code(way).label("way"), _code(thing).label("thing"), model.id.label("thing_id"), one.label("account_id"),
        at.label("at"),
    ).where(one == other, *where)  # fmt: skip


@kept
def same_hands(role: Role) -> Rows:
    """Where two people are asked and one has acted: the database refuses most of it, so this should be empty."""
    other = aliased(Approval, name="other")
    when = cast(null(), DateTime(timezone=True))
    by_columns = (
        _twice(
            "marks_published", "sitting", Sitting, Sitting.locked_by, Sitting.published_by, Sitting.published_at,
            Sitting.cycle_id == MY_CYCLE,
        ),
        _twice(
            "recheck", "recheck", Recheck, Recheck.proposed_by, Recheck.confirmed_by, Recheck.state_since,
            Recheck.cycle_id == MY_CYCLE,
        ),
        _twice(
            "line", "cutoff", Cutoff, Cutoff.confirmed_by, Cutoff.released_by, Cutoff.released_at,
            Cutoff.cycle_id == MY_CYCLE,
        ),
        _twice(
            "verdict", "interview_round", InterviewRound, InterviewRound.proposed_by, InterviewRound.released_by,
            InterviewRound.released_at, InterviewRound.cycle_id == MY_CYCLE,
        ),
        _twice(
            "marks_entered", "registration", Registration, Seat.entered_by, Seat.second_by, when,
            Registration.cycle_id == MY_CYCLE, Seat.registration_id == Registration.id,
        ),
        _twice(
            "approvals", "nomination", Nomination, Approval.account_id, other.account_id, other.at,
            Nomination.cycle_id == MY_CYCLE, Approval.nomination_id == Nomination.id,
            other.nomination_id == Nomination.id, Approval.role < other.role,
        ),
    )  # fmt: skip
    _, rows = decided(role)
    # One person who decided about one thing in two roles.
    in_two_roles = (
        rows.with_only_columns(
            _code("two_roles").label("way"), E.thing_type.label("thing"), E.thing_id, E.account_id,
            func.max(E.at).label("at"),
        )
        .where(E.account_id.is_not(None))
        .group_by(E.thing_type, E.thing_id, E.account_id)
        .having(func.count(distinct(E.role)) > 1)
    )  # fmt: skip
    found, t = union_all(*by_columns, in_two_roles).subquery("s"), things(role)
    return (
        select(
            found.c.way,
            found.c.thing,
            found.c.thing_id,
            opens(role, found.c.thing, found.c.thing_id, t.c.in_sight).label("shown_id"),
            found.c.account_id,
            Account.name.label("actor_name"),
            t.c.label,
            t.c.subject,
            City.name.label("city_name"),
            found.c.at,
        )
        .select_from(found)
        .join(t, and_(t.c.thing == found.c.thing, t.c.thing_id == found.c.thing_id))
        .join(Account, Account.id == found.c.account_id)
        .outerjoin(City, City.id == t.c.city_id)
        .where(visible(role))
        .order_by(found.c.at, found.c.way, found.c.thing_id)
    )
