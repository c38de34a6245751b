"""PDFs that do nothing: no scripts, no programs, no files inside, nothing that happens on opening.

Every object that the file's tables name is looked at, and the raw bytes as well, so that something hidden from this
reader by a second table is found all the same when it is not packed (ISO 32000-2, 12.6 actions; ASVS 5.2.x).
"""

import re
import zipfile
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from miaopu.core.problem import Problem

# Kinds of action (`/S`) that run or fetch something; going to a page or to a web address is not among them.
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound"}
) | {"/RichMediaExecute", "/GoTo3DView"}
# Entries that hold a script, a file, or something that happens by itself.
ENTRIES = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/AA", "/XFA", "/RichMediaContent"})
KINDS = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"})
_RAW = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?=[\s/<>\[\]()%])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# A paper of some hundred pages has some thousand objects; more is meant to keep the reader busy.
MAX_OBJECTS = 60_000
MAX_DEPTH = 40


def check_pdf(file: BinaryIO) -> None:
    """Nothing, where the PDF can be read and only shows something.

    Raises:
        Problem: 422 `file_broken`, `pdf_locked` (encrypted), `file_active`.
    """
    file.seek(0)
    # A file that is an archive as well shows one face here and another elsewhere.
    if zipfile.is_zipfile(file):
        raise Problem("file_active", 422)
    file.seek(0)
    raw = file.read()
    if _RAW.search(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)):
        raise Problem("file_active", 422)
    file.seek(0)
    try:
        _look_through(PdfReader(file, strict=False))
    except (PyPdfError, DependencyError, ValueError, KeyError, TypeError, AttributeError, IndexError) as broken:
        raise Problem("file_broken", 422) from broken
    except (RecursionError, OverflowError, NotImplementedError, AssertionError) as broken:
        raise Problem("file_broken", 422) from broken


def _look_through(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise Problem("pdf_locked", 422)
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        raise Problem("file_broken", 422)
    _opens_quietly(root.get("/OpenAction"))
    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MAX_OBJECTS:
        raise Problem("file_broken", 422)
    if len(reader.pages) == 0:
        raise Problem("file_broken", 422)
    for number, generation in numbers:
        try:
            thing = reader.get_object(IndirectObject(number, generation, reader))
        except (PyPdfError, ValueError, KeyError):
            # A table may name what is not there; what is there and cannot be read shows nothing either.
            continue
        _refuse(thing, 0)


def _opens_quietly(action: Any) -> None:
    """A page to begin at is a view (many programs write one); anything else on opening is an act."""
    action = action.get_object() if action is not None else None
    if isinstance(action, DictionaryObject) and action.get("/S") != "/GoTo":
        raise Problem("file_active", 422)


def _refuse(thing: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Problem("file_broken", 422)
    if isinstance(thing, DictionaryObject):
        if ENTRIES & thing.keys() or _text(thing, "/S") in ACTIONS:
            raise Problem("file_active", 422)
        if _text(thing, "/Type") in KINDS or _text(thing, "/Subtype") in KINDS:
            raise Problem("file_active", 422)
        # Every indirect object is looked at by its own number; only what stands inside is followed.
        for inner in thing.values():
            _refuse(inner, depth + 1)
    elif isinstance(thing, ArrayObject):
        for inner in thing:
            _refuse(inner, depth + 1)


def _text(thing: DictionaryObject, key: str) -> str:
    found = thing.raw_get(key) if key in thing else ""
    if isinstance(found, IndirectObject):
        found = found.get_object()
    return str(found)
