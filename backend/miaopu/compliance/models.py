"""Audit packs that were made: the year, who, when, the digest of the file, and a few figures."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row


class ComplianceAudit(Row, Base):
    """One pack. A later one of the same year is another row: what was handed in stays as it was (PIPL 56)."""

    __tablename__ = "compliance_audits"
    __thing__ = "compliance_audit"

    year: Mapped[int] = mapped_column(Integer, index=True)
    # False where the year was not over yet.
    complete: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("files.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    # Sums of the pack's parts, for the list: counts and days, nothing about a person.
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
