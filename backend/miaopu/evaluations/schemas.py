"""What the endpoints of the evaluations and certificates take and answer."""

import uuid
from datetime import date, datetime
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
# As what a work was given to the reader.
Judging = Literal["panel", "final"]
AnnualAction = Literal["submit", "return_to_student", "recommend", "qualify", "unqualify"]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


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


class SheetItem(BaseModel):
    """A judge's sheet."""

    id: uuid.UUID
    mine: bool
    scores: dict[str, str]
    score: Figure | None
    comment: str
    recused_reason: str
    submitted_at: datetime | None


class FinalSheetItem(SheetItem):
    """An expert's sheet: to its expert, and to the region."""

    expert_name: str
    calibration: bool


class PanelSheetItem(SheetItem):
    """A sheet of the city's panel: to its judge, to the city and the region."""

    judge_name: str


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
    panel: list[PanelSheetItem]
    editions: list[EditionShown]


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
