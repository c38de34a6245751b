"""Commitments: what a family handed in or was told, bound into the trail without being in it.

At the time of the act the trail's entry holds SHA-256(salt || value), and nothing else of it. Salt (32 random bytes)
and value stand in a row of their own and go when they must be forgotten: the commitment then says nothing, and
cannot be guessed at. Whoever holds value and salt can show that they were so then (`trail.receipts`).
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Base, Row, new_id
from miaopu.nominations.models import Nomination
from miaopu.people.models import Unit, one_of
from miaopu.programme.models import Cycle
from miaopu.registrations.models import MentorChoice, Registration

KINDS = ("choices", "mark")
SALT = 32


class Commitment(Row, Base):
    """One value as it stood at one time; `value` is the very text that was hashed."""

    __tablename__ = "commitments"
    __thing__ = "commitment"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("(value IS NULL) = (salt IS NULL)", name="forgotten_whole"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    commitment: Mapped[str] = mapped_column(String(64))
    value: Mapped[str | None] = mapped_column(info={"personal": True})
    salt: Mapped[bytes | None] = mapped_column(LargeBinary, info={"personal": True})


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as one text: JSON with sorted keys, without spaces, and numbers with decimals as texts (RFC 8785)."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def committed(salt: bytes, value: str) -> str:
    """The commitment, hex."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def commit(session: AsyncSession, registration: Registration, cycle_code: str, kind: str, **facts: Any) -> Commitment:
    """Bind facts of a registration into the trail, with the entry that this transaction writes."""
    moment, salt = clock.now(), secrets.token_bytes(SALT)
    about = {"kind": kind, "cycle": cycle_code, "registration": registration.number, "at": moment.isoformat()}
    value = canonical({**about, **facts})
    made = Commitment(
        id=new_id(),
        registration_id=registration.id,
        kind=kind,
        made_at=moment,
        commitment=committed(salt, value),
        value=value,
        salt=salt,
    )
    session.add(made)
    audit.note(session, made, Act("commitment.make"))
    return made


async def cycle_code(session: AsyncSession, cycle_id: uuid.UUID) -> str:
    """The code of a cycle, as the facts name it."""
    found = await session.get(Cycle, cycle_id)
    assert found is not None
    return found.code


async def commit_choices(session: AsyncSession, registration: Registration) -> None:
    """The ranked mentors as they are handed in."""
    rows = await session.execute(
        select(MentorChoice.rank, Nomination.name, Unit.name.label("university"))
        .join(Nomination, Nomination.id == MentorChoice.mentor_id)
        .join(Unit, Unit.id == Nomination.university_id)
        .where(MentorChoice.registration_id == registration.id)
        .order_by(MentorChoice.rank)
    )
    choices = [{"rank": row.rank, "mentor": row.name, "university": row.university} for row in rows]
    code = await cycle_code(session, registration.cycle_id)
    commit(session, registration, code, "choices", subject=registration.subject, choices=choices)
