"""Verbs of a mentor's own part: invited by the university, enters details, puts the team together (P7, P8, P12)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.secrets import Vault
from miaopu.nominations.knowing import Earlier, OfEarlier, member_before, mentor_before
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.nominations.queries import visible
from miaopu.nominations.rules import below
from miaopu.nominations.schemas import ProfileForm, TeamMemberForm
from miaopu.people import service as people
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Invitation
from miaopu.people.permissions import Permission
from miaopu.people.queries import TAKEN_UP
from miaopu.people.roles import Role
from miaopu.people.schemas import InvitationForm
from miaopu.programme.plan_base import TitleLevel
from miaopu.programme.queries import ask_version, load, plan_of


async def invite_mentor(tx: Tx, nomination_id: uuid.UUID, *, demo: bool) -> tuple[Invitation, str]:
    """The university hands the mentor a one-time link, once the city has passed the first review. Raises 404, 409."""
    nomination = await _to_join(tx, nomination_id)
    form = InvitationForm(unit_id=nomination.university_id, role=Role.MENTOR, name=nomination.name)
    invitation, secret = await people.invite(tx, form, demo=demo)
    nomination.account_id = invitation.account_id
    audit.note(tx.session, nomination, Act("nomination.invite_mentor"))
    await tx.session.flush()
    return invitation, secret


async def _to_join(tx: Tx, nomination_id: uuid.UUID) -> Nomination:
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_RECOMMEND)
    if nomination.state in ("draft", "recommended", "rejected"):
        raise Problem("wrong_state", 409, state=nomination.state)
    await _ask_not_joined(tx, nomination.account_id)
    return nomination


async def _ask_not_joined(tx: Tx, account_id: uuid.UUID | None) -> None:
    if account_id is not None and await tx.session.scalar(select(TAKEN_UP).where(Account.id == account_id)):
        raise Problem("joined_already", 409)


async def know_mentor(tx: Tx, nomination_id: uuid.UUID) -> None:
    """The university says that this is its mentor of an earlier year: the same account goes on. Raises 404, 409."""
    nomination = await _to_join(tx, nomination_id)
    found = await tx.session.scalar(
        select(mentor_before(Earlier.account_id).scalar_subquery()).where(Nomination.id == nomination.id)
    )
    if found is None:
        raise Problem("not_known", 409)
    nomination.account_id = found
    audit.note(tx.session, nomination, Act("nomination.know_mentor"))
    await tx.session.flush()


async def know_member(tx: Tx, nomination_id: uuid.UUID, member_id: uuid.UUID) -> None:
    """The mentor says that this is a member of the earlier team: the same account goes on. Raises 404, 403, 409."""
    member = await _member_to_join(tx, await _team_of(tx, nomination_id), member_id)
    found = await tx.session.scalar(
        select(member_before(OfEarlier.account_id).scalar_subquery())
        .select_from(TeamMember)
        .join(Nomination, Nomination.id == TeamMember.nomination_id)
        .where(TeamMember.id == member.id)
    )
    if found is None:
        raise Problem("not_known", 409)
    member.account_id = found
    audit.note(tx.session, member, Act("nomination.know_member"))
    await tx.session.flush()


async def _team_of(tx: Tx, nomination_id: uuid.UUID) -> Nomination:
    nomination = await load(tx, Nomination, visible(tx.actor.role), nomination_id)
    require(tx.actor, Permission.NOMINATION_PROFILE)
    return nomination


async def _member_to_join(tx: Tx, nomination: Nomination, member_id: uuid.UUID) -> TeamMember:
    member = await tx.session.get(TeamMember, member_id)
    if member is None or member.nomination_id != nomination.id:
        raise not_found()
    await _ask_not_joined(tx, member.account_id)
    return member


async def invite_member(
    tx: Tx, nomination_id: uuid.UUID, member_id: uuid.UUID, *, demo: bool
) -> tuple[Invitation, str]:
    """The mentor hands a member of the team a one-time link. Raises 404, 403, 409 once the member has joined."""
    nomination = await _team_of(tx, nomination_id)
    member = await _member_to_join(tx, nomination, member_id)
    form = InvitationForm(unit_id=nomination.university_id, role=Role.TEAM_MEMBER, name=member.name)
    invitation, secret = await people.invite(tx, form, demo=demo)
    member.account_id = invitation.account_id
    audit.note(tx.session, member, Act("nomination.invite_member"))
    await tx.session.flush()
    return invitation, secret


async def _own_profile(tx: Tx, nomination_id: uuid.UUID) -> Nomination:
    nomination = await _team_of(tx, nomination_id)
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
    if below(form.degree, plan.mentors.team_degree) and low_title:
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
