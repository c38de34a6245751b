"""Paths of a student's file: the page, the PDF, the archive; and the archive of all one's students as a job."""

import uuid

from fastapi import Request, Response

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.door import Door
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import language_of
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Reads, Writing, needs
from miaopu.people.bundles import Bundle, declare
from miaopu.people.permissions import Permission
from miaopu.reports import file, file_paper, file_queries
from miaopu.reports.file_schemas import StudentFile

router = Room(prefix="/student-files", tags=["reports"], route_class=Door)
P = Permission
ZIP = "application/zip"


@router.get("/{enrolment_id}", operation_id="student_files_get", **needs(P.TRAINING_READ))
async def get(request: Request, reads: Reading, enrolment_id: uuid.UUID) -> StudentFile:
    """Everything of one student's year, as far as the reader sees it."""
    return await file.gather(reads, enrolment_id, language_of(request.headers.get("accept-language")))


@router.get("/{enrolment_id}/file.pdf", operation_id="student_files_paper", **needs(P.TRAINING_READ), **sends(PDF))
async def paper(request: Request, reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """The same as one PDF, with contents, page numbers and photos."""
    language = language_of(request.headers.get("accept-language"))
    name, made = await file_paper.paper(reads, request.app.state.files, enrolment_id, language)
    return download(made, name, PDF)


@router.post("/{enrolment_id}/archive", operation_id="student_files_archive", **needs(P.FILE_ARCHIVE), **sends(ZIP))
async def archive(request: Request, tx: Writing, enrolment_id: uuid.UUID) -> Response:
    """The PDF with all originals and their SHA-256 as ZIP; who took it stands in the trail."""
    reads = Reads(request.app.state.database.reads, tx.actor)
    language = language_of(request.headers.get("accept-language"))
    name, made = await file_paper.archive(reads, request.app.state.files, enrolment_id, language)
    audit.record(tx.session, Act("enrolment.archive"), "enrolment", enrolment_id)
    return download(made, name, ZIP)


ARCHIVES = declare(
    Bundle(
        "archives",
        P.FILE_ARCHIVE,
        file_queries.mine,
        make_of_files=file_paper.archive,
        trail=("enrolment.archive", "enrolment"),
    )
)
