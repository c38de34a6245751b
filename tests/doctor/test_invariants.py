"""The doctor: a walked year is sound, and each planted violation is found, and nothing else."""

import os
import subprocess
import sys
import uuid

import asyncpg
import pytest
from obstore.store import MemoryStore
from plants_year import PLANTS

from miaopu.core.files import make_store, place_of
from miaopu.doctor.examining import BYTES, INVARIANTS, Examined, examine, told
from years import Year

# Thousands of hashes: asked again only where the trail itself was touched.
TRAIL = next(one for one in INVARIANTS if one.code == "trail.whole")
OTHERS = [one for one in INVARIANTS if one is not TRAIL]


def broken(found: list[Examined]) -> set[str]:
    return {one.invariant.code for one in found if one.count}


def test_every_invariant_has_a_violation_to_find_and_a_sentence_in_both_languages() -> None:
    assert len(INVARIANTS) == len({one.code for one in INVARIANTS}) >= 40
    assert {one.code for one in INVARIANTS} == set(PLANTS)
    assert all(one.zh and one.en and one.source for one in INVARIANTS)


async def test_a_walked_year_breaks_nothing_and_loses_no_byte(year: Year) -> None:
    connection = await asyncpg.connect(year.url)
    try:
        found = await examine(connection, make_store(year.app.state.settings))
        assert broken(found) == set(), [one for one in found if one.count]
        assert found[-1].invariant is BYTES
        lost = await examine(connection, MemoryStore(), ())
        assert lost[0].count == await connection.fetchval("SELECT count(*) FROM files") > 0
    finally:
        await connection.close()


async def test_a_file_that_is_shorter_than_it_was_is_found(year: Year) -> None:
    connection = await asyncpg.connect(year.url)
    store = make_store(year.app.state.settings)
    try:
        file_id: uuid.UUID = await connection.fetchval("SELECT id FROM files ORDER BY id LIMIT 1")
        whole = bytes((await store.get_async(place_of(file_id))).bytes())
        await store.put_async(place_of(file_id), whole[:-1])
        found = await examine(connection, store, ())
        await store.put_async(place_of(file_id), whole)
        assert [(one.invariant.code, one.ids) for one in found] == [("files.bytes", (str(file_id),))]
    finally:
        await connection.close()


@pytest.mark.parametrize("code", sorted(PLANTS))
async def test_a_planted_violation_is_found_and_nothing_else_is(
    unguarded: "asyncpg.Connection[asyncpg.Record]", code: str
) -> None:
    plant = PLANTS[code]
    savepoint = unguarded.transaction()
    await savepoint.start()
    try:
        await unguarded.execute(plant.sql)
        found = await examine(unguarded, None, INVARIANTS if "audit_entries" in plant.sql else OTHERS)
        assert broken(found) == {code, *plant.also}, [one for one in found if one.count]
        lines = "\n".join(told(found, "zh-CN"))
        assert f"✗ {next(one.count for one in found if one.invariant.code == code)}" in lines
    finally:
        await savepoint.rollback()


async def test_the_command_says_what_is_broken_and_ends_with_one(own_database: str) -> None:
    connection = await asyncpg.connect(own_database)
    try:
        assert _doctor(own_database).returncode == 0
        await connection.execute(PLANTS["jobs.queued"].sql)
        lost = await connection.fetchval("SELECT id FROM jobs")
    finally:
        await connection.close()
    done = _doctor(own_database)
    assert done.returncode == 1
    assert f"{len(INVARIANTS) + 1} invariants, 1 broken" in done.stdout
    assert str(lost) in done.stdout


def _doctor(url: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "MIAOPU_DATABASE_URL": url, "MIAOPU_MODE": "demo"}
    command = [sys.executable, "-m", "miaopu.cli", "doctor", "--language", "en"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
