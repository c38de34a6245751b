"""The shortest way out: a 503 written by the protocol itself, before anything is made of the request.

Refusing must cost next to nothing, or the refusals themselves are the overload. What goes out is the same problem
that `core.gate` answers with, made ready once for each language.
"""

import json
import random
import uuid
from functools import cache

from miaopu.core.gate import BACK_AFTER
from miaopu.core.problem import Language, Problem, body
from miaopu.core.web import DATA_POLICY, HEADERS

_ID = "0" * 32
_AFTER = range(BACK_AFTER[0], BACK_AFTER[1] + 1)


@cache
def _ready(language: Language, after: int) -> bytes:
    said = json.dumps(body(Problem("overloaded", 503, retry_after=after), language, _ID), ensure_ascii=False).encode()
    headers = [
        *HEADERS,
        (b"content-type", b"application/problem+json"),
        (b"content-language", language.encode()),
        (b"vary", b"Accept-Language"),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", DATA_POLICY),
        (b"retry-after", str(after).encode()),
        (b"x-request-id", _ID.encode()),
        (b"content-length", str(len(said)).encode()),
    ]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return b"HTTP/1.1 503 Service Unavailable\r\n" + lines + b"\r\n" + said


def refusal(language: Language) -> bytes:
    """The whole answer, with an id of its own."""
    return _ready(language, random.choice(_AFTER)).replace(_ID.encode(), uuid.uuid4().hex.encode())
