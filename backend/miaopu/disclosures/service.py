"""Verbs of public notices: a list goes up with its evidence, is objected to, looked at again, put right (P16a)."""

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem, not_found
from miaopu.core.secrets import Vault, new_code
from miaopu.disclosures.models import DISCLOSURE_FLOW, OBJECTION_FLOW, UNANSWERED, Disclosure, DisclosureKind, Objection
from miaopu.disclosures.queries import objection_record, visible_objections
from miaopu.disclosures.schemas import DisclosedLine, ObjectionAction, ObjectionForm, ObjectionRecord
from miaopu.notices.service import holders, tell
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import load, plan_of


def digest_of(evidence: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of evidence as canonical JSON."""
    text = json.dumps(evidence, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes up: the lines everybody sees, how many stand unnamed beside them, and what all of it follows from."""

    lines: Sequence[DisclosedLine]
    evidence: Mapping[str, Any]
    unnamed: int = 0


async def disclose(
    tx: Tx,
    kind: DisclosureKind,
    thing_id: uuid.UUID,
    subject: str,
    shown: Shown,
    *,
    cycle_id: uuid.UUID,
    city_id: uuid.UUID | None = None,
    days: int | None = None,
) -> Disclosure:
    """Put a list on public notice for the plan's working days (or `days`), with all that it follows from."""
    made = await _edition(tx, cycle_id, shown, days)
    made.kind, made.thing_id, made.subject, made.city_id = kind, thing_id, subject, city_id
    tx.session.add(made)
    audit.note(tx.session, made, Act("disclosure.publish"))
    await tx.session.flush()
    return made


async def _edition(tx: Tx, cycle_id: uuid.UUID, shown: Shown, days: int | None = None) -> Disclosure:
    plan = await plan_of(tx.session, cycle_id)
    return Disclosure(
        id=new_id(),
        cycle_id=cycle_id,
        state="standing",
        ends_at=plan.working_days_after(clock.now(), days or plan.public_lists.notice_working_days),
        lines=[line.model_dump(exclude_defaults=True) for line in shown.lines],
        unnamed=shown.unnamed,
        evidence=dict(shown.evidence),
        evidence_digest=digest_of(shown.evidence),
        released_by=tx.actor.account_id,
    )


async def standing(session: AsyncSession, kind: DisclosureKind, thing_id: uuid.UUID, subject: str) -> Disclosure | None:
    """The edition of a list that stands."""
    return await session.scalar(
        select(Disclosure).where(
            Disclosure.kind == kind,
            Disclosure.thing_id == thing_id,
            Disclosure.subject == subject,
            Disclosure.state == "standing",
        )
    )


async def ask_no_objection(
    session: AsyncSession, kind: DisclosureKind, thing_ids: Sequence[uuid.UUID], subjects: Sequence[str] = ()
) -> None:
    """Ask that nothing objected to on these lists waits for its answer, or for its correction.

    Raises:
        Problem: 409 `objection_open`.
    """
    rows = (
        select(func.count())
        .select_from(Objection)
        .join(Disclosure, Disclosure.id == Objection.disclosure_id)
        .where(
            Disclosure.kind == kind,
            Disclosure.thing_id.in_(thing_ids),
            Objection.state.in_(UNANSWERED) | ((Objection.state == "upheld") & Objection.corrected_by_id.is_(None)),
        )
    )
    if subjects:
        rows = rows.where(Disclosure.subject.in_(subjects))
    if waiting := await session.scalar(rows):
        raise Problem("objection_open", 409, count=waiting)


async def object_to(session: AsyncSession, vault: Vault, disclosure_id: uuid.UUID, form: ObjectionForm) -> Objection:
    """Anybody objects while the notice runs; who answers it is told. Raises 404 when there is no such notice."""
    found = await session.get(Disclosure, disclosure_id)
    if found is None or found.state != "standing" or clock.now() >= found.ends_at:
        raise not_found()
    plan = await plan_of(session, found.cycle_id)
    made = Objection(
        id=new_id(),
        cycle_id=found.cycle_id,
        state="open",
        disclosure_id=found.id,
        receipt=new_code(),
        due_at=plan.working_days_after(clock.now(), plan.public_lists.answer_working_days),
        contact_sealed=vault.seal(form.contact) if form.contact else None,
        **form.model_dump(exclude={"contact"}),
    )
    session.add(made)
    audit.note(session, made, Act("objection.raise"))
    await session.flush()
    await tell(
        session,
        await holders(session, Role.REGION_OFFICE, None),
        "objection.raise",
        thing_type="objection",
        thing_id=made.id,
        cycle_id=found.cycle_id,
        title=plan.subject_name(found.subject),
    )
    return made


async def shown(reads: Reads, vault: Vault, objection_id: uuid.UUID) -> ObjectionRecord:
    """One objection, the contact opened for who answers it. Raises 404."""
    text = await reads.text(objection_record(reads.actor.role), id=objection_id)
    if text is None:
        raise not_found()
    record = json.loads(text)
    sealed = record.pop("contact_sealed")
    if sealed:
        record["contact"] = vault.open(base64.b64decode(sealed))
    return ObjectionRecord.model_validate(record)


async def seal_contacts(session: AsyncSession, vault: Vault) -> int:
    """Contacts that stand in clear from before they were sealed; returns how many."""
    found = list(await session.scalars(select(Objection).where(Objection.contact != "").with_for_update()))
    for one in found:
        one.contact_sealed, one.contact = vault.seal(one.contact), ""
    await session.flush()
    return len(found)


async def act(tx: Tx, objection_id: uuid.UUID, action: ObjectionAction, form: Move) -> Objection:
    """Take an objection up, then answer it with a reason; by somebody who did not put the list out.

    Raises:
        Problem: as `flow.move`; 409 `needs_another_person`.
    """
    found = await load(tx, Objection, visible_objections(tx.actor.role), objection_id)
    require(tx.actor, Permission.OBJECTION_ANSWER)
    listed = await tx.session.get(Disclosure, found.disclosure_id)
    assert listed is not None
    # A mentor's notice follows from two organisers' approvals: who puts it out decides nothing.
    if listed.kind != "mentor" and listed.released_by == tx.actor.account_id:
        raise Problem("needs_another_person", 409)
    if action == "take_up":
        found.reviewer_id = tx.actor.account_id
    elif OBJECTION_FLOW.edge(found.state, action) is not None:
        found.answer, found.answered_at = form.reason or "", clock.now()
    await move(tx, OBJECTION_FLOW, found, action, version=form.version, reason=form.reason)
    return found


async def ask_correction(tx: Tx, objection_id: uuid.UUID, kind: DisclosureKind) -> tuple[Objection, Disclosure]:
    """An upheld objection whose list is to be put right now, by somebody else than who upheld it; and that list.

    Raises:
        Problem: 404; 409 `wrong_state` when it is not upheld or has been put right, `needs_another_person`.
    """
    found = await load(tx, Objection, visible_objections(tx.actor.role), objection_id)
    listed = await tx.session.get(Disclosure, found.disclosure_id)
    assert listed is not None
    if listed.kind != kind:
        raise not_found()
    if found.state != "upheld" or found.corrected_by_id is not None:
        raise Problem("wrong_state", 409, state=found.state)
    if found.reviewer_id == tx.actor.account_id:
        raise Problem("needs_another_person", 409)
    current = await standing(tx.session, kind, listed.thing_id, listed.subject)
    if current is None:
        raise not_found()
    return found, current


async def republish(
    tx: Tx, before: Disclosure, reason: str, shown: Shown, objections: Sequence[Objection]
) -> Disclosure:
    """A new edition in the place of the one that stands, on notice anew; the old one is kept. Raises as `move`.

    Args:
        objections: the upheld ones that it puts right.
    """
    await move(tx, DISCLOSURE_FLOW, before, "replace", version=None, reason=reason)
    made = await _edition(tx, before.cycle_id, shown)
    made.kind, made.thing_id, made.subject, made.city_id = before.kind, before.thing_id, before.subject, before.city_id
    made.edition, made.reason = before.edition + 1, reason
    tx.session.add(made)
    audit.note(tx.session, made, Act("disclosure.correct", reason))
    await tx.session.flush()
    for objection in objections:
        objection.corrected_by_id = made.id
        audit.note(tx.session, objection, Act("objection.correct"))
    await tx.session.flush()
    return made


async def upheld(session: AsyncSession, listed: Disclosure) -> list[Objection]:
    """The objections to an edition that were upheld and are not put right yet."""
    return list(
        await session.scalars(
            select(Objection).where(
                Objection.disclosure_id == listed.id,
                Objection.state == "upheld",
                Objection.corrected_by_id.is_(None),
            )
        )
    )
