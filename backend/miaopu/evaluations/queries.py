"""Reads of the initial and mid-term evaluations, and what those of the annual one share with them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.evaluations.conflict_queries import given_to_me
from miaopu.evaluations.models import (
    INITIAL_FLOW,
    MIDTERM_FLOW,
    AnnualEvaluation,
    FinalSheet,
    InitialEvaluation,
    MidtermEvaluation,
)
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.models import Unit
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, trail_of

City = aliased(Unit, name="city")
School = aliased(Unit, name="school")
University = aliased(Unit, name="university")
Mentor = aliased(Nomination, name="mentor")
TEAM = (Role.MENTOR, Role.TEAM_MEMBER)


def visible_initial(role: Role) -> ColumnElement[bool]:
    """A draft is the mentor's; what is submitted is for all who see the student."""
    seen = student_seen(role, InitialEvaluation.enrolment_id)
    return seen if role is Role.MENTOR else and_(seen, InitialEvaluation.state != "draft")


def visible_midterm(role: Role) -> ColumnElement[bool]:
    """A draft is the mentor's, a submitted one also the offices'; the family learns it once the city has confirmed."""
    seen = student_seen(role, MidtermEvaluation.enrolment_id)
    if role is Role.MENTOR:
        return seen
    if role in (*TEAM, Role.CITY_OFFICE, Role.UNIVERSITY) or role in OVERSIGHT:
        return and_(seen, MidtermEvaluation.state != "draft")
    return and_(seen, ~among(MidtermEvaluation.state, ("draft", "submitted")))


def visible_annual(role: Role) -> ColumnElement[bool]:
    """A dossier in the making is the student's; an expert sees those given to them."""
    if role is Role.EXPERT:
        return and_(AnnualEvaluation.cycle_id == MY_CYCLE, given_to_me(FinalSheet))
    seen = student_seen(role, AnnualEvaluation.enrolment_id)
    return seen if role is Role.STUDENT else and_(seen, AnnualEvaluation.state != "open")


def named(enrolment_id: Any) -> dict[str, Any]:
    """The columns that say whose it is."""
    return {
        "enrolment_id": enrolment_id,
        "number": Enrolment.number,
        "student_name": Enrolment.name,
        "school_name": School.name,
        "city_name": City.name,
        "mentor_name": Mentor.name,
        "university_name": University.name,
    }


def rows_of(
    model: Any,
    seen: ColumnElement[bool],
    *columns: Any,
    whose: Mapping[str, Any] | None = None,
    called: Any = None,
    since: Any = None,
) -> Rows:
    """The rows of a list: `called` is the id and `since` the moment that the reader is told, where not the row's."""
    told = named(model.enrolment_id) if whose is None else whose
    return (
        select(
            (model.id if called is None else called).label("id"),
            *(column.label(name) for name, column in told.items()),
            Enrolment.subject,
            model.state,
            (model.state_since if since is None else since).label("state_since"),
            model.version,
            *columns,
        )
        .join(Enrolment, Enrolment.id == model.enrolment_id)
        .join(School, School.id == Enrolment.school_id)
        .join(City, City.id == Enrolment.city_id)
        .join(University, University.id == Enrolment.university_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .where(seen)
    )


def filters_of(model: Any) -> dict[str, Any]:
    return {
        "state": model.state == bindparam("state"),
        "enrolment": model.enrolment_id == bindparam("enrolment", type_=Uuid),
        "subject": Enrolment.subject == bindparam("subject"),
        "city": Enrolment.city_id == bindparam("city", type_=Uuid),
        "q": Enrolment.name.contains(bindparam("q", type_=String)) | (Enrolment.number == bindparam("q", type_=String)),
    }


@kept
def initial_page(role: Role, filters: frozenset[str]) -> Rows:
    """Initial evaluations."""
    rows = filtered(rows_of(InitialEvaluation, visible_initial(role)), filters_of(InitialEvaluation), filters)
    return as_page(rows, Enrolment.name_key, InitialEvaluation.id)


@kept
def initial_record(role: Role) -> Rows:
    """One initial evaluation."""
    return as_record(
        rows_of(
            InitialEvaluation,
            visible_initial(role),
            InitialEvaluation.opinions,
            offers(INITIAL_FLOW, role, InitialEvaluation.state, InitialEvaluation.cycle_id),
            waiting_for(INITIAL_FLOW, InitialEvaluation.state),
        ).where(InitialEvaluation.id == ID)
    )


@kept
def initial_trail(role: Role) -> Rows:
    """The trail of an initial evaluation."""
    seen = select(InitialEvaluation.id).where(InitialEvaluation.id == ID, visible_initial(role))
    return trail_of(role, "initial_evaluation", seen)


def _midterm(role: Role, *columns: Any) -> Rows:
    model = MidtermEvaluation
    return rows_of(model, visible_midterm(role), model.passed, model.overturned, model.objection_until, *columns)


@kept
def midterm_page(role: Role, filters: frozenset[str]) -> Rows:
    """Mid-term evaluations."""
    conditions = {**filters_of(MidtermEvaluation), "passed": MidtermEvaluation.passed == bindparam("passed")}
    return as_page(filtered(_midterm(role), conditions, filters), Enrolment.name_key, MidtermEvaluation.id)


@kept
def midterm_record(role: Role) -> Rows:
    """One mid-term evaluation."""
    model = MidtermEvaluation
    return as_record(
        _midterm(
            role,
            model.reported_on,
            model.opinion,
            model.judgements,
            model.questions,
            model.second_half,
            model.reason,
            model.objection,
            offers(MIDTERM_FLOW, role, model.state, model.cycle_id),
            waiting_for(MIDTERM_FLOW, model.state),
        ).where(model.id == ID)
    )


@kept
def midterm_trail(role: Role) -> Rows:
    """The trail of a mid-term evaluation."""
    seen = select(MidtermEvaluation.id).where(MidtermEvaluation.id == ID, visible_midterm(role))
    return trail_of(role, "midterm_evaluation", seen)
