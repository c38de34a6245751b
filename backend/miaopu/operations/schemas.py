"""What the status page shows."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from miaopu.people.refusals import Refusal

Concern = Literal[
    "jobs_waiting",
    "jobs_failed",
    "outbox_waiting",
    "outbox_failed",
    "backup_none",
    "backup_failed",
    "backup_old",
    "drill_failed",
    "drill_old",
    "chain_broken",
    "doctor_found",
    "doctor_old",
    "chain_old",
    "head_old",
    "schema_behind",
    "disk_low",
    "clock_off",
]
UpkeepKind = Literal["backup", "drill", "chain", "doctor"]


class FailedJob(BaseModel):
    """A job that failed: its kind, and why, in the reader's language."""

    id: uuid.UUID
    kind: str
    code: str
    message: str
    finished_at: datetime


class JobsStatus(BaseModel):
    """How many jobs wait and run, since when the oldest waits, and the newest that failed lately."""

    queued: int
    running: int
    oldest_queued_at: datetime | None
    failed: list[FailedJob]


class OutboxStatus(BaseModel):
    """Mails and short messages: waiting (and how many long overdue), failed for good lately."""

    waiting: int
    overdue: int
    failed: int


class UpkeepStatus(BaseModel):
    """The newest backup, drill, look through the chain or through the invariants, and the newest that was well.

    `count` is rows (backup, drill), entries of the trail (chain) or invariants (doctor); `bytes` of a backup's file;
    `wrong` is how many of the looked at things were not as they should be: entries (chain), files (backup),
    differences (drill), invariants (doctor).
    """

    kind: UpkeepKind
    at: datetime | None
    ok: bool | None
    well_at: datetime | None
    count: int | None
    files: int | None
    bytes: int | None
    file: str | None
    wrong: int
    error: str | None


class RefusedEntries(BaseModel):
    """How often somebody was not let in, of one kind: within a day, and within a week."""

    kind: Refusal
    day: int
    week: int


class HeadStatus(BaseModel):
    """The trail's newest head: over how many entries, since when, by how many units countersigned.

    `size` and `made_at` are null before the first; `uncovered` is how many entries came after it.
    """

    size: int | None
    made_at: datetime | None
    countersigned: int
    uncovered: int


class Places(BaseModel):
    """Bytes of the disk that the installation's data are on."""

    free: int
    total: int


class SystemStatus(BaseModel):
    """How the installation is. `concerns` is empty when all is well; the page only puts words to it."""

    at: datetime
    concerns: list[Concern]
    version: str
    schema_revision: str
    schema_newest: str
    jobs: JobsStatus
    outbox: OutboxStatus
    refused: list[RefusedEntries]
    backups_on: bool
    upkeep: list[UpkeepStatus]
    head: HeadStatus
    disk: Places
    # Seconds between this server's clock and the database's, and between the programme's clock and the real one.
    clock_apart: float
    clock_turned: float


class Retried(BaseModel):
    """A job that is asked for again."""

    id: uuid.UUID
    state: Literal["queued"] = "queued"
