"""Cookies: where they are Secure they are named `__Host-…`, so that no neighbour of the address can plant one.

A browser takes a cookie of that name only over https, for `/`, and without a domain (RFC 6265bis 4.1.3.2; ASVS 5.0
3.3.1, 3.3.3). On plain http (a demo on this machine) it would take none, so the name is plain there.
"""

from fastapi import Request, Response

from miaopu.settings import Settings

PREFIX = "__Host-"
PATH = "/"


def name_of(settings: Settings, name: str) -> str:
    """The name that a browser keeps a cookie under."""
    return PREFIX + name if settings.cookies_are_secure else name


def read(request: Request, name: str) -> str | None:
    """What the browser kept."""
    return request.cookies.get(name_of(request.app.state.settings, name))


def keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep something no script of a page can read."""
    settings: Settings = request.app.state.settings
    response.set_cookie(
        name_of(settings, name),
        value,
        max_age=seconds,
        path=PATH,
        secure=settings.cookies_are_secure,
        httponly=True,
        samesite=settings.cookie_samesite,
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Let the browser forget it; a browser heeds that only in the terms in which it was kept."""
    settings: Settings = request.app.state.settings
    response.delete_cookie(
        name_of(settings, name),
        path=PATH,
        secure=settings.cookies_are_secure,
        httponly=True,
        samesite=settings.cookie_samesite,
    )
