"""Paths of the initial, mid-term and annual evaluation."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.evaluations import annual as annual_verbs
from miaopu.evaluations import annual_queries, comparing, final_compared, judge_conflicts, notices, queries, service
from miaopu.evaluations import final as final_verbs
from miaopu.evaluations.judging_schemas import (
    AssignedFinal,
    AssignForm,
    FinalComparison,
    GradedCount,
    GradeForm,
    JudgeConflicts,
    PanelSubject,
    RecusalForm,
    ScoreForm,
    WithdrawForm,
)
from miaopu.evaluations.models import ANNUAL_FLOW, INITIAL_FLOW
from miaopu.evaluations.rules import Grade
from miaopu.evaluations.schemas import (
    AnnualAction,
    AnnualPage,
    AnnualRecord,
    AnnualState,
    DossierForm,
    GradeCorrection,
    InitialAction,
    InitialForm,
    InitialPage,
    InitialRecord,
    InitialState,
    Judging,
    MentorForm,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.bundles import JobBegun
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

initial = Room(prefix="/evaluations/initial", tags=["initial_evaluation"], route_class=Door)
annual = Room(prefix="/evaluations/annual", tags=["annual_evaluation"], route_class=Door)
final = Room(prefix="/evaluations/final", tags=["final_evaluation"], route_class=Door)
P = Permission
Subject = Annotated[str | None, Query(max_length=32)]
OneOf = Annotated[uuid.UUID | None, Query()]
Find = Annotated[str | None, Query(max_length=40)]


@initial.get("", operation_id="initial_evaluations_list", response_model=InitialPage, **needs(P.EVALUATION_READ))
async def list_initial(
    reads: Reading,
    page: Page,
    state: Annotated[InitialState | None, Query()] = None,
    enrolment: OneOf = None,
    subject: Subject = None,
    city: OneOf = None,
    q: Find = None,
) -> Response:
    """Initial evaluations."""
    shape, given = present(state=state, enrolment=enrolment, subject=subject, city=city, q=q)
    return await reads.page(queries.initial_page(reads.actor.role, shape), page, **given)


@initial.put("", operation_id="initial_evaluations_write", **needs(P.EVALUATION_INITIAL))
async def write_initial(tx: Writing, form: InitialForm) -> Moved:
    """Write the mentor's opinion on the first months."""
    return Moved.model_validate(await service.write_initial(tx, form), from_attributes=True)


@initial.get(
    "/{thing_id}", operation_id="initial_evaluations_get", response_model=InitialRecord, **needs(P.EVALUATION_READ)
)
async def get_initial(reads: Reading, thing_id: uuid.UUID) -> Response:
    """One initial evaluation."""
    return await reads.record(queries.initial_record(reads.actor.role), id=thing_id)


@initial.post(
    "/{thing_id}/actions/{action}",
    operation_id="initial_evaluations_act",
    **tells(INITIAL_FLOW.permissions(simple_actions(INITIAL_FLOW))),
)
async def act_initial(tx: Writing, thing_id: uuid.UUID, action: InitialAction, form: Move) -> Moved:
    """Hand in an initial evaluation."""
    return Moved.model_validate(await service.act_initial(tx, thing_id, action, form), from_attributes=True)


@initial.get(
    "/{thing_id}/trail", operation_id="initial_evaluations_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail_initial(reads: Reading, thing_id: uuid.UUID) -> Response:
    """Everything that was done to an initial evaluation."""
    return await reads.record(queries.initial_trail(reads.actor.role), id=thing_id)


@annual.get("", operation_id="annual_evaluations_list", response_model=AnnualPage, **needs(P.EVALUATION_READ))
async def list_annual(
    reads: Reading,
    page: Page,
    state: Annotated[AnnualState | None, Query()] = None,
    grade: Annotated[Grade | None, Query()] = None,
    judging: Annotated[Judging | None, Query()] = None,
    enrolment: OneOf = None,
    subject: Subject = None,
    city: OneOf = None,
    q: Find = None,
) -> Response:
    """Annual evaluations."""
    shape, given = present(
        state=state, grade=grade, judging=judging, enrolment=enrolment, subject=subject, city=city, q=q
    )
    return await reads.page(annual_queries.annual_page(reads.actor.role, shape), page, **given)


@annual.put("", operation_id="annual_evaluations_write", **needs(P.EVALUATION_DOSSIER))
async def write_annual(tx: Writing, form: DossierForm) -> Moved:
    """Save the student's dossier."""
    return Moved.model_validate(await annual_verbs.write(tx, form), from_attributes=True)


@annual.post("/likeness", operation_id="annual_evaluations_compare", status_code=202, **needs(P.EVALUATION_COMPARE))
async def compare_works(tx: Writing) -> JobBegun:
    """Have the texts of the works read, to find alike passages."""
    return JobBegun(job_id=await comparing.begin(tx))


@annual.post("/{thing_id}/likeness", operation_id="annual_evaluations_likeness", **tells(P.EVALUATION_COMPARE))
async def likeness(tx: Writing, thing_id: uuid.UUID) -> comparing.Likeness:
    """What other works have in common with this one: a sign to look at, never a verdict."""
    return await comparing.shown(tx, thing_id)


@annual.get(
    "/{thing_id}", operation_id="annual_evaluations_get", response_model=AnnualRecord, **needs(P.EVALUATION_READ)
)
async def get_annual(reads: Reading, thing_id: uuid.UUID) -> Response:
    """One annual evaluation."""
    return await reads.record(annual_queries.annual_record(reads.actor.role), id=thing_id)


@annual.get(
    "/{thing_id}/materials/{file_id}",
    operation_id="annual_evaluations_material",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.EVALUATION_READ),
)
async def get_material(request: Request, reads: Reading, thing_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of the dossier."""
    found = files.from_rows(await reads.rows(annual_queries.material(reads.actor.role), id=thing_id, file_id=file_id))
    return await files.serve(request.app.state.files, found)


@annual.post("/{thing_id}/evaluate", operation_id="annual_evaluations_evaluate", **tells(P.EVALUATION_MENTOR))
async def evaluate(tx: Writing, thing_id: uuid.UUID, form: MentorForm) -> Moved:
    """Give the mentor's level and opinion."""
    return Moved.model_validate(await annual_verbs.evaluate(tx, thing_id, form), from_attributes=True)


@annual.post(
    "/{thing_id}/actions/{action}",
    operation_id="annual_evaluations_act",
    **tells(ANNUAL_FLOW.permissions(simple_actions(ANNUAL_FLOW))),
)
async def act_annual(tx: Writing, thing_id: uuid.UUID, action: AnnualAction, form: Move) -> Moved:
    """Hand in, return, recommend to the final, or grade as the city."""
    return Moved.model_validate(await annual_verbs.act(tx, thing_id, action, form), from_attributes=True)


@annual.get(
    "/{thing_id}/trail", operation_id="annual_evaluations_trail", response_model=Trail, **needs(P.EVALUATION_READ)
)
async def trail_annual(reads: Reading, thing_id: uuid.UUID) -> Response:
    """Everything that was done to an annual evaluation."""
    return await reads.record(annual_queries.annual_trail(reads.actor.role), id=thing_id)


@final.post("/assign", operation_id="final_evaluations_assign", **needs(P.EVALUATION_ASSIGN))
async def assign(tx: Writing, form: AssignForm) -> AssignedFinal:
    """Give the finalists of a subject to experts."""
    return await final_verbs.assign(tx, form)


@final.post("/conflicts", operation_id="final_evaluations_conflicts", **needs(P.EVALUATION_ASSIGN))
async def conflicts(tx: Writing, form: PanelSubject) -> JudgeConflicts:
    """Who must not judge which finalist of a subject, and why."""
    return await judge_conflicts.of_final(tx, form.subject)


@final.put("/{annual_id}/sheet", operation_id="final_evaluations_score", **tells(P.EVALUATION_SCORE))
async def score(tx: Writing, annual_id: uuid.UUID, form: ScoreForm) -> Created:
    """Score a finalist on the plan's criteria."""
    return Created.model_validate(await final_verbs.score(tx, annual_id, form), from_attributes=True)


@final.post("/{annual_id}/recuse", operation_id="final_evaluations_recuse", **tells(P.EVALUATION_SCORE))
async def recuse(tx: Writing, annual_id: uuid.UUID, form: RecusalForm) -> Created:
    """Step back from a finalist, with a reason."""
    return Created.model_validate(await final_verbs.recuse(tx, annual_id, form), from_attributes=True)


@final.post("/{annual_id}/withdraw", operation_id="final_evaluations_withdraw", **tells(P.EVALUATION_ASSIGN))
async def withdraw(tx: Writing, annual_id: uuid.UUID, form: WithdrawForm) -> Created:
    """Take a finalist from an expert who came into conflict with it, to give it to another."""
    return Created.model_validate(await final_verbs.take_back(tx, annual_id, form), from_attributes=True)


@final.post("/comparison", operation_id="final_evaluations_compare", **needs(P.EVALUATION_GRADE))
async def compare(tx: Writing, form: GradeForm) -> FinalComparison:
    """Scores of a subject side by side: spread, who lies far off, who is strict, who would change the grade."""
    return await final_compared.compare(tx, form.subject)


@final.post("/grade", operation_id="final_evaluations_grade", **needs(P.EVALUATION_GRADE))
async def grade(tx: Writing, form: GradeForm) -> GradedCount:
    """Grade a subject."""
    return await final_verbs.grade(tx, form)


@final.post("/correct", operation_id="final_evaluations_correct", status_code=201, **needs(P.OBJECTION_ANSWER))
async def correct(tx: Writing, form: GradeCorrection) -> Created:
    """Put published grades right after an upheld objection: a new edition on notice."""
    return Created.model_validate(await notices.correct(tx, form), from_attributes=True)
