"""What the endpoints of the city's panel and of the final take and answer."""

import uuid
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure
from miaopu.evaluations.rules import Grade
from miaopu.interviews.conflict_rule import ConflictKind

TeacherKind = Literal["teacher"]
Score = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]


class PanelForm(BaseModel):
    """Give the works of a subject to judges, evenly; whoever taught a student is left out for that one."""

    subject: str = Field(max_length=32)
    account_ids: list[uuid.UUID] = Field(min_length=1, max_length=100)


class AssignForm(PanelForm):
    """The final's: with works to find a common measure by."""

    calibration: int = Field(
        default=0, ge=0, le=5, description="works outside the final that every expert judges first, to find a measure"
    )


class AssignedPanel(BaseModel):
    works: int
    sheets: int


class PanelJudge(BaseModel):
    """Somebody who can sit in the panel."""

    account_id: uuid.UUID
    name: str
    unit_name: str
    role: Literal["mentor", "expert"]


class PanelJudges(BaseModel):
    items: list[PanelJudge]
    total: int


class AssignedFinal(BaseModel):
    finalists: int
    sheets: int


class ScoreForm(BaseModel):
    scores: dict[str, Score] = Field(max_length=20)
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class RecusalForm(BaseModel):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class WithdrawForm(RecusalForm):
    """Take a work from a judge who came into conflict with it."""

    account_id: uuid.UUID


class GradeForm(BaseModel):
    """Grade a subject: finalists by the experts' means and the plan's lines, the others as their city did."""

    subject: str = Field(max_length=32)


class GradedCount(BaseModel):
    excellent: int
    qualified: int
    unqualified: int


class JudgeConflict(BaseModel):
    """Why somebody must not judge a work. What the judge declared has the judge's own reason; `teacher` is this year's
    mentor, co-mentor or one of their team; the others are found as for interviews.
    """

    annual_id: uuid.UUID
    number: str
    student_name: str
    account_id: uuid.UUID
    judge_name: str
    kind: ConflictKind | TeacherKind
    reason: str
    given: bool = Field(description="the judge was given the work before this came up, and does not see it any more")
    withdrawable: bool = Field(description="the work is not judged yet: it can be taken back and given to another")


class JudgeConflicts(BaseModel):
    items: list[JudgeConflict]
    total: int


class PanelSubject(BaseModel):
    """The panel or the final of a subject."""

    subject: str = Field(max_length=32)


class ComparedExpert(BaseModel):
    """How an expert scores beside the others, over the same works; points of a hundred."""

    name: str
    sheets: int
    waiting: int
    mean: Figure | None
    lean: Figure | None = Field(description="mean distance from the others' scores of the same works")
    severity: Figure | None = Field(description="by the additive model; none where experts share no work")
    far_off: int


class ExpertScore(BaseModel):
    expert_name: str
    score: Figure
    far_off: bool


class ComparedWork(BaseModel):
    """A work with its scores by expert, how far they lie apart, and what each way of counting gives."""

    annual_id: uuid.UUID
    number: str
    student_name: str
    calibration: bool
    scores: list[ExpertScore]
    spread: Figure | None
    means: dict[str, Figure] = Field(description="mean, and the mean corrected by severity")
    grades: dict[str, Grade]
    third_look: bool


class FinalComparison(BaseModel):
    """The scores of a subject before it is judged: the seed, the experts, the works by their mean.

    A city's panel has no lines, so its works have no grades here.
    """

    seed: str | None
    outlier_points: Figure
    experts: list[ComparedExpert]
    works: list[ComparedWork]
