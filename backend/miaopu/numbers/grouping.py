"""How a picture's rows are narrowed by the address, and grouped by what it is broken down by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    null,
    select,
)

from miaopu.core.read import Rows, filtered
from miaopu.people.models import Unit
from miaopu.programme.models import CycleSubject
from miaopu.programme.queries import MY_CYCLE


def narrowed(rows: Rows, model: Any, filters: frozenset[str]) -> Rows:
    conditions: Mapping[str, ColumnElement[bool]] = {
        "city": model.city_id == bindparam("city", type_=Uuid),
        "subject": model.subject == bindparam("subject", type_=String),
    }
    return filtered(rows, conditions, filters)


def key_of(model: Any, by: str) -> Any:
    if by == "subject":
        return model.subject.label("key")
    if by == "sex":
        return func.coalesce(model.sex, "unknown").label("key")
    return getattr(model, f"{by}_id").label("key")


def named(facts: Any, by: str, *columns: Any, more: tuple[Any, ...] = ()) -> Rows:
    """The facts grouped by their key, with its names, in the plan's order of subjects and the units' by code."""
    key = facts.c.key
    if by == "sex":
        return select(cast(key, String).label("key"), null().label("name"), null().label("name_en"), *columns).group_by(
            key, *more
        )
    this: Any = Unit
    known: Any = Unit.id == key
    order: Any = Unit.code
    if by == "subject":
        this, order = CycleSubject, CycleSubject.position
        known = and_(CycleSubject.code == key, CycleSubject.cycle_id == MY_CYCLE)
    rows = select(cast(key, String).label("key"), this.name, this.name_en, *columns).join(this, known)
    return rows.group_by(key, this.name, this.name_en, order, *more).order_by(order, *more)
