"""The code at a meeting's door: a new one every few seconds, after RFC 6238 (time steps) and RFC 4226 (truncation).

A key of its own for each meeting, the number of the time step, HMAC-SHA-256. The code that stands in the QR is
long; the one that is typed has six digits. The step before is taken too: a slow camera is not an absence.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

LONG = 20
DIGITS = 6


@dataclass(frozen=True, slots=True)
class DoorCode:
    """The same moment's code in two forms."""

    long: str
    digits: str


def step_of(moment: datetime, seconds: int) -> int:
    """The number of the time step that a moment lies in (RFC 6238, T0 = 0)."""
    return int(moment.timestamp()) // seconds


def left(moment: datetime, seconds: int) -> int:
    """Seconds until the next step begins, 1 at least."""
    return seconds - int(moment.timestamp()) % seconds


def code_of(key: bytes, step: int) -> DoorCode:
    """The code of a step."""
    mac = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha256).digest()
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFFFFFF
    return DoorCode(mac.hex()[:LONG], f"{number % 10**DIGITS:0{DIGITS}d}")


def accepts(key: bytes, given: str, step: int, back: int = 1) -> bool:
    """True for the code of this step or of one of the `back` before it, in either form."""
    given = given.strip()
    found = False
    for one in range(max(0, step - back), step + 1):
        code = code_of(key, one)
        for known in (code.long, code.digits):
            found |= hmac.compare_digest(known.encode(), given.encode())
    return found
