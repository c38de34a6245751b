"""Shapes of the yearly audit of minors' data."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from miaopu.core.read import PageOf

# Years that the platform can have data of; the newest that may be asked for is the present one.
FIRST_YEAR, LAST_YEAR = 2000, 2200
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class AuditAsk(BaseModel):
    """The calendar year, as the law counts it."""

    year: Year


class Figures(BaseModel):
    """The sums of a pack. `backup_days` is the age in days of the newest good backup; None where there is none."""

    minors: int
    under_14: int
    reads: int
    consents: int
    corrections: int
    erasures: int
    overdue: int
    faults: int
    backup_days: int | None


class AuditItem(BaseModel):
    """A pack that was made. `sha256` is the digest of the ZIP as it is handed out, in hex; `size` its bytes."""

    id: uuid.UUID
    year: int
    complete: bool
    made_at: datetime
    made_by_name: str
    sha256: str
    size: int
    figures: Figures


class AuditPage(PageOf):
    """Packs, the newest first."""

    items: list[AuditItem]
