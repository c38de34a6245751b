"""What oversight tells each role of texts and numbers (P16a)."""

from typing import Any

from sqlalchemy import (
    String,
    case,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.orm import aliased

from miaopu.people.roles import Role
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import Registration

FIGURES = "[0-9０-９]+([.．][0-9０-９]+)?"


SPECIAL = r"([\\.*+?()|{}^$\[\]])"


def told(role: Role, text: Any, *, figures: Any = None) -> Any:
    """A reason as the reader may see it: to an expert without names of the cycle's students, and without figures.

    `figures` is true of rows whose figures are no marks (the days of a window).
    """
    if role is not Role.EXPERT:
        return text
    named = aliased(Registration, name="named")
    names = (
        select(func.string_agg(func.regexp_replace(named.name, SPECIAL, r"\\\1", "g"), "|"))
        .where(named.cycle_id == MY_CYCLE, named.name != "", func.strpos(text, named.name) > 0)
        .correlate_except(named)
        .scalar_subquery()
    )
    nameless = func.coalesce(func.regexp_replace(text, names, "〇〇", "g"), text)
    bare = func.regexp_replace(nameless, FIGURES, "〇", "g")
    return bare if figures is None else case((figures, nameless), else_=bare)


def numbered(role: Role, number: Any) -> Any:
    """A registration's number as the reader may see it: an expert judges the works of the same students, and public
    lists may name a number; what is unusual about a selection can be told without it.
    """
    return cast(null(), String) if role is Role.EXPERT else number
