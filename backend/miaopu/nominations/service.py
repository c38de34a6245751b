"""Verbs of nominations: from recommendation to the letter of appointment (P6–P8, P12)."""

import uuid

from sqlalchemy import func, select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Language, Problem, invalid
from miaopu.nominations.appointing import ask_notice, issue_letter, put_on_notice, take_down
from miaopu.nominations.evidence import ask_evidence
from miaopu.nominations.models import FLOW, Approval, Nomination, TeamMember
from miaopu.nominations.queries import visible
from miaopu.nominations.rules import below
from miaopu.nominations.schemas import (
    ApproveForm,
    NominationAction,
    NominationBatch,
    NominationEdit,
    NominationForm,
)
from miaopu.notices.service import holders
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.models import Unit
from miaopu.people.names import sort_key
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme import batches
from miaopu.programme.batches import BatchDone, BatchLine
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import CycleCell
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.plan_base import Degree
from miaopu.programme.queries import ask_version, load, plan_of


async def create(tx: Tx, form: NominationForm) -> Nomination:
    """A draft in the name of one's university. Raises 409 outside the window, 422 for a subject it has not."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.NOMINATION)
    plan = await plan_of(tx.session, cycle_id)
    university = await tx.session.get(Unit, tx.actor.unit_id)
    assert university is not None
    await _check(tx, plan, cycle_id, form)
    nomination = Nomination(
        id=new_id(),
        cycle_id=cycle_id,
        state="draft",
        university_id=university.id,
        city_id=university.city_id,
        capacity=plan.mentors.capacity,
        name_key=sort_key(form.name),
        **form.model_dump(mode="json"),
    )
    tx.session.add(nomination)
    audit.note(tx.session, nomination, Act("nomination.create"))
    await tx.session.flush()
    return nomination


async def _check(tx: Tx, plan: Plan, cycle_id: uuid.UUID, form: NominationForm) -> None:
    faults = []
    cell = await tx.session.get(CycleCell, (cycle_id, tx.actor.unit_id, form.subject))
    if cell is None:
        faults.append(FieldError("/subject", "no_cell"))
    standing = next((s for s in plan.mentors.standings if s.code == form.standing), None)
    if standing is None:
        faults.append(FieldError("/standing", "enum"))
    elif standing.reason_required and not form.standing_reason:
        faults.append(FieldError("/standing_reason", "standing_reason"))
    # Soft (P7, "in principle"): without the degree a reason is asked for, and the second review grants it.
    if below(form.degree, plan.mentors.degree_in_principle) and not form.degree_reason:
        faults.append(FieldError("/degree_reason", "degree_reason"))
    if faults:
        raise invalid(*faults)


async def edit(tx: Tx, nomination_id: uuid.UUID, form: NominationEdit) -> Nomination:
    """Correct a draft. Raises 404, 403, 409, 422."""
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_RECOMMEND)
    ask_version(nomination, form.version)
    if nomination.state != "draft":
        raise Problem("wrong_state", 409, state=nomination.state)
    await _check(tx, await plan_of(tx.session, nomination.cycle_id), nomination.cycle_id, form)
    for name, value in form.model_dump(mode="json", exclude={"version"}).items():
        setattr(nomination, name, value)
    nomination.name_key = sort_key(form.name)
    audit.note(tx.session, nomination, Act("nomination.edit"))
    await tx.session.flush()
    return nomination


async def act(tx: Tx, nomination_id: uuid.UUID, action: NominationAction, form: Move) -> Nomination:
    """Take one edge, with what belongs to it. Raises as `flow.move`, and 409/422 of the single acts."""
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, FLOW.permission(action))
    if FLOW.edge(nomination.state, action) is not None:
        plan = await plan_of(tx.session, nomination.cycle_id)
        if action == "submit_profile":
            await _ask_team(tx, plan, nomination)
            await ask_evidence(tx, plan, nomination)
        elif action == "pass_second_review" and below(Degree(nomination.degree), plan.mentors.degree_in_principle):
            nomination.degree_exception_by = tx.actor.account_id
        elif action == "publish":
            await put_on_notice(tx, plan, nomination)
        elif action == "appoint":
            await ask_notice(tx, nomination)
            await issue_letter(tx, plan, nomination)
        elif action == "uphold_objection" and form.reason:
            await take_down(tx, nomination, form.reason)
    await move(
        tx,
        FLOW,
        nomination,
        action,
        version=form.version,
        reason=form.reason,
        concerned=await _concerned(tx, nomination),
    )
    return nomination


async def _concerned(tx: Tx, nomination: Nomination) -> Concerned:
    return Concerned(
        title=nomination.name,
        owners=[nomination.account_id, *await holders(tx.session, Role.UNIVERSITY, nomination.university_id)],
        units={
            Role.UNIVERSITY: nomination.university_id,
            Role.CITY_OFFICE: nomination.city_id,
            Role.REGION_OFFICE: None,
            Role.ASSOCIATION: None,
            Role.EDUCATION_DEPARTMENT: None,
        },
    )


async def _ask_team(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    members = await tx.session.scalar(
        select(func.count()).select_from(TeamMember).where(TeamMember.nomination_id == nomination.id)
    )
    if (members or 0) < plan.mentors.team_minimum:
        raise Problem("team_missing", 422, minimum=plan.mentors.team_minimum)
    if not nomination.introduction:
        raise invalid(FieldError("/introduction", "introduction_missing"))


async def approve(tx: Tx, nomination_id: uuid.UUID, form: ApproveForm) -> Nomination:
    """One organiser's approval; the last one asked for by the plan makes it `approved` (P12, reading A2)."""
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_APPROVE)
    ask_version(nomination, form.version)
    if nomination.state != "region_reviewed":
        raise Problem("wrong_state", 409, state=nomination.state, action="approve")
    await ask_window(tx.session, nomination.cycle_id, StageCode.NOMINATION)
    plan = await plan_of(tx.session, nomination.cycle_id)
    given = set(await tx.session.scalars(select(Approval.role).where(Approval.nomination_id == nomination.id)))
    if tx.actor.role.value in given:
        raise Problem("approved_already", 409)
    approval = Approval(
        id=new_id(), nomination_id=nomination.id, role=tx.actor.role.value, account_id=tx.actor.account_id
    )
    tx.session.add(approval)
    audit.note(tx.session, approval, Act("nomination.approve_one"))
    await tx.session.flush()
    if set(plan.mentors.approvals) <= given | {tx.actor.role.value}:
        await move(tx, FLOW, nomination, "approve", version=None, concerned=await _concerned(tx, nomination))
    return nomination


async def batch(tx: Tx, form: NominationBatch, language: Language) -> BatchDone:
    """One act on many: each is done or refused by itself, as if taken alone."""

    async def take(one: Nomination) -> Nomination:
        if form.action == "approve":
            return await approve(tx, one.id, ApproveForm(version=one.version))
        return await act(tx, one.id, form.action, Move(version=one.version, reason=form.reason))

    return await batches.batch(
        tx,
        form,
        language,
        lambda one: load(tx, Nomination, visible(tx.actor.role), one),
        lambda n: BatchLine(id=n.id, number=n.letter_number or "", name=n.name),
        take,
    )
