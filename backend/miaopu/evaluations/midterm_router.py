"""Paths of the mid-term evaluation, its report sessions and the problems found (P23)."""

import uuid
from typing import Annotated, Literal

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.evaluations import midterm_problem_queries as problem_queries
from miaopu.evaluations import midterm_problems as solving
from miaopu.evaluations import midterm_queries as queries
from miaopu.evaluations import midterm_service as judging
from miaopu.evaluations import midterm_sessions as verbs
from miaopu.evaluations import queries as judged_queries
from miaopu.evaluations.midterm_models import PROBLEM_FLOW, SESSION_FLOW
from miaopu.evaluations.midterm_schemas import (
    FloorStep,
    LiveOrder,
    ProblemAction,
    ProblemForm,
    ProblemPage,
    ProblemRecord,
    ProblemState,
    RedrawForm,
    ReportSessionAction,
    ReportSessionEdit,
    ReportSessionForm,
    ReportSessionPage,
    ReportSessionRecord,
    ReportSessionState,
    SlidesForm,
    TalkOrder,
)
from miaopu.evaluations.models import MIDTERM_FLOW
from miaopu.evaluations.schemas import MidtermAction, MidtermForm, MidtermPage, MidtermRecord, MidtermState
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

evaluations = Room(prefix="/evaluations/midterm", tags=["midterm_evaluation"], route_class=Door)
problems = Room(prefix="/midterm-problems", tags=["midterm_problem"], route_class=Door)
sessions = Room(prefix="/midterm-sessions", tags=["midterm_session"], route_class=Door)


Subject = Annotated[str | None, Query(max_length=32)]
OneOf = Annotated[uuid.UUID | None, Query()]
Find = Annotated[str | None, Query(max_length=40)]


@evaluations.get("", operation_id="midterm_evaluations_list", response_model=MidtermPage, **needs(P.EVALUATION_READ))
async def list_midterm(
    reads: Reading,
    page: Page,
    state: Annotated[MidtermState | None, Query()] = None,
    passed: Annotated[bool | None, Query()] = None,
    enrolment: OneOf = None,
    subject: Subject = None,
    city: OneOf = None,
    q: Find = None,
) -> Response:
    """Mid-term evaluations."""
    shape, given = present(state=state, passed=passed, enrolment=enrolment, subject=subject, city=city, q=q)
    return await reads.page(judged_queries.midterm_page(reads.actor.role, shape), page, **given)


@evaluations.put("", operation_id="midterm_evaluations_write", **needs(P.EVALUATION_MIDTERM))
async def write_midterm(tx: Writing, form: MidtermForm) -> Moved:
    """Write the evaluation after a report session."""
    return Moved.model_validate(await judging.write(tx, form), from_attributes=True)


@evaluations.get(
    "/{thing_id}", operation_id="midterm_evaluations_get", response_model=MidtermRecord, **needs(P.EVALUATION_READ)
)
async def get_midterm(reads: Reading, thing_id: uuid.UUID) -> Response:
    """One mid-term evaluation."""
    return await reads.record(judged_queries.midterm_record(reads.actor.role), id=thing_id)


@evaluations.post(
    "/{thing_id}/actions/{action}",
    operation_id="midterm_evaluations_act",
    **tells(MIDTERM_FLOW.permissions(simple_actions(MIDTERM_FLOW))),
)
async def act_midterm(tx: Writing, thing_id: uuid.UUID, action: MidtermAction, form: Move) -> Moved:
    """Hand in, confirm, return, object, answer an objection, file."""
    return Moved.model_validate(await judging.act(tx, thing_id, action, form), from_attributes=True)


@evaluations.get(
    "/{thing_id}/trail", operation_id="midterm_evaluations_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail_midterm(reads: Reading, thing_id: uuid.UUID) -> Response:
    """Everything that was done to a mid-term evaluation."""
    return await reads.record(judged_queries.midterm_trail(reads.actor.role), id=thing_id)


@sessions.get("", operation_id="midterm_sessions_list", response_model=ReportSessionPage, **needs(P.EVALUATION_READ))
async def list_sessions(
    reads: Reading,
    page: Page,
    state: Annotated[ReportSessionState | None, Query()] = None,
    subject: Subject = None,
    city: OneOf = None,
) -> Response:
    """Report sessions, the next first."""
    shape, given = present(state=state, subject=subject, city=city)
    return await reads.page(queries.sessions_page(reads.actor.role, shape), page, **given)


@sessions.post("", operation_id="midterm_sessions_create", status_code=201, **needs(P.MIDTERM_ARRANGE))
async def create(tx: Writing, form: ReportSessionForm) -> Created:
    """Arrange a report session of one's city; its order is drawn."""
    return Created.model_validate(await verbs.create(tx, form), from_attributes=True)


@sessions.get(
    "/{session_id}", operation_id="midterm_sessions_get", response_model=ReportSessionRecord, **needs(P.EVALUATION_READ)
)
async def get(reads: Reading, session_id: uuid.UUID) -> Response:
    """One session with its order."""
    return await reads.record(queries.session_record(reads.actor.role), id=session_id)


@sessions.patch("/{session_id}", operation_id="midterm_sessions_update", **tells(P.MIDTERM_ARRANGE))
async def edit(tx: Writing, session_id: uuid.UUID, form: ReportSessionEdit) -> Moved:
    """Change the time, the minutes of a talk or the place."""
    return Moved.model_validate(await verbs.edit(tx, session_id, form), from_attributes=True)


@sessions.put("/{session_id}/order", operation_id="midterm_sessions_order", **tells(P.MIDTERM_ARRANGE))
async def put_order(tx: Writing, session_id: uuid.UUID, form: TalkOrder) -> Moved:
    """Put the order of the talks by hand."""
    return Moved.model_validate(await verbs.put_order(tx, session_id, form), from_attributes=True)


@sessions.post("/{session_id}/draw", operation_id="midterm_sessions_draw", **tells(P.MIDTERM_ARRANGE))
async def draw(tx: Writing, session_id: uuid.UUID, form: RedrawForm) -> Moved:
    """Draw the order again."""
    return Moved.model_validate(await verbs.draw(tx, session_id, form), from_attributes=True)


@sessions.post("/{session_id}/step", operation_id="midterm_sessions_step", **tells(P.MIDTERM_ARRANGE))
async def step(tx: Writing, session_id: uuid.UUID, form: FloorStep) -> Moved:
    """Give the floor to the next one, or back to the one before."""
    return Moved.model_validate(await verbs.step(tx, session_id, form), from_attributes=True)


@sessions.post(
    "/{session_id}/actions/{action}",
    operation_id="midterm_sessions_act",
    **tells(SESSION_FLOW.permissions(simple_actions(SESSION_FLOW))),
)
async def act(tx: Writing, session_id: uuid.UUID, action: ReportSessionAction, form: Move) -> Moved:
    """Call a session off."""
    return Moved.model_validate(await verbs.act(tx, session_id, action, form), from_attributes=True)


@sessions.put("/{session_id}/slides", operation_id="midterm_sessions_put_slides", **tells(P.MIDTERM_SLIDES))
async def put_slides(tx: Writing, session_id: uuid.UUID, form: SlidesForm) -> Created:
    """Put one's slides, until the session starts."""
    return Created.model_validate(await verbs.put_slides(tx, session_id, form), from_attributes=True)


@sessions.get(
    "/{session_id}/live", operation_id="midterm_sessions_live", response_model=LiveOrder, **needs(P.EVALUATION_READ)
)
async def live(reads: Reading, session_id: uuid.UUID) -> Response:
    """Who has the floor now and who is next, for the screen in the room."""
    return await reads.record(queries.live(reads.actor.role), id=session_id)


@sessions.get(
    "/{session_id}/talks/{talk_id}/slides",
    operation_id="midterm_sessions_slides",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.EVALUATION_READ),
)
async def slides(request: Request, reads: Reading, session_id: uuid.UUID, talk_id: uuid.UUID) -> Response:
    """The slides of a student whom one sees."""
    found = files.from_rows(await reads.rows(queries.slides(reads.actor.role), id=session_id, talk_id=talk_id))
    return await files.serve(request.app.state.files, found)


@sessions.get(
    "/{session_id}/trail", operation_id="midterm_sessions_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail(reads: Reading, session_id: uuid.UUID) -> Response:
    """Everything that was done to a session."""
    return await reads.record(queries.session_trail(reads.actor.role), id=session_id)


@problems.get("", operation_id="midterm_problems_list", response_model=ProblemPage, **needs(P.EVALUATION_READ))
async def list_problems(
    reads: Reading,
    page: Page,
    state: Annotated[ProblemState | None, Query()] = None,
    owner: Annotated[Role | None, Query()] = None,
    overdue: Annotated[Literal["yes"] | None, Query()] = None,
    enrolment: OneOf = None,
    subject: Subject = None,
    city: OneOf = None,
    q: Find = None,
) -> Response:
    """Problems, the open ones first."""
    shape, given = present(
        state=state, owner=owner, overdue=overdue, enrolment=enrolment, subject=subject, city=city, q=q
    )
    return await reads.page(problem_queries.problems_page(reads.actor.role, shape), page, **given)


@problems.post("", operation_id="midterm_problems_create", status_code=201, **needs(P.PROBLEM_RAISE))
async def raise_problem(tx: Writing, form: ProblemForm) -> Created:
    """Raise a problem, with its owner and the day by which it is solved."""
    return Created.model_validate(await solving.raise_problem(tx, form), from_attributes=True)


@problems.get(
    "/{problem_id}", operation_id="midterm_problems_get", response_model=ProblemRecord, **needs(P.EVALUATION_READ)
)
async def get_problem(reads: Reading, problem_id: uuid.UUID) -> Response:
    """One problem."""
    return await reads.record(problem_queries.problem_record(reads.actor.role), id=problem_id)


@problems.post(
    "/{problem_id}/actions/{action}",
    operation_id="midterm_problems_act",
    **tells(PROBLEM_FLOW.permissions(simple_actions(PROBLEM_FLOW))),
)
async def act_problem(tx: Writing, problem_id: uuid.UUID, action: ProblemAction, form: Move) -> Moved:
    """Say how a problem was solved, or open it again."""
    return Moved.model_validate(await solving.act(tx, problem_id, action, form), from_attributes=True)


@problems.get(
    "/{problem_id}/trail", operation_id="midterm_problems_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail_problem(reads: Reading, problem_id: uuid.UUID) -> Response:
    """Everything that was done to a problem."""
    return await reads.record(problem_queries.problem_trail(reads.actor.role), id=problem_id)
