"""/metrics for Prometheus: requests, places, pools, jobs, backups, drills, the chain.

Each process answers for itself: requests, places and pools are those of the process that was asked (scrape every
one of them); jobs and upkeep are the installation's, and alike from each. Nothing is counted across processes by files.
"""

import hmac
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from miaopu.core.db import Database
from miaopu.core.gate import Shares
from miaopu.core.problem import not_found

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
JOBS = """
    SELECT state, count(*) AS jobs, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS age
    FROM jobs WHERE state IN ('queued', 'running') OR (state = 'failed' AND finished_at > now() - interval '1 day')
    GROUP BY state
"""
UPKEEP = """
    SELECT kind, coalesce(extract(epoch FROM now() - max(ended_at) FILTER (WHERE ok)), 'Infinity')::float AS age,
           (array_agg(ok ORDER BY began_at DESC))[1] AS ok
    FROM upkeep_runs GROUP BY kind
"""
router = APIRouter(include_in_schema=False)


class _Now:
    """What is read at the moment of the scrape."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        """The families."""
        yield from self._families


def allowed(request: Request) -> bool:
    """Who holds the token; where there is none, only a caller of this machine whom no proxy sent."""
    token = request.app.state.settings.metrics_token.get_secret_value()
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    direct = not any(name in request.headers for name in FORWARDED)
    return direct and request.client is not None and request.client.host in LOOPBACK


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The numbers. 404 for everybody else: nobody needs to know that they are here."""
    if not allowed(request):
        raise not_found()
    state = request.app.state
    database: Database = state.database
    jobs = await database.reads.fetch(JOBS)
    upkeep = await database.reads.fetch(UPKEEP)
    now = CollectorRegistry()
    now.register(_Now([*_load(state.shares, database), *_work(jobs, upkeep)]))
    return Response(generate_latest(state.registry) + generate_latest(now), media_type=CONTENT_TYPE_LATEST)


def _load(shares: Shares, database: Database) -> Iterator[Metric]:
    places = GaugeMetricFamily("miaopu_in_flight", "Requests at work or waiting", labels=("share", "what"))
    refused = CounterMetricFamily("miaopu_refused", "Requests answered 503 by the gate", labels=("share",))
    for name, share in (("common", shares.common), ("hashing", shares.hashing)):
        places.add_metric((name, "busy"), share.busy)
        places.add_metric((name, "waiting"), share.waiting)
        places.add_metric((name, "places"), share.places)
        refused.add_metric((name,), share.refused)
    pools = GaugeMetricFamily("miaopu_pool_connections", "Connections of the pools", labels=("pool", "what"))
    engine: Any = database.engine.pool
    pools.add_metric(("writes", "used"), engine.checkedout())
    pools.add_metric(("writes", "size"), engine.size())
    pools.add_metric(("reads", "used"), database.reads.get_size() - database.reads.get_idle_size())
    pools.add_metric(("reads", "size"), database.reads.get_max_size())
    yield from (places, refused, pools)


def _work(jobs: list[Any], upkeep: list[Any]) -> Iterator[Metric]:
    depth = GaugeMetricFamily("miaopu_jobs", "Jobs by state; failed ones of a day", labels=("state",))
    age = GaugeMetricFamily("miaopu_job_age_seconds", "Age of the oldest job of a state", labels=("state",))
    for row in jobs:
        depth.add_metric((row["state"],), row["jobs"])
        age.add_metric((row["state"],), row["age"])
    since = GaugeMetricFamily(
        "miaopu_upkeep_age_seconds", "Since the last backup, drill, look through the chain that was well",
        labels=("kind",),
    )  # fmt: skip
    well = GaugeMetricFamily("miaopu_upkeep_ok", "Whether the last one was well", labels=("kind",))
    for row in upkeep:
        since.add_metric((row["kind"],), row["age"])
        well.add_metric((row["kind"],), float(row["ok"]))
    yield from (depth, age, since, well)
