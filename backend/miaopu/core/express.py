"""The shortest way out: answers written by the protocol itself, before anything is made of the request.

Refusing must cost next to nothing, or the refusals themselves are the overload. What goes out is the same problem
that `core.gate` answers with, made ready once for each language.
"""

import json
import random
import uuid
from functools import cache

from miaopu.core.gate import BACK_AFTER
from miaopu.core.problem import Language, Problem, body
from miaopu.core.web import DATA_POLICY, fixed_headers

_ID = "0" * 32
_AFTER = range(BACK_AFTER[0], BACK_AFTER[1] + 1)


@cache
def closing(status: str, encrypted: bool) -> bytes:
    """The last words on a connection (`408 Request Timeout`), without a body and with every header of the others."""
    headers = [
        *fixed_headers(encrypted),
        (b"content-security-policy", DATA_POLICY),
        (b"cache-control", b"no-store"),
        (b"content-length", b"0"),
        (b"connection", b"close"),
    ]
    return f"HTTP/1.1 {status}\r\n".encode() + _lines(headers)


def _lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n"


@cache
def _ready(language: Language, after: int, encrypted: bool) -> bytes:
    said = json.dumps(body(Problem("overloaded", 503, retry_after=after), language, _ID), ensure_ascii=False).encode()
    headers = [
        *fixed_headers(encrypted),
        (b"content-type", b"application/problem+json"),
        (b"content-language", language.encode()),
        (b"vary", b"Accept-Language"),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", DATA_POLICY),
        (b"retry-after", str(after).encode()),
        (b"x-request-id", _ID.encode()),
        (b"content-length", str(len(said)).encode()),
    ]
    return b"HTTP/1.1 503 Service Unavailable\r\n" + _lines(headers) + said


def refusal(language: Language, encrypted: bool) -> bytes:
    """The whole 503, with an id of its own."""
    return _ready(language, random.choice(_AFTER), encrypted).replace(_ID.encode(), uuid.uuid4().hex.encode())
