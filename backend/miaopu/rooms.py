"""Every room of the platform, in the order in which they are asked for an address."""

from functools import cache

from fastapi import APIRouter
from starlette.routing import BaseRoute

from miaopu.activities import router as activities
from miaopu.alumni import router as alumni
from miaopu.alumni import sheets as alumni_sheets
from miaopu.appraisals import router as appraisals
from miaopu.compliance import router as compliance
from miaopu.contacts import router as contacts
from miaopu.core.problem import ProblemBody
from miaopu.core.room import API
from miaopu.demo import mails as demo_mails
from miaopu.demo import router as demo
from miaopu.disclosures import router as disclosures
from miaopu.evaluations import certificates_router as certificates
from miaopu.evaluations import midterm_router as midterm
from miaopu.evaluations import midterm_summary_router as midterm_summaries
from miaopu.evaluations import panel_router as panel
from miaopu.evaluations import router as evaluations
from miaopu.evaluations import so_far
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
from miaopu.operations import router as operations
from miaopu.oversight import router as oversight
from miaopu.pairings import changing_router, meetings_router
from miaopu.pairings import router as pairings
from miaopu.people import bundles, files_router, jobs_router, oidc_router
from miaopu.people import router as people
from miaopu.people import sign_in_router as sign_ins
from miaopu.personal import router as personal
from miaopu.programme import router as programme
from miaopu.registrations import router as registrations
from miaopu.registrations import sheets as registration_sheets
from miaopu.registrations import words_router as consent_words
from miaopu.reminders import router as reminders
from miaopu.reports import file_router as student_files
from miaopu.reports import router as reports
from miaopu.school import router as school
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


@cache
def routes_of(with_demo: bool) -> tuple[BaseRoute, ...]:
    """The rooms' routes, the same for every application of a process: FastAPI works out each at its first request."""
    every = APIRouter(responses={"default": {"model": ProblemBody, "description": "Problem details (RFC 9457)"}})
    for room in (*ROUTERS, *(DEMO if with_demo else ())):
        every.include_router(room, prefix=API)
    return tuple(every.routes)
