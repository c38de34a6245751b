"""What the endpoints of the evaluations and certificates take and answer."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.disclosures.schemas import Correction
from miaopu.evaluations.rules import Grade
from miaopu.programme.flow import RecordOf

InitialState = Literal["draft", "submitted"]
InitialAction = Literal["submit"]
MidtermState = Literal["draft", "submitted", "confirmed", "objected", "filed"]
MidtermAction = Literal["submit", "confirm", "return_for_changes", "object", "uphold_objection", "dismiss_objection"]
AnnualState = Literal[
    "open", "submitted", "mentor_evaluated", "recommended", "city_qualified", "city_unqualified", "graded"
]
AnnualAction = Literal["submit", "return_to_student", "recommend", "qualify", "unqualify"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Score = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]


class EvaluationItem(BaseModel):
    """What every evaluation shows of its student."""

    id: uuid.UUID
    enrolment_id: uuid.UUID
    number: str
    student_name: str
    subject: str
    school_name: str
    city_name: str
    mentor_name: str
    university_name: str
    state_since: datetime
    version: int


class InitialForm(BaseModel):
    """Opinions in the plan's fields; the first call creates the draft."""

    enrolment_id: uuid.UUID
    version: int | None = Field(default=None, ge=1)
    opinions: dict[str, Long] = Field(max_length=20)


class InitialItem(EvaluationItem):
    state: InitialState


class InitialPage(PageOf):
    items: list[InitialItem]


class InitialRecord(InitialItem, RecordOf):
    state: InitialState
    state_since: datetime
    opinions: dict[str, str]


class Judgement(BaseModel):
    """How far a student has come in one dimension of the plan, and why one says so."""

    level: str = Field(max_length=32)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class MidtermForm(BaseModel):
    """The evaluation after the report session; a fail has its reason."""

    enrolment_id: uuid.UUID
    version: int | None = Field(default=None, ge=1)
    passed: bool
    reported_on: date | None = None
    opinion: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    questions: Long = ""
    second_half: Long = ""
    judgements: dict[str, Judgement] = Field(default_factory=dict, max_length=20)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class MidtermItem(EvaluationItem):
    passed: bool
    overturned: bool
    objection_until: datetime | None
    state: MidtermState


class MidtermPage(PageOf):
    items: list[MidtermItem]


class MidtermRecord(MidtermItem, RecordOf):
    state: MidtermState
    reported_on: date | None
    opinion: str
    judgements: dict[str, Judgement]
    questions: str
    second_half: str
    reason: str
    objection: str


class Material(BaseModel):
    kind: str = Field(max_length=32)
    title: Line
    file_id: uuid.UUID | None = None


class DossierForm(BaseModel):
    """A student's dossier; the first call opens it."""

    enrolment_id: uuid.UUID
    version: int | None = Field(default=None, ge=1)
    report_title: Line
    summary: Long = ""
    materials: list[Material] = Field(default_factory=list, max_length=30)


class MentorForm(BaseModel):
    version: int = Field(ge=1)
    level: str = Field(max_length=32)
    opinion: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class AnnualItem(EvaluationItem):
    report_title: str
    mentor_level: str | None
    grade: Grade | None
    experts: int
    scored: int
    state: AnnualState


class AnnualPage(PageOf):
    items: list[AnnualItem]


class FinalSheetItem(BaseModel):
    """An expert's sheet: to its expert, and to the region."""

    id: uuid.UUID
    expert_name: str
    mine: bool
    scores: dict[str, str]
    score: Figure | None
    comment: str
    recused_reason: str
    calibration: bool
    submitted_at: datetime | None


class EditionShown(BaseModel):
    """A dossier as it was handed in before."""

    number: int
    report_title: str
    summary: str
    materials: list[Material]
    submitted_at: datetime


class AnnualRecord(AnnualItem, RecordOf):
    state: AnnualState
    summary: str
    materials: list[Material]
    mentor_opinion: str
    mean: Figure | None
    sheets: list[FinalSheetItem]
    editions: list[EditionShown]


class AssignForm(BaseModel):
    """Give the finalists of a subject to experts, evenly; whoever taught a student is left out for that one."""

    subject: str = Field(max_length=32)
    account_ids: list[uuid.UUID] = Field(min_length=1, max_length=100)
    calibration: int = Field(
        default=0, ge=0, le=5, description="works outside the final that every expert judges first, to find a measure"
    )


class AssignedFinal(BaseModel):
    finalists: int
    sheets: int


class FinalScoreForm(BaseModel):
    scores: dict[str, Score] = Field(max_length=20)
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class RecusalForm(BaseModel):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class GradeForm(BaseModel):
    """Grade a subject: finalists by the experts' means and the plan's lines, the others as their city did."""

    subject: str = Field(max_length=32)


class GradedCount(BaseModel):
    excellent: int
    qualified: int
    unqualified: int


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
    """The final of a subject before it is graded: the seed, the experts, the works by their mean."""

    seed: str | None
    outlier_points: Figure
    experts: list[ComparedExpert]
    works: list[ComparedWork]


class Issued(BaseModel):
    certificates: int
    without: int = Field(description="ended the year without a certificate")


CertificateStatus = Literal["valid", "revoked", "replaced"]


class Revocation(BaseModel):
    version: int = Field(ge=1)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class Reissue(Revocation):
    """Another paper for the same student; `name` where the old one had it wrong."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None


class CertificateItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    number: str
    code: str
    grade: Literal["excellent", "qualified"]
    name: str
    subject: str
    mentor_name: str
    university_name: str
    school_name: str
    city_name: str
    issued_at: datetime
    status: CertificateStatus
    revoked_at: datetime | None
    revoked_reason: str
    version: int


class CertificatePage(PageOf):
    items: list[CertificateItem]


class CertificateCheck(BaseModel):
    """What anybody learns who holds a certificate's code: enough to see that the paper is true."""

    number: str
    masked_name: str
    subject: str
    subject_name: str
    subject_name_en: str
    grade: Literal["excellent", "qualified"]
    university_name: str
    year: int
    title: str
    title_en: str
    issued_at: datetime
    status: CertificateStatus
    revoked_at: datetime | None


class SignedPaper(BaseModel):
    """What stands behind the `#` of the address that a certificate's QR leads to."""

    signed: str = Field(min_length=20, max_length=2000)


class SignatureCheck(BaseModel):
    """What the signature vouches for, whatever has become of the paper since: `code` leads to that."""

    number: str
    code: str
    name: str
    subject: str
    grade: Literal["excellent", "qualified"]
    university: str
    year: int
    issued_on: date


class GradeChange(BaseModel):
    """The grade of one student, by registration number."""

    number: str = Field(min_length=1, max_length=40)
    outcome: Literal["excellent", "qualified", "unqualified"]


class GradeCorrection(Correction):
    changes: list[GradeChange] = Field(min_length=1, max_length=50)
