"""The filing of a departure or of a change of mentor as PDF, in the style of the pairing's."""

import json
import uuid
from datetime import datetime

from anyio.to_thread import run_sync
from sqlalchemy import select

from miaopu.core.document_data import ListData
from miaopu.core.documents import printed_list
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Rows, kept
from miaopu.nominations.letters import day
from miaopu.pairings import changing_queries
from miaopu.people.acting import Reads
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle
from miaopu.programme.queries import MY_CYCLE, plan_in_force, visible

WIDTHS = (0.7, 2.4, 2.4, 1.4, 2.6, 4.5)


@kept
def _programme(role: Role) -> Rows:
    return select(Cycle.title, Cycle.title_en).where(Cycle.id == MY_CYCLE, visible(role))


async def filing(reads: Reads, change_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the filing as PDF. Raises 404; 409 `wrong_state` before it is filed."""
    text = await reads.text(changing_queries.record(reads.actor.role), id=change_id)
    if text is None:
        raise not_found()
    head = json.loads(text)
    if head["state"] != "filed":
        raise Problem("wrong_state", 409, state=head["state"])
    plan = await plan_in_force(reads)
    ((title, title_en),) = [tuple(row) for row in await reads.rows(_programme(reads.actor.role))]

    def word(key: str, **params: object) -> str:
        return say(language, f"place_change.{key}", params)

    from_iso = [plan.local_day(_moment(v["at"])) for v in head["voices"]]
    facts = [
        (word("student"), f"{head['student_name']} {head['number']}"),
        (word("school"), head["school_name"]),
        (word("mentor"), head["mentor_name"]),
    ]
    if head["new_mentor_name"]:
        facts.append((word("new_mentor"), f"{head['new_mentor_name']} · {head['new_university_name']}"))
    facts += [
        (word("reason"), head["reason_name_en"] if language == "en" else head["reason_name"]),
        (
            word("proposed_by"),
            f"{head['proposed_by_name']} {day(plan.local_day(_moment(head['proposed_at'])), language)}",
        ),
    ]
    data = ListData(
        name=word(head["kind"]),
        number=word("number", number=head["filing_number"]),
        date=day(plan.local_day(_moment(head["filed_at"])), language),
        columns=tuple(word("columns").split()),
        widths=WIDTHS,
        rows=tuple(
            (str(n), word(f"part_{v['part']}"), v["name"], word("agreed"), day(at, language), v["text"])
            for n, (v, at) in enumerate(zip(head["voices"], from_iso, strict=True), start=1)
        ),
        facts=tuple(facts),
        footer=word("receipt", digest=head["filed_digest"]),
        signature=word("signature"),
        programme=(title_en or title) if language == "en" else title,
    )
    return f"{word(head['kind'])} {head['filing_number']}", await run_sync(printed_list, data, language)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
