"""A city's mid-term summary as it was filed, as PDF, in the style of the pairing's (P23)."""

import json
import uuid

from anyio.to_thread import run_sync

from miaopu.core.document_data import ListData
from miaopu.core.documents import printed_list
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.evaluations.midterm_summary_queries import summary_paper
from miaopu.nominations.letters import day, named
from miaopu.people.acting import Reads
from miaopu.programme.queries import plan_in_force

WIDTHS = (0.6, 2, 1.4, 2.6, 1.2, 1.4, 1.6, 3.6)


async def filing(reads: Reads, summary_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the summary as filed as PDF. Raises 404; 409 `wrong_state` before the filing."""
    rows = await reads.rows(summary_paper(reads.actor.role), id=summary_id)
    if not rows:
        raise not_found()
    head = rows[0]
    if head["state"] != "filed":
        raise Problem("wrong_state", 409, state=head["state"])
    plan = await plan_in_force(reads)
    lines = json.loads(head["lines"])
    subjects = {s.code: s.en if language == "en" else s.zh for s in plan.subjects}

    def word(key: str, **params: object) -> str:
        return say(language, f"midterm_summary.{key}", params)

    failed = sum(not line["passed"] for line in lines)
    data = ListData(
        name=word("title"),
        number=word("number", number=head["filing_number"]),
        date=day(plan.local_day(head["filed_at"]), language),
        columns=tuple(word("columns").split()),
        widths=WIDTHS,
        rows=tuple(
            (
                str(n), line["number"], line["student_name"], line["school_name"], subjects[line["subject"]],
                line["mentor_name"], word(_result(line)), line["reason"],
            )
            for n, line in enumerate(lines, start=1)
        ),
        facts=(
            (word("city"), named(head, "city", language)),
            (word("students"), str(len(lines))),
            (word("passed"), str(len(lines) - failed)),
            (word("failed"), str(failed)),
            (word("words"), head["words"]),
        ),
        footer=word("receipt", digest=head["filed_digest"]),
        signature=word("signature"),
        programme=named(head, "programme", language),
        wide=True,
    )  # fmt: skip
    return f"{word('title')} {head['filing_number']}", await run_sync(printed_list, data, language)


def _result(line: dict[str, object]) -> str:
    return "result_overturned" if line["overturned"] else "result_passed" if line["passed"] else "result_failed"
