"""What the plan says of the school's own training (P19) and of activities outside (P20)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from miaopu.programme.plan_base import Named, Part
from miaopu.programme.plan_public import ConsentText


class Term(Named):
    """A school term, both dates inclusive."""

    from_on: date
    to_on: date

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.from_on > self.to_on:
            raise ValueError("to_on: is before from_on")
        return self


class OutsideKind(Named):
    """A kind of activity; with `needs_consent` nobody takes part without the guardian's."""

    needs_consent: bool = False


def _kinds(*kinds: tuple[str, str, str, bool]) -> tuple[OutsideKind, ...]:
    return tuple(OutsideKind(code=code, zh=zh, en=en, needs_consent=asks) for code, zh, en, asks in kinds)


class Outside(Part):
    """P20"""

    kinds: tuple[OutsideKind, ...] = Field(
        default=_kinds(
            ("camp", "冬夏令营", "Camp", True),
            ("conference", "学术会议", "Conference", True),
            ("course", "培训班", "Course", True),
            ("talk", "学术报告", "Talk", False),
            ("visit", "参观访问", "Visit", True),
            ("forum", "论坛", "Forum", True),
            ("field_trip", "野外考察", "Field trip", True),
        ),
        min_length=1,
    )
    # Whether a student may put the own name down, beside the mentor and the city.
    own_wish: bool = True
    consent: ConsentText = ConsentText(
        version="1",
        zh="本人为该学生的监护人，已了解这项活动的时间、地点、内容与费用，同意其参加。活动开始前可随时撤回。",
        en="I am the guardian of this student, know when and where this activity is, what it holds and what it costs, "
        "and agree to the student's taking part. I can withdraw this consent until it starts.",
    )


class SchoolHours(Part):
    """P19"""

    kinds: tuple[Named, ...] = Field(
        default=(
            Named(code="lecture", zh="专题授课", en="Lecture"),
            Named(code="experiment", zh="实验指导", en="Laboratory work"),
            Named(code="project", zh="课题指导", en="Project work"),
            Named(code="reading", zh="阅读研讨", en="Reading and discussion"),
        ),
        min_length=1,
    )
    # How long a teaching hour (课时) is, in minutes.
    hour_minutes: Annotated[int, Field(ge=1, le=240)] = 45
    # None: the whole cycle is one term.
    terms: tuple[Term, ...] = ()
