"""A test and its office, and a city about to hold its interviews."""

import httpx
import pytest
from fastapi import FastAPI

from interviewed import hall, source
from overseen import Exam
from overseen import exam as made

__all__ = ["hall", "source"]


@pytest.fixture
async def exam(app: FastAPI, client: httpx.AsyncClient) -> Exam:
    """A sitting with everybody seated."""
    return await made(app, client)
