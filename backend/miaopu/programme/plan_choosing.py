"""The parts of a plan document on who may take part and how they are chosen (P1–P17)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from miaopu.programme.plan_base import (
    Count,
    Degree,
    Dimension,
    Division,
    Named,
    OfHundred,
    Part,
    Percent,
    Positive,
    TitleLevel,
    Two,
    Weight,
    weights_of,
)


class Region(Two):
    division: Division


class Subject(Named):
    """P1"""


class City(Named):
    """P3: places of a city."""

    division: Division
    places: Positive
    # Where it stands in a schematic picture of the region, in percent from the left and from the top: no map with
    # boundaries, which would need a review number (审图号).
    x: OfHundred | None = None
    y: OfHundred | None = None

    @model_validator(mode="after")
    def _is_placed_by_both(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x, y: a place needs both")
        return self


class University(Named):
    """P2: which subjects it offers; it lies in one city."""

    ministry_code: str = Field(default="", pattern=r"^(\d{10})?$")
    city: str
    subjects: tuple[str, ...] = Field(min_length=1)


class Eligibility(Part):
    """P13"""

    grades: tuple[Positive, ...] = Field(min_length=1)
    subject_rank_percent: Percent
    overall_rank_percent: Percent
    subjects_without_exam: tuple[str, ...] = ()
    # How many students a school may recommend; no limit where the plan sets none.
    school_quota: Positive | None = None
    exceptions: Literal[False] = False


def _all_known(key: str, codes: tuple[str, ...], named: tuple[Named, ...]) -> None:
    known = {one.code for one in named}
    for code in codes:
        if code not in known:
            raise ValueError(f"{key}: unknown {code}")


class Choices(Part):
    """P13: ranked choices of mentors."""

    minimum: Positive
    maximum: Positive
    same_city_only: bool
    adjustment_offered: bool
    from_first_review: Literal[True]

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError("maximum: is smaller than minimum")
        return self


class Application(Part):
    """P13: the materials a student hands in with the registration (按要求提交申报材料)."""

    materials: tuple[Named, ...] = ()
    required_materials: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_materials", self.required_materials, self.materials)
        return self


class Standing(Named):
    """A class of mentor (P6); `main` ones are what mentors should mainly be."""

    main: bool
    reason_required: bool


class Mentors(Part):
    """P6–P8, P12"""

    standings: tuple[Standing, ...] = Field(min_length=1)
    degree_in_principle: Degree
    team_degree: Degree
    team_title_level: TitleLevel
    team_minimum: Count
    capacity: Positive
    notice_working_days: Positive
    approvals: tuple[Literal["association", "education_department"], ...] = Field(min_length=1)
    # Scanned proofs of a mentor's standing, degree and title, and which of them the profile cannot do without.
    evidence: tuple[Named, ...] = ()
    required_evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_evidence", self.required_evidence, self.evidence)
        return self


class PaperPart(Named):
    """A part of the paper that is marked on its own."""

    full_mark: Positive


class WrittenTest(Part):
    """P14"""

    full_mark: Positive
    decimals: Literal[0, 1, 2]
    parts: tuple[PaperPart, ...] = ()
    # How long after the publication a student may ask that the own mark be looked at again.
    recheck_working_days: Positive = 3
    second_review_gate: Literal["before_test"]
    papers: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.parts and sum(part.full_mark for part in self.parts) != self.full_mark:
            raise ValueError("parts: their full marks do not add up to full_mark")
        return self

    @property
    def part_marks(self) -> dict[str, int]:
        """The full mark of each part by its code."""
        return {part.code: part.full_mark for part in self.parts}


Ties = Literal["all_in", "returning_first", "ladder", "lottery"]


class Cutoff(Part):
    """P15"""

    scope: Literal["city_subject"]
    ratio: Annotated[Decimal, Field(ge=1)]
    warn_below: Decimal
    warn_above: Decimal
    ties: Ties
    # What else the region may choose for a line, seeing first what each would mean.
    ties_offered: tuple[Ties, ...] = ()
    # Parts of the paper by which the ladder breaks ties, the weightiest first.
    ladder: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _around(self) -> Self:
        if "ladder" in (self.ties, *self.ties_offered) and not self.ladder:
            raise ValueError("ladder: names no part of the paper")
        if self.warn_below > self.ratio:
            raise ValueError("warn_below: lies above ratio")
        if self.warn_above < self.ratio:
            raise ValueError("warn_above: lies below ratio")
        return self


class Interview(Part):
    """P16"""

    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    # Fewer than two judges are one person's opinion.
    panel_minimum: Annotated[int, Field(ge=2)]
    # Which figure of a panel counts; the others are shown beside it. `trim` scores at each end fall away if `trimmed`.
    method: Literal["mean", "trimmed", "coefficient", "additive"] = "mean"
    trim: Positive = 1
    # How long a reserve whose turn it is may think about the place.
    accept_working_days: Positive = 2
    levels: tuple[Named, ...] = Field(min_length=3, max_length=3)
    extra_forms: tuple[Named, ...] = ()
    outlier_points: Annotated[Decimal, Field(gt=0)]
    reserves_per_place: Annotated[Decimal, Field(ge=0)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        weights_of(self.dimensions, "dimensions")
        if self.method == "trimmed" and self.panel_minimum < 2 * self.trim + 1:
            raise ValueError("trim: a panel of the smallest size would have no score left")
        return self


class Totals(Part):
    """How test and interview make the total."""

    test_weight: Weight
    interview_weight: Weight
    decimals: Literal[0, 1, 2, 3, 4]
    returning_wins_ties: bool

    @model_validator(mode="after")
    def _hundred(self) -> Self:
        if self.test_weight + self.interview_weight != 100:
            raise ValueError("interview_weight: the two weights must add up to 100")
        return self


class PairingCap(Named):
    """At most `limit` students with the mentors of some universities in some subjects together (P2, P8).

    An empty list means all of them.
    """

    universities: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    limit: Positive


class Pairing(Part):
    """P8, P12a"""

    returning_wins_ties: bool
    co_mentors: bool
    # Besides a mentor's capacity and a city's places; they are nested, or the plan is refused.
    caps: tuple[PairingCap, ...] = ()
