"""What the programme's endpoints take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.flow import ActionOffer
from miaopu.programme.plan import StageCode

StageState = Literal["planned", "open", "closed"]
CycleState = Literal["planned", "open", "closed"]
CycleAction = Literal["open", "close"]


class PlanForm(BaseModel):
    """A plan document, as TOML text."""

    source: Annotated[str, StringConstraints(min_length=1, max_length=200_000)]


class PlanEdit(PlanForm):
    version: int = Field(ge=1)


class CycleItem(BaseModel):
    id: uuid.UUID
    code: str
    year: int
    title: str
    title_en: str
    state: CycleState
    plan_version: int
    plan_digest: str
    version: int


class CyclePage(PageOf):
    items: list[CycleItem]


class StageItem(BaseModel):
    """A stage's window; `state` is told by the clock."""

    code: StageCode
    position: int
    opens_at: datetime
    closes_at: datetime
    state: StageState
    version: int


class CityPlaces(BaseModel):
    city_id: uuid.UUID
    city_name: str
    places: int
    taken: int


class SubjectItem(BaseModel):
    code: str
    name: str
    name_en: str


class CycleRecord(CycleItem):
    state_since: datetime
    stages: list[StageItem]
    cities: list[CityPlaces]
    subjects: list[SubjectItem]
    actions: list[ActionOffer]
    waiting_for: list[Role]


class PlanShown(BaseModel):
    """The plan in force: its text, its digest, and the document as data."""

    cycle_id: uuid.UUID
    number: int
    digest: str
    source: str
    plan: dict[str, Any]


class Extension(BaseModel):
    """A new end (and start) of a stage's window, with the reason."""

    version: int = Field(ge=1)
    closes_at: AwareDatetime
    opens_at: AwareDatetime | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]


class SchoolForm(BaseModel):
    """A school takes part in the cycle (P4)."""

    school_id: uuid.UUID
    basis: str = Field(default="", max_length=500)


class TrailEntry(BaseModel):
    """One act. `actor_name` is shown to the offices and to the actor; others see the role."""

    at: datetime
    action: str
    actor_name: str | None
    actor_role: Role | None
    part_type: str | None
    from_state: str | None
    to_state: str | None
    reason: str | None
    changes: dict[str, Any] | None


class Trail(BaseModel):
    items: list[TrailEntry]
    total: int


class MeAccount(BaseModel):
    id: uuid.UUID
    name: str
    login: str


class MeMembership(BaseModel):
    id: uuid.UUID
    role: Role
    unit_id: uuid.UUID
    unit_name: str
    unit_kind: UnitKind
    cycle_id: uuid.UUID | None


class MeCycle(BaseModel):
    id: uuid.UUID
    code: str
    year: int
    title: str
    title_en: str
    state: CycleState
    timezone: str = Field(description="IANA zone of the programme's dates")
    subjects: list[SubjectItem]


class MeYear(BaseModel):
    id: uuid.UUID
    year: int
    title: str
    title_en: str
    state: CycleState


class Me(BaseModel):
    """Who I am, what I may do, and how the programme stands."""

    account: MeAccount
    membership: MeMembership
    memberships: list[MeMembership]
    permissions: list[Permission]
    cycle: MeCycle | None
    cycles: list[MeYear] = Field(description="the years one can look into, newest first")
    stages: list[StageItem]
    now: datetime
    unread: int
    demo: bool
