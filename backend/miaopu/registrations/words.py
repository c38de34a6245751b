"""Asking again when the text of the consent has changed, and keeping what was agreed to (PIPL 14: renewed consent)."""

import hashlib
import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of
from miaopu.people.permissions import Permission
from miaopu.programme.models import Cycle
from miaopu.programme.plan_public import ConsentText
from miaopu.programme.queries import load
from miaopu.registrations.models import Registration
from miaopu.registrations.words_models import AgreedText, ConsentRevision, ConsentWord
from miaopu.registrations.words_queries import mine
from miaopu.registrations.words_schemas import ConsentSay, TextForm
from miaopu.registrations.words_texts import in_force


def digest_of(text: ConsentText) -> str:
    """SHA-256 (hex) of version, Chinese and English, a line each."""
    return hashlib.sha256(f"{text.version}\n{text.zh}\n{text.en}".encode()).hexdigest()


async def keep_text(session: AsyncSession, text: ConsentText) -> str:
    """Keep a text that somebody is about to agree to, where it is not kept yet; returns its digest."""
    digest = digest_of(text)
    row = {"digest": digest, "version": text.version, "zh": text.zh, "en": text.en, "first_at": clock.now()}
    await session.execute(insert(AgreedText).values(**row).on_conflict_do_nothing())
    return digest


async def say(tx: Tx, registration_id: uuid.UUID, form: ConsentSay, address: str) -> ConsentWord:
    """A student's or guardian's word to the present text.

    Raises:
        Problem: 404 for a registration that is nobody's of the actor, 403; 409 `consent_text_changed` where the text
            is another one than was shown.
    """
    registration = await load(tx, Registration, mine(tx.actor.role), registration_id)
    require(tx.actor, Permission.CONSENT_SAY)
    text = await in_force(tx.session, registration.cycle_id)
    if digest_of(text) != form.digest:
        raise Problem("consent_text_changed", 409)
    made = ConsentWord(
        id=new_id(),
        registration_id=registration.id,
        account_id=tx.actor.account_id,
        side=tx.actor.role.value,
        text_version=text.version,
        text_digest=await keep_text(tx.session, text),
        decision=form.decision,
        address=address,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act(f"registration.consent_again_{form.decision}"))
    await tx.session.flush()
    return made


async def release(tx: Tx, form: TextForm) -> ConsentRevision:
    """Another text for the year under way: whoever is in it is asked again at their next visit.

    Raises:
        Problem: 403; 409 `no_cycle`, or `wrong_state` where the year is not under way; 422 for a version that was
            used before in this year.
    """
    require(tx.actor, Permission.CYCLE_MANAGE)
    cycle = await tx.session.scalar(select(Cycle).where(Cycle.id == cycle_of(tx.actor)).with_for_update())
    if cycle is None or cycle.state != "open":
        raise Problem("wrong_state", 409, state=cycle.state if cycle else "")
    used = select(ConsentRevision.id).where(
        ConsentRevision.cycle_id == cycle.id, ConsentRevision.text_version == form.version
    )
    if (await in_force(tx.session, cycle.id)).version == form.version or await tx.session.scalar(used) is not None:
        raise invalid(FieldError("/version", "version_used"))
    made = ConsentRevision(
        id=new_id(),
        cycle_id=cycle.id,
        text_version=form.version,
        zh=form.zh,
        en=form.en,
        changes_zh=form.changes_zh,
        changes_en=form.changes_en,
        released_by=tx.actor.account_id,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("cycle.release_consent"))
    await tx.session.flush()
    return made
