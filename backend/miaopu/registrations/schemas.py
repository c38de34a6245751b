"""What the endpoints of registrations take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import Figure, PageOf
from miaopu.people.identity import Identity, Phone
from miaopu.people.names import PersonName
from miaopu.people.schemas import Login, Password
from miaopu.programme.batches import BatchOf
from miaopu.programme.flow import RecordOf
from miaopu.programme.papers import PaperItem

RegistrationState = Literal[
    "draft", "submitted", "school_recommended", "city_recommended", "eligible", "seated", "tested", "absent",
    "shortlisted", "not_shortlisted", "interviewed", "selected", "reserve", "not_selected", "paired", "filed",
    "enrolled", "withdrawn", "rejected",
]  # fmt: skip
RegistrationAction = Literal[
    "submit", "recommend", "return_from_school", "reject_by_school", "pass_city_review", "return_from_city",
    "reject_by_city", "pass_second_review", "return_from_region", "reject_by_region", "withdraw",
]  # fmt: skip
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class RegistrationEdit(BaseModel):
    """A student's draft; what is left out stays as it is. Percentages are computed, never typed (P13)."""

    version: int = Field(ge=1)
    subject: Annotated[str, StringConstraints(max_length=32)] | None = None
    grade: int | None = Field(default=None, ge=1, le=12)
    entry_year: int | None = Field(default=None, ge=2000, le=2200)
    identity_number: Identity | None = None
    year_size: int | None = Field(default=None, ge=1, le=100_000)
    subject_rank: int | None = Field(default=None, ge=1, le=100_000)
    overall_rank: int | None = Field(default=None, ge=1, le=100_000)
    rank_basis: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    accepts_adjustment: bool | None = None
    interests: Prose | None = None
    motivation: Prose | None = None
    choices: list[uuid.UUID] | None = Field(default=None, max_length=20, description="mentors, best first")


class ConsentAsk(BaseModel):
    """Whom to ask for consent; a one-time link goes to this phone."""

    guardian_name: PersonName
    relation: Literal["father", "mother", "other"]
    phone: Phone


class ConsentAsked(BaseModel):
    """`link` is shown only where messages are not really sent (demo, tests)."""

    id: uuid.UUID
    sent_to: str
    link: str | None
    token: str | None


class ConsentText(BaseModel):
    zh: str
    en: str


class ConsentShown(BaseModel):
    """What the guardian is asked to agree to."""

    student_name: str
    school_name: str
    guardian_name: str
    version: str
    participation: ConsentText
    publication: ConsentText
    national_programme: ConsentText
    given: bool


class ConsentForm(BaseModel):
    """Each purpose on its own; only the first is needed to take part. An account to read along is optional."""

    participation: Literal[True]
    publication: bool = False
    national_programme: bool = False
    login: Login | None = None
    password: Password | None = None


class RuleShown(BaseModel):
    code: Literal["grade", "subject_rank", "overall_rank", "school_statement"]
    met: bool
    reached: Figure | None
    limit: Figure | None


class EligibilityShown(BaseModel):
    """The verdict by P13, and every rule that was looked at."""

    eligible: bool
    rules: list[RuleShown]


class RegistrationItem(BaseModel):
    id: uuid.UUID
    number: str
    name: str
    school_id: uuid.UUID
    school_name: str
    city_id: uuid.UUID
    city_name: str
    subject: str | None
    grade: int | None
    returning: bool
    eligible: bool | None
    consent_given: bool
    state: RegistrationState
    state_since: datetime
    version: int


class RegistrationPage(PageOf):
    items: list[RegistrationItem]


class ChoiceItem(BaseModel):
    rank: int
    mentor_id: uuid.UUID
    mentor_name: str
    university_name: str
    subject: str


class ConsentItem(BaseModel):
    relation: str
    text_version: str
    asked_at: datetime
    given_at: datetime | None
    publication: bool
    national_programme: bool


class RegistrationRecord(RegistrationItem, RecordOf):
    state: RegistrationState
    account_id: uuid.UUID
    entry_year: int | None
    has_identity: bool
    year_size: int | None
    subject_rank: int | None
    overall_rank: int | None
    rank_basis: str
    school_statement: bool
    eligibility: EligibilityShown | None
    accepts_adjustment: bool
    interests: str
    motivation: str
    submitted_at: datetime | None
    choices: list[ChoiceItem]
    consents: list[ConsentItem]
    materials: list[PaperItem]
    ranks_proved: bool
    receipt: str | None = Field(description="of the family alone: leads to the own line in the public data (P16a)")


class BatchForm(BatchOf):
    """One act on many registrations."""

    action: RegistrationAction


class FieldChange(BaseModel):
    """One field, as it was when the registration was sent back and as it is; personal ones without values."""

    field: str
    before: str | None
    after: str | None


class ChangesShown(BaseModel):
    items: list[FieldChange]


class StatementForm(BaseModel):
    """The school states that the student is fit in a subject without an exam (reading A11)."""

    version: int = Field(ge=1)
    school_statement: bool
