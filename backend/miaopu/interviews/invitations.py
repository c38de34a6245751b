"""Calendar files of interviews: a student's turn, a panellist's session (P16)."""

import uuid
from typing import Any

from miaopu.core.calendars import event
from miaopu.core.problem import Language, not_found, say
from miaopu.interviews import queries
from miaopu.people.acting import Reads


async def turn(reads: Reads, slot_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and a student's turn for the calendar. Raises 404."""
    rows = await reads.rows(queries.turn_dates(reads.actor.role), id=slot_id)
    return _made(rows, f"interview-{slot_id}", language)


async def session(reads: Reads, panel_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and a panel's whole session for the calendar. Raises 404."""
    rows = await reads.rows(queries.session_dates(reads.actor.role), id=panel_id)
    return _made(rows, f"panel-{panel_id}", language)


def _made(rows: list[Any], uid: str, language: Language) -> tuple[str, bytes]:
    if not rows:
        raise not_found()
    row = rows[0]
    title = say(language, "interview.title", {"panel": row["name"]})
    place = " ".join(part for part in (row["address"], row["room"]) if part)
    # The same appointment once more, and later than the one before, whenever the turn or the panel has changed.
    made = event(uid, row["starts_at"], row["ends_at"], title, place, sequence=row["version"] - 1)
    return say(language, "interview.file", {}), made
