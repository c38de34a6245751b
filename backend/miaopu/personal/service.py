"""Verbs of the room of personal data: what is kept, told in words; a sealed detail, opened for a purpose."""

import json

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import Language, not_found, say
from miaopu.core.read import Reader
from miaopu.core.secrets import Vault
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.personal.kept import KEPT, Kept
from miaopu.personal.queries import newest_plan
from miaopu.personal.schemas import KeptLine, KeptTable, Revealed, RevealForm
from miaopu.programme.plan_personal import Retention
from miaopu.programme.queries import load
from miaopu.registrations.models import Consent, Registration
from miaopu.registrations.queries import visible

PLANNED = ("identity", "guardian", "application", "growth")


async def told(reads: Reader, language: Language) -> KeptTable:
    """The table of `kept`, in words, with the years of the newest plan (PIPL 17)."""
    rows = await reads.rows(newest_plan())
    given = rows[0]["retention"] if rows else None
    retention = Retention.model_validate(json.loads(given)) if given else Retention()
    return KeptTable(items=[_line(one, retention, language) for one in KEPT])


def _line(one: Kept, retention: Retention, language: Language) -> KeptLine:
    years = retention.years(one.until) if one.until in PLANNED else None  # type: ignore[arg-type]
    facts = {"years": years, "months": retention.technical_months}
    until = "years" if years is not None else one.until
    return KeptLine(
        code=one.code,
        name=say(language, f"kept.name.{one.code}", {}),
        purpose=say(language, f"kept.purpose.{one.purpose}", {}),
        basis=say(language, f"kept.basis.{one.basis}", {}),
        until=say(language, f"kept.until.{until}", facts),
        years=years,
        seen_by=list(one.seen_by),
        sealed=one.sealed,
    )


async def reveal(tx: Tx, vault: Vault, form: RevealForm) -> Revealed:
    """Open one sealed detail; who, what for and why stand in the trail, where the family reads them (PIPL 28, 44).

    Raises 404 outside the reader's scope or where there is nothing (any more), 403.
    """
    registration = await load(tx, Registration, visible(tx.actor.role), form.registration_id)
    require(tx.actor, Permission.REGISTRATION_REVEAL)
    sealed = registration.identity_sealed
    if form.field == "guardian_phone":
        sealed = await tx.session.scalar(
            select(Consent.phone_sealed)
            .where(Consent.registration_id == registration.id)
            # The consent that holds, else the one asked last.
            .order_by(Consent.given_at.desc().nulls_last(), Consent.asked_at.desc())
            .limit(1)
        )
    value = vault.open(sealed) if sealed else ""
    if not value:
        raise not_found()
    act = Act("registration.reveal", reason=form.reason)
    audit.record(tx.session, act, "registration", registration.id, field=form.field, purpose=form.purpose)
    return Revealed(value=value)
