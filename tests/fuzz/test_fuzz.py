"""Any request from anybody: never a 5xx, never an answer outside the contract, never more than the role may."""

import copy
from collections.abc import AsyncIterator

import asyncpg
import pytest
from fuzzing import Fuzzer, ids_of, serving
from yearlong import copy_of, tokens_of

from miaopu.doctor.examining import examine
from miaopu.main import make_app
from miaopu.people.access import MATRIX
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from years import Year

# What fits the suite; `make fuzz` asks for more.
CASES = 2
SEARCHED_EACH = 50
DATABASE = "fuzzed_year"


@pytest.fixture(scope="module")
async def fuzzer(year: Year) -> AsyncIterator[Fuzzer]:
    """A copy of the walked year, served on a port."""
    settings = await copy_of(year, DATABASE)
    contract = make_app(settings).openapi()
    with serving(settings) as base:
        yield Fuzzer(base, contract, await tokens_of(year), await ids_of(settings.database_url))
    connection = await asyncpg.connect(year.url)
    await connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await connection.close()


def test_the_judge_sees_a_wrong_body_and_what_was_granted(fuzzer: Fuzzer) -> None:
    contract = copy.deepcopy(fuzzer.contract)
    operation = contract["paths"]["/api/v1/cycles"]["get"]
    operation["responses"]["200"]["content"]["application/json"]["schema"] = {"required": ["never"]}
    operation["x-permission"] = next(p.value for p in Permission if Role.REGION_OFFICE not in MATRIX[p])
    wrong = Fuzzer(fuzzer.base, contract, fuzzer.tokens, fuzzer.ids)
    wrong.samples("get", "/api/v1/cycles", Role.REGION_OFFICE, 4)
    assert {kind for _, kind in wrong.done.findings} == {"schema", "granted"}


async def test_every_operation_bears_whatever_is_sent_by_some_role(fuzzer: Fuzzer, year: Year) -> None:
    roles = [*fuzzer.tokens, Role.PUBLIC]
    assert len(roles) == len(Role)
    operations = fuzzer.operations()
    for number, (method, path) in enumerate(operations):
        role = roles[number % len(roles)]
        fuzzer.samples(method, path, role, CASES)
        if number % SEARCHED_EACH == 0:
            fuzzer.search(method, path, role, CASES)
    done = fuzzer.done
    said = "\n".join(f"{label} {kind}: {said}" for (label, kind), said in done.findings.items())
    assert not done.findings, said
    assert len(done.operations) == len(operations) > 400
    # Not only what is refused at the door.
    assert done.statuses[200] > 50
    assert {400, 401, 403, 404, 409, 422} <= set(done.statuses)
    connection = await asyncpg.connect(year.url.rsplit("/", 1)[0] + f"/{DATABASE}")
    try:
        assert [one for one in await examine(connection) if one.count] == []
    finally:
        await connection.close()
