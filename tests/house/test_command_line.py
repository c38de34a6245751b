"""The command line: what it refuses, and what it says."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from miaopu import running
from miaopu.core import audit
from miaopu.core.db import Database
from miaopu.people.service import first_account
from miaopu.settings import MissingSecret, NotForProduction, Settings, from_environment
from postgres import fresh_database

PLANS = Path(__file__).parents[1] / "plans"
SECRET = "ab" * 32


def miaopu(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as somebody would."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MIAOPU_")}
    return subprocess.run(
        [sys.executable, "-m", "miaopu.cli", *arguments],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("missing", ["MIAOPU_DATABASE_URL", "MIAOPU_SECRET", "MIAOPU_PUBLIC_URL"])
def test_production_invents_no_secret(missing: str) -> None:
    given = {
        "MIAOPU_DATABASE_URL": "postgresql://localhost/x",
        "MIAOPU_SECRET": SECRET,
        "MIAOPU_PUBLIC_URL": "https://example.org",
    }
    del given[missing]
    with pytest.raises(MissingSecret, match=missing):
        from_environment(given, mode="production")
    done = miaopu("serve", **given)
    assert done.returncode == 2
    assert missing in done.stdout


def test_production_is_reached_by_https_alone_but_for_its_own_machine() -> None:
    given = {"MIAOPU_DATABASE_URL": "postgresql://localhost/x", "MIAOPU_SECRET": SECRET}
    with pytest.raises(NotForProduction, match="https"):
        from_environment({**given, "MIAOPU_PUBLIC_URL": "http://miaopu.example"}, mode="production")
    for address in ("https://miaopu.example", "http://127.0.0.1:8000", "http://localhost:8000"):
        assert from_environment({**given, "MIAOPU_PUBLIC_URL": address}, mode="production").public_url == address
    assert from_environment({"MIAOPU_PUBLIC_URL": "http://school.local"}, mode="demo").mode == "demo"


def test_production_does_not_start_on_a_database_with_demo_accounts() -> None:
    url = fresh_database()
    settings = Settings(mode="demo", database_url=url, secret=SECRET)

    async def join() -> None:
        database = Database(settings)
        async with database.session() as session:
            await first_account(session, unit_code="region", unit_name="自治区", name="演示", demo=True)
            await audit.commit(session)
        await database.close()

    asyncio.run(join())
    with pytest.raises(NotForProduction):
        asyncio.run(running.refuse_demo(settings))
    done = miaopu("serve", MIAOPU_DATABASE_URL=url, MIAOPU_SECRET=SECRET, MIAOPU_PUBLIC_URL="https://example.org")
    assert done.returncode == 2
    assert "demo" in done.stdout


def test_a_plan_is_checked_and_its_faults_are_named_by_their_keys(tmp_path: Path) -> None:
    assert miaopu("plan", "check", str(PLANS / "second.toml")).returncode == 0
    wrong = tmp_path / "wrong.toml"
    wrong.write_text((PLANS / "second.toml").read_text("utf-8").replace("places = 12\n", "places = 13\n"), "utf-8")
    done = miaopu("plan", "check", str(wrong))
    assert done.returncode == 1
    assert "places: is 13, the cities' places add up to 12" in done.stdout
    assert miaopu("plan", "check", str(tmp_path / "nothing.toml")).returncode == 2


def test_reset_without_a_terminal_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    done = miaopu("reset", MIAOPU_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert (tmp_path / "secret").read_text() == "kept"
    assert miaopu("reset", "--yes", MIAOPU_DATA_DIR=str(tmp_path)).returncode == 0
    assert not (tmp_path / "secret").exists()


def test_reset_leaves_an_installation_alone_whose_database_is_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    done = miaopu("reset", "--yes", MIAOPU_DATA_DIR=str(tmp_path), MIAOPU_DATABASE_URL="postgresql://x@127.0.0.1/x")
    assert done.returncode == 1
    assert (tmp_path / "secret").read_text() == "kept"


def test_setup_hands_out_the_first_link_once() -> None:
    url = fresh_database()
    given = {"MIAOPU_DATABASE_URL": url, "MIAOPU_SECRET": SECRET, "MIAOPU_PUBLIC_URL": "https://example.org"}
    done = miaopu("setup", "--region", "自治区管理办公室", "--name", "乌云", **given)
    assert done.returncode == 0
    assert done.stdout.startswith("https://example.org/i/")
    assert miaopu("setup", "--region", "x", "--name", "y", **given).returncode != 0
