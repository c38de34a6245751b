"""Files: they arrive unclaimed, are typed by what is in them, and belong to whoever sent them until claimed.

The name and the type that a browser gives are never believed: the type is read from the content, and what
goes out again goes out as a download that no browser may guess about.
"""

import contextlib
import hashlib
import io
import logging
import unicodedata
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO
from urllib.parse import quote

import obstore
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import UploadFile
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url
from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.responses import StreamingResponse

from miaopu.core import clock
from miaopu.core.columns import MAX_UNZIPPED
from miaopu.core.db import Base, new_id
from miaopu.core.kinds import CHUNK, SUFFIXES, truly_named, type_of
from miaopu.core.kinds import CSV as CSV
from miaopu.core.kinds import CSV_GB18030 as CSV_GB18030
from miaopu.core.kinds import JPEG as JPEG
from miaopu.core.kinds import PDF as PDF
from miaopu.core.kinds import PNG as PNG
from miaopu.core.kinds import SVG as SVG
from miaopu.core.kinds import XLS as XLS
from miaopu.core.kinds import XLSX as XLSX
from miaopu.core.pdfs import check_pdf
from miaopu.core.photos import redrawn
from miaopu.core.problem import Problem, not_found
from miaopu.core.scanner import scan
from miaopu.core.unzip import check_archive
from miaopu.settings import Settings

log = logging.getLogger("miaopu.files")
# Seconds after which somebody may try again where the store took nothing.
STORE_RETRY = 10
NAME = 200
# Shown in the page; everything else is only ever downloaded.
SHOWN = (PDF, PNG, JPEG)
# Uploads that are looked through at a time; a picture takes some hundred megabytes while it is drawn anew.
AT_A_TIME = 2
_examiners = CapacityLimiter(AT_A_TIME)


class StoredFile(Base):
    """One file: its bytes are in the store under its id; `claimed_*` is the thing through which it is served."""

    __tablename__ = "files"
    __audit__ = False
    __table_args__ = (Index("ix_files_claimed", "claimed_type", "claimed_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    content_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(NAME))
    uploaded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.real_now)
    claimed_type: Mapped[str | None] = mapped_column(String(40))
    claimed_id: Mapped[uuid.UUID | None]


def make_store(settings: Settings) -> ObjectStore:
    """Where the bytes are: the folder `files` of the installation, or what `files_url` names (`s3://…`)."""
    if settings.files_url:
        return from_url(settings.files_url)
    return LocalStore(prefix=settings.data_dir / "files", mkdir=True)


async def save(
    session: AsyncSession, store: ObjectStore, upload: UploadFile, settings: Settings, uploaded_by: uuid.UUID
) -> StoredFile:
    """Keep what was sent, unclaimed. The bytes are in the store before the row is committed.

    Pictures are kept as they were drawn anew (`photos`); everything else as it came, once it was looked through. The
    name ends as the content says (`kinds.truly_named`).

    Raises:
        Problem: 413 `too_large`, `workbook_too_large`; 503 `scanner_away`; 422 `file_type_unknown`, `file_empty`,
            `file_broken`, `file_active`, `file_infected`, `pdf_locked`, `picture_too_large`, `workbook_unreadable`,
            `workbook_too_wide`.
    """
    name = safe_name(upload.filename or "")
    content_type = await run_sync(_weigh, upload.file, name, settings.upload_limit)
    await scan(settings.clamav, upload.file)
    kept = await run_sync(_look_through, upload.file, content_type, settings, limiter=_examiners)
    name = truly_named(name, content_type)
    return await keep(session, store, kept, name=name, content_type=content_type, owner=uploaded_by)


async def _put(store: ObjectStore, file_id: uuid.UUID, source: IO[bytes]) -> None:
    """Bytes into the store. Raises 503 `unavailable` where it has no room or is away: that passes."""
    try:
        await obstore.put_async(store, place_of(file_id), source)
    except (BaseError, OSError) as full:
        log.error("the files' store took nothing: %s", full)
        raise Problem("unavailable", 503, retry_after=STORE_RETRY) from full


async def keep(
    session: AsyncSession,
    store: ObjectStore,
    data: bytes | IO[bytes] | BinaryIO,
    *,
    name: str,
    content_type: str,
    owner: uuid.UUID,
) -> StoredFile:
    """Keep bytes that are known to be good: an export, or a bundle that may be too large for the memory (a file)."""
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    source.seek(0)
    sha256 = await run_sync(lambda: hashlib.file_digest(source, "sha256").hexdigest())  # type: ignore[arg-type]
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    file = StoredFile(
        id=new_id(), sha256=sha256, size=size, content_type=content_type, name=safe_name(name), uploaded_by=owner
    )
    await _put(store, file.id, source)
    session.add(file)
    await session.flush()
    return file


async def claim(
    session: AsyncSession,
    file_id: uuid.UUID,
    account_id: uuid.UUID,
    thing_type: str,
    thing_id: uuid.UUID,
    *,
    held: ColumnElement[bool] | None = None,
) -> StoredFile:
    """Make a file part of a thing. Raises 404 unless it is the account's own and not claimed yet.

    Args:
        held: which claimed files may go over to the thing all the same (a draft's to what is made of it).
    """
    own = StoredFile.uploaded_by == account_id
    free: ColumnElement[bool] = StoredFile.claimed_type.is_(None)
    if held is not None:
        free = or_(free, held)
    file = await session.scalar(select(StoredFile).where(StoredFile.id == file_id, own, free).with_for_update())
    if file is None:
        raise not_found("file")
    file.claimed_type, file.claimed_id = thing_type, thing_id
    return file


async def read(store: ObjectStore, file: StoredFile) -> bytes:
    """The whole content, for workbooks that are read here. Raises 404 where the store has lost it."""
    try:
        found = await obstore.get_async(store, place_of(file.id))
        return bytes(await found.bytes_async())
    except FileNotFoundError as lost:
        raise not_found("file") from lost


async def erase(store: ObjectStore, file: StoredFile) -> None:
    """Take the bytes out of the store for good; that they are gone already is no fault."""
    with contextlib.suppress(FileNotFoundError):
        await obstore.delete_async(store, place_of(file.id))


def columns() -> tuple[Any, ...]:
    """What a read selects of a file that it is about to serve."""
    return (StoredFile.id, StoredFile.sha256, StoredFile.size, StoredFile.content_type, StoredFile.name)


def from_rows(rows: Sequence[Any]) -> StoredFile:
    """The file of such a read. Raises 404 where there is none."""
    if not rows:
        raise not_found("file")
    return StoredFile(**dict(rows[0]))


async def serve(store: ObjectStore, file: StoredFile) -> StreamingResponse:
    """The file as an answer, piece by piece. Raises 404 where the store has lost it."""
    try:
        found = await obstore.get_async(store, place_of(file.id))
    except FileNotFoundError as lost:
        raise not_found("file") from lost

    async def pieces() -> AsyncIterator[bytes]:
        async for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)

    return StreamingResponse(
        pieces(),
        media_type=file.content_type,
        headers={
            "content-disposition": disposition(file.name, file.content_type),
            "content-length": str(file.size),
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "cache-control": "private, no-store",
            "etag": f'"{file.sha256}"',
            "x-content-type-options": "nosniff",
        },
    )


def disposition(name: str, content_type: str) -> str:
    """Content-Disposition with the name in UTF-8 (RFC 6266, RFC 5987) and a plain one for old readers."""
    plain = "file" + SUFFIXES.get(content_type, "")
    kind = "inline" if content_type in SHOWN else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def safe_name(name: str) -> str:
    """The last part of the name without control and direction characters, its ending kept when it is cut."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    if len(clean) > NAME:
        suffix = PurePosixPath(clean).suffix[:10]
        clean = clean[: NAME - len(suffix)] + suffix
    return clean or "file"


def place_of(file_id: uuid.UUID) -> str:
    """Where a file's bytes are in the store."""
    # The random end of the id spreads the files over folders; its beginning is the time.
    text = file_id.hex
    return f"{text[-2:]}/{text}"


def _weigh(file: BinaryIO, name: str, limit: int) -> str:
    size = file.seek(0, io.SEEK_END)
    if size > limit:
        raise Problem("too_large", 413, limit=limit)
    if not size:
        raise Problem("file_empty", 422)
    return type_of(file, name)


def _look_through(file: BinaryIO, content_type: str, settings: Settings) -> bytes | BinaryIO:
    """What is to be kept of it."""
    if content_type in (PNG, JPEG):
        pixels, side = settings.picture_pixels, settings.picture_long_side
        return redrawn(file, content_type, max_pixels=pixels, long_side=side)
    if content_type == PDF:
        check_pdf(file)
    if content_type == XLSX:
        file.seek(0)
        check_archive(file.read(), MAX_UNZIPPED)
    return file
