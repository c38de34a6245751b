"""What leads in or out of an installation, and what opens it, stands in `docs/security.md` (ASVS 11.1.2, 13.1.1)."""

import asyncio
import re
import typing
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from miaopu.core.db import Database
from miaopu.migrate import upgrade
from miaopu.settings import Settings
from settled import test_settings

ROOT = Path(__file__).parents[2]
WRITTEN = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = set(re.findall(r"MIAOPU_[A-Z_]+[A-Z]", WRITTEN))
# What a setting of another kind holds is a bound or a choice; these hold addresses, places and secrets.
TELLING = (str, SecretStr, Path)


def told(annotation: object) -> bool:
    """True for a setting that can hold an address, a place or a secret."""
    if typing.get_origin(annotation) is typing.Literal:
        return False
    return annotation in TELLING or any(told(part) for part in typing.get_args(annotation))


def test_every_setting_that_names_a_connection_a_place_or_a_secret_stands_in_the_text() -> None:
    asked = {f"MIAOPU_{name.upper()}" for name, field in Settings.model_fields.items() if told(field.annotation)}
    assert {"MIAOPU_SECRET", "MIAOPU_FORMER_SECRETS", "MIAOPU_FILES_URL", "MIAOPU_BACKUP_DIR"} <= asked
    assert asked - NAMED == set()


def test_the_text_names_no_setting_file_or_chapter_that_is_not_there() -> None:
    assert NAMED - {f"MIAOPU_{name.upper()}" for name in Settings.model_fields} == set()
    files = set(re.findall(r"`((?:deploy|backend|tests|scripts)/[\w./-]+)`", WRITTEN))
    assert len(files) > 5
    assert [one for one in files if not (ROOT / one).exists() and not (ROOT / "docs" / one).exists()] == []
    chapters = re.findall(r"^## (\d+)\. ", WRITTEN, re.MULTILINE)
    assert chapters == re.findall(r"^(\d+)\. \[", WRITTEN, re.MULTILINE)


async def test_an_address_that_asks_for_an_encrypted_database_is_never_served_by_a_plain_one(
    own_database: str, tmp_path: Path
) -> None:
    database = Database(test_settings(f"{own_database}?sslmode=prefer", tmp_path))
    await database.open()
    async with database.session() as session:
        assert await session.scalar(text("SELECT current_setting('application_name')")) == "miaopu"
    await database.close()
    # The embedded server has no TLS: who insists on it is told so, by every way to the database.
    strict = f"{own_database}?sslmode=require"
    database = Database(test_settings(strict, tmp_path))
    with pytest.raises(ConnectionError, match="SSL"):
        await database.open()
    for engine in (database.engine, database.apart):
        with pytest.raises(ConnectionError, match="SSL"):
            async with engine.connect():
                pass
    with pytest.raises(ConnectionError, match="SSL"):
        await asyncio.to_thread(upgrade, strict)
