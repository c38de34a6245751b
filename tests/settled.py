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
        **overrides,
    }
    return Settings.model_validate(given)


test_settings.__test__ = False  # type: ignore[attr-defined]
