"""The second plan's year, walked once: small enough to be looked at from every side."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from postgres import fresh_database
from years import Year, walked


@pytest.fixture(scope="session")
def year_database() -> str:
    """The database of the walked year."""
    return fresh_database()


@pytest.fixture(scope="session")
async def year(year_database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    """Everybody and everything at the end of the second plan's year. Tests only read, or undo what they do."""
    found: Year = await walked("second", year_database, Path(tmp_path_factory.mktemp("year")))
    yield found
    await found.http.aclose()
    await found.app.state.database.close()
