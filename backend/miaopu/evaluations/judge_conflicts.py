"""Who must not judge which work and why, for the office that gives works to judges (P24, P25)."""

import uuid
from collections.abc import Collection

from sqlalchemy import select

from miaopu.evaluations.annual_queries import judges_here
from miaopu.evaluations.conflict_queries import OPEN
from miaopu.evaluations.judges import Works, of_subject, teachers
from miaopu.evaluations.judging_schemas import JudgeConflict, JudgeConflicts, TeacherKind
from miaopu.evaluations.models import FinalSheet, PanelSheet
from miaopu.interviews.conflict_rule import ConflictKind
from miaopu.interviews.conflicts import conflicts
from miaopu.pairings.models import Enrolment
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Account, Membership
from miaopu.people.roles import Role
from miaopu.programme.queries import plan_of
from miaopu.registrations.models import Registration

# What has not come to its panel or final is in their states; what was judged stays, with what came up since.
IN_PANEL = ("mentor_evaluated", "recommended", "city_qualified", "city_unqualified")
IN_FINAL = ("recommended", "graded")


async def of_panel(tx: Tx, subject: str) -> JudgeConflicts:
    """Between the judges whom the city can ask and its works of a subject."""
    works = await of_subject(tx, subject, IN_PANEL, cycle_of(tx.actor), Enrolment.city_id == tx.actor.city_id)
    judges = await tx.session.scalars(select(judges_here(subject).c.account_id), scope(tx.actor))
    return await _found(tx, works, set(judges), PanelSheet, teachers_out=True)


async def of_final(tx: Tx, subject: str) -> JudgeConflicts:
    """Between the experts and the finalists of a subject; who taught them only where the plan keeps those away."""
    cycle_id = cycle_of(tx.actor)
    works = await of_subject(tx, subject, IN_FINAL, cycle_id)
    experts = await tx.session.scalars(
        select(Membership.account_id).where(Membership.role == Role.EXPERT.value, Membership.ended_at.is_(None))
    )
    out = (await plan_of(tx.session, cycle_id)).evaluations.final.own_mentor_recused
    return await _found(tx, works, set(experts), FinalSheet, teachers_out=out)


async def _found(
    tx: Tx,
    found: Works,
    judges: Collection[uuid.UUID],
    sheet: type[PanelSheet] | type[FinalSheet],
    *,
    teachers_out: bool,
) -> JudgeConflicts:
    works = {annual.id: enrolment for annual, enrolment in found}
    not_judged = {annual.id for annual, _ in found if annual.state == OPEN[sheet]}
    of_student = {enrolment.registration_id: annual_id for annual_id, enrolment in works.items()}
    people = list(await tx.session.scalars(select(Registration).where(Registration.id.in_(of_student))))
    pairs: list[tuple[uuid.UUID, uuid.UUID, ConflictKind | TeacherKind, str]] = [
        (of_student[one.registration_id], one.account_id, one.kind, one.reason)
        for one in await conflicts(tx, people, judges)
        if one.kind is not ConflictKind.TEAM or teachers_out
    ]
    if teachers_out:
        for annual_id, enrolment in works.items():
            taught = sorted(await teachers(tx, enrolment) & set(judges))
            pairs += [(annual_id, account, "teacher", "") for account in taught]
    given = await tx.session.execute(
        select(sheet.annual_id, sheet.account_id).where(sheet.annual_id.in_(works), sheet.recused_reason == "")
    )
    having = {(annual_id, account_id) for annual_id, account_id in given}
    rows = select(Account.id, Account.name).where(Account.id.in_({account for _, account, _, _ in pairs}))
    names = {row.id: row.name for row in await tx.session.execute(rows)}
    items = [
        JudgeConflict(
            annual_id=annual_id,
            number=works[annual_id].number,
            student_name=works[annual_id].name,
            account_id=account_id,
            judge_name=names[account_id],
            kind=kind,
            reason=reason,
            given=(annual_id, account_id) in having,
            withdrawable=(annual_id, account_id) in having and annual_id in not_judged,
        )
        for annual_id, account_id, kind, reason in pairs
    ]
    # What has gone wrong (a judge has the work already) stands first.
    items.sort(key=lambda one: (not one.given, one.number, one.judge_name, one.kind))
    return JudgeConflicts(items=items, total=len(items))
