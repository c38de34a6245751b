"""The built pages: which entry a path opens, how long it may be kept, and which styles and scripts it may use."""

from pathlib import Path

import httpx
import pytest

from miaopu.core.pages import pages


@pytest.fixture
def built(tmp_path: Path) -> httpx.AsyncClient:
    """A build of two entries."""
    for path in ("index.html", "m/index.html", "m/sw.js", "m/assets/index-abc.js"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=pages(tmp_path)), base_url="http://testserver")


@pytest.mark.parametrize(
    ("path", "entry"),
    [("/", "index.html"), ("/growth-logs", "index.html"), ("/m/", "m/index.html"), ("/m/log/1", "m/index.html")],
)
async def test_every_address_opens_its_entry(built: httpx.AsyncClient, path: str, entry: str) -> None:
    assert (await built.get(path)).text == entry


@pytest.mark.parametrize("path", ["/m/", "/m/log/1", "/m/sw.js"])
async def test_the_light_pages_take_no_style_or_script_but_their_own(built: httpx.AsyncClient, path: str) -> None:
    policy = (await built.get(path)).headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "style-src 'self';" in policy


async def test_only_names_that_change_with_their_content_are_kept(built: httpx.AsyncClient) -> None:
    assert "immutable" in (await built.get("/m/assets/index-abc.js")).headers["cache-control"]
    for path in ("/m/", "/m/sw.js", "/m/log/1"):
        assert (await built.get(path)).headers["cache-control"] == "no-cache"
