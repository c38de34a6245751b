"""Growth logs (成长日志, P11): one for each student and session, and what a student has written of one so far."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

# `draft` lasts no longer than the transaction that hands a log in: what is being written is a GrowthDraft.
STATES = ("draft", "submitted", "returned", "accepted")
# No window of its own: a log belongs to its session, late is allowed and flagged (reading).
FLOW = Flow(
    thing="growth_log",
    states=STATES,
    edges=(
        Edge(("draft", "returned"), "submit", "submitted", P.GROWTH_WRITE),
        Edge(("submitted",), "accept", "accepted", P.GROWTH_REVIEW),
        Edge(("submitted",), "return_for_changes", "returned", P.GROWTH_REVIEW, needs_reason=True),
    ),
)
LONG = 4000
PERSONAL = {"personal": True}


class Texts:
    """What a student writes about one meeting (P11): the answers of a log and of its draft."""

    reading: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    discussed: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    heard: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    did: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    learned: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    hard: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)
    next_steps: Mapped[str] = mapped_column(String(LONG), default="", info=PERSONAL)


class GrowthLog(Texts, Stateful, Base):
    """What a student did, learned and means to do next. `late` stays as it was at the first submission.

    The trail says which texts were changed, never what stood in them: who reads the trail is not who reads a log.
    """

    __tablename__ = "growth_logs"
    __thing__ = "growth_log"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "session_id"),
        UniqueConstraint("cycle_id", "receipt_number"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_at"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    # Files claimed by this log, in the order the student gave them.
    photos: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))
    due_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    # Given at the first submission, and kept when it is handed in again.
    receipt_number: Mapped[str | None] = mapped_column(String(40))
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None]
    review: Mapped[str] = mapped_column(String(2000), default="")


class GrowthDraft(Texts, Row, Base):
    """What a student has written so far, the same on all devices; handing in takes it away. Nobody else's to see.

    The trail says that a draft was saved, never what stood in it.
    """

    __tablename__ = "growth_drafts"
    __thing__ = "growth_draft"
    __table_args__ = (UniqueConstraint("enrolment_id", "session_id"),)

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    photos: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, info=PERSONAL)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
