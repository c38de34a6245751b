"""The read path: one statement built with SQLAlchemy Core, JSON made by PostgreSQL, sent on as it is.

A statement is compiled once for each *shape* (reader's role, filters present, sort) and kept; a request
only fills in values. The answer is not parsed here: the response model documents it in the contract and a
test validates real answers against that contract.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ParamSpec
from typing import cast as cast_to

import asyncpg
from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, PlainSerializer, WithJsonSchema
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.types import Text

from miaopu.core import clock
from miaopu.core.db import POOL_PATIENCE
from miaopu.core.problem import not_found

# A number of an answer: PostgreSQL writes numerics as JSON numbers, and so do we.
Figure = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}, mode="serialization"),
]
Rows = Select[*tuple[Any, ...]]
_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Sql:
    """A compiled statement: text with $1… and the names that go there."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Values in the statement's order. Raises KeyError for one that nobody gave."""
        return [given[name] if name in given else self.fixed[name] for name in self.names]


def compiled(statement: Rows) -> Sql:
    """Compile for asyncpg. Lists go in as arrays (`among`), never as IN, which SQLAlchemy writes only when it runs."""
    done = statement.compile(dialect=_DIALECT)
    fixed = {name: value for name, value in done.params.items() if value is not None or name.startswith("param")}
    return Sql(str(done), tuple(done.positiontup or ()), fixed)


def kept(build: Callable[P, Rows]) -> Callable[P, Sql]:
    """Decorator: compile what `build` returns once for each set of (hashable) arguments."""

    @cache
    def make(*args: Any, **kwargs: Any) -> Sql:
        return compiled(build(*args, **kwargs))

    # A house test finds every statement by this, and tries it.
    make.__wrapped_build__ = build  # type: ignore[attr-defined]
    return cast_to(Callable[P, Sql], make)


def among(value: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """The value is one of some codes."""
    found: ColumnElement[bool] = value == any_(literal(list(codes), ARRAY(String)))
    return found


def as_record(row: Rows) -> Rows:
    """One JSON object of the row's columns, as text."""
    found = row.subquery("r")
    return select(cast(func.row_to_json(literal_column("r")), Text)).select_from(found)


def as_page(rows: Rows, *order: ColumnElement[Any] | Any) -> Rows:
    """`{items, total, page, size}` of the rows, as text. `order` must end in the id. Binds `page`, `size`."""
    return as_page_of(on_page(rows.order_by(*order)), rows.with_only_columns(literal_column("1")))


def on_page(rows: Rows) -> Rows:
    """The rows of one page, of rows in their order. Binds `page`, `size`."""
    size = bindparam("size", type_=Integer)
    return rows.limit(size).offset((bindparam("page", type_=Integer) - 1) * size)


def as_page_of(shown: Rows, every: Rows) -> Rows:
    """The same of the rows of one page and of all, where more is looked up for those of the page."""
    items = select(
        func.coalesce(func.json_agg(func.row_to_json(literal_column("r"))), literal_column("'[]'::json"))
    ).select_from(shown.subquery("r"))
    total = select(func.count()).select_from(every.subquery("c"))
    return select(
        cast(
            func.json_build_object(
                literal_column("'items'"), items.scalar_subquery(),
                literal_column("'total'"), total.scalar_subquery(),
                literal_column("'page'"), bindparam("page", type_=Integer),
                literal_column("'size'"), bindparam("size", type_=Integer),
            ),
            Text,
        )
    )  # fmt: skip


def as_list(rows: Rows) -> Rows:
    """`{items, total}` of all the rows in their own order, as text; for short lists that belong to one record."""
    shown = rows.subquery("r")
    return select(
        cast(
            func.json_build_object(
                literal_column("'items'"),
                func.coalesce(func.json_agg(func.row_to_json(literal_column("r"))), literal_column("'[]'::json")),
                literal_column("'total'"),
                func.count(),
            ),
            Text,
        )
    ).select_from(shown)


def present(**filters: Any) -> tuple[frozenset[str], dict[str, Any]]:
    """The filters that were given: their names (the statement's shape) and their values."""
    given = {name: value for name, value in filters.items() if value is not None}
    return frozenset(given), given


def filtered(rows: Rows, conditions: Mapping[str, ColumnElement[bool]], names: frozenset[str]) -> Rows:
    """The rows that meet the named conditions; each binds the parameter of its own name."""
    for name in sorted(names):
        rows = rows.where(conditions[name])
    return rows


class PageOf(BaseModel):
    """What every list has besides its items."""

    total: int
    page: int
    size: int


class Paging(BaseModel):
    """`?page=&size=` of every list."""

    page: int = 1
    size: int = 20


def paging(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, size: Annotated[int, Query(ge=1, le=100)] = 20
) -> Paging:
    """The page asked for."""
    return Paging(page=page, size=size)


Page = Annotated[Paging, Depends(paging)]


def json_response(text: str) -> Response:
    """JSON text as an answer, untouched."""
    return Response(text.encode(), media_type="application/json")


class Reader:
    """The reads' pool as one request sees it."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", scope: Mapping[str, Any]) -> None:
        self._pool = pool
        self._scope = scope

    async def text(self, sql: Sql, **values: Any) -> str | None:
        """The statement's one value. `now` and the reader's own ids are always given."""
        given = {"now": clock.now(), **self._scope, **values}
        async with self._pool.acquire(timeout=POOL_PATIENCE) as connection:
            found: str | None = await connection.fetchval(sql.text, *sql.values(given))
        return found

    async def rows(self, sql: Sql, **values: Any) -> "list[asyncpg.Record]":
        """Rows, for reads that Python goes on computing with."""
        given = {"now": clock.now(), **self._scope, **values}
        async with self._pool.acquire(timeout=POOL_PATIENCE) as connection:
            return await connection.fetch(sql.text, *sql.values(given))

    async def record(self, sql: Sql, **values: Any) -> Response:
        """The record, or 404 where it is missing or not for this reader."""
        found = await self.text(sql, **values)
        if found is None:
            raise not_found()
        return json_response(found)

    async def page(self, sql: Sql, page: Paging, **values: Any) -> Response:
        """One page of a list."""
        return json_response(await self.text(sql, page=page.page, size=page.size, **values) or "{}")

    async def list(self, sql: Sql, **values: Any) -> Response:
        """A short list, whole."""
        return json_response(await self.text(sql, **values) or "{}")


def public_reader(request: Request) -> Reader:
    """The reads' pool for paths that need no account."""
    return Reader(request.app.state.database.reads, {})


PublicReads = Annotated[Reader, Depends(public_reader)]


class Created(BaseModel):
    """What a creation answers."""

    id: uuid.UUID
    version: int
