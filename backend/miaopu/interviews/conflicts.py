"""Conflicts of interest between panellists and candidates (P16): declared by the panellist, or found here.

What is a conflict stands in `conflict_rule`. A pair in conflict is not scheduled, and where one comes up after that
the panellist does not see the turn. A match that rests on the name alone can be cleared by the office (`clearing`).
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.interviews.conflict_rule import GUARDIANS, NAMESAKE, ConflictKind, pairs
from miaopu.interviews.models import ClearedNamesake, DeclaredConflict, Panel, PanelMember, Slot
from miaopu.interviews.schemas import Cleared, ConflictItem
from miaopu.nominations.models import Nomination
from miaopu.notices.service import holders, tell
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Account
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration


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
    rows = (await tx.session.execute(pairs(people, accounts))).all()
    said = {
        (one.registration_id, one.account_id): one.reason
        for one in await tx.session.scalars(
            select(DeclaredConflict).where(
                DeclaredConflict.registration_id.in_(people), DeclaredConflict.account_id.in_(accounts)
            )
        )
    }
    cleared = await _cleared(tx, people)
    # A pair may match a guardian in several ways: the surest one says what it is.
    surest: dict[tuple[uuid.UUID, uuid.UUID], ConflictKind] = {}
    found: list[Conflict] = []
    for registration_id, account_id, code in rows:
        kind, pair = ConflictKind(code), (registration_id, account_id)
        if kind in GUARDIANS:
            surest[pair] = min(kind, surest.get(pair, kind), key=GUARDIANS.index)
        else:
            reason = said[pair] if kind is ConflictKind.DECLARED else ""
            found.append(Conflict(*pair, kind, reason))
    order = list(ConflictKind)
    found.sort(key=lambda one: (order.index(one.kind), one.registration_id, one.account_id))
    return found + [
        Conflict(*pair, kind, cleared=cleared.get(pair) if kind is NAMESAKE else None)
        for pair, kind in sorted(surest.items())
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
