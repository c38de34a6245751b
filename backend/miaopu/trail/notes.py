"""Heads as signed notes: the plain text that is published, signed and countersigned. Pure.

The forms are those of C2SP: signed-note, tlog-checkpoint (origin, size, root; then lines of our own) and
tlog-cosignature (`cosignature/v1`), so that tools which others wrote can read and countersign them.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = "\u2014 "
LOG, WITNESS = b"\x01", b"\x04"
ID, TIME, SIGNATURE = 4, 8, 64


class NotANote(ValueError):
    """A text that is no signed head. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says: so many leaves, with this root; when it was made and where each lane ended."""

    origin: str
    size: int
    root: bytes
    made_at: datetime
    ends: tuple[int, ...]

    def text(self) -> str:
        """The text that is signed; ends in a line's end."""
        made = self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        lanes = " ".join(map(str, self.ends))
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\nmade {made}\nlanes {lanes}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """One line below a note: whose key, its short id, and the signature (behind a time, where it has one)."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """The line, without its end."""
        return f"{DASH}{self.name} {base64_of(self.key_id + self.raw)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed head as somebody keeps it."""

    text: str
    head: Head
    signed: tuple[Signed, ...]


def key_id(name: str, public: bytes, kind: bytes) -> bytes:
    """The four bytes by which a line names its key (signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:ID]


def key_text(name: str, public: bytes, kind: bytes = LOG) -> str:
    """The key as tools for such notes take it: name, id, kind and key."""
    return f"{name}+{key_id(name, public, kind).hex()}+{base64_of(kind + public)}"


def sign(head: Head, key: Ed25519PrivateKey) -> Signed:
    """The installation's signature of a head."""
    public = key.public_key().public_bytes_raw()
    return Signed(head.origin, key_id(head.origin, public, LOG), key.sign(head.text().encode()))


def witnessed(text: str, time: int) -> bytes:
    """What a witness signs: that it saw this head at this time (seconds since 1970) and nothing that contradicts it."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def countersign(text: str, name: str, key: Ed25519PrivateKey, time: int) -> Signed:
    """A witness's signature of a head."""
    public = key.public_key().public_bytes_raw()
    raw = time.to_bytes(TIME) + key.sign(witnessed(text, time))
    return Signed(name, key_id(name, public, WITNESS), raw)


def holds(text: str, signed: Signed, public: bytes) -> bool:
    """Whether the line is a true signature of the text by this key, the installation's or a witness's."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        if len(signed.raw) == SIGNATURE and signed.key_id == key_id(signed.name, public, LOG):
            key.verify(signed.raw, text.encode())
        elif len(signed.raw) == TIME + SIGNATURE and signed.key_id == key_id(signed.name, public, WITNESS):
            key.verify(signed.raw[TIME:], witnessed(text, int.from_bytes(signed.raw[:TIME])))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def note_of(text: str, signed: Sequence[Signed]) -> str:
    """The note: its text, an empty line, a line for each signature."""
    return text + "\n" + "".join(line.line() + "\n" for line in signed)


def read(note: str) -> Note:
    """One note. Raises NotANote."""
    text, gap, below = note.replace("\r\n", "\n").partition("\n\n")
    lines = text.split("\n")
    try:
        if not gap or len(lines) < 5:
            raise NotANote("a head has five lines, an empty one and its signatures")
        facts = dict(line.split(" ", 1) for line in lines[3:])
        head = Head(
            lines[0],
            int(lines[1]),
            base64.b64decode(lines[2], validate=True),
            datetime.fromisoformat(facts["made"]),
            tuple(int(end) for end in facts["lanes"].split()),
        )
        if head.text() != text + "\n":
            raise NotANote("the head is not written as heads are")
        signed = tuple(signed_of(line) for line in below.split("\n") if line)
    except (KeyError, ValueError, binascii.Error) as wrong:
        raise wrong if isinstance(wrong, NotANote) else NotANote(str(wrong)) from wrong
    return Note(text + "\n", head, signed)


def read_all(text: str) -> Iterator[Note]:
    """The notes of a file in which they stand one after the other. Raises NotANote."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        # A line that is no signature, behind signatures, begins the next note.
        if lines and lines[-1].startswith(DASH) and line and not line.startswith(DASH):
            yield read("\n".join(lines))
            lines = []
        if line or (lines and not lines[-1].startswith(DASH)):
            lines.append(line)
    if lines:
        yield read("\n".join(lines))


def signer(note: Note, keys: Mapping[str, bytes]) -> str | None:
    """The id (of `keys`) of the installation's key that signed the note; None where none of them did."""
    for kid, public in keys.items():
        if any(line.name == note.head.origin and holds(note.text, line, public) for line in note.signed):
            return kid
    return None


def base64_of(raw: bytes) -> str:
    """As bytes stand in notes and answers (RFC 4648, section 4)."""
    return base64.b64encode(raw).decode()


def signed_of(line: str) -> Signed:
    """One line of signatures. Raises ValueError."""
    if not line.startswith(DASH):
        raise NotANote("a line below the head is no signature")
    name, _, coded = line[len(DASH) :].rpartition(" ")
    raw = base64.b64decode(coded, validate=True)
    return Signed(name, raw[:ID], raw[ID:])
