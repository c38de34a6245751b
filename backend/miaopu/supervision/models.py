"""Supervision (P28): experts' visits, what they found and what was answered, model cases and who consents to them."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow

FINDING_STATES = ("open", "answered", "accepted")
FINDING_FLOW = Flow(
    thing="finding",
    states=FINDING_STATES,
    edges=(
        Edge(("open",), "answer", "answered", P.FINDING_ANSWER, form=True),
        Edge(("answered",), "accept", "accepted", P.FINDING_ACCEPT),
        Edge(("answered",), "return_answer", "open", P.FINDING_ACCEPT, needs_reason=True),
    ),
)

CASE_STATES = ("proposed", "agreed", "refused", "published")
CASE_FLOW = Flow(
    thing="model_case",
    states=CASE_STATES,
    edges=(
        Edge(("proposed", "refused"), "agree", "agreed", P.CASE_CONSENT, form=True),
        Edge(("proposed",), "refuse", "refused", P.CASE_CONSENT, needs_reason=True),
        Edge(("agreed",), "publish", "published", P.CASE_PUBLISH),
        # A consent can be withdrawn whenever one likes; the public page forgets the case at once.
        Edge(("agreed", "published"), "withdraw", "refused", P.CASE_CONSENT, needs_reason=True, aside=True),
        Edge(("published",), "take_down", "agreed", P.CASE_PUBLISH, needs_reason=True, aside=True),
    ),
)
WORDS = ("given", "refused", "withdrawn")


class SupervisionVisit(Row, Base):
    """An expert's visit to a unit: by what means of the plan, and what it came to on the whole."""

    __tablename__ = "supervision_visits"
    __thing__ = "supervision_visit"
    __table_args__ = (Index("ix_supervision_visits_unit", "cycle_id", "unit_id"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    visited_on: Mapped[date]
    # Codes of the plan's means of supervision.
    means: Mapped[list[str]] = mapped_column(JSONB, default=list)
    note: Mapped[str] = mapped_column(String(8600), default="")


class Finding(Stateful, Base):
    """One thing found, whose it is to put right and by when; what its owner answers."""

    __tablename__ = "findings"
    __thing__ = "finding"
    __table_args__ = (
        CheckConstraint(one_of("state", FINDING_STATES), name="state"),
        CheckConstraint("state = 'open' OR answer <> ''", name="answered"),
        Index("ix_findings_unit_state", "unit_id", "state"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supervision_visits.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str] = mapped_column(String(4000))
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(4000), default="")
    answered_at: Mapped[datetime | None]


class ModelCase(Stateful, Base):
    """What a visit found worth showing to all (先进典型和特色案例)."""

    __tablename__ = "model_cases"
    __thing__ = "model_case"
    __table_args__ = (CheckConstraint(one_of("state", CASE_STATES), name="state"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supervision_visits.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(8000))
    published_at: Mapped[datetime | None]


class CasePerson(Row, Base):
    """One who is named in a model case, or the guardian of one, and what each says of its publication."""

    __tablename__ = "model_case_people"
    __thing__ = "model_case_person"
    __trail__ = ("model_case", "case_id")
    __table_args__ = (
        UniqueConstraint("case_id", "account_id"),
        CheckConstraint("said IS NULL OR " + one_of("said", WORDS), name="said"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("model_cases.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    guardian: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str | None] = mapped_column(String(20))
    said_at: Mapped[datetime | None]
    text_version: Mapped[str] = mapped_column(String(40), default="")
    # The text as it was consented to; an earlier word is in the trail.
    text: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
