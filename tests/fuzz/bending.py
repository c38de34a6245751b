"""Values that nobody would type, and where they are put."""

import json
import random
from typing import Any

from sampling import Sample

LONG = "苗" * 70_000
DEEP = 2_000
HEADERS = ("idempotency-key", "accept-language", "x-request-id", "if-none-match", "range", "accept")
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**31, 2**31 - 1, 2**63, 2**63 - 1, -(2**63) - 1, 10**40, 10**400, 0.1, 1e308, -0.0,
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\uffff", "\u202e",
    "́" * 300, "👩‍👩‍👧‍👦" * 50, LONG,
    "'", '"; --', "%", "%_%",
    "\\", "..", "../../etc/passwd", "null", "NaN", "1e400", "0x10", "١٢٣", "00000000-0000-0000-0000-000000000000",
    "0000-00-00", "0001-01-01", "9999-12-31", "2024-02-30", "2024-13-01", "+10000-01-01", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59.999999999Z", "2024-01-01T00:00:00", "2024-01-01T25:00:00Z",
    "-1", "1" * 400, "1.5", [], {}, [[]], {"": {}}, [None], ["\x00"], list(range(1_000)), {"\x00": "\x00"},
    {"a" * 10_000: 1}, "https://example.org/", "javascript:alert(1)", "<script>", "{{7*7}}", "${jndi:ldap://x}",
)  # fmt: skip
RAW: tuple[bytes, ...] = (
    b"", b"{", b"}", b"[]", b"null", b"1", b'"', b"\xff\xfe", b"\x00", b"{\"a\":\xff}", b'{"a": "\\ud800"}',
    b'{"a": NaN}', b'{"version": Infinity}', b'{"version": 1e400}', b'{"version": ' + b"9" * 5_000 + b"}",
    b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP, b"[" * 100_000 + b"]" * 100_000,
    b'{"a": 1, "a": 2}', b"\xef\xbb\xbf{}", "苗圃".encode("utf-16"), b"version=1", b"{}" * 3,
)  # fmt: skip


def bend(made: Sample, chance: random.Random) -> None:
    """Put a strange value somewhere into a request: its body, its query, a part of its path, a header."""
    places = ["header"] + ["body"] * 3 * bool(made.body) + ["query"] * 2 * bool(made.in_query)
    where = chance.choice(places + ["path"] * bool(made.in_path))
    value = chance.choice(VALUES)
    text = value if isinstance(value, str) else json.dumps(value)
    if where == "body":
        made.body = _into(made.body, value, chance)
    elif where == "query":
        made.query[chance.choice(made.in_query).name] = text[:30_000]
    elif where == "path":
        made.path_parameters[chance.choice(made.in_path).name] = text[:2_000] or "x"
    else:
        made.headers[chance.choice(HEADERS)] = text[:5_000]


def raw(chance: random.Random) -> bytes:
    """A body that is no good JSON."""
    return chance.choice(RAW)


def _into(value: Any, strange: Any, chance: random.Random) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        return {**value, name: _into(value[name], strange, chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], _into(value[at], strange, chance), *value[at + 1 :]]
    return strange
