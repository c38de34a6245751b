"""The way out to a university's provider: to public addresses only, nowhere else, and never far.

An address that somebody typed into a form must not lead into the installation's own network (ASVS 1.3.6): the name is
resolved once, every address it has must be public, and the connection goes to that very address, so that a second
answer of the name server changes nothing. Only https; on one's own machine, in tests and the demo, http as well.
"""

import ipaddress
import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from anyio import getaddrinfo

from miaopu.core.problem import Problem
from miaopu.settings import Settings

SECONDS = 6.0
MAX_BYTES = 256 * 1024
HTTPS = 443


class Refused(Exception):
    """An address that is not called."""


async def place_of(url: str, settings: Settings) -> tuple[str, str]:
    """Where to connect (an IP address), and the host that is meant. Raises Refused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as wrong:
        raise Refused(url) from wrong
    if not host or parts.username or parts.password or parts.fragment or parts.scheme not in ("https", "http"):
        raise Refused(url)
    try:
        found = await getaddrinfo(host, port or HTTPS, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise Refused(url) from unknown
    addresses = {ipaddress.ip_address(entry[4][0]) for entry in found}
    at_home = settings.mode != "production" and all(address.is_loopback for address in addresses)
    if not at_home and (parts.scheme != "https" or not all(_public(address) for address in addresses)):
        raise Refused(url)
    return str(found[0][4][0]), host


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast


async def call(
    settings: Settings,
    method: str,
    url: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """Status and JSON of a provider's answer; redirects are not followed.

    Raises:
        Refused: the address leads somewhere else than to a public host.
        Problem: 503 `sso_away` where nothing usable comes back.
    """
    place, host = await place_of(url, settings)
    address = httpx.URL(url)
    given = {"accept": "application/json", **(headers or {}), "host": address.netloc.decode()}
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            request = client.build_request(method, address.copy_with(host=place), content=body, headers=given)
            request.extensions["sni_hostname"] = host
            answer = await client.send(request, stream=True)
            data = b""
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > MAX_BYTES:
                    raise ValueError("the answer is too long")
            await answer.aclose()
        return answer.status_code, json.loads(data)
    except (httpx.HTTPError, ValueError) as away:
        raise Problem("sso_away", 503, retry_after=int(SECONDS)) from away
