"""What a unit brought in by workbook: which file, by whom, what was wrong with it, what came of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.people.models import one_of

# checking → ready or faulty; ready → entering → entered, or faulty when something changed meanwhile.
STATES = ("checking", "faulty", "ready", "entering", "entered", "failed")


class Import(Row, Base):
    """One workbook. `problems` holds the faults by row and column (the first of very many), as codes and params."""

    __tablename__ = "imports"
    __thing__ = "import"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        Index("ix_imports_unit", "cycle_id", "unit_id", "created_at"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    kind: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    city_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memberships.id"))
    role: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("files.id"))
    # Empty once the workbook is erased. People write names into it: the trail says only that there was one.
    file_name: Mapped[str] = mapped_column(String(200), info={"personal": True})
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="checking")
    rows: Mapped[int] = mapped_column(Integer, default=0)
    new: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    same: Mapped[int] = mapped_column(Integer, default=0)
    faults: Mapped[int] = mapped_column(Integer, default=0)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, info={"personal": True})
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    entered_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
