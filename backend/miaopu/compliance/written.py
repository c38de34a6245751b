"""A pack as its files: a page and a workbook to read, JSON to compute with, and the digests of the three."""

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]

from miaopu.compliance.parts import Part, Period
from miaopu.core.problem import Language, say, words
from miaopu.core.sheets import cell_text

FORMAT = "miaopu/compliance-audit/1"
HEAD = "#E3EFE8"
WIDEST, NARROWEST = 48, 12
# Excel's own bounds of a sheet's name and of a cell.
NAME, CELL = 31, 32_767
# Where the words of a column's codes stand; a code without words is shown as it is.
WORDS = {"kept": "kept.name", "role": "file.role", "seen_by": "file.role"}


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything of one pack. `facts` are (code, value) of the first page: who, when, the trail's head, the sums."""

    period: Period
    zone: ZoneInfo
    facts: tuple[tuple[str, Any], ...]
    parts: tuple[Part, ...]


def write(pack: Pack, language: Language, out: IO[bytes]) -> None:
    """The ZIP, into an open file."""

    def name(code: str) -> str:
        return say(language, f"compliance.file.{code}", {"year": pack.period.year})

    made = {
        f"{name('page')}.html": page(pack, language).encode(),
        f"{name('workbook')}.xlsx": workbook(pack, language),
        "data.json": data(pack).encode(),
    }
    sums = [f"{hashlib.sha256(held).hexdigest()}  {file}\n" for file, held in made.items()]
    made["SHA256SUMS"] = "".join(sums).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, held in made.items():
            archive.writestr(file, held)


def data(pack: Pack) -> str:
    """The pack for machines: codes as they are, moments in UTC (RFC 3339), one object for each row."""
    parts = {p.code: [dict(zip(p.heads, row, strict=True)) for row in p.rows] for p in pack.parts}
    told = {
        "format": FORMAT,
        "year": pack.period.year,
        "complete": pack.period.complete,
        "since": pack.period.since,
        "until": pack.period.until,
        **dict(pack.facts),
        "parts": parts,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(pack: Pack, head: str, value: Any, language: Language) -> Any:
    """A value as people read it: codes in words, moments on the programme's clock; numbers stay numbers."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say(language, f"compliance.yes_no.{value}", {})
    if isinstance(value, datetime):
        return value.astimezone(pack.zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return say(language, "compliance.separator", {}).join(shown(pack, head, one, language) for one in value) or "—"
    if isinstance(value, int | float):
        return value
    code = f"{WORDS.get(head, f'compliance.{head}')}.{value}"
    return words(language).get(code, str(value))


def page(pack: Pack, language: Language) -> str:
    """The pack as one page that any browser shows and prints; nothing in it is a link, a script or from elsewhere."""
    title = html.escape(_title(pack, language))
    facts = "".join(
        f"<tr><th>{html.escape(label)}</th><td>{html.escape(str(value))}</td></tr>"
        for label, value in _facts(pack, language)
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>'
        "body{font:14px/1.6 sans-serif;max-width:1100px;margin:2em auto;padding:0 1em}"
        "h2{margin:2em 0 .2em}p{margin:.2em 0 .6em;color:#555}.wide{overflow-x:auto}"
        "table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:.25em .5em;text-align:left;"
        f"vertical-align:top;overflow-wrap:anywhere}}th{{background:{HEAD};font-weight:600;white-space:nowrap}}"
        "td.n{text-align:right;font-variant-numeric:tabular-nums}"
        "@media print{body{max-width:none;font-size:9pt}@page{size:A4 landscape;margin:12mm}}"
        f"</style><h1>{title}</h1><p>{_said('intro', language)}</p><table>{facts}</table>"
        f"<p>{_said('sources', language)}</p>{''.join(_section(pack, one, language) for one in pack.parts)}</html>"
    )


def _facts(pack: Pack, language: Language) -> list[tuple[str, Any]]:
    return [
        (_said(f"fact.{code}", language, plain=True), shown(pack, code, value, language)) for code, value in pack.facts
    ]


def _section(pack: Pack, one: Part, language: Language) -> str:
    heads = "".join(f"<th>{_said(f'head.{head}', language)}</th>" for head in one.heads)
    lines = "".join(f"<tr>{''.join(_cells(pack, one, row, language))}</tr>" for row in one.rows)
    table = f'<div class="wide"><table><tr>{heads}</tr>{lines}</table></div>'
    nothing = f"<p>{_said('nothing', language)}</p>"
    return (
        f"<h2>{_said(f'part.{one.code}', language)}</h2><p>{_said(f'note.{one.code}', language)}</p>"
        f"{table if one.rows else nothing}"
    )


def _cells(pack: Pack, one: Part, row: Sequence[Any], language: Language) -> list[str]:
    told = [shown(pack, head, value, language) for head, value in zip(one.heads, row, strict=True)]
    return [
        f'<td class="n">{value}</td>' if isinstance(value, int | float) else f"<td>{html.escape(value)}</td>"
        for value in told
    ]


def workbook(pack: Pack, language: Language) -> bytes:
    """The pack as a workbook: a first page, and a sheet for each part. Nothing is ever written as a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": HEAD, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet(_said("sheet", language, plain=True))
        first.set_column(0, 0, 30)
        first.set_column(1, 1, 90)
        first.write_string(0, 0, _title(pack, language), book.add_format({"bold": True, "font_size": 14}))
        lines = _facts(pack, language)
        for row, (label, value) in enumerate(lines, start=2):
            first.write_string(row, 0, label, wrap)
            first.write_string(row, 1, cell_text(value)[:CELL], wrap)
        first.write_string(len(lines) + 3, 0, _said("sources", language, plain=True))
        for one in pack.parts:
            sheet = book.add_worksheet(_said(f"part.{one.code}", language, plain=True)[:NAME])
            sheet.freeze_panes(1, 0)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            told = [[shown(pack, h, v, language) for h, v in zip(one.heads, row, strict=True)] for row in one.rows]
            for column, head in enumerate(one.heads):
                said = _said(f"head.{head}", language, plain=True)
                longest = max((len(str(line[column])) for line in told[:200]), default=0)
                sheet.set_column(column, column, max(NARROWEST, min(WIDEST, max(len(said), longest) * 1.6)))
                sheet.write_string(0, column, said, bold)
            for n, line in enumerate(told, start=1):
                for column, value in enumerate(line):
                    if isinstance(value, int | float):
                        sheet.write_number(n, column, value)
                    else:
                        sheet.write_string(n, column, cell_text(value)[:CELL], wrap)
    return out.getvalue()


def _title(pack: Pack, language: Language) -> str:
    return say(language, "compliance.title", {"year": pack.period.year})


def _said(code: str, language: Language, *, plain: bool = False) -> str:
    said = say(language, f"compliance.{code}", {})
    return said if plain else html.escape(said)
