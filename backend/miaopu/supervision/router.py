"""Paths of supervision (P28)."""

import uuid
from typing import Annotated

from fastapi import Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, PublicReads, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail
from miaopu.supervision import queries, service
from miaopu.supervision.models import CASE_FLOW, FINDING_FLOW
from miaopu.supervision.schemas import (
    CaseAction,
    CaseState,
    FindingAction,
    FindingAnswer,
    FindingForm,
    FindingPage,
    FindingRecord,
    FindingState,
    ModelCaseAgree,
    ModelCaseForm,
    ModelCasePage,
    ModelCaseRecord,
    ModelCaseWord,
    PublicCasePage,
    VisitForm,
    VisitItem,
    VisitPage,
)

visits = Room(prefix="/supervision-visits", tags=["supervision"], route_class=Door)
findings = Room(prefix="/findings", tags=["supervision"], route_class=Door)
cases = Room(prefix="/model-cases", tags=["supervision"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)


@visits.get("", operation_id="supervision_list", response_model=VisitPage, **needs(P.SUPERVISION_READ))
async def list_visits(reads: Reading, page: Page) -> Response:
    """Experts' supervision visits."""
    return await reads.page(queries.visits_page(reads.actor.role), page)


@visits.post("", operation_id="supervision_create", status_code=201, **needs(P.SUPERVISION_WRITE))
async def visit(tx: Writing, form: VisitForm) -> Created:
    """Record a visit."""
    return Created.model_validate(await service.visit(tx, form), from_attributes=True)


@visits.get("/{visit_id}", operation_id="supervision_get", response_model=VisitItem, **needs(P.SUPERVISION_READ))
async def get_visit(reads: Reading, visit_id: uuid.UUID) -> Response:
    """One visit."""
    return await reads.record(queries.visit_record(reads.actor.role), id=visit_id)


@visits.post("/{visit_id}/findings", operation_id="supervision_find", status_code=201, **tells(P.SUPERVISION_WRITE))
async def find(tx: Writing, visit_id: uuid.UUID, form: FindingForm) -> Created:
    """Record what was found, whose it is to put right, and by when."""
    return Created.model_validate(await service.find(tx, visit_id, form), from_attributes=True)


@visits.post("/{visit_id}/cases", operation_id="supervision_propose", status_code=201, **tells(P.SUPERVISION_WRITE))
async def propose(tx: Writing, visit_id: uuid.UUID, form: ModelCaseForm) -> Created:
    """Put a model case forward."""
    return Created.model_validate(await service.propose(tx, visit_id, form), from_attributes=True)


@findings.get("", operation_id="findings_list", response_model=FindingPage, **needs(P.SUPERVISION_READ))
async def list_findings(
    reads: Reading,
    page: Page,
    state: Annotated[FindingState | None, Query()] = None,
    visit: Annotated[uuid.UUID | None, Query()] = None,
    unit: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Findings, the first due first."""
    shape, given = present(state=state, visit=visit, unit=unit)
    return await reads.page(queries.findings_page(reads.actor.role, shape), page, **given)


@findings.get("/{finding_id}", operation_id="findings_get", response_model=FindingRecord, **needs(P.SUPERVISION_READ))
async def get_finding(reads: Reading, finding_id: uuid.UUID) -> Response:
    """One finding with its answer."""
    return await reads.record(queries.finding_record(reads.actor.role), id=finding_id)


@findings.post("/{finding_id}/answer", operation_id="findings_answer", **tells(P.FINDING_ANSWER))
async def answer(tx: Writing, finding_id: uuid.UUID, form: FindingAnswer) -> Moved:
    """Say what was done about a finding of one's own unit."""
    return Moved.model_validate(await service.answer(tx, finding_id, form), from_attributes=True)


@findings.post(
    "/{finding_id}/actions/{action}",
    operation_id="findings_act",
    **tells(FINDING_FLOW.permissions(simple_actions(FINDING_FLOW))),
)
async def settle(tx: Writing, finding_id: uuid.UUID, action: FindingAction, form: Move) -> Moved:
    """Accept an answer, or return it."""
    return Moved.model_validate(await service.settle(tx, finding_id, action, form), from_attributes=True)


@findings.get("/{finding_id}/trail", operation_id="findings_trail", response_model=Trail, **needs(P.SUPERVISION_READ))
async def finding_trail(reads: Reading, finding_id: uuid.UUID) -> Response:
    """Everything that was done to a finding."""
    return await reads.record(queries.finding_trail(reads.actor.role), id=finding_id)


@cases.get("", operation_id="model_cases_list", response_model=ModelCasePage, **needs(P.CASE_READ))
async def list_cases(
    reads: Reading,
    page: Page,
    state: Annotated[CaseState | None, Query()] = None,
    visit: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Model cases one sees, or is named in."""
    shape, given = present(state=state, visit=visit)
    return await reads.page(queries.cases_page(reads.actor.role, shape), page, **given)


@cases.get("/{case_id}", operation_id="model_cases_get", response_model=ModelCaseRecord, **needs(P.CASE_READ))
async def get_case(reads: Reading, case_id: uuid.UUID) -> Response:
    """One model case and the consents to it."""
    return await reads.record(queries.case_record(reads.actor.role), id=case_id)


@cases.post("/{case_id}/agree", operation_id="model_cases_agree", **tells(P.CASE_CONSENT))
async def agree(tx: Writing, case_id: uuid.UUID, form: ModelCaseAgree) -> Moved:
    """Agree for the unit, and say whom the case names."""
    return Moved.model_validate(await service.agree(tx, case_id, form), from_attributes=True)


@cases.post("/{case_id}/word", operation_id="model_cases_say", **tells(P.CASE_READ))
async def say(tx: Writing, case_id: uuid.UUID, form: ModelCaseWord) -> Created:
    """Agree, refuse or withdraw where one is named oneself."""
    return Created.model_validate(await service.say(tx, case_id, form), from_attributes=True)


@cases.post(
    "/{case_id}/actions/{action}",
    operation_id="model_cases_act",
    **tells(CASE_FLOW.permissions(simple_actions(CASE_FLOW))),
)
async def act(tx: Writing, case_id: uuid.UUID, action: CaseAction, form: Move) -> Moved:
    """Refuse, withdraw, publish or take down."""
    return Moved.model_validate(await service.act(tx, case_id, action, form), from_attributes=True)


@cases.get("/{case_id}/trail", operation_id="model_cases_trail", response_model=Trail, **needs(P.SUPERVISION_READ))
async def case_trail(reads: Reading, case_id: uuid.UUID) -> Response:
    """Everything that was done to a model case."""
    return await reads.record(queries.case_trail(reads.actor.role), id=case_id)


@public.get("/model-cases", operation_id="public_model_cases", response_model=PublicCasePage)
async def public_cases(reads: PublicReads, page: Page) -> Response:
    """Model cases that everybody named has agreed to."""
    return await reads.page(queries.public_cases(), page)
