"""After the training: supervision and tracking (P28–P31)."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row


class SupervisionVisit(Row, Base):
    """An expert's visit to a unit: what was looked at, what was found (P28)."""

    __tablename__ = "supervision_visits"
    __thing__ = "supervision_visit"
    __table_args__ = (Index("ix_supervision_visits_unit", "cycle_id", "unit_id"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    visited_on: Mapped[date]
    means: Mapped[str] = mapped_column(String(500))
    findings: Mapped[str] = mapped_column(String(8000))
    model_case: Mapped[bool] = mapped_column(default=False)


class TrackingEntry(Row, Base):
    """Where a former student has gone (P29–P31); `university_id` where it is one of the programme's universities."""

    __tablename__ = "tracking_entries"
    __thing__ = "tracking_entry"
    __trail__ = ("enrolment", "enrolment_id")
    __table_args__ = (
        UniqueConstraint("enrolment_id", "year"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    institution: Mapped[str] = mapped_column(String(200))
    university_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    field: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(2000), default="")
