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


def check_archive(data: bytes, max_unzipped: int) -> None:
    """Nothing, where it is an xlsx archive of bearable size.

    Raises:
        Problem: `workbook_unreadable` (422), `workbook_too_large` (413), `workbook_too_wide` (422).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Problem("workbook_unreadable", 422)
            left = max_unzipped
            for member in members:
                left = _inflate(data, member, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as broken:
        raise Problem("workbook_unreadable", 422) from broken


def _inflate(data: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """Count one member; returns how many bytes the others may still have."""
    if member.flag_bits & 1 or member.compress_type not in (STORED, DEFLATED):
        raise Problem("workbook_unreadable", 422)
    name_length, extra_length = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + 30 + name_length + extra_length
    packed = memoryview(data)[start : start + member.compress_size]
    is_sheet = member.filename.startswith("xl/worksheets/")
    if member.compress_type == STORED:
        if is_sheet:
            _refuse_far_cells(bytes(packed))
        return _rest(left, len(packed))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    tail, fed = b"", b""
    for offset in range(0, len(packed), CHUNK):
        fed = bytes(packed[offset : offset + CHUNK])
        while fed:
            piece = stream.decompress(fed, CHUNK * 16)
            left = _rest(left, len(piece))
            if is_sheet:
                _refuse_far_cells(tail + piece)
                tail = piece[-_OVERLAP:]
            fed = stream.unconsumed_tail
    return left


def _rest(left: int, used: int) -> int:
    if used > left:
        raise Problem("workbook_too_large", 413)
    return left - used


def _refuse_far_cells(xml: bytes) -> None:
    if _FAR.search(xml):
        raise Problem("workbook_too_wide", 422)
