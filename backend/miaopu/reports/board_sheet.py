"""The board as a workbook: the colours of the page with their words, the plan's rule and the date above them."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter  # type: ignore[import-untyped]
from anyio.to_thread import run_sync

from miaopu.core import clock
from miaopu.core.problem import Language, say
from miaopu.nominations.letters import day
from miaopu.programme.plan import Plan
from miaopu.reports.board_schemas import BoardLine, NeedShown

HEAD = "#E3EFE8"
COLOURS = {"met": "#CFE8D6", "missed": "#F8D7D3", "so_far": "#FBECC8", "outside": "#F1F1F1"}
RULES_ROWS = 5


async def workbook(plan: Plan, found: Sequence[BoardLine], language: Language) -> tuple[str, bytes]:
    """A name for the file, and the workbook of these lines."""
    today = plan.local_day(clock.now())
    return say(language, "board.file", {"date": today.isoformat()}) + ".xlsx", await run_sync(
        _write, plan, found, today, language
    )


def _write(plan: Plan, found: Sequence[BoardLine], today: date, language: Language) -> bytes:
    def told(key: str, **params: object) -> str:
        return say(language, f"board.{key}", params)

    months = sorted({(m.year, m.month) for line in found for m in line.months})
    subjects = {s.code: s.zh if language == "zh-CN" else s.en for s in plan.subjects}
    heads = [
        *told("columns").split(),
        *(told("month", year=year, month=f"{month:02d}") for year, month in months),
        told("campus"),
        *told("logs").split(),
        told("needs"),
    ]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet(told("title"))
        bold = book.add_format({"bold": True, "bg_color": HEAD, "bottom": 1, "text_wrap": True})
        styles = {state: book.add_format({"bg_color": colour}) for state, colour in COLOURS.items()}
        wrap = book.add_format({"text_wrap": True})
        for row, text in enumerate(
            (
                told("title"),
                told("as_of", at=day(today, language)),
                told("rule_meetings", count=plan.training.meetings_per_month),
                told("rule_campus", count=plan.training.campus_visits),
                told("rule_logs", days=plan.growth.review_days),
            )
        ):
            sheet.write_string(row, 0, text)
        for column, head in enumerate(heads):
            sheet.write_string(RULES_ROWS, column, head, bold)
        sheet.set_column(0, len(heads) - 2, 14)
        sheet.set_column(len(heads) - 1, len(heads) - 1, 60)
        sheet.freeze_panes(RULES_ROWS + 1, 1)
        sheet.autofilter(RULES_ROWS, 0, RULES_ROWS + max(1, len(found)), len(heads) - 1)
        for row, line in enumerate(found, start=RULES_ROWS + 1):
            texts = (
                line.student_name, line.number, subjects.get(line.subject, line.subject), line.city_name,
                line.school_name, line.university_name, line.mentor_name,
            )  # fmt: skip
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text)
            column = len(texts)
            counted = {(m.year, m.month): m for m in line.months}
            for month in months:
                one = counted.get(month)
                state = one.state if one else "outside"
                sheet.write_string(row, column, told(state, count=one.face_to_face if one else 0), styles[state])
                column += 1
            sheet.write_string(row, column, f"{line.campus_visits} / {line.campus_needed}", styles[line.campus_state])
            for number in (line.missing, line.returned, line.unreviewed, line.accepted):
                column += 1
                sheet.write_number(row, column, number)
            sheet.write_string(row, column + 1, told("separator").join(_need(n, language) for n in line.needs), wrap)
    return out.getvalue()


def _need(need: NeedShown, language: Language) -> str:
    return say(language, f"board_need.{need.what}", {"count": need.count, "since": day(need.since, language)})
