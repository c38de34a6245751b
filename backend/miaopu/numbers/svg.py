"""The few shapes of SVG 1.1 that the pictures are made of; the ink is the reader's, on any ground."""

import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

# Told apart by who sees no red or green as well (after Okabe and Ito, Color Universal Design, 2008).
GREEN, GOLD, BLUE, RED, GREY = "#1f7a57", "#d99a2b", "#3f7fb5", "#c2553f", "#9aa39e"
FACE = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
SMALL, TEXT = 11, 12.5


def width_of(text: str, size: float = TEXT) -> float:
    """About as wide as the text is set: a Chinese character is a square."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else 0.58 * size for c in text)


def cut(text: str, room: float, size: float = TEXT) -> str:
    """As much of the text as there is room for."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def _named(name: str, title: str, **attributes: object) -> str:
    said = " ".join(f'{key.replace("_", "-")}="{_number(value)}"' for key, value in attributes.items())
    return f"<{name} {said}><title>{escape(title)}</title></{name}>" if title else f"<{name} {said}/>"


def _number(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def text(
    x: float, y: float, said: object, *, size: float = TEXT, anchor: str = "start", bold: bool = False,
    quiet: bool = False, fill: str = "",
) -> str:  # fmt: skip
    """A line of text on its base line."""
    more = (' font-weight="700"' if bold else "") + (' opacity="0.68"' if quiet else "")
    return (
        f'<text x="{_number(float(x))}" y="{_number(float(y))}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{fill or "currentColor"}"{more}>{escape(str(said))}</text>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, title: str = "", **more: object) -> str:
    """A bar or a cell; `title` is what a pointer or a screen reader is told."""
    return _named("rect", title, x=float(x), y=float(y), width=float(width), height=float(height), fill=fill, **more)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = "currentColor", **more: object) -> str:
    """A straight line."""
    return _named("line", "", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), stroke=stroke, **more)


def circle(x: float, y: float, r: float, fill: str, title: str = "", **more: object) -> str:
    """A dot."""
    return _named("circle", title, cx=float(x), cy=float(y), r=float(r), fill=fill, **more)


def sheet(width: float, height: float, shapes: Iterable[str], title: str) -> str:
    """The whole picture. On paper its ink is dark; where it stands in a page it takes the page's."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(float(width))} {_number(float(height))}" '
        f'color="#1d2420" font-family="{FACE}" role="img" aria-label={quoteattr(title)}>' + "".join(shapes) + "</svg>"
    )
