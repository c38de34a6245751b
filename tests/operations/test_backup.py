"""Backup and restore: row by row and file by file what it was, or a refusal that touches nothing."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from holdings import Kept, fill, rows_of, schema_of
from miaopu import cli, running
from miaopu.core import audit, files
from miaopu.core.db import Database
from miaopu.core.secrets import Vault
from miaopu.doctor.asking import EXAMINER
from miaopu.operations import upkeep
from miaopu.operations.backup import back_up
from miaopu.operations.restore import NotEmpty, look_at, restore
from miaopu.operations.sealing import CHUNK, Damaged, Unreadable, WrongKey
from miaopu.people.models import Account
from miaopu.settings import Settings
from postgres import drop_database, fresh_database
from settled import test_settings

SECRET, KEY = secrets.token_hex(32), secrets.token_hex(32)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    url = fresh_database()
    settings = test_settings(url, tmp_path_factory.mktemp("kept"), secret=SECRET, backup_key=KEY)
    contents = asyncio.run(fill(settings))
    path, manifest = asyncio.run(back_up(settings, settings.data_dir / "one.miaopu"))
    assert (len(manifest.parts), manifest.lost) == (4, [])
    yield Kept(settings, path, contents)
    drop_database(url)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Settings]:
    """Another installation, migrated and empty, with the same secrets."""
    url = fresh_database()
    yield test_settings(url, tmp_path / "other", secret=SECRET, backup_key=KEY)
    drop_database(url)


async def test_everything_comes_back_row_by_row_and_file_by_file(kept: Kept, other: Settings) -> None:
    done = await restore(other, kept.path)
    assert (done.differences, done.broken, done.files, done.whole) == ([], [], 3, True)
    before, after = await rows_of(kept.settings.database_url), await rows_of(other.database_url)
    assert len(before["audit_entries"]) > 30
    assert before == after
    assert await schema_of(kept.settings.database_url) == await schema_of(other.database_url)
    there = {path.name: path.read_bytes() for path in (other.data_dir / "files").rglob("*") if path.is_file()}
    assert there == {file_id.replace("-", ""): data for file_id, data in kept.contents.items()}


async def test_the_trail_goes_on_where_it_was_and_still_guards_itself(kept: Kept, other: Settings) -> None:
    await restore(other, kept.path)
    database = Database(other)
    try:
        async with database.session() as session:
            session.add(Account(login="later", name="后来", name_key="houlai"))
            await audit.commit(session)
        async with database.session() as session:
            assert await audit.broken_links(session) == []
            with pytest.raises(Exception, match="append-only"):
                await session.execute(text("UPDATE audit_entries SET reason = 'x'"))
            await session.rollback()
            await session.execute(text("UPDATE accounts SET name = 'silent'"))
            with pytest.raises(Exception, match="not recorded"):
                await session.commit()
    finally:
        await database.close()


async def test_a_backup_made_while_people_write_is_of_one_moment(kept: Kept, other: Settings, tmp_path: Path) -> None:
    await restore(other, kept.path)
    database, store, stop = Database(other), files.make_store(other), asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            async with database.session() as session:
                person = Account(login=f"rival-{count}", name="同时", name_key="tongshi")
                session.add(person)
                await session.flush()
                data = b"%PDF-" + os.urandom(3000)
                await files.keep(session, store, data, name="a.pdf", content_type=files.PDF, owner=person.id)
                await audit.commit(session)
            count += 1
        return count

    writing = asyncio.create_task(write())
    try:
        await asyncio.sleep(0.2)
        path, manifest = await back_up(other, tmp_path / "busy.miaopu")
    finally:
        stop.set()
        written = await writing
        await database.close()
    assert written > 1
    assert manifest.lost == []
    assert len(manifest.parts) - 1 == manifest.tables["files"].rows
    done = await restore(other, path, replace=True)
    assert done.whole


async def test_what_an_installation_holds_is_given_up_only_by_name_and_lost_files_are_named(
    kept: Kept, other: Settings, tmp_path: Path
) -> None:
    await restore(other, kept.path)
    before = await rows_of(other.database_url)
    with pytest.raises(NotEmpty, match="--replace"):
        await restore(other, kept.path)
    at_work = await asyncpg.connect(other.database_url, server_settings={"application_name": "miaopu"})
    with pytest.raises(NotEmpty, match="at work"):
        await restore(other, kept.path, replace=True)
    await at_work.close()
    assert await rows_of(other.database_url) == before
    assert (await restore(other, kept.path, replace=True)).whole
    # A file that the store has lost, and one that it altered, are named in the next backup.
    stored = sorted(path for path in (other.data_dir / "files").rglob("*") if path.is_file())
    stored[0].unlink()
    stored[1].write_bytes(b"%PDF-another")
    _, manifest = await back_up(other, tmp_path / "lossy.miaopu")
    assert {file_id.replace("-", "") for file_id in manifest.lost} == {stored[0].name, stored[1].name}


async def test_a_wrong_key_another_secret_and_a_damaged_file_are_refused_before_anything_is_touched(
    kept: Kept, other: Settings, tmp_path: Path
) -> None:
    before = await rows_of(other.database_url)
    with pytest.raises(WrongKey):
        await restore(other.model_copy(update={"backup_key": _secret(secrets.token_hex(32))}), kept.path)
    with pytest.raises(Unreadable, match="MIAOPU_SECRET"):
        await restore(other.model_copy(update={"secret": _secret(secrets.token_hex(32))}), kept.path)
    with pytest.raises(Unreadable, match="MIAOPU_BACKUP_KEY"):
        await restore(other.model_copy(update={"backup_key": _secret("short")}), kept.path)
    whole = kept.path.read_bytes()
    damaged = tmp_path / "damaged.miaopu"
    for place in (0, 20, 60, 5000, len(whole) // 2, len(whole) - 1):
        altered = bytearray(whole)
        altered[place] ^= 1
        damaged.write_bytes(altered)
        with pytest.raises(Unreadable):
            await restore(other, damaged)
    for short in (10, len(whole) // 2, len(whole) - 1, 80 + 3 * (CHUNK + 16)):
        damaged.write_bytes(whole[:short])
        with pytest.raises(Damaged):
            await restore(other, damaged)
    damaged.write_bytes(whole + b"more")
    with pytest.raises(Damaged):
        await restore(other, damaged)
    assert await rows_of(other.database_url) == before


def _secret(value: str) -> SecretStr:
    return SecretStr(value)


async def test_nothing_of_a_person_can_be_read_in_the_file(kept: Kept, tmp_path: Path) -> None:
    data = kept.path.read_bytes()
    for part in ("乌日娜".encode(), "学生".encode(), b"PGDMP", b"accounts", b"manifest", b"%PDF-"):
        assert part not in data
    manifest = look_at(kept.path, bytes.fromhex(KEY))
    assert SECRET not in manifest.model_dump_json()
    assert manifest.secret == Vault(SECRET).index("backup", "the installation's secret")
    assert kept.path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        await back_up(kept.settings, kept.path)


async def test_a_drill_proves_the_newest_backup_and_finds_one_that_differs(
    kept: Kept, other: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    settings = other.model_copy(update={"backup_dir": folder, "backups_kept": 2})
    await restore(settings, kept.path)
    database = Database(settings)
    try:
        assert await upkeep.turn(settings, database, EXAMINER) == ["chain", "doctor", "backup", "drill"]
        assert await upkeep.turn(settings, database, EXAMINER) == []
        async with database.session() as session:
            runs = (await session.execute(text("SELECT kind, ok, facts FROM upkeep_runs ORDER BY began_at"))).all()
        well = {run.kind: run.ok for run in runs if run.kind != "doctor"}
        assert well == {"chain": True, "backup": True, "drill": True}
        examined, drilled = runs[1].facts, runs[3].facts
        assert drilled["files"] == 3
        assert drilled["rows"] > 60
        # The copy is asked as well, and says of its rows what the installation said (its files are asked there alone).
        assert drilled["asked"] == examined["asked"] - 1 > 50
        assert drilled["codes"] == [code for code in examined["codes"] if code != "files.bytes"]
        databases = await _databases(settings)
        assert not [name for name in databases if name.endswith("_drill")]
        newest = next(iter(folder.iterdir()))
        newest.write_bytes(newest.read_bytes()[:-5])
        assert not (await upkeep.done("drill", upkeep.drill, settings, database))[0]
        async with database.session() as session:
            last = (await session.execute(text("SELECT ok, facts FROM upkeep_runs ORDER BY began_at DESC"))).first()
        assert last is not None
        assert (last.ok, "damaged" in last.facts["error"]) == (False, True)
        async with upkeep.alone(settings):
            with pytest.raises(upkeep.Busy):
                async with upkeep.alone(settings):
                    pass
    finally:
        await database.close()


async def _databases(settings: Settings) -> list[str]:
    connection = await asyncpg.connect(settings.database_url)
    try:
        return [row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")]
    finally:
        await connection.close()


def test_the_commands_say_what_they_did_and_what_they_refuse(
    kept: Kept, other: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(settings: Settings, key: str, *arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["miaopu", *arguments])
        for name, value in (
            ("SECRET", SECRET), ("DATABASE_URL", settings.database_url),
            ("DATA_DIR", str(settings.data_dir)), ("BACKUP_KEY", key),
        ):  # fmt: skip
            monkeypatch.setenv(f"MIAOPU_{name}", value)
        return cli.main(), capsys.readouterr().out

    code, said = run(kept.settings, "", "backup", str(tmp_path))
    assert (code, "MIAOPU_BACKUP_KEY" in said) == (2, True)
    code, said = run(kept.settings, KEY, "backup", str(tmp_path))
    assert (code, "3 files" in said) == (0, True)
    (made,) = tmp_path.glob("*.miaopu")
    code, said = run(other, "00" * 32, "restore", str(made))
    assert (code, "not the one" in said) == (1, True)
    code, said = run(other, KEY, "restore", str(made))
    assert (code, "the trail whole" in said) == (0, True)
    code, said = run(other, KEY, "restore", str(made))
    assert (code, "--replace" in said) == (1, True)
    code, said = run(other, KEY, "drill", str(made))
    assert (code, "it can be restored" in said) == (0, True)


def test_a_demo_backs_itself_up_under_a_key_of_its_own_unless_told_otherwise(tmp_path: Path) -> None:
    demo = Settings(mode="demo", data_dir=tmp_path)
    first, again = running.backed_up(demo), running.backed_up(demo)
    assert (first.backup_dir, first.backups_kept) == (tmp_path / "backups", 2)
    key = first.backup_key.get_secret_value()
    assert len(bytes.fromhex(key)) == 32
    assert key == again.backup_key.get_secret_value()
    assert (tmp_path / "backup-key").stat().st_mode & 0o077 == 0
    named = demo.model_copy(update={"backup_dir": tmp_path / "elsewhere"})
    assert running.backed_up(named) == named
    without = demo.model_copy(update={"demo_backs_up": False})
    assert running.backed_up(without) == without
