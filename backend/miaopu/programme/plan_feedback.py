"""Feedback at fixed points of the year: on the student, and by the student on the mentoring."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_CODE = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Part):
    """A point of the year: from the first of a month on until the first of another."""

    code: _CODE
    zh: str
    en: str
    opens_month: Annotated[int, Field(ge=1, le=12)]
    closes_month: Annotated[int, Field(ge=1, le=12)]


class Question(_Part):
    """What is asked: a step of the scale, or words."""

    code: _CODE
    zh: str
    en: str
    kind: Literal["scale", "text"] = "scale"


def _q(code: str, zh: str, en: str, kind: Literal["scale", "text"] = "scale") -> Question:
    return Question(code=code, zh=zh, en=en, kind=kind)


class Feedback(_Part):
    """What is asked when. Answers on the mentoring are told as figures only for groups of a least size."""

    points: tuple[Point, ...] = (
        Point(code="spring", zh="春季", en="Spring", opens_month=3, closes_month=4),
        Point(code="midterm", zh="中期", en="Mid-term", opens_month=6, closes_month=7),
        Point(code="year_end", zh="年终", en="End of the year", opens_month=11, closes_month=12),
    )
    scale: Annotated[int, Field(ge=3, le=10)] = 5
    smallest_group: Annotated[int, Field(ge=2)] = 5
    on_student: tuple[Question, ...] = (
        _q("engagement", "投入程度", "Engagement"),
        _q("progress", "课题进展", "Progress"),
        _q("strengths", "值得肯定的地方", "What went well", "text"),
        _q("next", "下一步建议", "What to do next", "text"),
    )
    on_mentoring: tuple[Question, ...] = (
        _q("time", "指导时间是否充足", "Enough time was given"),
        _q("clarity", "讲解是否清楚", "Explanations were clear"),
        _q("encouragement", "是否鼓励提问和尝试", "Questions were encouraged"),
        _q("safety", "是否感到安全、受尊重", "I felt safe and respected"),
        _q("words", "想对管理办公室说的话", "What the office should know", "text"),
    )
