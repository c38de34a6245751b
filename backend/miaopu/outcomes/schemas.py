"""What the endpoints of supervision and tracking take and answer."""

import uuid
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class VisitForm(BaseModel):
    unit_id: uuid.UUID
    visited_on: date
    means: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    findings: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
    model_case: bool = False


class VisitItem(BaseModel):
    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    expert_name: str
    visited_on: date
    means: str
    findings: str
    model_case: bool
    version: int


class VisitPage(PageOf):
    items: list[VisitItem]


class TrackingForm(BaseModel):
    """Where a former student is in a year."""

    enrolment_id: uuid.UUID
    year: int = Field(ge=2000, le=2200)
    institution: Line
    university_id: uuid.UUID | None = None
    field: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class TrackingItem(BaseModel):
    id: uuid.UUID
    enrolment_id: uuid.UUID
    student_name: str
    school_name: str
    year: int
    institution: str
    field: str
    note: str
    version: int


class TrackingPage(PageOf):
    items: list[TrackingItem]
