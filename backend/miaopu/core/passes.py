"""Passes: short codes that somebody shows on paper or on a phone, and that nobody can make up (RFC 2104).

A pass says whose it is by ids alone: without the database it tells nothing about a person.
"""

import base64
import binascii
import uuid

from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault

# 96 bits: far more than anybody can try at a door.
MAC = 24


def sign(vault: Vault, kind: str, *ids: uuid.UUID) -> str:
    """The pass of a kind (`seat`, `meeting`) for these ids, fit for an address."""
    body = base64.urlsafe_b64encode(b"".join(one.bytes for one in ids)).decode().rstrip("=")
    return f"{kind}~{body}~{vault.index(f'pass {kind}', body)[:MAC]}"


def read(vault: Vault, kind: str, code: str) -> tuple[uuid.UUID, ...]:
    """The ids of a pass; what is scanned may be the whole address. Raises Problem 422 `pass_invalid`."""
    parts = code.strip().rsplit("/", 1)[-1].split("~")
    if len(parts) != 3 or parts[0] != kind:
        raise Problem("pass_invalid", 422)
    _, body, mac = parts
    if not vault.knows(f"pass {kind}", body, mac, MAC):
        raise Problem("pass_invalid", 422)
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError) as wrong:
        raise Problem("pass_invalid", 422) from wrong
    return tuple(uuid.UUID(bytes=raw[i : i + 16]) for i in range(0, len(raw), 16))


def address(public_url: str, code: str) -> str:
    """What the QR of a pass leads to: the page on which whoever keeps the door marks its holder present."""
    return f"{public_url.rstrip('/')}/scan/{code}"
