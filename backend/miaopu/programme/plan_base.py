"""What the parts of a plan document are made of (see `plan.py`): codes, numbers, names in two languages."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from stdnum import numdb

from miaopu.core.problem import Language

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]


Percent = Annotated[Decimal, Field(gt=0, le=100)]


OfHundred = Annotated[Decimal, Field(ge=0, le=100)]


Count = Annotated[int, Field(ge=0)]


Positive = Annotated[int, Field(ge=1)]


Weight = Annotated[Decimal, Field(ge=0)]


def _division(code: str) -> str:
    """A province, or a city of one, of GB/T 2260; none begins with 99, which is free for exercises."""
    if not code.startswith("99"):
        found = numdb.get("cn/loc").info(code)
        if len(found) < 2 or (code[2:] != "0000" and not found[1][1]):
            raise ValueError("no division of GB/T 2260")
    return code


Division = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260"), AfterValidator(_division)]


class StageCode(StrEnum):
    """The stages of a cycle, in the plan's order (六、培养程序; 七、考核评价)."""

    NOMINATION = "nomination"
    REGISTRATION = "registration"
    REGISTRATION_REVIEW = "registration_review"
    WRITTEN_TEST = "written_test"
    CUTOFF = "cutoff"
    INTERVIEW = "interview"
    PAIRING = "pairing"
    MEETING = "meeting"
    TRAINING = "training"
    INITIAL_EVALUATION = "initial_evaluation"
    MIDTERM_EVALUATION = "midterm_evaluation"
    ANNUAL_EVALUATION = "annual_evaluation"
    FINAL_EVALUATION = "final_evaluation"
    CERTIFICATES = "certificates"
    ACCEPTANCE = "acceptance"


class Degree(StrEnum):
    """Academic degrees, lowest first (GB/T 6864)."""

    NONE = "none"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TitleLevel(StrEnum):
    """Levels of professional titles, lowest first (GB/T 8561): 副高级以上 is associate_senior or above."""

    NONE = "none"
    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    ASSOCIATE_SENIOR = "associate_senior"
    SENIOR = "senior"


class Part(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Two(Part):
    """The same in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def by_language(self) -> dict[Language, str]:
        """For a sentence that names it, whoever reads it."""
        return {"zh-CN": self.zh, "en": self.en}


class Named(Two):
    """Something with a code and its names."""

    code: Code


class Dimension(Named):
    """A dimension of a rubric. A `level` has a comment and three steps, never a number, and weighs nothing."""

    kind: Literal["score", "level"] = "score"
    full_mark: Positive = 100
    weight: Weight = Decimal(1)


def weights_of(dimensions: tuple[Dimension, ...], key: str) -> None:
    if sum(d.weight for d in dimensions if d.kind == "score") <= 0:
        raise ValueError(f"{key}: the weights of the scored ones add up to nothing")
    if any(d.kind == "level" and d.weight != 0 for d in dimensions):
        raise ValueError(f"{key}: a level must weigh 0")


Hour = Annotated[int, Field(ge=0, le=23)]
