"""A copy of the walked year to be fuzzed, and somebody of every role in it."""

import uuid
from urllib.parse import urlsplit

import asyncpg

from miaopu.main import open_state
from miaopu.people import tokens
from miaopu.people.access import Actor
from miaopu.people.roles import Role
from miaopu.settings import Settings
from years import Year

HOURS = 4 * 3600


async def copy_of(year: Year, name: str) -> Settings:
    """Settings over a copy of the year's database; the year itself is closed for a moment meanwhile."""
    settings: Settings = year.app.state.settings
    await year.app.state.database.close()
    source = urlsplit(year.url)
    connection = await asyncpg.connect(source._replace(path="/postgres").geturl())
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {source.path.lstrip('/')}")
    finally:
        await connection.close()
        await open_state(year.app, settings)
    return settings.model_copy(update={"database_url": source._replace(path=f"/{name}").geturl()})


async def tokens_of(year: Year) -> dict[Role, str]:
    """A token of the busiest account of each role."""
    connection = await asyncpg.connect(year.url)
    try:
        rows = await connection.fetch(
            """SELECT DISTINCT ON (m.role) m.id, m.role, m.account_id, m.unit_id, u.city_id,
                   (SELECT id FROM cycles ORDER BY year DESC LIMIT 1) AS cycle_id,
                   (SELECT s.id FROM sign_ins s WHERE s.account_id = m.account_id ORDER BY s.id DESC LIMIT 1) AS sid
               FROM memberships m JOIN units u ON u.id = m.unit_id ORDER BY m.role,
                   (SELECT count(*) FROM audit_entries a WHERE a.account_id = m.account_id) DESC, m.id"""
        )
    finally:
        await connection.close()
    found = {Role(row["role"]): row for row in rows}
    # Nobody takes the part of another system in the year; the expert's unit lends one.
    found[Role.INTEGRATION] = found[Role.EXPERT]
    ring = year.app.state.keys
    return {
        role: tokens.issue(
            ring,
            Actor(row["account_id"], row["id"], role, row["unit_id"], row["city_id"], row["cycle_id"]),
            row["sid"] or uuid.uuid4(),
            HOURS,
        )
        for role, row in found.items()
    }
