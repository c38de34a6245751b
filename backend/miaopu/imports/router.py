"""Paths of imports: workbooks in."""

import json
import uuid
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile

from miaopu.core import files
from miaopu.core.door import Door, Unkept
from miaopu.core.download import download, sends
from miaopu.core.files import XLSX
from miaopu.core.problem import Language, language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.imports import queries, service
from miaopu.imports.keeping import kept_until
from miaopu.imports.kinds import KINDS, Kind, may_open
from miaopu.imports.reading import header, said
from miaopu.imports.schemas import (
    ExportKind,
    ImportFault,
    ImportKind,
    ImportPage,
    ImportRecord,
    ImportState,
    ImportStored,
)
from miaopu.people.acting import Reading, Reads, Writing, needs
from miaopu.people.permissions import Permission
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force
from miaopu.programme.schemas import Trail

router = Room(prefix="/imports", tags=["imports"], route_class=Door)
exports = Room(tags=["imports"], route_class=Unkept)
P = Permission
# Of many faults a page shows these; the marked workbook has more.
SHOWN = 500


@router.get("", operation_id="imports_list", response_model=ImportPage, **needs(P.IMPORT_READ))
async def list_imports(
    reads: Reading,
    page: Page,
    kind: Annotated[ImportKind | None, Query()] = None,
    state: Annotated[ImportState | None, Query()] = None,
) -> Response:
    """Workbooks that were brought in."""
    shape, given = present(kind=kind, state=state)
    return await reads.page(queries.page(reads.actor.role, shape), page, **given)


@router.get("/templates/{kind}", operation_id="imports_template", **needs(P.IMPORT_BRING), **sends(XLSX))
async def template(
    request: Request,
    reads: Reading,
    kind: ImportKind,
    sitting: Annotated[uuid.UUID | None, Query(description="of marks: the seats of one sitting only")] = None,
) -> Response:
    """The workbook to fill in, with drop-down lists and an example; for marks with every seat."""
    found = service.kind_of(reads.actor, kind)
    name, made = await service.template_of(reads, found, sitting, _language(request))
    return download(made, name, XLSX)


@exports.post("/imports/{kind}/export", operation_id="imports_export", **needs(P.IMPORT_BRING), **sends(XLSX))
async def export(request: Request, tx: Writing, reads: Reading, kind: ExportKind) -> Response:
    """What one's unit has, as a workbook that can be brought in again. It is in the trail who took it away."""
    name, made = await service.export(tx, reads, kind, _language(request))
    return download(made, name, XLSX)


@router.post("/{kind}", operation_id="imports_bring", status_code=201, **needs(P.IMPORT_BRING))
async def bring(
    request: Request,
    tx: Writing,
    kind: ImportKind,
    file: Annotated[UploadFile, File(description="xlsx, xls or CSV")],
) -> Created:
    """Bring a workbook: it is kept and tried; nothing is entered yet."""
    state = request.app.state
    made = await service.bring(tx, state.files, kind, file, state.settings)
    return Created(id=made.id, version=made.version)


@router.get("/{import_id}", operation_id="imports_get", **needs(P.IMPORT_READ))
async def get(request: Request, reads: Reading, import_id: uuid.UUID) -> ImportRecord:
    """One workbook: how far it is, and its faults by row and column."""
    stored = await _stored(reads, import_id)
    kind = KINDS[stored.kind]
    opened = may_open(kind, reads.actor, stored.account_id)
    shown = _shown([fault for fault in stored.problems if opened or fault["row"] == 0])
    plan = await plan_in_force(reads)
    until = kept_until(stored.kind, stored.created_at, plan, request.app.state.settings.workbook_days)
    facts = {
        **stored.model_dump(exclude={"account_id"}),
        "problems": _said(kind, plan, shown, _language(request)),
        "open": opened,
        "kept_until": until,
    }
    return ImportRecord(**facts)


@router.post("/{import_id}/enter", operation_id="imports_enter", **needs(P.IMPORT_BRING))
async def enter(tx: Writing, import_id: uuid.UUID) -> Created:
    """Enter a workbook without faults: all of it, or nothing."""
    made = await service.enter(tx, import_id)
    return Created(id=made.id, version=made.version)


@router.get("/{import_id}/file", operation_id="imports_file", **needs(P.IMPORT_READ), **sends(XLSX))
async def file(request: Request, reads: Reading, import_id: uuid.UUID) -> Response:
    """The workbook as it came."""
    stored, _, _ = await service.file_of(reads, import_id)
    return await files.serve(request.app.state.files, stored)


@router.get("/{import_id}/marked", operation_id="imports_marked", **needs(P.IMPORT_READ), **sends(XLSX))
async def marked(request: Request, reads: Reading, import_id: uuid.UUID) -> Response:
    """The workbook again with its faults marked, to correct."""
    name, made = await service.marked(reads, request.app.state.files, import_id, _language(request))
    return download(made, name, XLSX)


@router.get("/{import_id}/trail", operation_id="imports_trail", response_model=Trail, **needs(P.IMPORT_READ))
async def trail(reads: Reading, import_id: uuid.UUID) -> Response:
    """Everything that was done to an import."""
    return await reads.record(queries.trail(reads.actor.role), id=import_id)


async def _stored(reads: Reads, import_id: uuid.UUID) -> ImportStored:
    answer = await reads.record(queries.record(reads.actor.role), id=import_id)
    return ImportStored.model_validate(json.loads(bytes(answer.body)))


def _shown(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first faults and the first notes."""
    notes = [fault for fault in problems if fault.get("note")]
    return [*[fault for fault in problems if not fault.get("note")][:SHOWN], *notes[:SHOWN]]


def _said(kind: Kind, plan: Plan, problems: list[dict[str, Any]], language: Language) -> list[ImportFault]:
    titles = {column.code: header(kind, column, language) for column in kind.columns(plan)}
    return [
        ImportFault(
            row=fault["row"],
            column=fault["column"],
            header=titles.get(fault["column"], ""),
            code=fault["code"],
            message=said(language, fault),
            note=fault.get("note", False),
        )
        for fault in problems
    ]


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))
