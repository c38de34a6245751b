"""The public record of a selection, in numbered versions that are never changed (P16a)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row


class PublicRecord(Row, Base):
    """One version: the file for everybody, and the complete one for who supervises the selection, each as its text."""

    __tablename__ = "public_records"
    __thing__ = "public_record"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    number: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    document: Mapped[str] = mapped_column(info={"personal": True})
    digest: Mapped[str] = mapped_column(String(64))
    complete: Mapped[str] = mapped_column(info={"personal": True})
    complete_digest: Mapped[str] = mapped_column(String(64))
    # What the texts say without number and time: the same contents are not published twice.
    contents_digest: Mapped[str] = mapped_column(String(64))
