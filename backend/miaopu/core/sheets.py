"""The cells of what people upload, whatever program wrote it: a grid of values, and those values as text."""

import csv
import datetime as dt
import io
import re
import unicodedata
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, ZipError

from miaopu.core.problem import Problem
from miaopu.core.unzip import check_archive

MAX_COLUMNS = 104
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

# Look-alikes of the middle dot, where they stand between letters that are not Latin.
_DOTS = re.compile(r"(?<=[^\W\d_a-zA-Z])\s*[•‧∙⋅・･．●᛫·]\s*(?=[^\W\d_a-zA-Z])")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
# Most cells have nothing to take away.
_PLAIN = re.compile(r"[!-~·\u4e00-\u9fff]*")
# Full-width letters, digits and the signs of numbers and addresses; the punctuation of Chinese prose stays.
_SIGNS = "#%+-./@_"
_HALF = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_HALF = {c: half for c, half in _HALF.items() if half.isalnum() or half in _SIGNS}


def normal(text: str) -> str:
    """The text without what keyboards and sheets add: full-width letters, line breaks, odd middle dots."""
    if _PLAIN.fullmatch(text):
        return text
    if text.isascii():
        return _BLANKS.sub(" ", text).strip()
    text = _DOTS.sub("·", unicodedata.normalize("NFC", text)).translate(_HALF)
    return _BLANKS.sub(" ", text).strip()


def grid(data: bytes, max_unzipped: int) -> list[list[Any]]:
    """All cells from A1 on, of the first visible sheet that has any."""
    if len(data) > max_unzipped:
        raise Problem("workbook_too_large", 413)
    if data.startswith(ZIP):
        check_archive(data, max_unzipped)
    elif not data.startswith(OLE):
        return _csv(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for meta in book.sheets_metadata:
                if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(meta.name)
                    if sheet.total_width > MAX_COLUMNS:
                        raise Problem("workbook_too_wide", 422)
                    if found := sheet.to_python(skip_empty_area=False):
                        return found
    except (CalamineError, ZipError, OSError, ValueError) as broken:
        raise Problem("workbook_unreadable", 422) from broken
    raise Problem("workbook_empty", 422)


def _csv(data: bytes) -> list[list[Any]]:
    text = _decoded(data)
    if "\0" in text:
        raise Problem("workbook_unreadable", 422)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",\t;，", key=first.count)
    if separator == "，":
        separator = ","
        text = text.replace("，", ",")
    try:
        found: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as broken:
        raise Problem("workbook_unreadable", 422) from broken
    if any(len(row) > MAX_COLUMNS for row in found):
        raise Problem("workbook_too_wide", 422)
    return found


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("workbook_unreadable", 422)


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # Fifteen digits are what Excel keeps and shows; a longer number has lost its end and must not look whole.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return "" if value is None else str(value)
