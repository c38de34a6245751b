"""Looking through somebody else's eyes: who, at whom, why, from when to when."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row


class SupportSession(Row, Base):
    """One look. It is over at `ends_at`, or at `ended_at` where it was ended before."""

    __tablename__ = "support_sessions"
    __thing__ = "support_session"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memberships.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    person_membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("memberships.id"))
    reason: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime] = mapped_column(default=clock.real_now)
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
