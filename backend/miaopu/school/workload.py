"""Teachers' hours of a term, and the workbook that goes to the school for teaching load (教育教学工作量, P19)."""

import hashlib
import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from miaopu.core import clock
from miaopu.core.problem import FieldError, Language, invalid, say
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.programme.plan_outside import Term
from miaopu.programme.queries import plan_in_force
from miaopu.school import queries
from miaopu.school.schemas import HoursShown, TermHours

WIDTHS = (26, 14, 18, 10, 10, 16, 36)


def term_of(plan: Plan, code: str | None) -> Term:
    """A term of the plan; the whole cycle where the plan names none, the current one where none is asked for.

    Raises 422 for an unknown one.
    """
    whole = Term(code="cycle", zh=plan.title.zh, en=plan.title.en, from_on=plan.starts_on, to_on=plan.ends_on)
    terms = plan.school_hours.terms or (whole,)
    if code is None:
        today = plan.local_day(clock.now())
        return next((t for t in terms if today <= t.to_on), terms[-1])
    for term in terms:
        if term.code == code:
            return term
    raise invalid(FieldError("/term", "unknown"))


def _between(plan: Plan, term: Term) -> dict[str, datetime]:
    return {"from": plan.midnight(term.from_on), "until": plan.midnight(term.to_on + timedelta(days=1))}


def in_hours(minutes: int, hour_minutes: int) -> Decimal:
    """Minutes as teaching hours, to two places."""
    return (Decimal(minutes) / hour_minutes).quantize(Decimal("0.01"))


async def shown(reads: Reads, code: str | None) -> HoursShown:
    """The sums of a term, of all teachers whom the reader sees. Raises 409 `no_cycle`, 422."""
    plan = await plan_in_force(reads)
    term, unit = term_of(plan, code), plan.school_hours.hour_minutes
    rows = await reads.rows(queries.hours(reads.actor.role), **_between(plan, term))
    items = [TermHours.model_validate({**dict(r), "hours": in_hours(r["minutes"], unit)}) for r in rows]
    total = sum(item.minutes for item in items)
    return HoursShown(
        term=term.code, hour_minutes=unit, items=items, total_minutes=total, total_hours=in_hours(total, unit)
    )


async def workbook(reads: Reads, code: str | None, language: Language) -> tuple[str, bytes]:
    """The sums with every session behind them: number, digest, and where to sign. Raises as `shown`."""
    plan = await plan_in_force(reads)
    term = term_of(plan, code)
    sums = await shown(reads, term.code)
    rows = await reads.rows(queries.confirmed_lessons(reads.actor.role), **_between(plan, term))
    kinds = {k.code: k.by_language[language] for k in plan.school_hours.kinds}
    lines = [
        [
            r["school_name"], r["teacher_name"], f"{r['starts_at'].astimezone(plan.zone):%Y-%m-%d %H:%M}", r["minutes"],
            float(in_hours(r["minutes"], sums.hour_minutes)), kinds.get(r["kind"], r["kind"]), r["title"],
        ]
        for r in rows
    ]  # fmt: skip
    totals = [[i.school_name, i.teacher_name, i.lessons, i.minutes, float(i.hours)] for i in sums.items]
    kept = json.dumps([term.code, totals, lines], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(kept.encode()).hexdigest()

    def words(key: str, **more: Any) -> str:
        return say(language, f"workload.{key}", more)

    name = words("title", term=term.by_language[language])
    number = words("number", number=f"{plan.year}-{term.code}-{digest[:8].upper()}")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        bold = book.add_format({"bold": True, "bg_color": "#E3EFE8", "border": 1})
        cell, wrap = book.add_format({"border": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(words("sheet"))
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, name, big)
        sheet.write_string(1, 0, words("period", first=term.from_on, last=term.to_on, minutes=sums.hour_minutes))
        sheet.write_string(2, 0, number)
        at = 4
        sheet.write_row(at, 0, [words(k) for k in ("school", "teacher", "lessons", "minutes", "hours")], bold)
        everything = ["", words("total"), len(lines), sums.total_minutes, float(sums.total_hours)]
        for row in [*totals, everything]:
            at += 1
            _put(sheet, at, row, cell)
        at += 2
        heads = ("school", "teacher", "date", "minutes", "hours", "kind", "subject")
        sheet.write_row(at, 0, [words(k) for k in heads], bold)
        for row in lines:
            at += 1
            _put(sheet, at, row, cell)
        at += 2
        sheet.write_string(at, 0, words("signature"))
        sheet.write_string(at, 3, words("seal"))
        sheet.write_string(at, 6, words("date_signed"))
        sheet.merge_range(at + 2, 0, at + 2, len(WIDTHS) - 1, words("digest", digest=digest), wrap)
    return f"{name}.xlsx", out.getvalue()


def _put(sheet: Any, at: int, row: list[Any], cell: Any) -> None:
    """Text is never written as a formula, whatever it begins with."""
    for column, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, column, value, cell)
        else:
            sheet.write_number(at, column, value, cell)
