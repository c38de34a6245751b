"""Settings for tests."""

import secrets
from pathlib import Path

from miaopu.settings import Settings


def test_settings(url: str, folder: Path, **overrides: object) -> Settings:
    """Settings for tests: a random secret, files in a temporary folder."""
    given: dict[str, object] = {
        "mode": "test",
        "database_url": url,
        "secret": secrets.token_hex(32),
        "data_dir": folder,
        "public_url": "http://testserver",
        # Rivals by the hundred wait for each other, not for the gate; its own tests say less.
        "max_in_flight": 1000,
        "max_hashing": 1000,
        **overrides,
    }
    return Settings.model_validate(given)


test_settings.__test__ = False  # type: ignore[attr-defined]
