"""The contact chain (P21): threads about one student, what is said in them, and how far each person has read."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

STATES = ("open", "with_city", "with_region", "answered")
FLOW = Flow(
    thing="contact_thread",
    states=STATES,
    edges=(
        # Anybody who takes part, the student and the guardian too, brings a thread before the city.
        Edge(("open", "answered"), "escalate", "with_city", P.CONTACT_ESCALATE, needs_reason=True, aside=True),
        Edge(("with_city",), "answer", "answered", P.CONTACT_ANSWER, needs_reason=True),
        Edge(("open", "with_city", "answered"), "raise", "with_region", P.CONTACT_RAISE, needs_reason=True, aside=True),
        Edge(("with_region",), "answer_region", "answered", P.CONTACT_ANSWER_REGION, needs_reason=True),
    ),
)
TEXT = 4000
TITLE = 100
PERSONAL = {"personal": True}


class ContactThread(Stateful, Base):
    """A subject talked about around one student. The city always reads; the region once it is brought before it.

    Who else reads is said by role, so that a new mentor or guide teacher comes in with the office. The student never
    takes part without guide teacher and guardian: no private channel between an adult and a minor, whatever the path.
    """

    __tablename__ = "contact_threads"
    __thing__ = "contact_thread"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("NOT with_student OR (with_guide AND with_guardian)", name="student_not_alone"),
        CheckConstraint("state NOT IN ('with_city', 'with_region') OR due_at IS NOT NULL", name="escalated_is_due"),
        CheckConstraint("state <> 'with_region' OR region_at IS NOT NULL", name="region_since"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE), info=PERSONAL)
    with_team: Mapped[bool] = mapped_column(default=False)
    with_guide: Mapped[bool] = mapped_column(default=False)
    with_guardian: Mapped[bool] = mapped_column(default=False)
    with_student: Mapped[bool] = mapped_column(default=False)
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    opened_role: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When it has to be answered by, while it is before the city or the region.
    due_at: Mapped[datetime | None]
    region_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class ContactPost(Row, Base):
    """What somebody said. Never edited: taken back with a trace, the text kept for the city."""

    __tablename__ = "contact_posts"
    __thing__ = "contact_post"
    __trail__ = ("contact_thread", "thread_id")
    __table_args__ = (
        Index("ix_contact_posts_thread", "thread_id", "at", "id"),
        Index("ix_contact_posts_account", "account_id", "at"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn_has_reason"),
    )

    thread_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact_threads.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(TEXT), info=PERSONAL)
    mentions: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    files: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    # The words of an escalation or of its answer.
    act: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")


class ContactMark(Row, Base):
    """Up to when a person has read a thread."""

    __tablename__ = "contact_marks"
    __audit__ = False
    __table_args__ = (UniqueConstraint("thread_id", "account_id"),)

    thread_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact_threads.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    read_at: Mapped[datetime] = mapped_column(default=clock.now)
