"""Who may press the buttons that lean on a cookie: the platform's own pages and the origins that an installation lists.

A browser says where a request comes from, and no page can lie about it: `Sec-Fetch-Site` (W3C Fetch Metadata), else
`Origin` (RFC 6454). A caller that sends neither is no browser and holds nobody else's cookie. ASVS 3.5.1.
"""

from urllib.parse import urlsplit

from fastapi import Request

from miaopu.core.problem import Problem
from miaopu.settings import Settings


async def own_page(request: Request) -> None:
    """Nothing for the platform's own pages and the listed origins. Raises 403 `cross_origin` for any other page."""
    settings: Settings = request.app.state.settings
    origin = request.headers.get("origin")
    if origin is not None and origin in {*settings.allowed_origins, settings.origin}:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    elif origin is None or urlsplit(origin).netloc == request.headers.get("host"):
        return
    raise Problem("cross_origin", 403)
