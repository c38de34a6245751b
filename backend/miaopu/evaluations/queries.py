"""Reads of evaluations and certificates."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.evaluations.models import (
    ANNUAL_FLOW,
    INITIAL_FLOW,
    MIDTERM_FLOW,
    AnnualEdition,
    AnnualEvaluation,
    FinalSheet,
    InitialEvaluation,
    MidtermEvaluation,
)
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.access import OVERSIGHT, Role
from miaopu.people.models import Account, Unit
from miaopu.people.queries import ME
from miaopu.programme.flow import offers, waiting_for
from miaopu.programme.models import Cycle
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

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
        given = exists().where(
            FinalSheet.annual_id == AnnualEvaluation.id,
            FinalSheet.account_id == ME,
            FinalSheet.recused_reason == "",
        )
        return and_(AnnualEvaluation.cycle_id == MY_CYCLE, given)
    seen = student_seen(role, AnnualEvaluation.enrolment_id)
    return seen if role is Role.STUDENT else and_(seen, AnnualEvaluation.state != "open")


def _named(enrolment_id: Any) -> dict[str, Any]:
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


def _rows(model: Any, seen: ColumnElement[bool], *columns: Any, whose: Mapping[str, Any] | None = None) -> Rows:
    told = _named(model.enrolment_id) if whose is None else whose
    return (
        select(
            model.id,
            *(column.label(name) for name, column in told.items()),
            Enrolment.subject,
            model.state,
            model.state_since,
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


def _filters(model: Any) -> dict[str, Any]:
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
    rows = filtered(_rows(InitialEvaluation, visible_initial(role)), _filters(InitialEvaluation), filters)
    return as_page(rows, Enrolment.name_key, InitialEvaluation.id)


@kept
def initial_record(role: Role) -> Rows:
    """One initial evaluation."""
    return as_record(
        _rows(
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
    return _rows(model, visible_midterm(role), model.passed, model.overturned, model.objection_until, *columns)


@kept
def midterm_page(role: Role, filters: frozenset[str]) -> Rows:
    """Mid-term evaluations."""
    conditions = {**_filters(MidtermEvaluation), "passed": MidtermEvaluation.passed == bindparam("passed")}
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


# What an expert knows a work by where the plan has them judge without whose it is.
WORK = func.concat("W", func.upper(func.left(func.md5(cast(AnnualEvaluation.id, String)), 6)))


def _whose(role: Role) -> dict[str, Any]:
    """The columns that say whose a work is; for an expert of a blind final they say nothing."""
    own = _named(AnnualEvaluation.enrolment_id)
    if role is not Role.EXPERT:
        return own
    told = {"enrolment_id": AnnualEvaluation.id, "number": WORK, "student_name": WORK}
    return {name: case((_blind(), told.get(name, literal(""))), else_=column) for name, column in own.items()}


def _blind() -> ColumnElement[bool]:
    said = select(Cycle.plan["evaluations"]["final"]["blind"].as_boolean()).where(Cycle.id == MY_CYCLE)
    return func.coalesce(said.scalar_subquery(), literal(False))


def _annual(role: Role, *columns: Any) -> Rows:
    model = AnnualEvaluation
    given = select(func.count()).where(
        FinalSheet.annual_id == model.id, FinalSheet.recused_reason == "", ~FinalSheet.calibration
    )
    # Before the region has graded, what an expert thinks is between the expert and the region.
    office = role in OVERSIGHT or role is Role.CITY_OFFICE
    grade = case((or_(literal(office), model.state == "graded"), model.grade))
    return _rows(
        model,
        visible_annual(role),
        model.report_title,
        model.mentor_level,
        grade.label("grade"),
        given.scalar_subquery().label("experts"),
        given.where(FinalSheet.score.is_not(None)).scalar_subquery().label("scored"),
        *columns,
        whose=_whose(role),
    )


@kept
def annual_page(role: Role, filters: frozenset[str]) -> Rows:
    """Annual evaluations. Whose a work is can neither be searched nor read from the order by who must not know it."""
    conditions = {**_filters(AnnualEvaluation), "grade": AnnualEvaluation.grade == bindparam("grade")}
    if role is Role.EXPERT:
        told = {"q": bindparam("q", type_=String) == WORK, "city": false(), "enrolment": false()}
        conditions |= {name: case((_blind(), told[name]), else_=conditions[name]) for name in told}
        rows = filtered(_annual(role), conditions, filters)
        return as_page(rows, case((_blind(), WORK), else_=Enrolment.name_key), AnnualEvaluation.id)
    return as_page(filtered(_annual(role), conditions, filters), Enrolment.name_key, AnnualEvaluation.id)


@kept
def annual_record(role: Role) -> Rows:
    """One annual evaluation with the sheets that the reader may see."""
    model = AnnualEvaluation
    sheets = rows_json(
        select(
            FinalSheet.id,
            Account.name.label("expert_name"),
            (FinalSheet.account_id == ME).label("mine"),
            FinalSheet.scores,
            FinalSheet.score,
            FinalSheet.comment,
            FinalSheet.recused_reason,
            FinalSheet.calibration,
            FinalSheet.submitted_at,
        )
        .join(Account, Account.id == FinalSheet.account_id)
        .where(FinalSheet.annual_id == model.id, or_(literal(role in OVERSIGHT), FinalSheet.account_id == ME))
        .order_by(Account.name_key)
    )
    # A blind final's experts judge what counts, not how it came about.
    editions = rows_json(
        select(
            AnnualEdition.number,
            AnnualEdition.report_title,
            AnnualEdition.summary,
            AnnualEdition.materials,
            AnnualEdition.submitted_at,
        )
        .where(AnnualEdition.annual_id == model.id, literal(role is not Role.EXPERT))
        .order_by(AnnualEdition.number.desc())
    )
    return as_record(
        _annual(
            role,
            model.summary,
            model.materials,
            (case((_blind(), ""), else_=model.mentor_opinion) if role is Role.EXPERT else model.mentor_opinion).label(
                "mentor_opinion"
            ),
            model.mean,
            sheets.label("sheets"),
            editions.label("editions"),
            offers(ANNUAL_FLOW, role, model.state, model.cycle_id),
            waiting_for(ANNUAL_FLOW, model.state),
        ).where(model.id == ID)
    )


@kept
def annual_trail(role: Role) -> Rows:
    """The trail of an annual evaluation; it names everybody, so a blind final's experts have none."""
    seen = select(AnnualEvaluation.id).where(AnnualEvaluation.id == ID, visible_annual(role))
    if role is Role.EXPERT:
        seen = seen.where(~_blind())
    return trail_of(role, "annual_evaluation", seen)


@kept
def material(role: Role) -> Rows:
    """One file of a dossier."""
    return select(*files.columns()).where(
        StoredFile.claimed_type == "annual_evaluation",
        StoredFile.claimed_id == AnnualEvaluation.id,
        StoredFile.id == bindparam("file_id", type_=Uuid),
        AnnualEvaluation.id == ID,
        visible_annual(role),
    )
