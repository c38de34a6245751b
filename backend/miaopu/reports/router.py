"""Paths of home and the reports."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.download import XLSX, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, needs
from miaopu.people.permissions import Permission
from miaopu.reports import board, board_sheet, funnel_queries, queries
from miaopu.reports.board_schemas import Board, BoardSort, GroupBy
from miaopu.reports.schemas import Funnel, Home

router = Room(tags=["reports"], route_class=Door)


@router.get("/home", operation_id="home_get", response_model=Home, **needs(Permission.SELF))
async def home(reads: Reading) -> Response:
    """What waits for me, where things stand, the numbers of my part."""
    return await reads.record(queries.home(reads.actor.role))


@router.get("/reports/funnel", operation_id="reports_funnel", response_model=Funnel, **needs(Permission.REPORT_READ))
async def funnel(reads: Reading) -> Response:
    """How many got how far, by city and subject."""
    return await reads.record(funnel_queries.funnel(reads.actor.role))


def _asked(
    city: uuid.UUID | None = None,
    university: uuid.UUID | None = None,
    school: uuid.UUID | None = None,
    mentor: uuid.UUID | None = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    enrolment: uuid.UUID | None = None,
    q: Annotated[str | None, Query(max_length=50)] = None,
) -> tuple[frozenset[str], Mapping[str, Any]]:
    return present(
        city=city, university=university, school=school, mentor=mentor, subject=subject, state=state,
        enrolment=enrolment, q=q,
    )  # fmt: skip


Asked = Annotated[tuple[frozenset[str], Mapping[str, Any]], Depends(_asked)]
READ = Permission.BOARD_READ


@router.get("/board", operation_id="board_get", **needs(READ))
async def show_board(
    reads: Reading, page: Page, asked: Asked, behind: bool = False, sort: BoardSort = "need", by: GroupBy | None = None
) -> Board:
    """Students by months: meetings (P9), the campus (P10), logs (P11); who is behind, and with whom it lies."""
    plan, found = await board.lines(reads, *asked, behind=behind, sort=sort)
    return board.board(plan, found, page, by)


@router.get("/board.xlsx", operation_id="board_sheet", **needs(READ), **sends(XLSX))
async def board_workbook(
    request: Request, reads: Reading, asked: Asked, behind: bool = False, sort: BoardSort = "need"
) -> Response:
    """The board as filtered, as a workbook with its colours."""
    language = language_of(request.headers.get("accept-language"))
    plan, found = await board.lines(reads, *asked, behind=behind, sort=sort)
    name, made = await board_sheet.workbook(plan, found, language)
    return download(made, name, XLSX)
