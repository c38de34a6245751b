"""Paths of the school's training and of teachers' hours (P19)."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.download import XLSX, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail
from miaopu.school import queries, service, workload
from miaopu.school.models import LESSON_FLOW
from miaopu.school.schemas import (
    HoursShown,
    LessonAction,
    LessonCorrection,
    LessonForm,
    LessonPage,
    LessonRecord,
    LessonState,
)

lessons = Room(prefix="/lessons", tags=["school"], route_class=Door)
hours = Room(prefix="/teacher-hours", tags=["school"], route_class=Door)
AskedTerm = Annotated[str | None, Query(max_length=32)]


@lessons.get("", operation_id="lessons_list", response_model=LessonPage, **needs(P.LESSON_READ))
async def list_lessons(
    reads: Reading,
    page: Page,
    state: Annotated[LessonState | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=32)] = None,
    teacher: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Training sessions at the schools, the last first."""
    shape, given = present(state=state, kind=kind, teacher=teacher)
    return await reads.page(queries.lessons_page(reads.actor.role, shape), page, **given)


@lessons.post("", operation_id="lessons_create", status_code=201, **needs(P.LESSON_RECORD))
async def record(tx: Writing, form: LessonForm) -> Created:
    """Record a training session of one's own."""
    return Created.model_validate(await service.record(tx, form), from_attributes=True)


@lessons.get("/{lesson_id}", operation_id="lessons_get", response_model=LessonRecord, **needs(P.LESSON_READ))
async def get(reads: Reading, lesson_id: uuid.UUID) -> Response:
    """One training session."""
    return await reads.record(queries.lesson_record(reads.actor.role), id=lesson_id)


@lessons.post("/{lesson_id}/correct", operation_id="lessons_correct", **tells(P.LESSON_RECORD))
async def correct(tx: Writing, lesson_id: uuid.UUID, form: LessonCorrection) -> Moved:
    """Put a session right; the school confirms it anew."""
    return Moved.model_validate(await service.correct(tx, lesson_id, form), from_attributes=True)


@lessons.post(
    "/{lesson_id}/actions/{action}",
    operation_id="lessons_act",
    **tells(LESSON_FLOW.permissions(simple_actions(LESSON_FLOW))),
)
async def act(tx: Writing, lesson_id: uuid.UUID, action: LessonAction, form: Move) -> Moved:
    """Confirm or return a session."""
    return Moved.model_validate(await service.act(tx, lesson_id, action, form), from_attributes=True)


@lessons.get("/{lesson_id}/trail", operation_id="lessons_trail", response_model=Trail, **needs(P.LESSON_READ))
async def trail(reads: Reading, lesson_id: uuid.UUID) -> Response:
    """Everything that was done to a session."""
    return await reads.record(queries.lesson_trail(reads.actor.role), id=lesson_id)


@hours.get("", operation_id="teacher_hours", **needs(P.LESSON_HOURS))
async def term_hours(reads: Reading, term: AskedTerm = None) -> HoursShown:
    """Teachers' hours of a term; of the current one where none is named."""
    return await workload.shown(reads, term)


@hours.get("/workbook", operation_id="teacher_hours_workbook", **needs(P.LESSON_HOURS), **sends(XLSX))
async def workbook(request: Request, reads: Reading, term: AskedTerm = None) -> Response:
    """The term's workbook for teaching load."""
    name, made = await workload.workbook(reads, term, language_of(request.headers.get("accept-language")))
    return download(made, name, XLSX)
