"""Where a university's provider may be: on a public host, and nowhere in the installation's own network."""

import asyncio
import json
from pathlib import Path

import pytest

from miaopu.people import oidc, oidc_http
from miaopu.people.roles import Role
from seeded import World
from settled import test_settings


def form(issuer: str) -> dict[str, object]:
    return {"issuer": issuer, "client_id": "miaopu", "client_secret": "of a trial"}


INSIDE = (
    "http://example.org",
    "https://127.0.0.1",
    "https://localhost",
    "https://[::1]",
    "https://[::ffff:10.0.0.1]",
    "https://10.0.0.1",
    "https://192.168.1.1:8443",
    "https://169.254.169.254",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://2130706433",
    "https://user:word@1.1.1.1",
    "file:///etc/passwd",
    "https://",
    "https://1.1.1.1:99999",
)


OWN_MACHINE = {"https://127.0.0.1", "https://localhost", "https://[::1]", "https://2130706433"}


async def test_an_address_never_leads_into_the_installations_own_network(tmp_path: Path) -> None:
    production = test_settings("postgresql://nowhere", tmp_path, mode="production", public_url="https://miaopu.example")
    for url in INSIDE:
        with pytest.raises(oidc_http.Refused):
            await oidc_http.place_of(url, production)
    assert await oidc_http.place_of("https://1.1.1.1/x", production) == ("1.1.1.1", "1.1.1.1")
    trial = test_settings("", tmp_path)
    assert await oidc_http.place_of("http://127.0.0.1:9/x", trial) == ("127.0.0.1", "127.0.0.1")
    # One's own machine, whatever it is called, is all that a trial may call besides.
    for url in set(INSIDE) - OWN_MACHINE:
        with pytest.raises(oidc_http.Refused):
            await oidc_http.place_of(url, trial)


async def test_a_provider_that_redirects_inside_talks_for_another_or_without_end_is_not_believed(
    at: World, tmp_path: Path
) -> None:
    region, _ = await at.person(Role.REGION_OFFICE, "region", "自治区")
    asked: list[str] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        asked.append(path)
        base = f"http://127.0.0.1:{port}"
        told = dict.fromkeys((*oidc.ENDPOINTS, "issuer"), base)
        if path.startswith("/moved/"):
            writer.write(f"HTTP/1.1 302 Found\r\nlocation: {base}/secret\r\ncontent-length: 0\r\n\r\n".encode())
        else:
            body = json.dumps(told).encode() + b" " * (oidc_http.MAX_BYTES if path.startswith("/long/") else 0)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    path = f"/sso-providers/{at.units['imnu'].id}"
    for place, code in (("/moved", "sso_issuer"), ("/long", "sso_issuer"), ("/other", "sso_issuer")):
        refused = await at.client.put(path, json=form(f"http://127.0.0.1:{port}{place}"), headers=region)
        assert [e["code"] for e in refused.json()["errors"]] == [code], place
    inside = await at.client.put(path, json=form("https://10.0.0.1"), headers=region)
    assert [e["code"] for e in inside.json()["errors"]] == ["sso_address"]
    assert "/secret" not in asked
    right = await at.client.put(path, json=form(f"http://127.0.0.1:{port}"), headers=region)
    assert right.status_code == 200, right.text
    server.close()
