"""Reads of the annual evaluation (P24, P25), for those around the student and for those who judge the work.

A judge's reading may be blind: an expert's, and a mentor's who is no mentor of the student but sits in the panel.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, as_list, as_page, as_record, filtered, kept
from miaopu.evaluations.conflict_queries import given_to_me
from miaopu.evaluations.models import ANNUAL_FLOW, AnnualEdition, AnnualEvaluation, FinalSheet, PanelSheet
from miaopu.evaluations.queries import filters_of, named, rows_of, visible_annual
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import student_seen
from miaopu.people.access import may
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import OVERSIGHT, Role
from miaopu.programme.models import Cycle
from miaopu.programme.offering import offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

SHEET = ("id", "scores", "score", "comment", "recused_reason", "submitted_at")


def readable_annual(role: Role) -> ColumnElement[bool]:
    """What `visible_annual` says, and for who judges in a city's panel the dossiers given to them."""
    if not may(role, Permission.PANEL_SCORE):
        return visible_annual(role)
    return or_(visible_annual(role), and_(AnnualEvaluation.cycle_id == MY_CYCLE, given_to_me(PanelSheet)))


def _judging(role: Role) -> ColumnElement[bool]:
    """The reader has the work only to judge it."""
    if role is Role.EXPERT:
        return literal(True)
    if not may(role, Permission.PANEL_SCORE):
        return false()
    return ~student_seen(role, AnnualEvaluation.enrolment_id)


def _whose(role: Role) -> dict[str, Any]:
    """The columns that say whose a work is; for who judges it blind they say nothing."""
    own = named(AnnualEvaluation.enrolment_id)
    if not may(role, Permission.PANEL_SCORE):
        return own
    told = {"enrolment_id": _own_sheet(), "number": AnnualEvaluation.work, "student_name": AnnualEvaluation.work}
    return {name: case((_blind(role), told.get(name, literal(""))), else_=column) for name, column in own.items()}


def _own_sheet() -> Any:
    """The reader's own sheet of the work: what is judged blind goes by its id, which stands in no other list."""
    mine = (
        select(sheet.id).where(
            sheet.annual_id == AnnualEvaluation.id, sheet.account_id == ME, sheet.recused_reason == ""
        )
        for sheet in (FinalSheet, PanelSheet)
    )
    return func.coalesce(*(one.correlate(AnnualEvaluation).scalar_subquery() for one in mine))


def meant(role: Role) -> ColumnElement[bool]:
    """The work that the path's id names: for who judges blind the own sheet's, and never the evaluation's own."""
    if not may(role, Permission.PANEL_SCORE):
        return AnnualEvaluation.id == ID
    by_sheet = (
        select(sheet.annual_id).where(sheet.id == ID, sheet.account_id == ME) for sheet in (FinalSheet, PanelSheet)
    )
    found = func.coalesce(*(one.scalar_subquery() for one in by_sheet), ID)
    return and_(AnnualEvaluation.id == found, or_(AnnualEvaluation.id != ID, ~_blind(role)))


def _blind(role: Role) -> ColumnElement[bool]:
    """The reader judges, and must not know whose it is: the plan says so once, for the panel and the final."""
    said = select(Cycle.plan["evaluations"]["final"]["blind"].as_boolean()).where(Cycle.id == MY_CYCLE)
    return and_(func.coalesce(said.scalar_subquery(), literal(False)), _judging(role))


def _annual(role: Role, *columns: Any) -> Rows:
    model = AnnualEvaluation
    given = select(func.count()).where(
        FinalSheet.annual_id == model.id, FinalSheet.recused_reason == "", ~FinalSheet.calibration
    )
    # Before the region has graded, what an expert thinks is between the expert and the region.
    office = role in OVERSIGHT or role is Role.CITY_OFFICE
    grade = case((or_(literal(office), model.state == "graded"), model.grade))
    judge = may(role, Permission.PANEL_SCORE)
    return rows_of(
        model,
        readable_annual(role),
        model.report_title,
        model.mentor_level,
        grade.label("grade"),
        given.scalar_subquery().label("experts"),
        given.where(FinalSheet.score.is_not(None)).scalar_subquery().label("scored"),
        *columns,
        whose=_whose(role),
        called=case((_blind(role), _own_sheet()), else_=model.id) if judge else None,
        # To the day: a moment is as good as an id to find the work in another list by.
        since=case((_blind(role), func.date_trunc("day", model.state_since)), else_=model.state_since)
        if judge
        else None,
    )


@kept
def annual_page(role: Role, filters: frozenset[str]) -> Rows:
    """Annual evaluations. Whose a work is can neither be searched nor read from the order by who must not know it."""
    conditions = {
        **filters_of(AnnualEvaluation),
        "grade": AnnualEvaluation.grade == bindparam("grade"),
        "judging": case(
            {"panel": given_to_me(PanelSheet), "final": given_to_me(FinalSheet)}, value=bindparam("judging")
        ),
    }
    if may(role, Permission.PANEL_SCORE):
        told = {"q": bindparam("q", type_=String) == AnnualEvaluation.work, "city": false(), "enrolment": false()}
        conditions |= {name: case((_blind(role), told[name]), else_=conditions[name]) for name in told}
        rows = filtered(_annual(role), conditions, filters)
        return as_page(rows, case((_blind(role), AnnualEvaluation.work), else_=Enrolment.name_key), AnnualEvaluation.id)
    return as_page(filtered(_annual(role), conditions, filters), Enrolment.name_key, AnnualEvaluation.id)


@kept
def annual_record(role: Role) -> Rows:
    """One annual evaluation with the sheets that the reader may see."""
    model = AnnualEvaluation
    sheets = rows_json(
        select(
            *(getattr(FinalSheet, name) for name in SHEET),
            Account.name.label("expert_name"),
            (FinalSheet.account_id == ME).label("mine"),
            FinalSheet.calibration,
        )
        .join(Account, Account.id == FinalSheet.account_id)
        .where(FinalSheet.annual_id == model.id, or_(literal(role in OVERSIGHT), FinalSheet.account_id == ME))
        .order_by(Account.name_key)
    )
    shown = (literal(role in OVERSIGHT or role is Role.CITY_OFFICE), PanelSheet.account_id == ME)
    panel = rows_json(
        select(
            *(getattr(PanelSheet, name) for name in SHEET),
            Account.name.label("judge_name"),
            (PanelSheet.account_id == ME).label("mine"),
        )
        .join(Account, Account.id == PanelSheet.account_id)
        .where(PanelSheet.annual_id == model.id, or_(*shown))
        .order_by(Account.name_key, Account.id)
    )
    # Judges judge what counts, not how it came about.
    editions = rows_json(
        select(
            AnnualEdition.number,
            AnnualEdition.report_title,
            AnnualEdition.summary,
            AnnualEdition.materials,
            AnnualEdition.submitted_at,
        )
        .where(AnnualEdition.annual_id == model.id, ~_judging(role))
        .order_by(AnnualEdition.number.desc())
    )
    return as_record(
        _annual(
            role,
            model.summary,
            model.materials,
            case((_blind(role), ""), else_=model.mentor_opinion).label("mentor_opinion"),
            model.mean,
            sheets.label("sheets"),
            panel.label("panel"),
            editions.label("editions"),
            offers(ANNUAL_FLOW, role, model.state, model.cycle_id),
            waiting_for(ANNUAL_FLOW, model.state),
        ).where(meant(role))
    )


@kept
def annual_trail(role: Role) -> Rows:
    """The trail of an annual evaluation; it names everybody, so who judges blind is told nothing of it."""
    seen = select(AnnualEvaluation.id).where(meant(role), readable_annual(role))
    told = exists().where(AnnualEvaluation.id == ID, ~_blind(role)) if may(role, Permission.PANEL_SCORE) else None
    return trail_of(role, "annual_evaluation", seen, only=told)


@kept
def material(role: Role) -> Rows:
    """One file of a dossier."""
    return select(*files.columns()).where(
        StoredFile.claimed_type == "annual_evaluation",
        StoredFile.claimed_id == AnnualEvaluation.id,
        StoredFile.id == bindparam("file_id", type_=Uuid),
        meant(role),
        readable_annual(role),
    )


def judges_here(subject: Any = None) -> Any:
    """Who can sit in the city's panel of a subject (of any): the city's own mentors of it, and the experts."""
    own = (
        Nomination.cycle_id == MY_CYCLE,
        Nomination.city_id == MY_CITY,
        *(() if subject is None else (Nomination.subject == subject,)),
        Nomination.state == "appointed",
        Nomination.account_id.is_not(None),
    )
    columns = (Account.id.label("account_id"), Account.name, Account.name_key, Unit.name.label("unit_name"))
    mentors = (
        select(*columns, literal("mentor").label("role"))
        .join(Nomination, Nomination.account_id == Account.id)
        .join(Unit, Unit.id == Nomination.university_id)
        .where(*own)
    )
    experts = (
        select(*columns, literal("expert").label("role"))
        .join(Membership, Membership.account_id == Account.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.role == Role.EXPERT.value,
            Membership.ended_at.is_(None),
            ~exists().where(Nomination.account_id == Account.id, *own),
        )
    )
    return mentors.union(experts).subquery("judges")


@kept
def panel_judges(role: Role, filters: frozenset[str]) -> Rows:
    """Who can sit in the panel of a subject, for the city's office."""
    found = judges_here(bindparam("subject", type_=String) if "subject" in filters else None)
    return as_list(
        select(found.c.account_id, found.c.name, found.c.unit_name, found.c.role)
        .where(literal(may(role, Permission.PANEL_ASSIGN)))
        .order_by(found.c.role, found.c.name_key, found.c.account_id)
    )
