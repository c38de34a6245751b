"""What a role can do to a thing now, and who is waited for: expressions for the queries."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    String,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from miaopu.people.access import may
from miaopu.people.roles import Role
from miaopu.programme.flow import Flow, stages

NOW = bindparam("now", type_=DateTime(timezone=True))


def offers(flow: Flow, role: Role, state: Any, cycle_id: Any) -> ColumnElement[Any]:
    """The `actions` column of a record's statement: what this role can do from the row's state, and when."""
    by_state: dict[str, list[dict[str, object]]] = {}
    for edge in flow.edges:
        if may(role, edge.permission):
            for source in edge.sources:
                by_state.setdefault(source, []).append(
                    {
                        "action": edge.action,
                        "needs_reason": edge.needs_reason,
                        "form": edge.form,
                        "stage": edge.stage.value if edge.stage else None,
                    }
                )
    listed = _lookup(by_state, state)
    e = func.jsonb_array_elements(listed).table_valued(column("value", JSONB), name="e")
    offer = e.c.value
    w = stages.alias("w")
    missing = offer["stage"].astext.is_not(None) & w.c.code.is_(None)
    blocked = case(
        (missing | (w.c.opens_at > NOW), literal("not_open_yet", String)),
        (w.c.closes_at <= NOW, literal("closed", String)),
        else_=None,
    )
    built = func.jsonb_build_object(
        "available", blocked.is_(None), "blocked_by", blocked, "opens_at", w.c.opens_at, "closes_at", w.c.closes_at
    )
    return (
        select(func.coalesce(func.jsonb_agg(offer.op("||")(built)), cast(literal("[]", String), JSONB)))
        .select_from(e.outerjoin(w, (w.c.cycle_id == cycle_id) & (w.c.code == offer["stage"].astext)))
        .scalar_subquery()
        .label("actions")
    )


def waiting_for(flow: Flow, state: Any) -> ColumnElement[Any]:
    """The `waiting_for` column: the roles whose turn it is in the row's state."""
    turns = {s: [r.value for r in flow.next_roles(s)] for s in flow.states}
    return _lookup(turns, state).label("waiting_for")


def _lookup(by_state: Mapping[str, object], state: Any) -> ColumnElement[Any]:
    words = cast(literal(json.dumps(by_state), String), JSONB)
    return func.coalesce(words.op("->")(state), cast(literal("[]", String), JSONB))
