"""Bringing a database to the newest schema with Alembic, from code."""

from alembic import command
from alembic.config import Config

from miaopu.core.db import sqlalchemy_url
from miaopu.settings import ROOT


def config(database_url: str) -> Config:
    """Alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", sqlalchemy_url(database_url).replace("%", "%%"))
    return made


def upgrade(database_url: str) -> bool:
    """Apply what is missing; true when something was. Not inside a running event loop."""
    given = config(database_url)
    applied: list[object] = []
    given.attributes["on_apply"] = applied.append
    command.upgrade(given, "head")
    return bool(applied)


def check(database_url: str) -> None:
    """Raises when models and migrations differ (`alembic check`)."""
    command.check(config(database_url))
