"""The decided sheet of a city as PDF, to sign and seal; all units' numbers of the year as a workbook (P27)."""

import hashlib
import io
import json
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from anyio.to_thread import run_sync

from miaopu.appraisals import queries, sheet_queries
from miaopu.appraisals.numbers import FIGURES
from miaopu.core.document_data import ListData
from miaopu.core.documents import printed_list
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.nominations.letters import day
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force

WIDTHS = (0.7, 3.2, 1, 1, 5)


async def sheet(reads: Reads, appraisal_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the sheet as PDF. Raises 404; 409 `wrong_state` before it is decided."""
    text = await reads.text(sheet_queries.appraisal_record(reads.actor.role), id=appraisal_id)
    if text is None:
        raise not_found()
    found = json.loads(text, parse_float=Decimal)
    if found["state"] != "decided":
        raise Problem("wrong_state", 409, state=found["state"])
    plan = await plan_in_force(reads)
    data = _listed(plan, found, language)
    return f"{data.name} {found['city_name']}", await run_sync(printed_list, data, language)


def _listed(plan: Plan, found: dict[str, Any], language: Language) -> ListData:
    def word(key: str, **params: object) -> str:
        return say(language, f"accounts.{key}", params)

    lines = [(one, found["scores"].get(one.code, {"points": "—", "comment": ""})) for one in plan.appraisal.criteria]
    rows = tuple(
        (str(n), one.by_language[language], str(one.points), _plain(line["points"]), line["comment"])
        for n, (one, line) in enumerate(lines, start=1)
    )
    # The overall comment stands in the line of the sum, where there is room for it.
    full = plan.appraisal.full_mark
    rows += (("", word("total"), str(full), _plain(found["points"]), found["comment"]),)
    kept = json.dumps([found["city_id"], _plain(found["points"]), found["city_grade"], rows], ensure_ascii=False)
    digest = hashlib.sha256(kept.encode()).hexdigest()
    grade = next((one for one in plan.appraisal.grades if one.code == found["city_grade"]), None)
    facts = [
        (word("city"), found["city_name"]),
        (word("points"), word("of", points=_plain(found["points"]), full=full)),
        (word("grade"), grade.by_language[language] if grade else found["city_grade"]),
    ]
    if grade:
        facts.append((word("acceptance"), word("accepted" if grade.accepted else "not_accepted")))
    return ListData(
        name=word("sheet"),
        number=word("number", number=f"{plan.year}-{digest[:8].upper()}"),
        date=day(plan.local_day(datetime.fromisoformat(found["decided_at"])), language),
        columns=tuple(word("columns").split("|")),
        widths=WIDTHS,
        rows=rows,
        facts=tuple(facts),
        footer=word("digest", digest=digest),
        signature=word("signature"),
        programme=plan.title.by_language[language],
    )


def _plain(points: object) -> str:
    """Points as people write them: 19, 18.5; a line without any as it is."""
    return format(points.normalize(), "f") if isinstance(points, Decimal) else str(points)


async def workbook(reads: Reads, language: Language) -> tuple[str, bytes]:
    """The summaries that the reader sees, with the numbers as they were handed in, one row for each unit."""
    plan = await plan_in_force(reads)
    found = await reads.rows(queries.summaries_numbers(reads.actor.role))

    def word(key: str, **params: object) -> str:
        return say(language, f"accounts.{key}", params)

    codes = [code for code, _, _ in FIGURES]
    heads = [word(k) for k in ("city", "unit", "kind", "state", "submitted")] + [word(f"count_{c}") for c in codes]
    name = word("workbook", year=plan.year)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E3EFE8", "border": 1, "text_wrap": True})
        cell = book.add_format({"border": 1})
        page = book.add_worksheet(word("page"))
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_column(0, 1, 26)
        page.set_column(2, len(heads) - 1, 12)
        page.freeze_panes(1, 2)
        page.write_row(0, 0, heads, bold)
        for at, row in enumerate(found, start=1):
            when = f"{row['submitted_at'].astimezone(plan.zone):%Y-%m-%d}" if row["submitted_at"] else ""
            kind, state = word(row["unit_kind"]), word(f"state_{row['state']}")
            facts = [row["city_name"] or "", row["unit_name"], kind, state, when]
            for column, text in enumerate(facts):
                # Text is never written as a formula, whatever it begins with.
                page.write_string(at, column, text, cell)
            counted = {one["code"]: float(one["value"]) for one in json.loads(row["numbers"] or "[]")}
            for column, code in enumerate(codes, start=len(facts)):
                if code in counted:
                    page.write_number(at, column, counted[code], cell)
                else:
                    page.write_blank(at, column, None, cell)
    return f"{name}.xlsx", out.getvalue()
