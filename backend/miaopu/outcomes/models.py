"""The year's accounts: summaries, appraisal (P27)."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.access import Permission as P
from miaopu.people.models import one_of
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S

SUMMARY_STATES = ("draft", "submitted", "accepted")
# Universities and schools answer to their city, cities to the region (P27): `service` asks who stands above.
SUMMARY_FLOW = Flow(
    thing="summary",
    states=SUMMARY_STATES,
    edges=(
        Edge(("draft",), "submit", "submitted", P.SUMMARY_WRITE, S.ACCEPTANCE),
        Edge(("submitted",), "accept", "accepted", P.SUMMARY_ACCEPT, S.ACCEPTANCE),
        Edge(("submitted",), "return_for_changes", "draft", P.SUMMARY_ACCEPT, S.ACCEPTANCE, needs_reason=True),
    ),
)


class Summary(Stateful, Base):
    """A unit's summary of the year, with its acceptance material."""

    __tablename__ = "summaries"
    __thing__ = "summary"
    __table_args__ = (
        UniqueConstraint("cycle_id", "unit_id"),
        CheckConstraint(one_of("state", SUMMARY_STATES), name="state"),
    )

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    text: Mapped[str] = mapped_column(String(20000), default="")
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))
    submitted_at: Mapped[datetime | None]


class Appraisal(Row, Base):
    """The region's appraisal of a city's year, in percent."""

    __tablename__ = "appraisals"
    __thing__ = "appraisal"
    __table_args__ = (
        UniqueConstraint("cycle_id", "city_id"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    comment: Mapped[str] = mapped_column(String(4000), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
