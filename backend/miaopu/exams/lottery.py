"""A lottery that anybody can draw again: RFC 3797, "Publicly Verifiable Nominations Committee Random Selection".

The pool is published first, in its order; the source is a public number of the future (a state lottery's draw), named
before it is known. From both follows who is drawn and in which order, and nobody can influence it. MD5 is what the RFC
says; nothing hangs on its collisions here, as nobody chooses what is hashed.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def key_of(value: str) -> str:
    """The canonical key of what the sources said, one source a line (RFC 3797, 4.1).

    The numbers of a source are sorted, stripped of leading zeros, each ended by a point; each source by a slash.
    Raises ValueError where a line has no number.
    """
    parts = []
    for line in value.strip().splitlines():
        numbers = sorted(int(found) for found in re.findall(r"\d+", line))
        if not numbers:
            raise ValueError(line)
        parts.append("".join(f"{number}." for number in numbers) + "/")
    if not parts:
        raise ValueError(value)
    return "".join(parts)


def drawn(pool: Sequence[T], value: str) -> list[T]:
    """All of the pool in the order in which they are drawn (RFC 3797, 4.3): the first come first."""
    key = key_of(value).encode()
    left, order = list(pool), []
    for index in range(len(left)):
        mark = index.to_bytes(2, "big")
        number = int.from_bytes(hashlib.md5(mark + key + mark, usedforsecurity=False).digest(), "big")
        order.append(left.pop(number % len(left)))
    return order
