"""Feedback at the plan's fixed points, kept apart by whom it is about (P17, P21)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.people.models import one_of

ABOUT = ("student", "mentoring")


class Feedback(Row, Base):
    """What a mentor says of a student, or a student of the mentoring, at one point.

    The trail says that it was written, never what: what a student says of the mentoring is for the city alone.
    """

    __tablename__ = "feedback"
    __thing__ = "feedback"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "point", "about"),
        CheckConstraint(one_of("about", ABOUT), name="about"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    point: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(16))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": True})
    written_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
