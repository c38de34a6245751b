"""A student's file put together: as data for the page, as one PDF, as an archive with the originals."""

import uuid
from datetime import datetime
from typing import Any

from miaopu.core import clock
from miaopu.core.problem import Language, not_found, say
from miaopu.nominations.letters import named
from miaopu.pairings.queries import enrolment_record
from miaopu.people.acting import Reads
from miaopu.programme.queries import plan_in_force
from miaopu.reports import file_queries
from miaopu.reports.file_about import About
from miaopu.reports.file_parts import PARTS
from miaopu.reports.file_schemas import Fact, FilePart, StudentFile


async def gather(reads: Reads, enrolment_id: uuid.UUID, language: Language) -> StudentFile:
    """Everything of one student's year that this reader sees. Raises 404; the statements do not grow with the year."""
    plan = await plan_in_force(reads)
    about = About(reads, plan, language, {"id": str(enrolment_id)})
    found = await about.record(enrolment_record(reads.actor.role), enrolment_id)
    if found is None:
        raise not_found()
    about = About(reads, plan, language, found)
    (cycle,) = await reads.rows(file_queries.programme())
    parts: list[FilePart] = []
    for part in PARTS:
        made = await part(about)
        if made is not None:
            parts.append(made)
    return StudentFile(
        enrolment_id=enrolment_id,
        title=say(language, "file.title", {"name": found["name"]}),
        name=found["name"],
        number=found["number"],
        programme=named(cycle, "title", language),
        facts=_head(about, found),
        made_at=clock.now(),
        parts=parts,
    )


def _head(about: About, found: dict[str, Any]) -> list[Fact]:
    return about.facts(
        number=found["number"],
        subject=about.named(about.plan.subjects, found["subject"]),
        school=found["school_name"],
        city=found["city_name"],
        university=found["university_name"],
        mentor=found["mentor_name"],
        state=about.word("state", found["state"]),
    )


def when(moment: datetime | None, zone: Any) -> str:
    """A moment of the file in local time, as it is printed."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
