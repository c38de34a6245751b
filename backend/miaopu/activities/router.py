"""Paths of activities (P20)."""

import json
import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.activities import choosing, consents, queries, service
from miaopu.activities.models import ACTIVITY_FLOW, PARTICIPATION_FLOW
from miaopu.activities.schemas import (
    ActivitiesOf,
    ActivityAction,
    ActivityEdit,
    ActivityForm,
    ActivityPage,
    ActivityRecord,
    ActivityState,
    AttendanceForm,
    ChoiceBatch,
    ConsentGiven,
    ConsentLines,
    ParticipationAction,
    PutForward,
    PutForwardDone,
    ReportForm,
    StudentLine,
)
from miaopu.core import files
from miaopu.core.calendars import ICS, event
from miaopu.core.door import Door
from miaopu.core.download import download, sends
from miaopu.core.problem import language_of, not_found
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.batches import BatchDone
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.queries import plan_in_force
from miaopu.programme.schemas import Trail

router = Room(prefix="/activities", tags=["activities"], route_class=Door)
participations = Room(prefix="/participations", tags=["activities"], route_class=Door)
of_students = Room(prefix="/enrolments", tags=["activities"], route_class=Door)


@router.get("", operation_id="activities_list", response_model=ActivityPage, **needs(P.ACTIVITY_READ))
async def list_activities(
    reads: Reading,
    page: Page,
    state: Annotated[ActivityState | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=32)] = None,
    unit: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Activities, the latest first."""
    shape, given = present(state=state, kind=kind, unit=unit, subject=subject)
    return await reads.page(queries.activities_page(reads.actor.role, shape), page, **given)


@router.post("", operation_id="activities_create", status_code=201, **needs(P.ACTIVITY_ORGANISE))
async def create(tx: Writing, form: ActivityForm) -> Created:
    """Draft an activity of one's own unit."""
    return Created.model_validate(await service.create(tx, form), from_attributes=True)


@router.get("/{activity_id}", operation_id="activities_get", response_model=ActivityRecord, **needs(P.ACTIVITY_READ))
async def get(reads: Reading, activity_id: uuid.UUID) -> Response:
    """One activity, with those of its students whom one sees."""
    return await reads.record(queries.activity_record(reads.actor.role), id=activity_id)


@router.patch("/{activity_id}", operation_id="activities_update", **tells(P.ACTIVITY_ORGANISE))
async def edit(tx: Writing, activity_id: uuid.UUID, form: ActivityEdit) -> Moved:
    """Change a draft, or what was announced."""
    return Moved.model_validate(await service.edit(tx, activity_id, form), from_attributes=True)


@router.post(
    "/{activity_id}/actions/{action}",
    operation_id="activities_act",
    **tells(ACTIVITY_FLOW.permissions(simple_actions(ACTIVITY_FLOW))),
)
async def act(tx: Writing, activity_id: uuid.UUID, action: ActivityAction, form: Move) -> Moved:
    """Announce, close the choice, hold or cancel an activity."""
    return Moved.model_validate(await service.act(tx, activity_id, action, form), from_attributes=True)


@router.post("/{activity_id}/put-forward", operation_id="activities_put_forward", **tells(P.ACTIVITY_PUT_FORWARD))
async def put_forward(tx: Writing, activity_id: uuid.UUID, form: PutForward) -> PutForwardDone:
    """Put students forward, or oneself."""
    return PutForwardDone(ids=await choosing.put_forward(tx, activity_id, form))


@router.post("/{activity_id}/attendance", operation_id="activities_attend", **tells(P.ACTIVITY_ORGANISE))
async def attend(tx: Writing, activity_id: uuid.UUID, form: AttendanceForm) -> Moved:
    """Record who was there on which day."""
    return Moved.model_validate(await service.attend(tx, activity_id, form), from_attributes=True)


@router.post("/{activity_id}/report", operation_id="activities_report", **tells(P.ACTIVITY_ORGANISE))
async def report(tx: Writing, activity_id: uuid.UUID, form: ReportForm) -> Moved:
    """Hand in the report of an activity that was held."""
    return Moved.model_validate(await service.report(tx, activity_id, form), from_attributes=True)


@router.get("/{activity_id}/calendar", operation_id="activities_calendar", **needs(P.ACTIVITY_READ), **sends(ICS))
async def calendar(reads: Reading, activity_id: uuid.UUID) -> Response:
    """The activity for one's calendar."""
    rows = await reads.rows(queries.calendar(reads.actor.role), id=activity_id)
    if not rows:
        raise not_found()
    a = rows[0]
    uid = f"activity-{a['id']}"
    made = event(uid, a["starts_at"], a["ends_at"], a["title"], a["place"], a["programme"], a["version"])
    return download(made, f"{a['title']}.ics", ICS)


@router.get("/{activity_id}/files/{file_id}", operation_id="activities_file", **needs(P.ACTIVITY_READ))
async def file(request: Request, reads: Reading, activity_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of an activity's report."""
    rows = await reads.rows(queries.file(reads.actor.role), id=activity_id, file_id=file_id)
    return await files.serve(request.app.state.files, files.from_rows(rows))


@router.get("/{activity_id}/trail", operation_id="activities_trail", response_model=Trail, **needs(P.ACTIVITY_READ))
async def trail(reads: Reading, activity_id: uuid.UUID) -> Response:
    """Everything that was done to an activity one carries out."""
    return await reads.record(queries.activity_trail(reads.actor.role), id=activity_id)


@participations.get("/consents", operation_id="participations_consents", **needs(P.ACTIVITY_CONSENT))
async def asked(reads: Reading) -> ConsentLines:
    """What a guardian is asked and has answered, with the text."""
    text = (await plan_in_force(reads)).outside.consent
    found = json.loads(await reads.text(queries.asked(reads.actor.role)) or "{}")
    return ConsentLines(text_zh=text.zh, text_en=text.en, text_version=text.version, items=found["items"])


@participations.post("/batch", operation_id="participations_batch", **needs(P.ACTIVITY_CHOOSE))
async def choose_many(request: Request, tx: Writing, form: ChoiceBatch) -> BatchDone:
    """Choose many at once; a trial changes nothing."""
    return await choosing.decide_many(tx, form, language_of(request.headers.get("accept-language")))


@participations.post(
    "/{participation_id}/actions/{action}",
    operation_id="participations_act",
    **tells(PARTICIPATION_FLOW.permissions(simple_actions(PARTICIPATION_FLOW))),
)
async def decide(tx: Writing, participation_id: uuid.UUID, action: ParticipationAction, form: Move) -> Moved:
    """Choose or decline a student; step back."""
    return Moved.model_validate(await choosing.decide(tx, participation_id, action, form), from_attributes=True)


@participations.post("/{participation_id}/consent", operation_id="participations_consent", **tells(P.ACTIVITY_CONSENT))
async def consent(request: Request, tx: Writing, participation_id: uuid.UUID, form: ConsentGiven) -> Moved:
    """Give, refuse or withdraw the consent for one's child."""
    found = await consents.say(tx, participation_id, form, address_of(request))
    return Moved.model_validate(found, from_attributes=True)


@participations.post("/{participation_id}/line", operation_id="participations_line", **tells(P.ACTIVITY_WISH))
async def line(tx: Writing, participation_id: uuid.UUID, form: StudentLine) -> Moved:
    """A student's line on an activity."""
    return Moved.model_validate(await service.say_line(tx, participation_id, form), from_attributes=True)


@of_students.get(
    "/{enrolment_id}/activities",
    operation_id="enrolments_activities",
    response_model=ActivitiesOf,
    **needs(P.ACTIVITY_READ),
)
async def of_student(reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """The activities of one student."""
    return await reads.list(queries.activities_of(reads.actor.role), id=enrolment_id)
