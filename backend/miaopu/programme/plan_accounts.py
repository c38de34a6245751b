"""What the plan says of the year's accounts: the units' summaries, and the region's appraisal of its cities (P27)."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from miaopu.programme.plan_base import Named, Part, Positive


class Section(Named):
    """A part of the summary's text."""

    required: bool = True


def _named(*named: tuple[str, str, str]) -> tuple[Named, ...]:
    return tuple(Named(code=code, zh=zh, en=en) for code, zh, en in named)


class Summaries(Part):
    """P27: what a unit's summary says in words, and which papers are its acceptance material (验收材料)."""

    sections: tuple[Section, ...] = Field(
        default=(
            Section(code="work", zh="工作开展情况", en="What was done"),
            Section(code="results", zh="主要成效与典型做法", en="What worked"),
            Section(code="problems", zh="存在问题", en="Problems"),
            Section(code="proposals", zh="下一年度工作建议", en="Proposals for next year"),
        ),
        min_length=1,
    )
    materials: tuple[Named, ...] = _named(
        ("signed_summary", "加盖公章的年度工作总结", "Summary with the unit's seal"),
        ("funds", "经费使用情况", "Use of funds"),
        ("records", "培养过程材料", "Records of the training"),
        ("achievements", "学生成果材料", "Students' works"),
        ("publicity", "宣传报道", "Press and publicity"),
        ("other", "其他材料", "Other"),
    )
    required_materials: tuple[str, ...] = ("signed_summary",)

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {one.code for one in self.materials}
        if unknown := [code for code in self.required_materials if code not in known]:
            raise ValueError("\n".join(f"required_materials: unknown material {code}" for code in unknown))
        return self


class Criterion(Named):
    """A line of the sheet, and how many points it is worth."""

    points: Positive


class CityGrade(Named):
    """A grade from so many points on; whether the city's year is accepted with it (考核验收)."""

    from_points: Annotated[Decimal, Field(ge=0)]
    accepted: bool = True


class Appraisal(Part):
    """P27: the sheet on which the region appraises a city."""

    criteria: tuple[Criterion, ...] = Field(
        default=(
            Criterion(code="organisation", zh="组织领导与制度建设", en="Organisation and rules", points=20),
            Criterion(code="selection", zh="学生选拔的公平公开", en="Fair and open selection", points=20),
            Criterion(code="training", zh="培养过程与导师指导", en="Training and mentors' guidance", points=30),
            Criterion(code="results", zh="培养成效", en="Results", points=20),
            Criterion(code="materials", zh="总结与档案材料", en="Summary and files", points=10),
        ),
        min_length=1,
    )
    grades: tuple[CityGrade, ...] = Field(
        default=(
            CityGrade(code="excellent", zh="优秀", en="Excellent", from_points=Decimal(90)),
            CityGrade(code="good", zh="良好", en="Good", from_points=Decimal(75)),
            CityGrade(code="qualified", zh="合格", en="Qualified", from_points=Decimal(60)),
            CityGrade(code="unqualified", zh="不合格", en="Unqualified", from_points=Decimal(0), accepted=False),
        ),
        min_length=1,
    )
    # A line that does not get all its points says why.
    reason_below_full: bool = True

    @property
    def full_mark(self) -> int:
        """What a city can come to."""
        return sum(one.points for one in self.criteria)

    def grade(self, total: Decimal) -> CityGrade:
        """The grade of a total: the first, from the best on, that it reaches."""
        return next(one for one in self.grades if total >= one.from_points)

    @model_validator(mode="after")
    def _ladder(self) -> Self:
        steps = [one.from_points for one in self.grades]
        if any(lower >= upper for upper, lower in pairwise(steps)):
            raise ValueError("grades: must go down from the best")
        if steps[-1] != 0:
            raise ValueError("grades: the last must begin at 0")
        if steps[0] > self.full_mark:
            raise ValueError(f"grades: the criteria add up to {self.full_mark}, the best grade begins above")
        return self
