"""A place to sign in at."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from signing import placed

from browsing import BACK
from seeded import World

PROVIDER = Path(__file__).parent / "provider"


@pytest.fixture
async def site(app: FastAPI, client: httpx.AsyncClient) -> World:
    """The units, in a database of the test's own."""
    return await placed(app, client)


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """A provider of its own (npm `oidc-provider`), for as long as these tests run."""
    if not (PROVIDER / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=PROVIDER, check=True)
    words = ("node", "provider.mjs", BACK)
    running = subprocess.Popen(
        words, cwd=PROVIDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None
    lines = iter(running.stdout.readline, "")
    yield next(line for line in lines if line.startswith("http://127.0.0.1:")).strip()
    assert running.stdin is not None
    running.stdin.close()
    running.wait(timeout=10)
