"""Parts of a plan about the training year that came after the first plans: each has its usual value."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class CheckIn(BaseModel):
    """The code at the door of a meeting: how long one lasts, how many before it count, from when one may come (P10)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Annotated[int, Field(ge=10, le=300)] = 30
    steps_back: Annotated[int, Field(ge=0, le=3)] = 1
    opens_minutes: Annotated[int, Field(ge=0, le=240)] = 30
