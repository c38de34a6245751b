"""Reads of nominations."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, String, Uuid, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.disclosures.models import Disclosure, Objection
from miaopu.nominations.knowing import Then, member_before, mentor_before
from miaopu.nominations.models import CHOOSABLE, FLOW, Approval, Evidence, Nomination, TeamMember
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme import papers
from miaopu.programme.models import Cycle
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

NominationSort = Literal["name", "-state_since", "state_since", "university"]
University = aliased(Unit, name="university")
City = aliased(Unit, name="city")


def visible(role: Role) -> ColumnElement[bool]:
    """The region and the organisers see all, a city its own once recommended, a university its own, a mentor one."""
    here = Nomination.cycle_id == MY_CYCLE
    if role in OVERSIGHT:
        return and_(here, Nomination.state != "draft")
    if role is Role.CITY_OFFICE:
        return and_(here, Nomination.city_id == MY_CITY, Nomination.state != "draft")
    if role is Role.UNIVERSITY:
        return and_(here, Nomination.university_id == MY_UNIT)
    if role is Role.MENTOR:
        return and_(here, Nomination.account_id == ME)
    return false()


def _items(role: Role) -> Rows:
    return (
        select(
            Nomination.id,
            Nomination.name,
            Nomination.subject,
            Nomination.university_id,
            University.name.label("university_name"),
            Nomination.city_id,
            City.name.label("city_name"),
            Nomination.standing,
            Nomination.degree,
            Nomination.title,
            Nomination.state,
            Nomination.state_since,
            Nomination.version,
        )
        .join(University, University.id == Nomination.university_id)
        .join(City, City.id == Nomination.city_id)
        .where(visible(role))
    )


FILTERS: dict[str, ColumnElement[bool]] = {
    "state": Nomination.state == bindparam("state"),
    "subject": Nomination.subject == bindparam("subject"),
    "university": Nomination.university_id == bindparam("university", type_=Uuid),
    "city": Nomination.city_id == bindparam("city", type_=Uuid),
    "q": Nomination.name.contains(bindparam("q", type_=String), autoescape=False),
}
SORTS: dict[str, Any] = {
    "name": Nomination.name_key,
    "state_since": Nomination.state_since,
    "-state_since": Nomination.state_since.desc(),
    "university": University.name,
}


@kept
def page(role: Role, filters: frozenset[str], sort: NominationSort) -> Rows:
    """Nominations, filtered."""
    return as_page(filtered(_items(role), FILTERS, filters), SORTS[sort], Nomination.id)


@kept
def sheet(role: Role) -> Rows:
    """What the university's workbook says of its mentors."""
    return (
        select(
            Nomination.name,
            Nomination.subject,
            Nomination.standing,
            Nomination.standing_reason,
            Nomination.degree,
            Nomination.degree_reason,
            Nomination.title,
            Nomination.department,
            Nomination.research,
            Nomination.opinion,
        )
        .where(visible(role))
        .order_by(Nomination.subject, Nomination.name_key, Nomination.id)
    )


@kept
def team_sheet(role: Role) -> Rows:
    """What the university's workbook says of the teams, each under its mentor."""
    return (
        select(
            Nomination.name.label("mentor_name"),
            Nomination.subject,
            TeamMember.name,
            TeamMember.unit_name,
            TeamMember.degree,
            TeamMember.title,
            TeamMember.title_level,
            TeamMember.duty,
            TeamMember.may_review,
        )
        .join(Nomination, Nomination.id == TeamMember.nomination_id)
        .where(visible(role), Nomination.state != "rejected")
        .order_by(Nomination.subject, Nomination.name_key, TeamMember.id)
    )


@kept
def record(role: Role) -> Rows:
    """One nomination with evidence, team, approvals, objections and what the reader can do."""
    team = rows_json(
        select(
            TeamMember.id,
            TeamMember.name,
            TeamMember.unit_name,
            TeamMember.degree,
            TeamMember.title,
            TeamMember.title_level,
            TeamMember.duty,
            TeamMember.may_review,
            TeamMember.account_id,
            case((TeamMember.account_id.is_(None), member_before(Then.year).scalar_subquery())).label("known_from"),
        )
        .where(TeamMember.nomination_id == Nomination.id)
        .order_by(TeamMember.id)
    )
    approvals = rows_json(
        select(Approval.role, Approval.at).where(Approval.nomination_id == Nomination.id).order_by(Approval.at)
    )
    granter = select(Account.name).where(Account.id == Nomination.degree_exception_by).scalar_subquery()
    noticed = (Disclosure.kind == "mentor") & (Disclosure.thing_id == Nomination.id)
    standing = select(Disclosure.id).where(noticed, Disclosure.state == "standing").scalar_subquery()
    objections = rows_json(
        select(Objection.id, Objection.state, Objection.raised_at, Objection.due_at, Objection.answer)
        .join(Disclosure, Disclosure.id == Objection.disclosure_id)
        .where(noticed)
        .order_by(Objection.raised_at)
    )
    return as_record(
        _items(role)
        .add_columns(
            Nomination.standing_reason,
            Nomination.degree_reason,
            granter.label("degree_exception_by_name"),
            Nomination.department,
            Nomination.research,
            Nomination.introduction,
            Nomination.opinion,
            Nomination.capacity,
            Nomination.account_id,
            case((Nomination.account_id.is_(None), mentor_before(Then.year).scalar_subquery())).label("known_from"),
            Nomination.notice_began_at,
            Nomination.notice_ends_at,
            Nomination.letter_number,
            Nomination.letter_code,
            Nomination.appointed_at,
            papers.listed(Evidence, Nomination.id).label("evidence"),
            team.label("team"),
            approvals.label("approvals"),
            standing.label("disclosure_id"),
            objections.label("objections"),
            offers(FLOW, role, Nomination.state, Nomination.cycle_id),
            waiting_for(FLOW, Nomination.state),
        )
        .where(Nomination.id == ID)
    )


@kept
def evidence(role: Role) -> Rows:
    """The proof of one kind of a nomination."""
    return papers.file_of(Evidence, Nomination).where(Nomination.id == ID, visible(role))


@kept
def trail(role: Role) -> Rows:
    """The trail of a nomination."""
    return trail_of(role, "nomination", select(Nomination.id).where(Nomination.id == ID, visible(role)))


def _directory(role: Role) -> Rows:
    rows = (
        select(
            Nomination.id,
            Nomination.name,
            Nomination.subject,
            University.name.label("university_name"),
            City.name.label("city_name"),
            Nomination.title,
            Nomination.department,
            Nomination.research,
            Nomination.introduction,
            Nomination.capacity,
            Nomination.state,
        )
        .join(University, University.id == Nomination.university_id)
        .join(City, City.id == Nomination.city_id)
        .where(Nomination.cycle_id == MY_CYCLE, _choosable())
    )
    return rows if role in OVERSIGHT or role is Role.EXPERT else rows.where(Nomination.city_id == MY_CITY)


WORDS = bindparam("q", type_=String)
DIRECTORY: dict[str, Any] = {
    "subject": FILTERS["subject"],
    "university": FILTERS["university"],
    # Students look for what a mentor does as often as for who it is.
    "q": or_(
        *(
            column.contains(WORDS)
            for column in (Nomination.name, Nomination.research, Nomination.department, University.name)
        )
    ),
}


@kept
def directory(role: Role, filters: frozenset[str]) -> Rows:
    """Mentors that can be chosen, in the reader's city (all cities for the region's own units)."""
    rows = filtered(_directory(role), DIRECTORY, filters)
    return as_page(rows, Nomination.subject, Nomination.name_key, Nomination.id)


@kept
def mentor(role: Role) -> Rows:
    """One mentor of the directory."""
    return as_record(_directory(role).where(Nomination.id == ID))


def _choosable() -> ColumnElement[bool]:
    return Nomination.state == func.any(func.string_to_array(",".join(CHOOSABLE), ","))


@kept
def letter_check() -> Rows:
    """A letter of appointment by the code of its QR."""
    return as_record(
        select(
            Nomination.letter_number,
            Nomination.name,
            University.name.label("university_name"),
            Nomination.subject,
            Cycle.year,
            Nomination.appointed_at,
        )
        .join(University, University.id == Nomination.university_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .where(Nomination.letter_code == bindparam("code"), Nomination.state == "appointed")
    )
