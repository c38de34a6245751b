"""A student's file on paper and in the archive: one PDF with contents and photos, and a ZIP with the originals."""

import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from anyio.to_thread import run_sync
from obstore.store import ObjectStore

from miaopu.core import files
from miaopu.core.documents import bound
from miaopu.core.files import JPEG, PNG, StoredFile
from miaopu.core.pictures import is_picture
from miaopu.core.problem import Language, Problem, say
from miaopu.people.acting import Reads
from miaopu.programme.queries import plan_in_force
from miaopu.reports import file_queries
from miaopu.reports.file import gather, when
from miaopu.reports.file_schemas import Entry, FilePart, Kept, StudentFile

# What all photos of one PDF may weigh: it is sent by mail and printed; every original is in the archive.
PHOTO_BYTES = 24 * 1024 * 1024
ENDINGS = {JPEG: "jpg", PNG: "png"}


async def _stored(reads: Reads, file: StudentFile) -> dict[uuid.UUID, StoredFile]:
    """Everything that the file's parts name, as it is kept."""
    ids = [kept.id for _, _, kept in _kept(file)]
    rows = await reads.rows(file_queries.stored(), ids=ids)
    return {row["id"]: StoredFile(**dict(row)) for row in rows}


def _kept(file: StudentFile) -> Iterator[tuple[FilePart, Entry | None, Kept]]:
    for part in file.parts:
        for kept in part.files:
            yield part, None, kept
        for entry in part.entries:
            for kept in (*entry.photos, *entry.files):
                yield part, entry, kept


async def paper(reads: Reads, store: ObjectStore, enrolment_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the PDF. Raises 404, 422 `document_glyph_missing`."""
    file = await gather(reads, enrolment_id, language)
    stored = await _stored(reads, file)
    return _name(file, language) + ".pdf", await _paper(reads, store, file, stored, language)


async def _paper(
    reads: Reads, store: ObjectStore, file: StudentFile, stored: Mapping[uuid.UUID, StoredFile], language: Language
) -> bytes:
    plan = await plan_in_force(reads)
    pictures: dict[str, bytes] = {}
    names: dict[uuid.UUID, str] = {}
    room = PHOTO_BYTES
    for part in file.parts:
        for entry in part.entries:
            for photo in entry.photos:
                one = stored.get(photo.id)
                if one is None or one.content_type not in ENDINGS or one.size > room:
                    continue
                data = await _bytes(store, one)
                name = f"p{len(pictures) + 1}.{ENDINGS[one.content_type]}"
                if data is None or not await run_sync(is_picture, name, data):
                    continue
                pictures[name], names[photo.id] = data, name
                room -= one.size
    shown = _printed(file, names, plan.zone, language)
    return await run_sync(bound, "file", shown, pictures, language)


async def _bytes(store: ObjectStore, one: StoredFile) -> bytes | None:
    try:
        return await files.read(store, one)
    except Problem:
        return None


def _printed(file: StudentFile, names: Mapping[uuid.UUID, str], zone: Any, language: Language) -> dict[str, Any]:
    shown = file.model_dump(mode="json")
    shown["made_at"] = when(file.made_at, zone)
    for part, kept in zip(shown["parts"], file.parts, strict=True):
        for entry, given in zip(part["entries"], kept.entries, strict=True):
            entry["at"] = when(given.at, zone)
            if part["code"] == "trail":
                entry["title"] = say(language, f"file.action.{given.title}", {})
            entry["photos"] = [
                {"path": names[photo.id], "name": photo.name} for photo in given.photos if photo.id in names
            ]
            left = len(given.photos) - len(entry["photos"])
            entry["note"] = say(language, "file.photos_left", {"count": left}) if left else ""
    return shown


def _name(file: StudentFile, language: Language) -> str:
    return _safe(say(language, "file.name", {"name": file.name, "number": file.number}))


def _safe(name: str) -> str:
    """A name for a file or a folder on any system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "-", name).strip(" .")[:100] or "-"


async def archive(reads: Reads, store: ObjectStore, enrolment_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name, and a ZIP: the PDF, the data, a folder of originals for each part, and the SHA-256 of everything.

    The list of hashes is checked by `sha256sum -c SHA256SUMS`. Raises as `paper`.
    """
    file = await gather(reads, enrolment_id, language)
    stored = await _stored(reads, file)
    pdf = await _paper(reads, store, file, stored, language)
    found: list[tuple[str, bytes]] = [
        (f"{_name(file, language)}.pdf", pdf),
        ("file.json", json.dumps(file.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()),
    ]
    taken: set[str] = {name for name, _ in found}
    for n, part in enumerate(file.parts, start=1):
        for of, entry, kept in _kept(file):
            one = stored.get(kept.id)
            if of is not part or one is None:
                continue
            data = await _bytes(store, one)
            if data is not None:
                found.append((_place(n, part, entry, kept, taken), data))
    return f"{_name(file, language)}.zip", await run_sync(_zip, found)


def _place(n: int, part: FilePart, entry: Entry | None, kept: Kept, taken: set[str]) -> str:
    folder = f"{n:02d} {_safe(part.title)}"
    day = f"{entry.at.date()} {_safe(entry.title)}/" if entry and entry.at else ""
    name = PurePosixPath(_safe(kept.name))
    tries = 1
    while (place := f"{folder}/{day}{name.stem}{f' ({tries})' if tries > 1 else ''}{name.suffix}") in taken:
        tries += 1
    taken.add(place)
    return place


def _zip(found: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, data in found:
            made.writestr(name, data)
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in found)
        made.writestr("SHA256SUMS", sums)
    return out.getvalue()
