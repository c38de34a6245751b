"""Parts of a plan about the training year that came after the first plans: each has its usual value."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class CheckIn(BaseModel):
    """The code at the door of a meeting: how long one lasts, how many before it count, from when one may come (P10)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Annotated[int, Field(ge=10, le=300)] = 30
    steps_back: Annotated[int, Field(ge=0, le=3)] = 1
    opens_minutes: Annotated[int, Field(ge=0, le=240)] = 30


class Returning(BaseModel):
    """P5: who has priority in ties: students of so many years back who stayed to the end, with one of these grades."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: Annotated[int, Field(ge=1, le=10)] = 1
    grades: Annotated[tuple[Literal["excellent", "qualified", "unqualified"], ...], Field(min_length=1)] = (
        "excellent",
        "qualified",
        "unqualified",
    )
