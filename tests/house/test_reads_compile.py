"""Every kept statement compiles for every role, and PostgreSQL accepts it: no role meets a 500 on a rare page."""

import importlib
import inspect
import itertools
import pkgutil
import typing
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, get_args, get_origin

import asyncpg
import pytest

import miaopu
from miaopu.core.read import Sql
from miaopu.people.roles import Role


def statements() -> Iterator[tuple[str, Any]]:
    """Every function that `kept` wraps, by its name."""
    for found in pkgutil.walk_packages(miaopu.__path__, "miaopu."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            inner = getattr(function, "__wrapped_build__", None)
            if inner is not None and inner.__module__ == found.name:
                yield f"{found.name}.{name}", function


def shapes(function: Any) -> Iterator[list[Any]]:
    """Arguments: each role, with one of the others' combinations (flags, first and last sort), each taken in turn."""
    hints = typing.get_type_hints(function.__wrapped_build__)
    names = list(inspect.signature(function.__wrapped_build__).parameters)
    choices: list[list[Any]] = []
    for name in names:
        hint = hints[name]
        if hint is Role:
            values: list[Any] = list(Role)
        elif hint is bool:
            values = [True, False]
        elif get_origin(hint) is Literal:
            values = [get_args(hint)[0], get_args(hint)[-1]]
        elif hint is str:
            values = ["x"]
        else:
            values = [frozenset()]
        choices.append(values)
    others = list(itertools.product(*(values for values in choices if values != list(Role))))
    if list(Role) not in choices:
        yield from map(list, others)
        return
    place = choices.index(list(Role))
    for number in range(max(len(Role), len(others))):
        rest = others[number % len(others)]
        yield [*rest[:place], list(Role)[number % len(Role)], *rest[place:]]


FOUND = sorted(statements())


@pytest.fixture(scope="module")
async def connection(session_database: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    made = await asyncpg.connect(session_database, statement_cache_size=0)
    yield made
    await made.close()


@pytest.mark.parametrize("name", [name for name, _ in FOUND])
async def test_a_statement_is_accepted_for_every_role(
    name: str, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    function = dict(FOUND)[name]
    found = [function(*given) for given in shapes(function)]
    assert all(isinstance(one, Sql) for one in found)
    for text in {one.text for one in found}:
        await connection.prepare(text)


def test_there_are_statements_to_try() -> None:
    assert len(FOUND) > 40
