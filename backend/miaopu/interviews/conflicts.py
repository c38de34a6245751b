"""Conflicts of interest between panellists and candidates (P16): declared by the panellist, or found here.

Found are: the student's school is or was the panellist's own; the student worked with the panellist in an earlier
year; a guardian has the panellist's name, telephone number or account. A pair in conflict is not scheduled. A match
that rests on the name alone can be cleared by the office (`clearing`).
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import column, func, or_, select, table

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.interviews.models import ClearedNamesake, DeclaredConflict, Panel, PanelMember, Slot
from miaopu.interviews.schemas import Cleared, ConflictItem, ConflictKind
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.notices.service import holders, tell
from miaopu.people.access import Permission, Role, require
from miaopu.people.acting import Tx
from miaopu.people.models import Account, Membership
from miaopu.registrations.models import Consent, Registration

# What may be nothing but a name that two people share.
NAMESAKE: ConflictKind = "guardian_name"
# A room to the right; only who worked with whom is read of it.
enrolments = table("enrolments", column("registration_id"), column("mentor_id"))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a panellist must not judge a candidate."""

    registration_id: uuid.UUID
    account_id: uuid.UUID
    kind: ConflictKind
    reason: str = ""
    cleared: Cleared | None = None


async def conflicts(tx: Tx, registrations: Sequence[Registration], accounts: Collection[uuid.UUID]) -> list[Conflict]:
    """What keeps these accounts from judging these candidates; what the office has cleared is left out."""
    return [one for one in await matches(tx, registrations, accounts) if one.cleared is None]


async def matches(tx: Tx, registrations: Sequence[Registration], accounts: Collection[uuid.UUID]) -> list[Conflict]:
    """All conflicts between these candidates and these accounts, cleared ones among them."""
    people = {r.id: r for r in registrations}
    if not people or not accounts:
        return []
    found = [
        Conflict(row.registration_id, row.account_id, "declared", row.reason)
        for row in await tx.session.scalars(
            select(DeclaredConflict).where(
                DeclaredConflict.registration_id.in_(people), DeclaredConflict.account_id.in_(accounts)
            )
        )
    ]
    schools = (
        await tx.session.execute(
            select(Membership.account_id, Membership.unit_id).where(
                Membership.account_id.in_(accounts),
                Membership.unit_id.in_({r.school_id for r in registrations}),
            )
        )
    ).all()
    found += [
        Conflict(r.id, account, "school") for account, unit in schools for r in registrations if r.school_id == unit
    ]
    found += await _teams(tx, registrations, accounts)
    found += await _guardians(tx, people, accounts)
    return found


async def _teams(tx: Tx, registrations: Sequence[Registration], accounts: Collection[uuid.UUID]) -> Iterable[Conflict]:
    own = {r.account_id: r.id for r in registrations}
    # Who comes back with another account is the same person by the identity number.
    same = {r.identity_index: r.id for r in registrations if r.identity_index is not None}
    rows = await tx.session.execute(
        select(Registration.account_id, Registration.identity_index, Nomination.account_id, TeamMember.account_id)
        .join(enrolments, enrolments.c.registration_id == Registration.id)
        .join(Nomination, Nomination.id == enrolments.c.mentor_id)
        .outerjoin(TeamMember, TeamMember.nomination_id == Nomination.id)
        .where(or_(Registration.account_id.in_(own), Registration.identity_index.in_(same)))
    )
    pairs = {
        (again, judge)
        for account, index, *judges in rows.all()
        for judge in judges
        if judge is not None and judge in accounts
        for again in (own.get(account), same.get(index or ""))
        if again is not None
    }
    return [Conflict(registration_id, account, "team") for registration_id, account in sorted(pairs)]


async def _guardians(
    tx: Tx, people: dict[uuid.UUID, Registration], accounts: Collection[uuid.UUID]
) -> Iterable[Conflict]:
    same_phone = func.coalesce(Account.phone_index == Consent.phone_index, False)
    rows = await tx.session.execute(
        select(Consent.registration_id, Account.id, same_phone)
        .join(Account, or_(Account.name == Consent.guardian_name, Account.phone_index == Consent.phone_index))
        .where(Consent.registration_id.in_(people), Account.id.in_(accounts))
    )
    # A pair may match in several ways and on several consents: the strongest one says what it is.
    pairs: dict[tuple[uuid.UUID, uuid.UUID], ConflictKind] = {}
    for registration_id, account, phone in rows.all():
        if phone or (registration_id, account) not in pairs:
            pairs[(registration_id, account)] = "guardian_phone" if phone else NAMESAKE
    for registration in people.values():
        guardian = registration.guardian_account_id
        if guardian is not None and guardian in accounts:
            pairs[(registration.id, guardian)] = "guardian_account"
    cleared = await _cleared(tx, people)
    return [
        Conflict(*pair, kind, cleared=cleared.get(pair) if kind == NAMESAKE else None)
        for pair, kind in sorted(pairs.items())
    ]


async def _cleared(tx: Tx, people: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], Cleared]:
    rows = await tx.session.execute(
        select(ClearedNamesake, Account.name)
        .join(Account, Account.id == ClearedNamesake.cleared_by)
        .where(ClearedNamesake.registration_id.in_(people))
    )
    return {
        (one.registration_id, one.account_id): Cleared(by_name=name, at=one.cleared_at, reason=one.reason)
        for one, name in rows.all()
    }


async def panellists(tx: Tx, panels: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """For each panel its members' accounts and names."""
    rows = await tx.session.execute(
        select(PanelMember.panel_id, PanelMember.account_id, Nomination.name)
        .join(Nomination, Nomination.id == PanelMember.mentor_id)
        .where(PanelMember.panel_id.in_(panels))
        .order_by(Nomination.name_key)
    )
    found: dict[uuid.UUID, dict[uuid.UUID, str]] = {panel: {} for panel in panels}
    for panel, account, name in rows.all():
        found[panel][account] = name
    return found


async def candidates(tx: Tx, panel: Panel) -> list[Registration]:
    """The shortlisted of a panel's subject and city."""
    rows = (
        select(Registration)
        .where(
            Registration.cycle_id == panel.cycle_id,
            Registration.city_id == panel.city_id,
            Registration.subject == panel.subject,
            Registration.state == "shortlisted",
        )
        .order_by(Registration.number)
    )
    return list(await tx.session.scalars(rows))


async def declare(tx: Tx, panel: Panel, registration_id: uuid.UUID, reason: str) -> DeclaredConflict:
    """A panellist declares a conflict with one of the subject's candidates; the office is told.

    Raises:
        Problem: 403; 409 `declared_already`; 422 `/registration_id` for who is no candidate of the panel's subject.
    """
    require(tx.actor, Permission.INTERVIEW_SCORE)
    registration = next((r for r in await candidates(tx, panel) if r.id == registration_id), None)
    if registration is None:
        raise invalid(FieldError("/registration_id", "unknown"))
    me = tx.actor.account_id
    here = (DeclaredConflict.registration_id == registration_id, DeclaredConflict.account_id == me)
    if await tx.session.scalar(select(DeclaredConflict.id).where(*here)) is not None:
        raise Problem("declared_already", 409)
    made = DeclaredConflict(id=new_id(), registration_id=registration_id, account_id=me, reason=reason)
    tx.session.add(made)
    audit.note(tx.session, made, Act("interview.declare", reason))
    await tx.session.flush()
    slot = await tx.session.scalar(select(Slot).where(Slot.registration_id == registration_id))
    await tell(
        tx.session,
        await holders(tx.session, Role.CITY_OFFICE, panel.city_id),
        "interview.declare",
        thing_type="slot" if slot else "panel",
        thing_id=slot.id if slot else panel.id,
        cycle_id=panel.cycle_id,
        title=registration.number or "",
        reason=reason,
    )
    return made


async def of_panel(tx: Tx, panel: Panel) -> list[ConflictItem]:
    """All conflicts between a panel and the candidates of its subject, for the office. Raises 403."""
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    people = {r.id: r for r in await candidates(tx, panel)}
    members = (await panellists(tx, [panel.id]))[panel.id]
    return [
        ConflictItem(
            registration_id=one.registration_id,
            registration_number=people[one.registration_id].number or "",
            name=people[one.registration_id].name,
            account_id=one.account_id,
            mentor_name=members[one.account_id],
            kind=one.kind,
            reason=one.reason,
            clearable=one.kind == NAMESAKE and one.cleared is None,
            cleared=one.cleared,
        )
        for one in await matches(tx, list(people.values()), members)
    ]
