"""Logs: one JSON object a line (or plain text), with what happened and never with what people entered.

An exception is told by its kind, its SQLSTATE and where it came from. Its message is left out: drivers and parsers
put the values they choke on into it, and those are names and identity numbers (ASVS 5.0 V16.2.1, V16.2.5, V16.4.1).
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

REQUESTS = logging.getLogger("miaopu.requests")
# Frames of a traceback that are told, from where it was thrown.
FRAMES = 12
CONTROL = dict.fromkeys((*range(32), 127, 8232, 8233), " ")


def told(wrong: BaseException) -> dict[str, Any]:
    """An exception without its values: kind, SQLSTATE, frames, cause."""
    frames = traceback.extract_tb(wrong.__traceback__)[-FRAMES:]
    found: dict[str, Any] = {
        "kind": f"{type(wrong).__module__}.{type(wrong).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    state = getattr(wrong, "sqlstate", None)
    if state:
        found["sqlstate"] = state
    cause = wrong.__cause__ or (None if wrong.__suppress_context__ else wrong.__context__)
    if cause is not None:
        found["cause"] = told(cause)
    return found


class JsonLines(logging.Formatter):
    """One object a line: at, level, logger, message, and what the record carries in `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = _line(record)
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


class TextLines(logging.Formatter):
    """The same for eyes."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, an exception in lines below it."""
        line = _line(record)
        wrong = line.pop("exception", None)
        head = f"{line.pop('at')} {line.pop('level')} {line.pop('logger')} {line.pop('message')}"
        rest = "".join(f" {name}={value}" for name, value in line.items())
        return head + rest + _indented(wrong)


def _line(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
        **getattr(record, "fields", {}),
    }
    if record.exc_info and record.exc_info[1] is not None:
        line["exception"] = told(record.exc_info[1])
    return line


def _message(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple):
        # `%r` of an exception would bring its values back.
        args = tuple(_Kind(arg) if isinstance(arg, BaseException) else arg for arg in args)
    return (str(record.msg) % args if args else str(record.msg)).translate(CONTROL)


class _Kind:
    def __init__(self, wrong: BaseException) -> None:
        self._name = type(wrong).__name__

    def __repr__(self) -> str:
        return self._name


def _indented(wrong: dict[str, Any] | None) -> str:
    lines = ""
    while wrong is not None:
        lines += f"\n  {wrong['kind']} {wrong.get('sqlstate', '')}" + "".join(f"\n    {f}" for f in wrong["frames"])
        wrong = wrong.get("cause")
    return lines


def set_up(kind: Literal["text", "json"], requests: bool) -> None:
    """Send everything to stderr in one form. `requests`: also a line for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("miaopu").setLevel(logging.INFO)
    REQUESTS.setLevel(logging.INFO if requests else logging.WARNING)
    # These begin and end lines of their own with every step.
    logging.getLogger("alembic").setLevel(logging.WARNING)
