"""Dates and years as people write them: with points, strokes or characters, in figures or in Chinese numerals."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

_NUMERALS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "两": "2"}
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_WEEKDAY = re.compile(r"[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?")
_MOMENT = re.compile(
    # 2023年12月26日, 2023/12/26
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?"
    # 9:00, 9时30分, 下午2点半, 09:00:00
    r"(?:[T ]?\s*(上午|早上|中午|下午|晚上|晚)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})分?(?::(\d\d))?|(半))?)?"
)
_YEAR = re.compile(r"(\d{4})\s*(?:[年级届]|[./-]).*")


def _in_figures(text: str) -> str:
    """二〇二三年十二月二十六日 as 2023年12月26日."""
    text = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    text = _TENS.sub(lambda m: _NUMERALS[m[1] or "一"] + (_NUMERALS[m[2]] if m[2] else "0"), text)
    return "".join(_NUMERALS.get(c, c) for c in text)


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """`2023年12月26日 9:00`, `2023/12/26 9:00`, `二〇二三年十二月二十六日下午两点`; None for what is no moment."""
    found = _MOMENT.fullmatch(_in_figures(text))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in found.group(5, 6, 7))
    if found[8]:
        minute = 30
    if found[4] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def read_year(text: str) -> str:
    """The year of `2023年9月`, `2023级`, `2023-09-01`, `二〇二三年`; any other text as it is."""
    figures = _in_figures(text)
    found = _YEAR.fullmatch(figures)
    return found[1] if found else figures
