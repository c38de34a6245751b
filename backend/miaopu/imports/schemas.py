"""What the endpoints of imports answer."""

import uuid
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from miaopu.core.read import PageOf

ImportKind = Literal["students", "ranks", "mentors", "team", "sittings", "marks", "tracking"]
# A table of the year is proof of ranks and is kept as the file that it was.
ExportKind = Literal["students", "mentors", "team", "sittings", "marks", "tracking"]
ImportState = Literal["checking", "faulty", "ready", "entering", "entered", "failed"]


class ImportItem(BaseModel):
    """One workbook: who brought which file, and what became of its rows. An erased one has no name any more."""

    id: uuid.UUID
    kind: ImportKind
    unit_id: uuid.UUID
    unit_name: str
    account_name: str
    file_name: str
    sha256: str
    state: ImportState
    rows: int
    new: int
    changed: int
    same: int
    faults: int
    created_at: datetime
    entered_at: datetime | None
    erased_at: datetime | None
    version: int


class ImportPage(PageOf):
    items: list[ImportItem]


class ImportFault(BaseModel):
    """One fault: the row as the sheet numbers it (0: the file), the column's header, the words.

    A note is no fault: it tells what to look at, and refuses nothing.
    """

    row: int
    column: str
    header: str
    code: str
    message: str
    note: bool


class ImportRecord(ImportItem):
    """`done` of `total` rows while it is worked on; the first faults of many.

    `kept_until` is the last day on which the file is there. `open` is false where the file is another person's own
    entry: it is not shown, nor entered by anybody else.
    """

    open: bool
    kept_until: date
    job_state: str | None
    done: int | None
    total: int | None
    problems: list[ImportFault]


class ImportStored(ImportItem):
    """An import as the database answers it: faults as codes and params."""

    account_id: uuid.UUID
    job_state: str | None
    done: int | None
    total: int | None
    problems: list[dict[str, Any]] = Field(default_factory=list)
