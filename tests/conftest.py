"""What every test can lean on: a database of its own, the application over it, people to act as."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from miaopu.core import clock
from miaopu.main import make_app, open_state
from postgres import drop_database, fresh_database
from scheduling import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from seeded import World, world
from settled import test_settings
from years import COPIED, Year, walked

PLANS = Path(__file__).parent / "plans"


@pytest.fixture(scope="session")
def session_database() -> str:
    """One database for tests that only add their own rows."""
    return fresh_database()


@pytest.fixture
def own_database() -> Iterator[str]:
    """A database nobody else uses, taken away after the test."""
    made = fresh_database()
    yield made
    drop_database(made)


@pytest.fixture
async def app(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The application over a database of its own."""
    made = make_app(test_settings(own_database, tmp_path))
    await open_state(made, made.state.settings)
    yield made
    await made.state.database.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the application, without a socket."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as made:
        yield made


@pytest.fixture
async def at(app: FastAPI, client: httpx.AsyncClient) -> World:
    """An open cycle of the 2024 plan."""
    return await world(app, client)


@pytest.fixture(autouse=True)
def real_clock() -> Iterator[None]:
    """Each test begins and ends at the real time."""
    clock.set_offset(timedelta(0))
    yield
    clock.set_offset(timedelta(0))


@pytest.fixture(scope="session")
def year_database() -> str:
    """The database of the walked year."""
    return fresh_database()


@pytest.fixture(scope="session")
async def year(year_database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    """Everybody and everything at the end of the second plan's year. Tests only read, or undo what they do."""
    found: Year = await walked("second", year_database, Path(tmp_path_factory.mktemp("year")), copied=COPIED)
    yield found
    await found.http.aclose()
    await found.app.state.database.close()
