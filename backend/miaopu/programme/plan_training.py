"""The parts of a plan document on the training year, its evaluations and certificates (P9–P11, P18–P26)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from miaopu.programme.plan_base import Dimension, Named, OfHundred, Part, Percent, Positive, weights_of
from miaopu.programme.plan_choosing import _all_known
from miaopu.programme.plan_year import CheckIn


class Training(Part):
    """P9, P10, P17–P20"""

    meetings_per_month: Positive
    campus_visits: Positive
    counting_starts: Literal["month_after_active", "month_of_active"]
    activities: tuple[Named, ...] = Field(min_length=1)
    check_in: CheckIn = CheckIn()
    refill_places: Literal[False] = False


LogField = Literal["reading", "discussed", "heard", "did", "learned", "hard", "next_steps"]


class Growth(Part):
    """P11"""

    due_days: Positive
    late_allowed: bool
    # How long a log may wait for its review before the board shows it.
    review_days: Positive = 7
    reviewers: tuple[Literal["mentor", "team_member"], ...] = Field(min_length=1)
    # What a log asks, in this order: the means of P18 first, of which one at least was used; then what came of it.
    fields: tuple[LogField, ...] = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")
    one_of: tuple[LogField, ...] = ("reading", "discussed", "heard", "did")
    required: tuple[LogField, ...] = ("learned",)
    # The most photos with one log.
    photos: Annotated[int, Field(ge=0, le=20)] = 6

    @model_validator(mode="after")
    def _asked(self) -> Self:
        for key in ("one_of", "required"):
            for code in getattr(self, key):
                if code not in self.fields:
                    raise ValueError(f"{key}: {code} is not among fields")
        return self


class Initial(Part):
    """P22"""

    fields: tuple[Named, ...] = Field(min_length=1)


class Midterm(Part):
    """P23"""

    objection_working_days: Positive
    two_people: Literal[True]
    # How long a talk of a report session is, where the city says nothing else.
    talk_minutes: Positive = 15
    # What the mentor's team judges, each with a level and a reason.
    dimensions: tuple[Named, ...] = Field(
        default=(
            Named(code="topic_progress", zh="课题进展", en="Progress of the topic"),
            Named(code="participation", zh="参与培养情况", en="Taking part in the training"),
            Named(code="research_potential", zh="创新及科研潜质", en="Potential for innovation and research"),
            Named(code="report", zh="汇报与答问", en="Report and answers"),
        ),
        min_length=1,
    )
    levels: tuple[Named, ...] = Field(
        default=(
            Named(code="above", zh="超出预期", en="Above what was expected"),
            Named(code="as_expected", zh="达到预期", en="As expected"),
            Named(code="behind", zh="未达预期", en="Behind"),
        ),
        min_length=2,
    )


class CityPanel(Part):
    """P24: judges in the city who score the dossiers before it recommends; the plan of 2024 asks for none."""

    # How many judge each dossier; 0: no panel.
    judges: Annotated[int, Field(ge=0, le=9)] = 0
    criteria: tuple[Dimension, ...] = ()
    # How far, in points of a hundred, a score may lie from the other judges' before it is marked.
    outlier_points: Annotated[Decimal, Field(gt=0)] = Decimal(15)

    @model_validator(mode="after")
    def _scored(self) -> Self:
        if self.judges:
            weights_of(self.criteria, "criteria")
        return self


class Annual(Part):
    """P24"""

    materials: tuple[Named, ...] = Field(min_length=1)
    required_materials: tuple[str, ...]
    mentor_levels: tuple[Named, ...] = Field(min_length=2)
    panel: CityPanel = CityPanel()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_materials", self.required_materials, self.materials)
        return self


class Final(Part):
    """P25"""

    criteria: tuple[Dimension, ...] = Field(min_length=1)
    experts_per_student: Positive
    own_mentor_recused: bool
    excellent_from: OfHundred
    qualified_from: OfHundred
    excellent_cap_percent: Percent | None = None
    # Whether experts judge a work without whose it is: names, school, city and mentor are not told to them.
    blind: bool = False
    # How far, in points of a hundred, a score may lie from the other experts' before it is marked.
    outlier_points: Annotated[Decimal, Field(gt=0)] = Decimal(15)

    @model_validator(mode="after")
    def _lines(self) -> Self:
        if self.qualified_from > self.excellent_from:
            raise ValueError("qualified_from: lies above excellent_from")
        weights_of(self.criteria, "criteria")
        return self


class Evaluations(Part):
    initial: Initial
    midterm: Midterm
    annual: Annual
    final: Final


class Certificates(Part):
    """P26"""

    grades: tuple[Literal["excellent", "qualified"], ...] = Field(min_length=1)
