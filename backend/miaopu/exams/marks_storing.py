"""Marks of a whole city into their seats by two statements, from a stage that PostgreSQL copies them to."""

import json
import uuid
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Boolean, Integer, Text, Update, Uuid, cast, column, table, update
from sqlalchemy.dialects.postgresql import JSONB

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import driver_of
from miaopu.core.problem import Problem
from miaopu.exams.marks_judging import Change
from miaopu.exams.models import Mark, Seat
from miaopu.exams.rules import entry
from miaopu.people.acting import Tx

STAGE = table(
    "marks_stage",
    column("seat_id", Uuid),
    column("version", Integer),
    column("first", Boolean),
    column("mark", Mark),
    column("absent", Boolean),
    column("parts", Text),
)
CREATE = """
    CREATE TEMPORARY TABLE marks_stage
    (seat_id uuid, version integer, first boolean, mark numeric, absent boolean, parts text) ON COMMIT DROP
"""


async def store(tx: Tx, changes: Sequence[Change], *, import_id: uuid.UUID, source: str) -> None:
    """Write the entries; each sitting's trail tells how many came from which file, and the file is kept.

    Raises:
        Problem: 409 `stale` where one of the seats was changed since it was read.
    """
    connection = await driver_of(tx.session)
    await connection.execute(CREATE)
    await connection.copy_records_to_table(
        "marks_stage",
        records=[
            (c.seat_id, c.version, c.first, c.entry.mark, c.entry.absent, c.entry.parts and json.dumps(c.entry.parts))
            for c in changes
        ],
    )
    stored = 0
    for first, action in ((True, "import.enter_marks"), (False, "import.confirm_marks")):
        if any(change.first is first for change in changes):
            statement = _update(first, tx.actor.account_id)
            stored += await audit.bulk(tx.session, statement, action=action, thing_type="import", thing_id=import_id)
    if stored != len(changes):
        raise Problem("stale", 409)
    for sitting_id in {change.sitting_id for change in changes}:
        here = [change for change in changes if change.sitting_id == sitting_id]
        told = Counter("first" if c.first else "differing" if c.differs else "confirmed" for c in here)
        act = Act("sitting.enter_marks", reason=source)
        audit.record(tx.session, act, "sitting", sitting_id, import_id=str(import_id), **told)


def _update(first: bool, by: uuid.UUID) -> Update:
    parts = cast(STAGE.c.parts, JSONB)
    facts = entry(first, STAGE.c.mark, STAGE.c.absent, parts, by)
    return (
        update(Seat)
        .where(Seat.id == STAGE.c.seat_id, Seat.version == STAGE.c.version, STAGE.c.first.is_(first))
        .values(**facts, version=Seat.version + 1)
        .execution_options(synchronize_session=False)
    )
