"""What the demo's endpoints take and answer. They exist in demo mode only."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from miaopu.people.roles import Role
from miaopu.programme.plan import StageCode


class DemoAccount(BaseModel):
    account_id: uuid.UUID
    login: str
    name: str
    role: Role
    unit_name: str


class DemoAccounts(BaseModel):
    """Some accounts of every role, or those that a search finds; all have the one password."""

    items: list[DemoAccount]
    total: int


class BecomeForm(BaseModel):
    account_id: uuid.UUID


class ClockForm(BaseModel):
    at: AwareDatetime


class ClockShown(BaseModel):
    now: datetime


# The moment behind all stages of the plan.
After = Literal["after"]
AFTER: After = "after"


class DemoStage(BaseModel):
    """A stage the demo can go to; `kept` where the year stands as it did then."""

    code: StageCode | After
    opens_at: datetime
    closes_at: datetime
    kept: bool
    current: bool


class DemoStages(BaseModel):
    items: list[DemoStage]
    now: datetime


class StageForm(BaseModel):
    code: StageCode | After
