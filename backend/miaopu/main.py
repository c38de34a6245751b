"""The application: rooms in, problems in; nothing happens at import."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from starlette.requests import Request

from miaopu.activities import router as activities
from miaopu.alumni import router as alumni
from miaopu.alumni import sheets as alumni_sheets
from miaopu.appraisals import router as appraisals
from miaopu.compliance import router as compliance
from miaopu.contacts import router as contacts
from miaopu.core import clock, tracing, web
from miaopu.core.bodies import Bodies
from miaopu.core.db import Database
from miaopu.core.files import make_store
from miaopu.core.gate import Gate, Shares
from miaopu.core.pages import pages
from miaopu.core.problem import Problem, ProblemBody
from miaopu.core.room import API
from miaopu.core.secrets import vault_of
from miaopu.core.seen import Seen, histogram
from miaopu.demo import mails as demo_mails
from miaopu.demo import router as demo
from miaopu.disclosures import router as disclosures
from miaopu.evaluations import certificates_router as certificates
from miaopu.evaluations import midterm_router as midterm
from miaopu.evaluations import midterm_summary_router as midterm_summaries
from miaopu.evaluations import panel_router as panel
from miaopu.evaluations import router as evaluations
from miaopu.evaluations import signatures, so_far
from miaopu.exams import cutoff_router, marks_sheet
from miaopu.exams import router as exams
from miaopu.exams import sheets as exam_sheets
from miaopu.growth import router as growth
from miaopu.imports import router as imports
from miaopu.interviews import conflicts_router
from miaopu.interviews import router as interviews
from miaopu.nominations import router as nominations
from miaopu.nominations import sheets as nomination_sheets
from miaopu.notices import router as notices
from miaopu.numbers import router as numbers
from miaopu.openness import router as openness
from miaopu.operations import metrics
from miaopu.operations import router as operations
from miaopu.oversight import router as oversight
from miaopu.pairings import changing_router, meetings_router
from miaopu.pairings import router as pairings
from miaopu.people import bundles, files_router, jobs_router, oidc_router
from miaopu.people import router as people
from miaopu.people import sign_in_router as sign_ins
from miaopu.people.access import Role
from miaopu.people.acting import admit, identify
from miaopu.people.ended import Ended
from miaopu.people.keys import load
from miaopu.people.oidc import Providers
from miaopu.personal import router as personal
from miaopu.programme import router as programme
from miaopu.programme.models import DemoClock
from miaopu.registrations import router as registrations
from miaopu.registrations import sheets as registration_sheets
from miaopu.registrations import words_router as consent_words
from miaopu.reminders import router as reminders
from miaopu.reports import file_router as student_files
from miaopu.reports import router as reports
from miaopu.school import router as school
from miaopu.settings import Settings
from miaopu.supervision import router as supervision
from miaopu.support import router as support
from miaopu.trail import router as trail
from miaopu.training import appointments_router, circle_router
from miaopu.training import router as training

ROUTERS = (
    people.auth,
    sign_ins.auth,
    sign_ins.public,
    sign_ins.accounts,
    programme.me_router,
    people.public,
    people.router,
    people.slips,
    support.begin_look,
    support.end_look,
    oidc_router.public,
    oidc_router.providers,
    oidc_router.own,
    files_router.router,
    jobs_router.router,
    bundles.router,
    notices.router,
    programme.router,
    imports.router,
    disclosures.router,
    disclosures.objections,
    disclosures.public,
    imports.exports,
    nominations.router,
    nominations.mentors,
    nominations.public,
    registrations.router,
    registrations.public,
    consent_words.router,
    exams.router,
    cutoff_router.cutoffs,
    cutoff_router.public,
    interviews.router,
    conflicts_router.conflicts,
    pairings.router,
    meetings_router.meetings,
    pairings.enrolments,
    changing_router.changes,
    changing_router.mentorships,
    training.plans,
    training.sessions,
    training.counters,
    appointments_router.router,
    circle_router.teams,
    circle_router.feedbacks,
    growth.router,
    growth.phone,
    contacts.router,
    school.lessons,
    school.hours,
    activities.router,
    activities.participations,
    activities.of_students,
    evaluations.initial,
    midterm.evaluations,
    midterm.sessions,
    midterm.problems,
    midterm_summaries.summaries,
    so_far.of_students,
    evaluations.annual,
    panel.panels,
    evaluations.final,
    certificates.router,
    certificates.public,
    appraisals.summaries,
    appraisals.appraisals,
    supervision.visits,
    supervision.findings,
    supervision.cases,
    supervision.public,
    trail.router,
    trail.public,
    trail.of_registrations,
    alumni.router,
    alumni.tracking,
    alumni.activities,
    alumni.guests,
    oversight.router,
    reports.router,
    numbers.router,
    student_files.router,
    openness.router,
    openness.public,
    reminders.outbox,
    reminders.preferences,
    reminders.groups,
    reminders.public,
    personal.reveals,
    personal.me,
    personal.corrections,
    personal.retention,
    personal.public,
    operations.router,
    compliance.router,
    compliance.fetched,
)
# Rooms that a demo alone has.
DEMO = (demo.router, demo.plain, demo_mails.mails)
# Every sheet that can be brought in.
SHEETS = (
    registration_sheets.STUDENTS,
    registration_sheets.RANKS,
    nomination_sheets.MENTORS,
    nomination_sheets.TEAM,
    exam_sheets.SITTINGS,
    marks_sheet.MARKS,
    alumni_sheets.TRACKING,
)


def make_app(settings: Settings) -> FastAPI:
    """The application for these settings. Opens the database when it starts serving.

    Raises ValueError for a role that does not exist: it would go without its second step.
    """
    for role in settings.two_step_roles:
        Role(role)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await open_state(app, settings)
        yield
        await app.state.database.close()
        await tracing.end(traces)

    traces = tracing.provider_of(settings, "api")
    app = FastAPI(
        title="Miaopu 苗圃",
        version="1.0",
        description="青少年科技创新后备人才网络工作平台。The platform that finds and trains young scientists.",
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": ProblemBody, "description": "Problem details (RFC 9457)"}},
        separate_input_output_schemas=True,
        telemetry=tracing.telemetry(traces),
    )
    for room in (*ROUTERS, *(DEMO if settings.demo else ())):
        app.include_router(room, prefix=API)
    app.include_router(_health())
    app.include_router(metrics.router)
    if settings.spa_dir is not None:
        app.mount("/", pages(settings.spa_dir))
    # A record that somebody brings to be recomputed is as large as a file.
    uploads = (f"{API}/files", f"{API}/imports/", f"{API}/public/verify")
    app.state.shares = Shares(settings.max_in_flight, settings.max_hashing, settings.queue_seconds)
    app.add_middleware(Bodies, limit=settings.body_limit, upload_limit=settings.upload_limit, uploads=uploads)
    app.add_middleware(Gate, shares=app.state.shares)
    app.state.registry = CollectorRegistry()
    app.add_middleware(Seen, seconds=histogram(app.state.registry))
    web.install(app, settings)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "idempotency-key", "accept-language", "x-request-id"],
            expose_headers=["x-request-id", "retry-after", "content-disposition"],
        )
    app.openapi = lambda: contract(app)  # type: ignore[method-assign]
    app.state.settings = settings
    app.state.tracer = tracing.tracer_of(traces)
    app.state.identify = identify
    app.state.admit = admit
    return app


async def open_state(app: FastAPI, settings: Settings) -> None:
    """Open what requests lean on: database, vault, keys, the demo's clock."""
    state = app.state
    state.database = Database(settings, state.tracer)
    await state.database.open()
    state.files = make_store(settings)
    state.vault = vault_of(settings)
    state.sso = Providers(settings)
    state.keys = await load(state.database, state.vault)
    state.keys_read = time.monotonic()
    state.ended = Ended()
    state.paper_keys = await signatures.load(state.database, state.vault)
    if settings.demo:
        await read_demo_clock(state.database)


async def read_demo_clock(database: Database) -> None:
    """Turn the clock to where the demo left it."""
    async with database.session() as session:
        offset = await session.scalar(select(DemoClock.offset_seconds))
    clock.set_offset(timedelta(seconds=offset or 0.0))


def _health() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(request: Request) -> dict[str, str]:
        if getattr(request.app.state, "draining", False):
            raise Problem("draining", 503, retry_after=5)
        try:
            await request.app.state.database.reads.fetchval("SELECT 1")
        except Exception as away:
            raise Problem("unavailable", 503, retry_after=2) from away
        return {"status": "ready"}

    return router


def contract(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with problems as `application/problem+json` everywhere and without FastAPI's own 422."""
    if app.openapi_schema is None:
        made = FastAPI.openapi(app)
        for path in made["paths"].values():
            for operation in path.values():
                answers = operation["responses"]
                answers.pop("422", None)
                problem = answers.get("default", {})
                if "content" in problem:
                    problem["content"] = {"application/problem+json": next(iter(problem["content"].values()))}
        for unused in ("HTTPValidationError", "ValidationError"):
            made["components"]["schemas"].pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema
