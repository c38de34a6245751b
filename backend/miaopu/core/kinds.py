"""What a file is, by what is in it (ASVS 5.2.2): never by the name or the type that a browser gave."""

import codecs
import re
import zipfile
from typing import BinaryIO

from miaopu.core.problem import Problem

CHUNK = 1 << 18
HEAD = 16
PDF, PNG, JPEG, CSV = "application/pdf", "image/png", "image/jpeg", "text/csv"
# What Excel saves in China and elsewhere; a plain `text/*` goes out as UTF-8.
CSV_GB18030, CSV_UTF16 = f"{CSV}; charset=gb18030", f"{CSV}; charset=utf-16"
SVG = "image/svg+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
SUFFIXES = {
    "text/calendar": ".ics",
    PDF: ".pdf",
    PNG: ".png",
    JPEG: ".jpg",
    XLSX: ".xlsx",
    XLS: ".xls",
    CSV: ".csv",
    CSV_GB18030: ".csv",
    CSV_UTF16: ".csv",
    SVG: ".svg",
}
# Other endings of a kind that are as true.
ALSO = {JPEG: (".jpeg", ".jpe", ".jfif")}
# An ending that programs go by; `成绩单.2024` and `第1.2版` have none.
ENDING = re.compile(r"\.(?=\d{0,4}[a-z])[a-z0-9]{1,5}$", re.IGNORECASE)
SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def type_of(file: BinaryIO, name: str) -> str:
    """The media type of one of the few kinds that are taken. Raises 422 `file_type_unknown`, `file_active`."""
    file.seek(0)
    head = file.read(HEAD)
    for signature, content_type in SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head.startswith(ZIP) and _is_xlsx(file):
        return XLSX
    if head.startswith(OLE) and _is_xls(file):
        return XLS
    if name.lower().endswith(".csv") and (written := _text_of(file)):
        return written
    raise Problem("file_type_unknown", 422)


def truly_named(name: str, content_type: str) -> str:
    """The name with the ending of what is in the file (ASVS 5.0 5.2.2): `photo.exe` of a picture is `photo.png`.

    Mended and not refused: telephones and chat programs send good files under names without an ending or with a wrong
    one, and whoever sends a file sees under which name it was kept.
    """
    true = SUFFIXES.get(content_type)
    if true is None or name.lower().endswith((true, *ALSO.get(content_type, ()))):
        return name
    return ENDING.sub("", name) + true


def _is_xlsx(file: BinaryIO) -> bool:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_xls(file: BinaryIO) -> bool:
    """True where the old container holds a workbook (of Excel 97, or of 95), not a letter or slides."""
    file.seek(0)
    data = file.read()
    if _named("_VBA_PROJECT") in data:
        raise Problem("file_active", 422)
    return any(_named(name) in data for name in ("Workbook", "Book"))


def _named(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


def _text_of(file: BinaryIO) -> str | None:
    """The type of a table in UTF-8, GB 18030 or UTF-16 with its mark, without control characters; else None."""
    file.seek(0)
    marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    kinds = {"utf-16": CSV_UTF16} if marked else {"utf-8-sig": CSV, "gb18030": CSV_GB18030}
    return next((kind for encoding, kind in kinds.items() if _decodes(file, encoding)), None)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(CHUNK):
            if any(c < " " and c not in "\t\r\n" for c in decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
