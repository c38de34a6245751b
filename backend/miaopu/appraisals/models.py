"""The year's accounts (P27): the units' summaries with their material, and the region's appraisal of its cities."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.papers import Paper
from miaopu.programme.plan import StageCode as S

SUMMARY_STATES = ("draft", "submitted", "accepted")
# Universities and schools answer to their city, cities to the region (P27); never a unit to itself.
ABOVE = {
    UnitKind.UNIVERSITY.value: Role.CITY_OFFICE,
    UnitKind.SCHOOL.value: Role.CITY_OFFICE,
    UnitKind.CITY.value: Role.REGION_OFFICE,
}
OWNERS = {
    UnitKind.UNIVERSITY.value: Role.UNIVERSITY,
    UnitKind.SCHOOL.value: Role.SCHOOL,
    UnitKind.CITY.value: Role.CITY_OFFICE,
}
SUMMARY_FLOW = Flow(
    thing="summary",
    states=SUMMARY_STATES,
    edges=(
        Edge(("draft",), "submit", "submitted", P.SUMMARY_WRITE, S.ACCEPTANCE),
        Edge(("submitted",), "accept", "accepted", P.SUMMARY_ACCEPT, S.ACCEPTANCE),
        Edge(("submitted",), "return_for_changes", "draft", P.SUMMARY_ACCEPT, S.ACCEPTANCE, needs_reason=True),
    ),
)

APPRAISAL_STATES = ("draft", "asked", "proposed", "decided")
# Two people of the region's office: who proposes a sheet does not decide it. Judging goes on after the window
# of the summaries has closed, so only the sheet's own steps are asked.
APPRAISAL_FLOW = Flow(
    thing="appraisal",
    states=APPRAISAL_STATES,
    edges=(
        Edge(("draft",), "propose", "proposed", P.APPRAISAL_WRITE),
        Edge(("draft",), "ask_city", "asked", P.APPRAISAL_WRITE, needs_reason=True, aside=True),
        Edge(("asked",), "answer", "draft", P.APPRAISAL_ANSWER, needs_reason=True),
        Edge(("proposed",), "decide", "decided", P.APPRAISAL_DECIDE),
        Edge(("proposed",), "refuse", "draft", P.APPRAISAL_DECIDE, needs_reason=True, aside=True),
    ),
)


class Summary(Stateful, Base):
    """A unit's summary of the year. `numbers` are the platform's, as they stood when it was handed in."""

    __tablename__ = "summaries"
    __thing__ = "summary"
    __table_args__ = (
        UniqueConstraint("cycle_id", "unit_id"),
        CheckConstraint(one_of("state", SUMMARY_STATES), name="state"),
    )

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    # What is written, by the codes of the plan's sections.
    sections: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    # As `schemas.NumberLine`; none until it was handed in.
    numbers: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    submitted_at: Mapped[datetime | None]


class SummaryPaper(Paper):
    """A paper of the acceptance material (验收材料): one file of each kind the plan names."""

    __tablename__ = "summary_papers"
    __thing__ = "summary_paper"
    __trail__ = ("summary", "summary_id")
    __table_args__ = (UniqueConstraint("summary_id", "kind"),)

    summary_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("summaries.id"))


class Appraisal(Stateful, Base):
    """The region's appraisal of a city's year on the plan's sheet; the city sees it once it is decided."""

    __tablename__ = "appraisals"
    __thing__ = "appraisal"
    __table_args__ = (
        UniqueConstraint("cycle_id", "city_id"),
        CheckConstraint(one_of("state", APPRAISAL_STATES), name="state"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("decided_by <> proposed_by", name="two_people"),
        CheckConstraint("state <> 'decided' OR (total IS NOT NULL AND grade IS NOT NULL)", name="decided"),
    )

    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    # By the codes of the plan's criteria, as `schemas.AppraisalLine`.
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    comment: Mapped[str] = mapped_column(String(4000), default="")
    # The city's numbers beside which the sheet was proposed, as `schemas.NumberLine`.
    numbers: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    # Computed from the lines and the plan's grades when all lines have their points.
    total: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    grade: Mapped[str | None] = mapped_column(String(32))
    asked: Mapped[str] = mapped_column(String(2000), default="")
    answer: Mapped[str] = mapped_column(String(2000), default="")
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
