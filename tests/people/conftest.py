"""A place to sign in at."""

import httpx
import pytest
from fastapi import FastAPI
from signing import placed

from seeded import World


@pytest.fixture
async def site(app: FastAPI, client: httpx.AsyncClient) -> World:
    """The units, in a database of the test's own."""
    return await placed(app, client)
