"""Texts of the works, kept to find alike passages (P24)."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base


class WorkText(Base):
    """What a file of a dossier says, and its prints. Derived from the file, which the trail knows."""

    __tablename__ = "work_texts"
    __audit__ = False
    __table_args__ = (Index("ix_work_texts_prints", "prints", postgresql_using="gin"),)

    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("files.id"), primary_key=True)
    annual_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("annual_evaluations.id"), index=True)
    # Empty where a file holds no text that can be read: a scan, a picture.
    text: Mapped[str]
    prints: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    made_at: Mapped[datetime] = mapped_column(default=clock.real_now)
