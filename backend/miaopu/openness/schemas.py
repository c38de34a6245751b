"""What the endpoints of the public record take and answer."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from miaopu.core.read import PageOf
from miaopu.openness.document import Withheld
from miaopu.openness.verifying import Check
from miaopu.programme.schemas import CycleState, StageItem, SubjectItem
from miaopu.reports.schemas import Funnel


class CheckShown(BaseModel):
    """One thing that was recomputed; `agrees` is null where the file does not say enough to recompute it."""

    part: Literal[
        "seal", "plan", "seeds", "seating", "line", "groups", "totals", "outcomes", "pairing", "limits", "places"
    ]
    city: str
    subject: str
    agrees: bool | None
    compared: int
    differing: list[str] = Field(description="the first persons or numbers that differ")
    by_hand: int = Field(description="changed by people for a reason, and so not compared")

    @classmethod
    def of(cls, check: Check) -> "CheckShown":
        return cls(**{name: getattr(check, name) for name in cls.model_fields if name != "differing"},
                   differing=list(check.differing))  # fmt: skip


class Names(BaseModel):
    """What the codes of cities and subjects are called, by the record's own plan."""

    zh: str
    en: str


class Verified(BaseModel):
    """What agrees and what does not. `published` says which published version the file is, if it is one unchanged."""

    agrees: bool
    published: int | None
    digest: str
    checks: list[CheckShown]
    withheld: list[Withheld]
    names: dict[str, Names]


class RecordTrial(BaseModel):
    """What a publication would hold; nothing is published."""

    number: int
    unchanged: bool = Field(description="the last version says the same")
    people: int
    lines: int
    verdicts: int
    pairings: int
    size: int = Field(description="bytes of the file")
    withheld: list[Withheld]
    checks: list[CheckShown]
    names: dict[str, Names]


class RecordMade(BaseModel):
    id: uuid.UUID
    number: int
    digest: str


class RecordItem(BaseModel):
    """A published version."""

    id: uuid.UUID
    number: int
    made_at: datetime
    digest: str
    complete_digest: str
    size: int
    version: int


class RecordPage(PageOf):
    items: list[RecordItem]


class PublicCycleItem(BaseModel):
    id: uuid.UUID
    code: str
    year: int
    title: str
    title_en: str
    state: CycleState


class PublicCyclePage(PageOf):
    items: list[PublicCycleItem]


class SeedShown(BaseModel):
    """The seed of a draw: its hash is out before, it itself once the draw was made."""

    what: Literal["seating", "groups"]
    city_name: str
    subject: str
    digest: str
    seed: str | None


class PublicCycle(PublicCycleItem):
    """A cycle as everybody may see it."""

    timezone: str
    plan_version: int
    plan_digest: str
    plan_source: str
    places: int
    stages: list[StageItem]
    subjects: list[SubjectItem]
    seeds: list[SeedShown]
    records: list[RecordItem]
    numbers: Funnel | None
