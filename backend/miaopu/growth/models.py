"""Growth logs (成长日志, P11): one for each student and session, with or without a picture or a paper."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Stateful
from miaopu.people.access import Permission as P
from miaopu.people.models import one_of
from miaopu.programme.flow import Edge, Flow

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


class GrowthLog(Stateful, Base):
    """What a student did, learned and means to do next. `late` stays as it was at the first submission."""

    __tablename__ = "growth_logs"
    __thing__ = "growth_log"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "session_id"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_at"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    did: Mapped[str] = mapped_column(String(4000), default="")
    learned: Mapped[str] = mapped_column(String(4000), default="")
    next_steps: Mapped[str] = mapped_column(String(4000), default="")
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))
    due_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None]
    review: Mapped[str] = mapped_column(String(2000), default="")
