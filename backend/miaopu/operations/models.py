"""What the installation does for itself, and what came of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, new_id

KINDS = ("backup", "drill", "chain", "doctor")


class UpkeepRun(Base):
    """A backup, a drill, a look through the trail's chain or the invariants. `facts`: figures, names, codes."""

    __tablename__ = "upkeep_runs"
    # Nothing of the programme is in it, and the chain's own check must not lengthen the chain.
    __audit__ = False
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        Index("ix_upkeep_runs_kind_began", "kind", "began_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    ok: Mapped[bool]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
