"""The database's accounts of `docs/deploy/roles.sql`: enough for what each does, and no more (ASVS 5.0 13.2.2)."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from miaopu.core import audit, jobs
from miaopu.core.jobs import JobContext, Params
from miaopu.doctor.examining import examine
from miaopu.main import make_app, open_state
from miaopu.migrate import upgrade
from miaopu.people import passwords
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.worker import run_worker
from postgres import drop_database, server
from seeded import world
from settled import test_settings

ROLES = (Path(__file__).parents[2] / "docs" / "deploy" / "roles.sql").read_text("utf-8")
PASSWORD = "a long enough password"
DONE = asyncio.Event()


@dataclass(frozen=True)
class Accounts:
    """The addresses of one database by its three accounts."""

    owner: str
    app: str
    read: str


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    """A database that its owner migrated, between two runs of the statements as the text asks."""
    name = f"roles_{secrets.token_hex(4)}"
    admin = server().dsn(name)

    async def by_the_admin(url: str, *statements: str) -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(by_the_admin(server().dsn(), f"CREATE DATABASE {name}"))
    word = secrets.token_hex(16)
    words = [f"ALTER ROLE miaopu_{role} PASSWORD '{word}'" for role in ("owner", "app", "read")]
    asyncio.run(by_the_admin(admin, ROLES, *words))

    def by(role: str) -> str:
        split = urlsplit(admin)
        return urlunsplit(split._replace(netloc=f"miaopu_{role}:{word}@{split.hostname}:{split.port}"))

    made = Accounts(by("owner"), by("app"), by("read"))
    assert upgrade(made.owner)
    asyncio.run(by_the_admin(admin, ROLES))
    yield made
    drop_database(admin)


@jobs.handler("test.by_the_app")
async def by_the_app(_context: JobContext, _params: Params) -> dict[str, object]:
    """Done by the worker under its own account."""
    DONE.set()
    return {}


async def refused(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_the_application_works_by_an_account_that_owns_nothing_and_the_reads_by_one_that_only_reads(
    accounts: Accounts, tmp_path: Path
) -> None:
    settings = test_settings(accounts.app, tmp_path, read_database_url=accounts.read)
    app = make_app(settings)
    await open_state(app, settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as client:
        # A year is made and moved to its opening, by its people over HTTP.
        at = await world(app, client)
        _, account = await at.person(Role.REGION_OFFICE, "region")
        async with app.state.database.session() as session:
            own = await session.get_one(Account, account.id)
            own.password_hash = await passwords.hashed(PASSWORD)
            await audit.commit(session)
        form = {"login": account.login, "password": PASSWORD}
        granted = await client.post("/auth/sign-in", json=form)
        assert granted.status_code == 200, granted.text
        headers = {"authorization": f"Bearer {granted.json()['access_token']}"}
        assert (await client.get("/memberships", headers=headers)).json()["total"] > 0
    async with app.state.database.session() as session:
        assert await audit.broken_links(session) == []
        await jobs.enqueue(session, "test.by_the_app", {}, None)
        await session.commit()
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(settings, silence=timedelta(seconds=5), stop=stop))
    await asyncio.wait_for(DONE.wait(), 30)
    stop.set()
    await asyncio.wait_for(working, 30)
    await app.state.database.close()
    reading = await asyncpg.connect(accounts.read)
    assert [one.invariant.code for one in await examine(reading) if one.count] == []
    await reading.close()
    await refused(
        accounts.app,
        "DROP TABLE audit_entries",
        "ALTER TABLE accounts DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
        "UPDATE audit_entries SET action = 'nothing.happened'",
        "DELETE FROM audit_entries",
        "TRUNCATE accounts",
        "CREATE OR REPLACE FUNCTION audit_required() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "UPDATE alembic_version SET version_num = 'none'",
        "SET session_replication_role = replica",
    )
    # Not by its session's say-so: by its rights.
    await refused(
        accounts.read,
        "SET default_transaction_read_only = off; INSERT INTO attempts VALUES ('x', 1, now())",
        "CREATE TEMPORARY TABLE mine (id int)",
        "BEGIN READ WRITE; DELETE FROM accounts",
    )
