"""Workbooks of a university: its mentors and their teams (P6, P7, P12)."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from miaopu.core.problem import FieldError, invalid, say
from miaopu.imports.kinds import Became, Column, Kind, Option, SheetRow, Work, declare, stands, subjects
from miaopu.nominations import queries
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.nominations.profile import join_team
from miaopu.nominations.schemas import NominationEdit, NominationForm, TeamMemberForm
from miaopu.nominations.service import create, edit
from miaopu.people.acting import Reads, cycle_of
from miaopu.people.names import PersonName
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan
from miaopu.programme.plan_base import Degree, TitleLevel


def _said(table: str, codes: type[Degree] | type[TitleLevel]) -> list[Option]:
    key = f"choice.{table}"
    return [Option(c.value, say("zh-CN", f"{key}.{c.value}", {}), say("en", f"{key}.{c.value}", {})) for c in codes]


def _standings(plan: Plan) -> list[Option]:
    return [Option(s.code, s.zh, s.en) for s in plan.mentors.standings]


def _degrees(_: Plan) -> list[Option]:
    return _said("degree", Degree)


def _titles(_: Plan) -> list[Option]:
    return _said("title_level", TitleLevel)


def _mentor_columns(_: Plan) -> Sequence[Column]:
    return (
        Column("name", required=True, example="阿拉坦·其其格"),
        Column("subject", required=True, options=subjects),
        Column("standing", required=True, options=_standings),
        Column("standing_reason"),
        Column("degree", required=True, options=_degrees),
        Column("degree_reason"),
        Column("title", required=True, example="教授"),
        Column("department", example="物理科学与技术学院"),
        Column("research", example="半导体光电材料"),
        Column("opinion"),
    )


async def enter_mentor(work: Work, row: NominationForm) -> Became:
    """A draft of a nomination, or a correction of one. Raises as `create` and `edit`."""
    tx = work.tx
    found = await tx.session.scalar(
        select(Nomination).where(
            Nomination.cycle_id == cycle_of(tx.actor),
            Nomination.university_id == tx.actor.unit_id,
            Nomination.subject == row.subject,
            Nomination.name == row.name,
        )
    )
    if found is None:
        await create(tx, row)
        return "new"
    given = row.model_dump(mode="json", exclude_unset=True)
    if stands(found, given):
        return "same"
    if found.state != "draft":
        raise invalid(FieldError("", "not_draft"))
    kept = {name: getattr(found, name) for name in NominationForm.model_fields}
    await edit(tx, found.id, NominationEdit.model_validate({**kept, **given, "version": found.version}))
    return "changed"


async def nominated(reads: Reads) -> Sequence[SheetRow]:
    """The university's mentors, whatever has become of them."""
    return [dict(row) for row in await reads.rows(queries.sheet(reads.actor.role))]


MENTORS = declare(
    Kind(
        code="mentors",
        permission=Permission.NOMINATION_RECOMMEND,
        columns=_mentor_columns,
        row=NominationForm,
        enter=enter_mentor,
        keys=(("subject", "name"),),
        data=nominated,
    )
)


class TeamRow(TeamMemberForm):
    """A member of a mentor's team; the mentor by name (and subject, where two bear it)."""

    mentor_name: PersonName
    subject: Annotated[str, StringConstraints(max_length=32)] | None = None


def _team_columns(_: Plan) -> Sequence[Column]:
    yes = (Option("true", "是", "yes"), Option("false", "否", "no"))
    return (
        Column("mentor_name", required=True, example="阿拉坦·其其格"),
        Column("subject", options=subjects),
        Column("name", required=True, example="白音仓"),
        Column("unit_name", required=True, example="内蒙古师范大学"),
        Column("degree", required=True, options=_degrees),
        Column("title", example="讲师"),
        Column("title_level", required=True, options=_titles),
        Column("duty", example="协助实验指导"),
        Column("may_review", options=lambda _: yes),
    )


async def enter_member(work: Work, row: TeamRow) -> Became:
    """A member of a team, while the mentor's profile is not yet submitted. Raises 422, 409."""
    tx = work.tx
    wanted = [
        Nomination.cycle_id == cycle_of(tx.actor),
        Nomination.university_id == tx.actor.unit_id,
        Nomination.name == row.mentor_name,
        Nomination.state != "rejected",
    ]
    if row.subject:
        wanted.append(Nomination.subject == row.subject)
    mentors = list(await tx.session.scalars(select(Nomination).where(*wanted)))
    if len(mentors) != 1:
        raise invalid(FieldError("/mentor_name", "unknown" if not mentors else "mentor_twice"))
    form = TeamMemberForm.model_validate(row.model_dump(exclude={"mentor_name", "subject"}))
    found = await tx.session.scalar(
        select(TeamMember).where(TeamMember.nomination_id == mentors[0].id, TeamMember.name == row.name)
    )
    given = form.model_dump(mode="json")
    if found is not None and stands(found, given):
        return "same"
    await join_team(tx, mentors[0], form, found)
    return "new" if found is None else "changed"


async def members(reads: Reads) -> Sequence[SheetRow]:
    """The teams of the university's mentors, of those who were not rejected."""
    return [dict(row) for row in await reads.rows(queries.team_sheet(reads.actor.role))]


TEAM = declare(
    Kind(
        code="team",
        permission=Permission.NOMINATION_RECOMMEND,
        columns=_team_columns,
        row=TeamRow,
        enter=enter_member,
        keys=(("mentor_name", "subject", "name"),),
        data=members,
    )
)
