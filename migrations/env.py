"""Alembic's entry: one connection, one transaction, the models of every room."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from miaopu import tables

# Made and kept by the job library, not by our models.
FOREIGN = ("pgqueuer",)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """False for tables that are not ours."""
    return not (kind == "table" and name is not None and name.startswith(FOREIGN))


def told(**step: object) -> None:
    """Tell who asked for the upgrade that a migration was applied."""
    context.config.attributes.get("on_apply", lambda _: None)(step)


def run(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        include_name=ours,
        compare_type=True,
        transaction_per_migration=False,
        on_version_apply=told,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    """Connect and run."""
    url = context.config.get_main_option("sqlalchemy.url")
    assert url
    engine = create_async_engine(url, connect_args=context.config.attributes["connect_args"])
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
