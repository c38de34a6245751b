"""Until when a workbook that was brought in is kept, and its end: rows of minors in a file are needed to put it right.

What was entered stands in the records, with the file's SHA-256 at the marks it gave. A corrected copy is made for who
asks for it and is never stored; one that is brought again is a workbook of its own.
"""

import uuid
from datetime import UTC, date, datetime, timedelta

from obstore.store import ObjectStore
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act, AuditEntry
from miaopu.core.audit_erasing import forget
from miaopu.core.files import StoredFile
from miaopu.imports.kinds import KINDS
from miaopu.imports.models import Import
from miaopu.programme.plan import Plan
from miaopu.programme.plan_personal import MONTH
from miaopu.programme.queries import plan_of

# Workbooks of one sweep: a day's work stays a short transaction.
MOST = 500
# While it is worked on the file is read.
AT_WORK = ("checking", "entering")


def kept_until(kind: str, created_at: datetime, plan: Plan, days: int | None) -> date:
    """The last day on which the file is there.

    Args:
        days: the installation's own end (`Settings.workbook_days`); proof of ranks is kept in spite of it.
    """
    if KINDS[kind].proof:
        return date(plan.ends_on.year + plan.retention.years("application"), 12, 31)
    months = created_at + plan.retention.technical_months * MONTH
    end = months if days is None else min(months, created_at + timedelta(days=days))
    return end.astimezone(UTC).date()


async def sweep_workbooks(session: AsyncSession, store: ObjectStore, days: int | None) -> int:
    """Erase workbooks whose time is over: bytes, name, faults, and words of the trail about them; returns how many."""
    today = clock.real_now().date()
    over: list[uuid.UUID] = []
    rows = await session.execute(
        select(Import, StoredFile)
        .join(StoredFile, StoredFile.id == Import.file_id)
        .where(Import.erased_at.is_(None), Import.state.not_in(AT_WORK))
        .order_by(Import.created_at, Import.id)
        .with_for_update(of=Import, skip_locked=True)
    )
    for made, file in rows:
        plan = await plan_of(session, made.cycle_id)
        if kept_until(made.kind, file.created_at, plan, days) < today and len(over) < MOST:
            await files.erase(store, file)
            file.name, made.file_name, made.problems = "", "", []
            made.erased_at = clock.now()
            audit.note(session, made, Act("import.erase"))
            over.append(made.id)
    if over:
        # Its own entry too: what it changed is told as "changed", and goes with the others.
        await audit.seal(session)
        about = (AuditEntry.thing_type == "import") & AuditEntry.thing_id.in_(over)
        await forget(session, about & (AuditEntry.action != "import.erase"), thing_type="import", thing_id=None)
    return len(over)
