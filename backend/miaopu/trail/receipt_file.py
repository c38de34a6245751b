"""A receipt as a file, and whether it holds: needs the file alone, no database and no network. Pure.

Four steps: the value and its salt give the commitment; the commitment and the entry's hash in the chain give a leaf;
the leaf stands in the tree of a head; the head is signed. Nothing of anybody else is in any of them.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from miaopu.core import merkle
from miaopu.trail import notes

FORM: Literal["miaopu-receipt-1"] = "miaopu-receipt-1"
LONGEST_PATH = 64
Bytes = Annotated[str, Field(max_length=200, description="base64")]


class KeyNamed(BaseModel):
    """A key that signed the head: the installation's, or a unit's."""

    name: str
    public: Bytes


class Receipt(BaseModel):
    """The file. `value` is the very text that was hashed, JSON that people can read."""

    form: Literal["miaopu-receipt-1"] = FORM
    kind: Literal["choices", "mark"]
    value: str
    salt: Bytes
    commitment: str = Field(description="SHA-256 of salt and value, hex")
    entry: Bytes = Field(description="the entry's hash in the chain")
    index: int
    size: int
    path: list[Bytes] = Field(max_length=LONGEST_PATH)
    note: str
    keys: list[KeyNamed]


Step = Literal["commitment", "leaf", "head", "signature"]
STEPS: tuple[Step, ...] = ("commitment", "leaf", "head", "signature")


@dataclass(frozen=True, slots=True)
class Held:
    """What holds of a receipt, step by step, and whose countersignatures of its head are true."""

    steps: Mapping[Step, bool]
    countersigned: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Every step holds."""
        return all(self.steps.values())


def leaf_of(entry: bytes, commitment: bytes) -> bytes:
    """The leaf of an entry that holds a commitment."""
    return merkle.leaf_hash(entry + commitment)


def held(receipt: Receipt, trusted: Mapping[str, bytes] | None = None) -> Held:
    """Check a receipt.

    Args:
        trusted: public keys of the installation by any name, from where one trusts; without them the receipt's own
            are taken, which shows only that the file agrees with itself.
    """
    steps: dict[Step, bool] = dict.fromkeys(STEPS, False)
    try:
        salt, entry = _raw(receipt.salt), _raw(receipt.entry)
        path = [_raw(node) for node in receipt.path]
        own = {key.public: _raw(key.public) for key in receipt.keys}
        note = notes.read(receipt.note)
    except (ValueError, binascii.Error):
        return Held(steps)
    digest = hashlib.sha256(salt + receipt.value.encode()).digest()
    steps["commitment"] = digest.hex() == receipt.commitment
    leaf = leaf_of(entry, digest)
    steps["leaf"] = merkle.included(leaf, receipt.index, receipt.size, path, note.head.root)
    steps["head"] = note.head.size == receipt.size
    steps["signature"] = notes.signer(note, own if trusted is None else trusted) is not None
    witnesses = [line for line in note.signed if line.name != note.head.origin]
    named = {key.name: _raw(key.public) for key in receipt.keys}
    true = (line.name for line in witnesses if line.name in named and notes.holds(note.text, line, named[line.name]))
    return Held(steps, tuple(true))


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
