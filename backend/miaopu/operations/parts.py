"""What a backup holds: named parts one after the other, each of a length known only at its end, and the manifest last.

A part is its name, frames of at most `FRAME` bytes and an empty frame. Nobody needs to know how long a dump will be,
and nobody ever holds more of it than a frame.
"""

import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from miaopu.operations.sealing import Damaged, Sealer

FRAME = 1 << 20
NAME = 200
DATABASE = "database"
FILES = "files/"
MANIFEST = "manifest.json"


class Part(BaseModel):
    """A part's length in bytes and its SHA-256."""

    model_config = ConfigDict(frozen=True)
    size: int
    sha256: str


class TableCount(BaseModel):
    """A table's number of rows, and a sum over all of their contents that does not depend on their order."""

    model_config = ConfigDict(frozen=True)
    rows: int
    digest: str


class Manifest(BaseModel):
    """What is in a backup. `secret` tells the installation's secret without giving it away."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1] = 1
    made_at: datetime
    revision: str
    server: str
    secret: str
    tables: dict[str, TableCount]
    sequences: dict[str, int]
    parts: dict[str, Part]
    # Files whose rows are there and whose bytes the store had lost or changed when the backup was made.
    lost: Annotated[list[str], Field(max_length=1_000_000)]


@dataclass(slots=True)
class PartWriter:
    """Writes parts into a sealed stream and keeps what the manifest says of them."""

    sealer: Sealer
    written: dict[str, Part]
    _name: str = ""
    _size: int = 0
    _digest: "hashlib._Hash | None" = None

    def begin(self, name: str) -> None:
        """Begin a part."""
        encoded = name.encode()
        self.sealer.write(struct.pack(">H", len(encoded)) + encoded)
        self._name, self._size, self._digest = name, 0, hashlib.sha256()

    def add(self, data: bytes) -> None:
        """Go on with the part."""
        assert self._digest is not None
        for start in range(0, len(data), FRAME):
            frame = data[start : start + FRAME]
            self.sealer.write(struct.pack(">I", len(frame)) + frame)
            self._size += len(frame)
            self._digest.update(frame)

    def end(self) -> Part:
        """End the part; its length and sum."""
        assert self._digest is not None
        self.sealer.write(struct.pack(">I", 0))
        made = Part(size=self._size, sha256=self._digest.hexdigest())
        self.written[self._name] = made
        return made

    def finish(self, manifest: Manifest) -> None:
        """The manifest, and the end of the stream."""
        self.begin(MANIFEST)
        self.add(manifest.model_dump_json().encode())
        self.end()
        self.sealer.close()


class _Reader:
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, bytearray()

    def exactly(self, size: int) -> bytes:
        while len(self._held) < size:
            more = next(self._chunks, None)
            if more is None:
                raise Damaged("the backup ends too early")
            self._held += more
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def at_end(self) -> bool:
        return not self._held and next(self._chunks, None) is None


def parts(chunks: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and frames of each part, the manifest's too. A part is read to its end before the next one comes.

    Raises:
        Damaged: the stream is not made of parts.
    """
    reader = _Reader(chunks)
    while True:
        (length,) = struct.unpack(">H", reader.exactly(2))
        if not 0 < length <= NAME:
            raise Damaged("the backup's parts are not in order")
        name = reader.exactly(length).decode()
        frames = _frames(reader)
        yield name, frames
        for _ in frames:  # what nobody wanted
            pass
        if name == MANIFEST:
            if not reader.at_end():
                raise Damaged("something follows the manifest")
            return


def _frames(reader: _Reader) -> Iterator[bytes]:
    while True:
        (length,) = struct.unpack(">I", reader.exactly(4))
        if length > FRAME:
            raise Damaged("the backup's frames are not in order")
        if not length:
            return
        yield reader.exactly(length)


def checked(chunks: Iterator[bytes]) -> Manifest:
    """Read everything, compare each part with what the manifest says of it, and give the manifest.

    Raises:
        Damaged: a part is missing, not named, or not as the manifest says.
    """
    found: dict[str, Part] = {}
    text = bytearray()
    for name, frames in parts(chunks):
        size, digest = 0, hashlib.sha256()
        for frame in frames:
            size += len(frame)
            digest.update(frame)
            if name == MANIFEST:
                text += frame
        if name != MANIFEST:
            found[name] = Part(size=size, sha256=digest.hexdigest())
    try:
        manifest = Manifest.model_validate(json.loads(text))
    except (ValueError, ValidationError) as wrong:
        raise Damaged("the manifest cannot be read") from wrong
    if found != manifest.parts or DATABASE not in found:
        raise Damaged("the parts are not those of the manifest")
    return manifest
