"""A sealed stream: AES-256-GCM over chunks, in an order and to an end that cannot be changed unnoticed.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, 2015) as the age format uses it: the nonce is the chunk's number and a mark on the last one, under
a key of this stream alone. Chunks that are swapped, repeated, left out or cut off do not open. ASVS 5.0 V11.3.2.
"""

import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"miaopu-backup/1\n"
SALT = 32
CHUNK = 1 << 16
TAG = 16
MARK = 32
KEY = 32


class Unreadable(Exception):
    """The backup is not used; the message says why."""


class WrongKey(Unreadable):
    """The key is not the one this file was sealed with."""


class Damaged(Unreadable):
    """The file is not what was written: altered, cut short, or put together anew."""


def _derive(key: bytes, salt: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY, salt=salt, info=b"miaopu backup " + label).derive(key)


def _mark(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(_derive(key, salt, b"head"), MAGIC + salt, hashlib.sha256)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


class Sealer:
    """Writes a sealed stream. Holds one chunk at most."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        salt = os.urandom(SALT)
        self._out, self._held, self._number = out, bytearray(), 0
        self._cipher = AESGCM(_derive(key, salt, b"body"))
        out.write(MAGIC + salt + _mark(key, salt))

    def write(self, data: bytes) -> None:
        """Take some bytes; whole chunks go out."""
        self._held += data
        # A full chunk is kept back until it is known not to be the last.
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def close(self) -> None:
        """Write the last chunk. The file below stays open."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1


def unsealed(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The chunks of a sealed stream, each proven before it is handed on.

    Raises:
        WrongKey: the key does not fit.
        Damaged: anything else that is not as it was written.
    """
    head = source.read(len(MAGIC) + SALT + MARK)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + SALT + MARK:
        raise Damaged("this is no backup, or its head is damaged")
    salt, mark = head[len(MAGIC) : -MARK], head[-MARK:]
    if not hmac.compare_digest(mark, _mark(key, salt)):
        raise WrongKey("the key is not the one this backup was made with (or the file's head is damaged)")
    cipher = AESGCM(_derive(key, salt, b"body"))
    number, present = 0, source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), present, None)
        except (InvalidTag, ValueError) as wrong:
            raise Damaged(f"the backup is damaged or cut short (chunk {number})") from wrong
        if not following:
            return
        number, present = number + 1, following


def key_of(hexadecimal: str) -> bytes:
    """The key of its 64 hexadecimal figures. Raises Unreadable for anything else."""
    try:
        key = bytes.fromhex(hexadecimal)
    except ValueError:
        key = b""
    if len(key) != KEY:
        raise Unreadable("MIAOPU_BACKUP_KEY must be 32 bytes as 64 hexadecimal figures (openssl rand -hex 32)")
    return key
