"""Paths of the numbers: each picture as JSON, as a workbook and as CSV, by the same filters."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.download import XLSX, download, sends
from miaopu.core.files import CSV, PDF, PNG, SVG
from miaopu.core.pictures import png_of
from miaopu.core.problem import Language, language_of
from miaopu.core.read import present
from miaopu.core.room import Room
from miaopu.numbers import pictures, report, sheet
from miaopu.numbers.drawing import drawn
from miaopu.numbers.schemas import By, DrawnNumbers, Numbers, NumbersOffer, Picture
from miaopu.people.acting import Reading, Reads, needs
from miaopu.people.permissions import Permission
from miaopu.programme.queries import plan_in_force

router = Room(tags=["numbers"], route_class=Door)
READ = Permission.NUMBERS_READ


def said(request: Request) -> Language:
    """The reader's language."""
    return language_of(request.headers.get("accept-language"))


Said = Annotated[Language, Depends(said)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    by: By | None
    filters: frozenset[str]
    given: Mapping[str, Any]


def _wanted(
    by: By | None = None,
    city: uuid.UUID | None = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
) -> Wanted:
    return Wanted(by, *present(city=city, subject=subject))


Asked = Annotated[Wanted, Depends(_wanted)]


async def _picture(reads: Reads, picture: Picture, asked: Wanted, language: Language) -> Numbers:
    return await pictures.picture(reads, picture, asked.by, asked.filters, asked.given, language)


@router.get("/numbers", operation_id="numbers_offer", **needs(READ))
async def offer(reads: Reading, language: Said) -> NumbersOffer:
    """The pictures there are."""
    return await pictures.offer(reads, language)


FILES: Mapping[str, Callable[[Numbers, Language], bytes]] = {
    XLSX: sheet.workbook,
    CSV: lambda made, _language: sheet.as_csv(made),
    SVG: lambda made, _language: drawn(made).encode(),
    PNG: lambda made, _language: png_of(made.title, drawn(made)),
}


@router.get("/numbers/report.pdf", operation_id="numbers_report", **needs(Permission.NUMBERS_REPORT), **sends(PDF))
async def annual(reads: Reading, language: Said) -> Response:
    """The annual report of the region, ready to print."""
    name, content = await report.annual(reads, language)
    return download(content, name, PDF)


async def _file(
    reads: Reads, picture: Picture, asked: Wanted, language: Language, content_type: str, ending: str
) -> Response:
    made = await _picture(reads, picture, asked, language)
    day = (await plan_in_force(reads)).local_day(made.as_of).isoformat()
    content = await run_sync(FILES[content_type], made, language)
    return download(content, f"{sheet.file_name(made, day, language)}.{ending}", content_type)


@router.get("/numbers/{picture}.xlsx", operation_id="numbers_workbook", **needs(READ), **sends(XLSX))
async def workbook(reads: Reading, picture: Picture, asked: Asked, language: Said) -> Response:
    """The picture's table as a workbook."""
    return await _file(reads, picture, asked, language, XLSX, "xlsx")


@router.get("/numbers/{picture}.csv", operation_id="numbers_csv", **needs(READ), **sends(CSV))
async def as_csv(reads: Reading, picture: Picture, asked: Asked, language: Said) -> Response:
    """The picture's table as CSV."""
    return await _file(reads, picture, asked, language, CSV, "csv")


@router.get("/numbers/{picture}.svg", operation_id="numbers_svg", **needs(READ), **sends(SVG))
async def as_svg(reads: Reading, picture: Picture, asked: Asked, language: Said) -> Response:
    """The drawing as SVG."""
    return await _file(reads, picture, asked, language, SVG, "svg")


@router.get("/numbers/{picture}.png", operation_id="numbers_png", **needs(READ), **sends(PNG))
async def as_png(reads: Reading, picture: Picture, asked: Asked, language: Said) -> Response:
    """The drawing as PNG, wide enough for a slide."""
    return await _file(reads, picture, asked, language, PNG, "png")


@router.get("/numbers/{picture}", operation_id="numbers_get", **needs(READ))
async def numbers(reads: Reading, picture: Picture, asked: Asked, language: Said) -> DrawnNumbers:
    """One picture: its table, its drawing, and when it was counted."""
    made = await _picture(reads, picture, asked, language)
    return DrawnNumbers(**made.model_dump(), drawing=drawn(made))
