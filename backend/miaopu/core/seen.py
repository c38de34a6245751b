"""What each request leaves behind: a line of the log and a place in the histogram. Pure ASGI.

Neither holds a query, a body, a name or a login: the route's template, the status, the time, the role. What was
refused to somebody also says whose account it was (its id) and why (the problem's code), so that who tries doors or
goes round the rules can be found (ASVS 5.0 16.2.1, 16.3.2, 16.3.3); what was answered does not: who read what is
nobody's to collect here.
"""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Histogram

from miaopu.core import tracing
from miaopu.core.logs import REQUESTS
from miaopu.core.web import Message, Receive, Send

UNMATCHED = "(none)"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def histogram(registry: CollectorRegistry) -> Histogram:
    """Seconds of requests, by method, route and class of status."""
    labels = ("method", "route", "status")
    return Histogram("miaopu_request_seconds", "Requests of this process", labels, buckets=BUCKETS, registry=registry)


class Seen:
    """Stands inside of what gives the request its id, and outside of what may refuse it."""

    def __init__(self, app: Any, seconds: Histogram) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # The span ends with the last byte of the answer.
                tracing.mark(**{name: scope.get("state", {}).get(name) for name in ("request_id", "role")})
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            spent = time.perf_counter() - began
            route, method = template(scope), scope["method"]
            self.seconds.labels(method, route, f"{status // 100}xx").observe(spent)
            state = scope.get("state", {})
            fields = {
                "request_id": state.get("request_id"),
                "method": method,
                "route": route,
                "status": status,
                "ms": round(spent * 1000, 1),
                "role": state.get("role"),
            }
            if 400 <= status < 500:
                fields |= {"account": state.get("account"), "code": state.get("problem")}
            if (trace := tracing.trace_id()) is not None:
                fields["trace_id"] = trace
            REQUESTS.info("request", extra={"fields": fields})


def template(scope: Message) -> str:
    """The route's path with its parameters' names, where a route was found."""
    route = scope.get("route")
    path: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    if path is None:
        return UNMATCHED
    return path if path.startswith("/api/") else f"/api/v1{path}"
