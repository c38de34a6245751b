"""Initial, mid-term and annual evaluation, the final (P22–P25)."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S

INITIAL_STATES = ("draft", "submitted")
INITIAL_FLOW = Flow(
    thing="initial_evaluation",
    states=INITIAL_STATES,
    edges=(Edge(("draft",), "submit", "submitted", P.EVALUATION_INITIAL, S.INITIAL_EVALUATION),),
)

MIDTERM_STATES = ("draft", "submitted", "confirmed", "objected", "filed")
M = S.MIDTERM_EVALUATION
# A fail needs two people: the mentor and the city. It takes effect when it is filed after the time to object.
MIDTERM_FLOW = Flow(
    thing="midterm_evaluation",
    states=MIDTERM_STATES,
    edges=(
        Edge(("draft",), "submit", "submitted", P.EVALUATION_MIDTERM, M),
        Edge(("submitted",), "confirm", "confirmed", P.EVALUATION_MIDTERM_CONFIRM, M),
        Edge(("submitted",), "return_for_changes", "draft", P.EVALUATION_MIDTERM_CONFIRM, M, needs_reason=True),
        Edge(("confirmed",), "object", "objected", P.EVALUATION_OBJECT, needs_reason=True),
        Edge(("objected",), "uphold_objection", "confirmed", P.EVALUATION_MIDTERM_CONFIRM, needs_reason=True),
        Edge(("objected",), "dismiss_objection", "confirmed", P.EVALUATION_MIDTERM_CONFIRM, needs_reason=True),
        # All of a city at once, with its summary.
        Edge(("confirmed",), "file", "filed", P.EVALUATION_FILE, form=True),
    ),
)  # fmt: skip

ANNUAL_STATES = (
    "open", "submitted", "mentor_evaluated", "recommended", "city_qualified", "city_unqualified", "graded",
)  # fmt: skip
A = S.ANNUAL_EVALUATION
ANNUAL_FLOW = Flow(
    thing="annual_evaluation",
    states=ANNUAL_STATES,
    edges=(
        Edge(("open",), "submit", "submitted", P.EVALUATION_DOSSIER, A),
        Edge(("submitted",), "return_to_student", "open", P.EVALUATION_MENTOR, A, needs_reason=True),
        Edge(("submitted",), "evaluate", "mentor_evaluated", P.EVALUATION_MENTOR, A, form=True),
        # Only who is recommended can become excellent; the region confirms what the city grades (reading).
        Edge(("mentor_evaluated",), "recommend", "recommended", P.EVALUATION_CITY, A),
        Edge(("mentor_evaluated",), "qualify", "city_qualified", P.EVALUATION_CITY, A),
        Edge(("mentor_evaluated",), "unqualify", "city_unqualified", P.EVALUATION_CITY, A, needs_reason=True),
        Edge(
            ("recommended", "city_qualified", "city_unqualified"), "grade", "graded", P.EVALUATION_GRADE,
            S.FINAL_EVALUATION, form=True,
        ),
    ),
)  # fmt: skip


class InitialEvaluation(Stateful, Base):
    """The mentor's opinion on the first months, in the plan's fields (P22)."""

    __tablename__ = "initial_evaluations"
    __thing__ = "initial_evaluation"
    __table_args__ = (
        UniqueConstraint("enrolment_id"),
        CheckConstraint(one_of("state", INITIAL_STATES), name="state"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    opinions: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))


class MidtermEvaluation(Stateful, Base):
    """The mentor team's evaluation after the report session (P23); `overturned` when an objection was upheld."""

    __tablename__ = "midterm_evaluations"
    __thing__ = "midterm_evaluation"
    __table_args__ = (
        UniqueConstraint("enrolment_id"),
        CheckConstraint(one_of("state", MIDTERM_STATES), name="state"),
        CheckConstraint("passed OR reason <> ''", name="fail_has_reason"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> by", name="two_people"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    passed: Mapped[bool]
    reported_on: Mapped[date | None]
    opinion: Mapped[str] = mapped_column(String(4000), default="")
    # The team's judgement on each dimension of the plan: {code: {level, reason}}.
    judgements: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # What was asked after the report and how it was answered; then the aims of the second half.
    questions: Mapped[str] = mapped_column(String(4000), default="")
    second_half: Mapped[str] = mapped_column(String(4000), default="")
    reason: Mapped[str] = mapped_column(String(2000), default="")
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    objection_until: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(String(2000), default="")
    overturned: Mapped[bool] = mapped_column(default=False)


# Drawn for each work when its row is made (the first ten digits of a random UUID are random: RFC 9562, 5.4): 40 bits
# that follow from nothing, so that who knows a student's ids can tell no work by its name.
DRAWN_WORK = "'W' || upper(left(replace(gen_random_uuid()::text, '-', ''), 10))"


class AnnualEvaluation(Stateful, Base):
    """A student's dossier, the mentor's and the city's judgement, the grade (P24, P25)."""

    __tablename__ = "annual_evaluations"
    __thing__ = "annual_evaluation"
    __table_args__ = (
        UniqueConstraint("enrolment_id"),
        UniqueConstraint("cycle_id", "work"),
        CheckConstraint(one_of("state", ANNUAL_STATES), name="state"),
        CheckConstraint("state <> 'graded' OR grade IS NOT NULL", name="grade"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    report_title: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(String(4000), default="")
    # Papers of the dossier: kind (a code of the plan), title, file.
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    mentor_level: Mapped[str | None] = mapped_column(String(32))
    mentor_opinion: Mapped[str] = mapped_column(String(4000), default="")
    mean: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    grade: Mapped[str | None] = mapped_column(String(20))
    # What judges know it by where the plan has them judge without whose it is; the trail, which names whose, lacks it.
    work: Mapped[str] = mapped_column(String(11), server_default=text(DRAWN_WORK))


class AnnualEdition(Row, Base):
    """A dossier as it was handed in, each time: what is returned and changed does not overwrite it (P24)."""

    __tablename__ = "annual_editions"
    __thing__ = "annual_edition"
    __trail__ = ("annual_evaluation", "annual_id")
    __table_args__ = (UniqueConstraint("annual_id", "number"),)

    annual_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("annual_evaluations.id"))
    number: Mapped[int]
    report_title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(4000))
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    submitted_at: Mapped[datetime]


class Sheet:
    """A work given to a judge, and the judge's scores. Who stepped back keeps the line and its reason."""

    # Those around the student learn neither who judges nor why somebody stepped back.
    __inner__: ClassVar[bool] = True

    annual_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("annual_evaluations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    score: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    recused_reason: Mapped[str] = mapped_column(String(500), default="")
    submitted_at: Mapped[datetime | None]


class PanelRound(Row, Base):
    """The seed by which a city's dossiers of a subject are spread over its judges: drawn once (P24)."""

    __tablename__ = "panel_rounds"
    __thing__ = "panel_round"
    __table_args__ = (UniqueConstraint("cycle_id", "city_id", "subject"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    seed: Mapped[str] = mapped_column(String(64))


class PanelSheet(Sheet, Row, Base):
    """A dossier and a judge of the city's panel (P24). What is handed in stays as it is."""

    __tablename__ = "panel_sheets"
    __thing__ = "panel_sheet"
    __trail__ = ("annual_evaluation", "annual_id")
    __table_args__ = (
        UniqueConstraint("annual_id", "account_id"),
        CheckConstraint("recused_reason = '' OR score IS NULL", name="recused_without_score"),
    )


class FinalRound(Row, Base):
    """The seed by which the works of a subject are spread over experts: drawn once, so that nobody picks (P25)."""

    __tablename__ = "final_rounds"
    __thing__ = "final_round"
    __table_args__ = (UniqueConstraint("cycle_id", "subject"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    subject: Mapped[str] = mapped_column(String(32))
    seed: Mapped[str] = mapped_column(String(64))


class FinalSheet(Sheet, Row, Base):
    """A finalist and an expert (P25)."""

    __tablename__ = "final_sheets"
    __thing__ = "final_sheet"
    __trail__ = ("annual_evaluation", "annual_id")
    __table_args__ = (
        UniqueConstraint("annual_id", "account_id"),
        CheckConstraint("recused_reason = '' OR score IS NULL", name="recused_without_score"),
    )

    # Given to every expert to find a common measure; a work outside the final, and no grade counts it.
    calibration: Mapped[bool] = mapped_column(default=False)
