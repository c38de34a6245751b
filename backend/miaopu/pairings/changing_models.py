"""Changes in the middle of the year: leaving, and another mentor; and who had which place from when to when."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

STATES = ("proposed", "confirmed", "filed", "refused", "taken_back")
FLOW = Flow(
    thing="place_change",
    states=STATES,
    edges=(
        # In any order; the last one it waited for makes it confirmed.
        Edge(("proposed",), "confirm", "proposed", P.PLACE_CHANGE_CONFIRM),
        Edge(("proposed",), "complete", "confirmed", P.PLACE_CHANGE_CONFIRM, form=True, aside=True),
        Edge(("proposed",), "refuse", "refused", P.PLACE_CHANGE_CONFIRM, needs_reason=True, aside=True),
        Edge(("confirmed",), "file", "filed", P.ENROLMENT_LEAVE),
        Edge(("proposed", "confirmed"), "take_back", "taken_back", P.PLACE_CHANGE_PROPOSE, aside=True),
    ),
)
KINDS = ("departure", "mentor_change")
TEXT = 2000


class PlaceChange(Stateful, Base):
    """A student leaves, or gets another mentor: proposed with its reason, confirmed, filed; only then it takes effect.

    `awaiting` holds the parts (`ChangePart`) that have not confirmed yet.
    """

    __tablename__ = "place_changes"
    __thing__ = "place_change"
    __table_args__ = (
        UniqueConstraint("filing_number"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("(kind = 'mentor_change') = (new_mentor_id IS NOT NULL)", name="new_mentor"),
        CheckConstraint("new_mentor_id <> old_mentor_id", name="another_mentor"),
        CheckConstraint("state NOT IN ('confirmed', 'filed') OR cardinality(awaiting) = 0", name="all_confirmed"),
        CheckConstraint("state <> 'filed' OR filing_number IS NOT NULL", name="filed_has_number"),
        # One at a time for a student.
        Index(
            "uq_place_changes_open", "enrolment_id", unique=True,
            postgresql_where=text("state IN ('proposed', 'confirmed')"),
        ),
        Index("ix_place_changes_new_mentor", "new_mentor_id"),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(String(20))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    old_mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"), index=True)
    new_mentor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nominations.id"))
    new_university_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    reason_kind: Mapped[str] = mapped_column(String(32))
    # Health and family are nobody's business but of those who see the record: not in the trail.
    text: Mapped[str] = mapped_column(String(TEXT), info={"personal": True})
    files: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_role: Mapped[str] = mapped_column(String(32))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    awaiting: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    filed_at: Mapped[datetime | None]
    filing_number: Mapped[str | None] = mapped_column(String(60))
    filed_digest: Mapped[str | None] = mapped_column(String(64))


class PlaceChangeVoice(Row, Base):
    """One of those asked: agreed or was heard, with name, time and word."""

    __tablename__ = "place_change_voices"
    __thing__ = "place_change_voice"
    __trail__ = ("place_change", "change_id")
    __table_args__ = (UniqueConstraint("change_id", "part"),)

    change_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place_changes.id"))
    part: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    agreed: Mapped[bool]
    text: Mapped[str] = mapped_column(String(TEXT), default="", info={"personal": True})
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Mentorship(Row, Base):
    """Who had a student from when to when. The one without an end is the enrolment's own mentor."""

    __tablename__ = "mentorships"
    __thing__ = "mentorship"
    __trail__ = ("enrolment", "enrolment_id")
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="order"),
        Index(
            "uq_mentorships_current", "enrolment_id", unique=True, postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_mentorships_mentor", "mentor_id", "started_at"),
    )  # fmt: skip

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    university_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    change_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place_changes.id"))
