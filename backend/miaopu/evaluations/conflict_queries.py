"""A judge and a work in conflict (P24, P25), as conditions: what a judge reads and scores, what an office is told.

They hold at the moment of the reading, also where the conflict came up after the work was given: a new role at the
student's school, a relation declared since, a judge who became the student's mentor.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Exists, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from miaopu.core.read import Rows
from miaopu.evaluations.models import AnnualEvaluation, FinalSheet, PanelSheet
from miaopu.interviews.conflict_rule import ConflictKind, in_conflict
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.pairings.models import Enrolment
from miaopu.people.access import may
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration

AnySheet = type[PanelSheet] | type[FinalSheet]
# A sheet can be taken from its judge as long as the work is not judged.
OPEN: dict[AnySheet, str] = {PanelSheet: "mentor_evaluated", FinalSheet: "recommended"}


def teachers_of(mentors: Iterable[Any], *around: Any) -> CompoundSelect[tuple[Any]]:
    """The accounts of these mentors (nominations) and of their teams: whoever taught.

    Args:
        mentors: ids, or columns that hold them.
        around: what the statement around it selects from, where they are columns of it.
    """
    ids = list(mentors)
    mentor, member = aliased(Nomination), aliased(TeamMember)
    own = select(mentor.account_id).where(mentor.id.in_(ids), mentor.account_id.is_not(None))
    team = select(member.account_id).where(member.nomination_id.in_(ids), member.account_id.is_not(None))
    return union_all(own.correlate(*around), team.correlate(*around)) if around else union_all(own, team)


def _teachers_judge(sheet: AnySheet) -> ColumnElement[bool]:
    """Whoever taught a student may judge the work: never in the city's panel, in the final where the plan says so."""
    if sheet is PanelSheet:
        return literal(False)
    kept_away = Cycle.plan["evaluations"]["final"]["own_mentor_recused"].as_boolean()
    said = select(~kept_away).where(Cycle.id == AnnualEvaluation.cycle_id).correlate(AnnualEvaluation)
    return func.coalesce(said.scalar_subquery(), literal(False))


def judge_in_conflict(sheet: AnySheet) -> ColumnElement[bool]:
    """The reader and the student of the annual evaluation are in conflict now."""
    student, place = aliased(Registration), aliased(Enrolment)
    return _conflict(sheet, student, place, ME).correlate_except(student, place)


def judge_of_sheet_in_conflict(sheet: AnySheet) -> ColumnElement[bool]:
    """The same of the judge to whom a sheet was given."""
    student, place, judge = aliased(Registration), aliased(Enrolment), aliased(Account)
    found = _conflict(sheet, student, place, judge.id).where(judge.id == sheet.account_id)
    return found.correlate_except(student, place, judge)


def _conflict(sheet: AnySheet, student: Any, place: Any, judge: Any) -> Exists:
    taught = or_(
        judge.in_(teachers_of((place.mentor_id, place.co_mentor_id), place)),
        in_conflict(student, judge, without=set(ConflictKind) - {ConflictKind.TEAM}),
    )
    return exists().where(
        place.id == AnnualEvaluation.enrolment_id,
        student.id == place.registration_id,
        or_(in_conflict(student, judge, without=(ConflictKind.TEAM,)), and_(~_teachers_judge(sheet), taught)),
    )


def given_to_me(sheet: AnySheet) -> ColumnElement[bool]:
    """The work was given to the reader, who has not stepped back and is not in conflict."""
    mine = (sheet.account_id == ME, sheet.recused_reason == "")
    return exists().where(sheet.annual_id == AnnualEvaluation.id, *mine, ~judge_in_conflict(sheet))


def to_be_given_again(role: Role, sheet: AnySheet) -> Rows | None:
    """Sheets whose judge came into conflict with the work, for the office that gives it to another; None for others."""
    permission = Permission.PANEL_ASSIGN if sheet is PanelSheet else Permission.EVALUATION_ASSIGN
    if not may(role, permission):
        return None
    rows = (
        select(sheet.id)
        .join(AnnualEvaluation, AnnualEvaluation.id == sheet.annual_id)
        .where(
            AnnualEvaluation.cycle_id == MY_CYCLE,
            AnnualEvaluation.state == OPEN[sheet],
            sheet.recused_reason == "",
            judge_of_sheet_in_conflict(sheet),
        )
    )
    if sheet is PanelSheet:
        here = exists().where(Enrolment.id == AnnualEvaluation.enrolment_id, Enrolment.city_id == MY_CITY)
        rows = rows.where(here.correlate(AnnualEvaluation))
    return rows
