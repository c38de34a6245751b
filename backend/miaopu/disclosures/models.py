"""Lists on public notice (公示) in their editions, what was objected to (异议), and its review (复核) (P16a)."""

import uuid
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Stateful
from miaopu.core.sealing import SEALED
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

DisclosureKind = Literal["mentor", "shortlist", "selected", "final"]
KINDS = get_args(DisclosureKind)
DISCLOSURE_STATES = ("standing", "replaced")
DISCLOSURE_FLOW = Flow(
    thing="disclosure",
    states=DISCLOSURE_STATES,
    # Taken by the correction of the list itself, which is an act of the list's own room.
    edges=(Edge(("standing",), "replace", "replaced", P.OBJECTION_ANSWER, needs_reason=True, form=True, aside=True),),
)
OBJECTION_STATES = ("open", "reviewing", "upheld", "dismissed")
UNANSWERED = OBJECTION_STATES[:2]
OBJECTION_FLOW = Flow(
    thing="objection",
    states=OBJECTION_STATES,
    edges=(
        Edge(("open",), "take_up", "reviewing", P.OBJECTION_ANSWER),
        Edge(("reviewing",), "uphold", "upheld", P.OBJECTION_ANSWER, needs_reason=True),
        Edge(("reviewing",), "dismiss", "dismissed", P.OBJECTION_ANSWER, needs_reason=True),
    ),
)


class Disclosure(Stateful, Base):
    """One edition of a list on public notice. A correction is a new edition; the old one is kept beside it.

    `thing_id` is what the list is of: a nomination, a line, a round of interviews, or the cycle for the final list.
    """

    __tablename__ = "disclosures"
    __thing__ = "disclosure"
    __table_args__ = (
        UniqueConstraint("kind", "thing_id", "subject", "edition"),
        Index(
            "uq_disclosures_standing", "kind", "thing_id", "subject", unique=True, postgresql_where="state = 'standing'"
        ),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", DISCLOSURE_STATES), name="state"),
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint("began_at < ends_at", name="period"),
        CheckConstraint("edition = 1 OR reason <> ''", name="correction_has_reason"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[uuid.UUID]
    city_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    edition: Mapped[int] = mapped_column(Integer, default=1)
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[datetime]
    # The safe columns, as everybody sees them while the notice runs.
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info={"personal": True})
    # How many stand on it without being shown (no consent to publication).
    unnamed: Mapped[int] = mapped_column(Integer, default=0)
    # All that the list follows from, frozen with it; and its SHA-256, which is public.
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": True})
    evidence_digest: Mapped[str] = mapped_column(String(64))
    released_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    # Why there is another edition.
    reason: Mapped[str] = mapped_column(String(2000), default="")


class Objection(Stateful, Base):
    """What anybody objects to on a list while its notice runs; answered by who had no hand in the list."""

    __tablename__ = "objections"
    __thing__ = "objection"
    __table_args__ = (
        UniqueConstraint("receipt"),
        CheckConstraint(one_of("state", OBJECTION_STATES), name="state"),
        CheckConstraint("(state IN ('upheld', 'dismissed')) = (answered_at IS NOT NULL)", name="answered"),
        CheckConstraint("corrected_by_id IS NULL OR state = 'upheld'", name="corrected_when_upheld"),
        Index("ix_objections_disclosure_id", "disclosure_id"),
    )

    disclosure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disclosures.id"))
    receipt: Mapped[str] = mapped_column(String(40))
    # The line that it is about, as the list shows it; empty for one who is missing, or for the whole list.
    about: Mapped[str] = mapped_column(String(100), default="")
    text: Mapped[str] = mapped_column(String(4000), info={"personal": True})
    # Nobody is found by it, so there is no index. In clear only from before it was sealed, until the next sweep.
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    contact: Mapped[str] = mapped_column(String(200), default="", info={"personal": True})
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    # The end of the last working day on which it is answered in time.
    due_at: Mapped[datetime]
    reviewer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    answer: Mapped[str] = mapped_column(String(4000), default="")
    answered_at: Mapped[datetime | None]
    # The edition that put right what was objected to.
    corrected_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("disclosures.id"))
