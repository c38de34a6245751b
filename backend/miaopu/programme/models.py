"""A cycle, its plan in versions, its stages, and the numbers of the plan that the database guards itself."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode

CYCLE_STATES = ("planned", "open", "closed")
CYCLE_FLOW = Flow(
    thing="cycle",
    states=CYCLE_STATES,
    edges=(
        Edge(("planned",), "open", "open", Permission.CYCLE_MANAGE),
        Edge(("open",), "close", "closed", Permission.CYCLE_MANAGE, needs_reason=True),
    ),
)


class Cycle(Row, Base):
    """One year of the programme (P5). Its plan can be edited until it opens and is frozen from then on."""

    __tablename__ = "cycles"
    __thing__ = "cycle"
    __table_args__ = (CheckConstraint(one_of("state", CYCLE_STATES), name="state"),)

    code: Mapped[str] = mapped_column(String(64), unique=True)
    year: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(32), default="planned")
    state_since: Mapped[datetime] = mapped_column(default=clock.now)
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB, info={"personal": True})
    plan_digest: Mapped[str] = mapped_column(String(64))
    plan_version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def cycle_id(self) -> uuid.UUID:
        """A cycle belongs to itself (what `flow.move` asks of everything)."""
        return self.id


class PlanVersion(Row, Base):
    """Each version of a plan that was ever saved, as it was written."""

    __tablename__ = "plan_versions"
    __thing__ = "plan_version"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (UniqueConstraint("cycle_id", "number"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    number: Mapped[int] = mapped_column(Integer)
    # Long text: the trail says that it changed, the version itself is here.
    source: Mapped[str] = mapped_column(info={"personal": True})
    digest: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class Stage(Row, Base):
    """A stage's window: open from `opens_at` until just before `closes_at`. Never a flag: the clock decides."""

    __tablename__ = "stages"
    __thing__ = "stage"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (
        UniqueConstraint("cycle_id", "code"),
        CheckConstraint(one_of("code", tuple(StageCode)), name="code"),
        CheckConstraint("opens_at < closes_at", name="window"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    code: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(Integer)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class CycleSubject(Base):
    """A subject of the cycle (P1)."""

    __tablename__ = "cycle_subjects"
    __thing__ = "cycle_subject"
    __trail__ = ("cycle", "cycle_id")

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80))


class CycleCity(Row, Base):
    """A city's places in the cycle (P3). Whoever gives one out locks this row first."""

    __tablename__ = "cycle_cities"
    __thing__ = "cycle_city"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (
        UniqueConstraint("cycle_id", "city_id"),
        CheckConstraint("taken BETWEEN 0 AND places", name="places"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    places: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)


class CycleCell(Base):
    """University × subject (P2): 19 cells in the plan of 2024."""

    __tablename__ = "cycle_cells"
    __thing__ = "cycle_cell"
    __trail__ = ("cycle", "cycle_id")

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    university_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32), primary_key=True)


class CycleSchool(Row, Base):
    """A school that takes part in the cycle (P4), and on what basis it was chosen."""

    __tablename__ = "cycle_schools"
    __thing__ = "cycle_school"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (UniqueConstraint("cycle_id", "school_id"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    basis: Mapped[str] = mapped_column(String(500), default="")


class DemoClock(Base):
    """How far the demo's clock is from the real one, so that a restart and the worker keep it."""

    __tablename__ = "demo_clock"
    __audit__ = False

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    offset_seconds: Mapped[float]
    # The moment a kept copy of the demo's year was made at, and its name (a stage).
    moment: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(32))
