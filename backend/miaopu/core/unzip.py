"""The guard before a workbook: what it unpacks to, counted before any reader sees it.

The sizes that an archive declares are its author's word, so each member is inflated here and counted. The
reader also lays out a full rectangle from the first cell to the last one, so that two cells in opposite
corners of a sheet would take gigabytes: a cell out there is refused as well.
"""

import io
import re
import struct
import zipfile
import zlib

from miaopu.core.problem import Problem

CHUNK = 1 << 16
STORED, DEFLATED = 0, 8
# A cell with something in it, right of column CZ or below row 99,999.
_FAR = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"'](?:[A-Z]{3}\d+|[D-Z][A-Z]\d+|[A-Z]{1,2}\d{6,})[\"'][^>]*[^/]>\s*<(?!/)"
)
_OVERLAP = 512
# A workbook has some twenty parts, and some hundred with its pictures.
MAX_ENTRIES = 2_000
# Rows of one and the same value pack to a hundredth; beyond that, and large, it is made to fill the memory.
MAX_RATIO = 200
RATIO_FROM = 8 * 1024 * 1024
# What does something, or is a file of its own, and has no place in a list of people or marks.
_ACTIVE = re.compile(
    r"^xl/(?:vbaProject|activeX/|embeddings/|externalLinks/|macrosheets/|dialogsheets/)", re.IGNORECASE
)
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0")
_END = b"PK\x05\x06"
_END_SIZE = 22


def check_archive(data: bytes, max_unzipped: int) -> None:
    """Nothing, where it is an xlsx archive of bearable size.

    Raises:
        Problem: `workbook_unreadable`, `workbook_too_wide`, `file_active` (422), `workbook_too_large` (413).
    """
    # The list of parts stands at the very end, and the first part at the beginning: nothing else is in the file.
    if not data.startswith(_ARCHIVES[0]) or data[-_END_SIZE : -_END_SIZE + 4] != _END:
        raise Problem("workbook_unreadable", 422)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Problem("workbook_unreadable", 422)
            if len(members) > MAX_ENTRIES:
                raise Problem("workbook_too_large", 413)
            left = max_unzipped
            for member in members:
                left = _inflate(data, member, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as broken:
        raise Problem("workbook_unreadable", 422) from broken


def _inflate(data: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """Count one member; returns how many bytes the others may still have."""
    if member.flag_bits & 1 or member.compress_type not in (STORED, DEFLATED):
        raise Problem("workbook_unreadable", 422)
    if _ACTIVE.match(member.filename):
        raise Problem("file_active", 422)
    name_length, extra_length = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + 30 + name_length + extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    is_sheet = member.filename.startswith("xl/worksheets/")
    if member.compress_type == STORED:
        _refuse_archives(packed[:8])
        if is_sheet:
            _refuse_far_cells(bytes(packed))
        return _rest(left, len(packed))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    tail, fed, grown = b"", b"", 0
    for offset in range(0, len(packed), CHUNK):
        fed = bytes(packed[offset : offset + CHUNK])
        while fed:
            piece = stream.decompress(fed, CHUNK * 16)
            if not grown:
                _refuse_archives(piece[:8])
            grown += len(piece)
            if grown > RATIO_FROM and grown > MAX_RATIO * max(len(packed), 1):
                raise Problem("workbook_too_large", 413)
            left = _rest(left, len(piece))
            if is_sheet:
                _refuse_far_cells(tail + piece)
                tail = piece[-_OVERLAP:]
            fed = stream.unconsumed_tail
    return left


def _refuse_archives(head: bytes | memoryview) -> None:
    """An archive inside an archive is unpacked by nobody here, and has no place in a workbook."""
    if bytes(head).startswith(_ARCHIVES):
        raise Problem("file_active", 422)


def _rest(left: int, used: int) -> int:
    if used > left:
        raise Problem("workbook_too_large", 413)
    return left - used


def _refuse_far_cells(xml: bytes) -> None:
    if _FAR.search(xml):
        raise Problem("workbook_too_wide", 422)
