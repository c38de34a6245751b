"""Verbs of nominations: from recommendation to the letter of appointment (P6–P8, P12)."""

import secrets
import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Language, Problem, invalid, not_found
from miaopu.core.secrets import Vault
from miaopu.disclosures import service as disclosures
from miaopu.disclosures.schemas import DisclosedLine
from miaopu.disclosures.service import Shown
from miaopu.nominations.evidence import ask_evidence
from miaopu.nominations.models import FLOW, Approval, Nomination, TeamMember
from miaopu.nominations.queries import visible
from miaopu.nominations.schemas import (
    ApproveForm,
    NominationAction,
    NominationBatch,
    NominationEdit,
    NominationForm,
    ProfileForm,
    TeamMemberForm,
)
from miaopu.notices.service import holders
from miaopu.people import service as people
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Invitation, Unit
from miaopu.people.names import sort_key
from miaopu.people.schemas import InvitationForm
from miaopu.programme import batches
from miaopu.programme.batches import BatchDone, BatchLine
from miaopu.programme.flow import Concerned, Move, ask_window, move
from miaopu.programme.models import Cycle, CycleCell
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.plan_parts import Degree, TitleLevel
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
    if _below(form.degree, plan.mentors.degree_in_principle) and not form.degree_reason:
        faults.append(FieldError("/degree_reason", "degree_reason"))
    if faults:
        raise invalid(*faults)


def _below(degree: Degree, wanted: Degree) -> bool:
    order = list(Degree)
    return order.index(degree) < order.index(wanted)


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
        elif action == "pass_second_review" and _below(Degree(nomination.degree), plan.mentors.degree_in_principle):
            nomination.degree_exception_by = tx.actor.account_id
        elif action == "publish":
            await _put_on_notice(tx, plan, nomination)
        elif action == "appoint":
            await _ask_notice(tx, nomination)
            await _issue_letter(tx, plan, nomination)
        elif action == "uphold_objection" and form.reason:
            await _take_down(tx, nomination, form.reason)
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
        owners=[nomination.account_id, *await people_of(tx.session, Role.UNIVERSITY, nomination.university_id)],
        units={
            Role.UNIVERSITY: nomination.university_id,
            Role.CITY_OFFICE: nomination.city_id,
            Role.REGION_OFFICE: None,
            Role.ASSOCIATION: None,
            Role.EDUCATION_DEPARTMENT: None,
        },
    )


async def people_of(session: AsyncSession, role: Role, unit_id: uuid.UUID) -> list[uuid.UUID]:
    """The accounts that hold a role in a unit."""
    return await holders(session, role, unit_id)


async def _ask_team(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    members = await tx.session.scalar(
        select(func.count()).select_from(TeamMember).where(TeamMember.nomination_id == nomination.id)
    )
    if (members or 0) < plan.mentors.team_minimum:
        raise Problem("team_missing", 422, minimum=plan.mentors.team_minimum)
    if not nomination.introduction:
        raise invalid(FieldError("/introduction", "introduction_missing"))


async def _ask_notice(tx: Tx, nomination: Nomination) -> None:
    if nomination.notice_ends_at is None or clock.now() < nomination.notice_ends_at:
        ends = nomination.notice_ends_at.isoformat() if nomination.notice_ends_at else ""
        raise Problem("notice_running", 409, ends_at=ends)
    await disclosures.ask_no_objection(tx.session, "mentor", [nomination.id])


async def _put_on_notice(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    """The public notice with what the approvals rested on (P12)."""
    university = await tx.session.get(Unit, nomination.university_id)
    assert university is not None
    line = DisclosedLine(
        name=nomination.name,
        university_name=university.name,
        title=nomination.title,
        standing=next(s.zh for s in plan.mentors.standings if s.code == nomination.standing),
    )
    approvals = await tx.session.scalars(
        select(Approval).where(Approval.nomination_id == nomination.id).order_by(Approval.at)
    )
    facts = ("degree", "degree_reason", "standing", "standing_reason", "title", "capacity", "opinion")
    evidence = {
        **{name: getattr(nomination, name) for name in facts},
        "approvals": [{"role": a.role, "at": a.at.isoformat()} for a in approvals],
    }
    listed = await disclosures.disclose(
        tx,
        "mentor",
        nomination.id,
        nomination.subject,
        Shown([line], evidence),
        cycle_id=nomination.cycle_id,
        city_id=nomination.city_id,
        days=plan.mentors.notice_working_days,
    )
    nomination.notice_began_at, nomination.notice_ends_at = listed.began_at, listed.ends_at


async def _take_down(tx: Tx, nomination: Nomination, reason: str) -> None:
    """The notice of a mentor whom an upheld objection ended, replaced by an edition without the line."""
    listed = await disclosures.standing(tx.session, "mentor", nomination.id, nomination.subject)
    objections = await disclosures.upheld(tx.session, listed) if listed else []
    if listed is None or not objections:
        raise Problem("no_upheld_objection", 409)
    await disclosures.republish(tx, listed, reason, Shown([], listed.evidence), objections)


async def _issue_letter(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    # The cycle's row is locked so that no two letters get one number.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == nomination.cycle_id).with_for_update())
    issued = await tx.session.scalar(
        select(func.count()).select_from(Nomination).where(
            Nomination.cycle_id == nomination.cycle_id, Nomination.letter_number.is_not(None)
        )
    )  # fmt: skip
    nomination.letter_number = plan.number(plan.numbering.letter, serial=(issued or 0) + 1)
    nomination.letter_code = secrets.token_urlsafe(12)
    nomination.appointed_at = clock.now()


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


async def invite_mentor(tx: Tx, nomination_id: uuid.UUID, *, demo: bool) -> tuple[Invitation, str]:
    """The university hands the mentor a one-time link, once the city has passed the first review. Raises 404, 409."""
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_RECOMMEND)
    if nomination.state in ("draft", "recommended", "rejected"):
        raise Problem("wrong_state", 409, state=nomination.state)
    if nomination.account_id is not None:
        joined = await tx.session.get(Account, nomination.account_id)
        if joined is not None and joined.password_hash is not None:
            raise Problem("joined_already", 409)
    form = InvitationForm(unit_id=nomination.university_id, role=Role.MENTOR, name=nomination.name)
    invitation, secret = await people.invite(tx, form, demo=demo)
    nomination.account_id = invitation.account_id
    audit.note(tx.session, nomination, Act("nomination.invite_mentor"))
    await tx.session.flush()
    return invitation, secret


async def invite_member(
    tx: Tx, nomination_id: uuid.UUID, member_id: uuid.UUID, *, demo: bool
) -> tuple[Invitation, str]:
    """The mentor hands a member of the team a one-time link. Raises 404, 403, 409 once the member has joined."""
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_PROFILE)
    member = await tx.session.get(TeamMember, member_id)
    if member is None or member.nomination_id != nomination.id:
        raise not_found()
    if member.account_id is not None:
        joined = await tx.session.get(Account, member.account_id)
        if joined is not None and joined.password_hash is not None:
            raise Problem("joined_already", 409)
    form = InvitationForm(unit_id=nomination.university_id, role=Role.TEAM_MEMBER, name=member.name)
    invitation, secret = await people.invite(tx, form, demo=demo)
    member.account_id = invitation.account_id
    audit.note(tx.session, member, Act("nomination.invite_member"))
    await tx.session.flush()
    return invitation, secret


async def _own_profile(tx: Tx, nomination_id: uuid.UUID) -> Nomination:
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_PROFILE)
    if nomination.state != "city_reviewed":
        raise Problem("wrong_state", 409, state=nomination.state)
    return nomination


async def enter_profile(tx: Tx, vault: Vault, nomination_id: uuid.UUID, form: ProfileForm) -> Nomination:
    """The mentor's own details. Raises 422 for more students than the plan allows (P8)."""
    nomination = await _own_profile(tx, nomination_id)
    ask_version(nomination, form.version)
    plan = await plan_of(tx.session, nomination.cycle_id)
    if form.capacity > plan.mentors.capacity:
        raise invalid(FieldError("/capacity", "less_than_equal", {"le": plan.mentors.capacity}))
    nomination.research, nomination.introduction = form.research, form.introduction
    nomination.capacity = form.capacity
    account = await tx.session.get(Account, tx.actor.account_id)
    if form.phone is not None and account is not None:
        account.phone_sealed, account.phone_index = vault.seal(form.phone), phone_index(vault, form.phone)
    audit.note(tx.session, nomination, Act("nomination.enter_profile"))
    await tx.session.flush()
    return nomination


async def add_team_member(tx: Tx, nomination_id: uuid.UUID, form: TeamMemberForm) -> TeamMember:
    """A member of the team. Raises 422 below the plan's degree *and* title (P7, hard)."""
    return await join_team(tx, await _own_profile(tx, nomination_id), form)


async def join_team(
    tx: Tx, nomination: Nomination, form: TeamMemberForm, found: TeamMember | None = None
) -> TeamMember:
    """A member joins, or is corrected, before the profile is handed in. Raises 409, 422 as `add_team_member`."""
    if nomination.state not in ("draft", "recommended", "city_reviewed"):
        raise Problem("wrong_state", 409, state=nomination.state)
    plan = await plan_of(tx.session, nomination.cycle_id)
    levels = list(TitleLevel)
    low_title = levels.index(form.title_level) < levels.index(plan.mentors.team_title_level)
    if _below(form.degree, plan.mentors.team_degree) and low_title:
        raise invalid(FieldError("/degree", "team_rule"), FieldError("/title_level", "team_rule"))
    facts = form.model_dump(mode="json")
    member = found or TeamMember(id=new_id(), nomination_id=nomination.id, **facts)
    for name, value in facts.items():
        setattr(member, name, value)
    tx.session.add(member)
    await tx.session.flush()
    return member


async def remove_team_member(tx: Tx, nomination_id: uuid.UUID, member_id: uuid.UUID) -> None:
    """Take a member out of the team again. Raises 404."""
    nomination = await _own_profile(tx, nomination_id)
    member = await tx.session.get(TeamMember, member_id)
    if member is None or member.nomination_id != nomination.id:
        raise not_found()
    await tx.session.delete(member)
    await tx.session.flush()
