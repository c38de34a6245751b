"""The one door by which errors leave: RFC 9457 problem details, in Chinese or English.

A problem is raised by its code; the words stand in `miaopu/words/<language>/*.toml`, one table per file,
so that no sentence for people is written in code.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
WORDS = Path(__file__).resolve().parents[1] / "words"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field; `pointer` is a JSON pointer into the body, or `?name` for a query parameter."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Problem(Exception):
    """Something the caller can be told.

    Args:
        code: key of the words; also `code` in the answer.
        status: HTTP status.
        errors: faults of single fields.
        params: values for the words; those that JSON can carry go into the answer as well.
    """

    def __init__(self, code: str, status: int = 409, *, errors: Sequence[FieldError] = (), **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.errors = tuple(errors)
        self.params = params


def invalid(*errors: FieldError) -> Problem:
    """422 with the faults of the fields."""
    return Problem("validation_failed", 422, errors=errors)


def not_found(thing: str = "") -> Problem:
    """404: it is not there, or not there for this reader."""
    return Problem("not_found", 404, thing=thing)


class FieldErrorBody(BaseModel):
    pointer: str
    code: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details, with the fields that were wrong."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldErrorBody]


@cache
def words(language: Language) -> Mapping[str, str]:
    """All words of a language, from every file of its folder. A code stands in one file only."""
    found: dict[str, str] = {}
    for path in sorted((WORDS / language).glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        for code, text in _flat(table):
            if code in found:
                raise ValueError(f"{path.name}: {code} has its words twice")
            found[code] = text
    return found


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, value))
    return pairs


def say(language: Language, code: str, params: Mapping[str, object]) -> str:
    """The sentence for a code; the code itself where words are missing (a house test forbids that)."""
    text = words(language).get(code)
    if text is None:
        return code
    return text.format_map(_told(language, params))


def _told(language: Language, params: Mapping[str, object]) -> "_Blank":
    # A name of the plan is given in every language; the reader's own is told.
    return _Blank({k: v.get(language, "") if isinstance(v, Mapping) else v for k, v in params.items()})


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def language_of(accept: str | None) -> Language:
    """Chinese unless English is asked for first (Accept-Language, RFC 9110 12.5.4, first match)."""
    for part in (accept or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "zh-CN"


def body(problem: Problem, language: Language, request_id: str) -> dict[str, object]:
    """The JSON of the answer."""
    plain = {k: v for k, v in problem.params.items() if isinstance(v, str | int | float | bool | list | dict)}
    title = say(language, problem.code, problem.params)
    hint = words(language).get(f"{problem.code}_detail", "")
    return {
        **plain,
        "type": f"urn:miaopu:problem:{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": hint.format_map(_told(language, problem.params)) if hint else title,
        "code": problem.code,
        "request_id": request_id,
        "errors": [
            {"pointer": e.pointer, "code": e.code, "message": say(language, f"field.{e.code}", e.params)}
            for e in problem.errors
        ],
    }
