"""Paths of the interviews."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.calendars import ICS
from miaopu.core.door import Door
from miaopu.core.download import download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.interviews import (
    arranging,
    comparing,
    invitations,
    notices,
    offers,
    panels,
    publishing,
    queries,
    round_queries,
    scoring,
    verdicts,
)
from miaopu.interviews.models import OFFER_FLOW, ROUND_FLOW
from miaopu.interviews.round_schemas import (
    Comparison,
    InterviewRoundPage,
    InterviewRoundRecord,
    OfferAction,
    OfferPage,
    OfferRecord,
    OfferState,
    RoundAction,
    RoundRelease,
    RoundReleased,
    RoundReleasePreview,
    RoundState,
    RoundVersion,
    VerdictCorrection,
)
from miaopu.interviews.schemas import (
    Assigned,
    AssignForm,
    ExplainForm,
    Invited,
    MissedForm,
    MoveForm,
    Outcome,
    PanelForm,
    PanelPage,
    PanelRecord,
    ReopenForm,
    SheetForm,
    SheetKept,
    SlotPage,
    SlotRecord,
    SubjectForm,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = Room(prefix="/interviews", tags=["interview"], route_class=Door)
P = Permission


@router.get("/panels", operation_id="panels_list", response_model=PanelPage, **needs(P.INTERVIEW_READ))
async def list_panels(
    reads: Reading,
    page: Page,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Panels."""
    shape, given = present(subject=subject, city=city)
    return await reads.page(queries.panels_page(reads.actor.role, shape), page, **given)


@router.post("/panels", operation_id="panels_create", status_code=201, **needs(P.INTERVIEW_ARRANGE))
async def create_panel(tx: Writing, form: PanelForm) -> Created:
    """Form a panel of one's city's mentors."""
    return Created.model_validate(await panels.create_panel(tx, form), from_attributes=True)


@router.get("/panels/{panel_id}", operation_id="panels_get", response_model=PanelRecord, **needs(P.INTERVIEW_READ))
async def get_panel(reads: Reading, panel_id: uuid.UUID) -> Response:
    """One panel with its members."""
    return await reads.record(queries.panel_record(reads.actor.role), id=panel_id)


@router.get("/panels/{panel_id}/trail", operation_id="panels_trail", response_model=Trail, **needs(P.INTERVIEW_READ))
async def trail(reads: Reading, panel_id: uuid.UUID) -> Response:
    """Everything that was done to a panel."""
    return await reads.record(queries.panel_trail(reads.actor.role), id=panel_id)


@router.get("/panels/{panel_id}/calendar", operation_id="panels_calendar", **needs(P.INTERVIEW_READ), **sends(ICS))
async def panel_calendar(request: Request, reads: Reading, panel_id: uuid.UUID) -> Response:
    """A panel's session for one's calendar."""
    name, made = await invitations.session(reads, panel_id, language_of(request.headers.get("accept-language")))
    return download(made, name, ICS)


@router.post("/assign", operation_id="interviews_assign", **needs(P.INTERVIEW_ARRANGE))
async def assign(tx: Writing, form: AssignForm) -> Assigned:
    """Spread a subject's shortlisted over its panels, and give each a turn."""
    return Assigned(assigned=await arranging.assign(tx, form))


@router.post("/invite", operation_id="interviews_invite", **needs(P.INTERVIEW_ARRANGE))
async def invite(tx: Writing, form: SubjectForm) -> Invited:
    """Tell the students of a subject, their guardians and the panels when and where."""
    return Invited(invited=await arranging.invite(tx, form.subject))


@router.get("/rounds", operation_id="rounds_list", response_model=InterviewRoundPage, **needs(P.INTERVIEW_ROUND))
async def list_rounds(
    reads: Reading,
    page: Page,
    state: Annotated[RoundState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Interviews by city and subject, from the first panel to the published verdict."""
    shape, given = present(state=state, subject=subject)
    return await reads.page(round_queries.rounds_page(reads.actor.role, shape), page, **given)


@router.get(
    "/rounds/{round_id}", operation_id="rounds_get", response_model=InterviewRoundRecord, **needs(P.INTERVIEW_ROUND)
)
async def get_round(reads: Reading, round_id: uuid.UUID) -> Response:
    """One of them."""
    return await reads.record(round_queries.round_record(reads.actor.role), id=round_id)


@router.get("/rounds/{round_id}/trail", operation_id="rounds_trail", response_model=Trail, **needs(P.INTERVIEW_ROUND))
async def round_trail(reads: Reading, round_id: uuid.UUID) -> Response:
    """Everything that was done to one of them."""
    return await reads.record(round_queries.round_trail(reads.actor.role), id=round_id)


@router.post(
    "/rounds/{round_id}/actions/{action}",
    operation_id="rounds_act",
    **tells(ROUND_FLOW.permissions(simple_actions(ROUND_FLOW))),
)
async def act_round(tx: Writing, round_id: uuid.UUID, action: RoundAction, form: Move) -> Moved:
    """Propose the verdict, or take the proposal back."""
    verb = verdicts.propose if action == "propose" else verdicts.reopen
    return Moved.model_validate(await verb(tx, round_id, form), from_attributes=True)


@router.post("/rounds/{round_id}/comparison", operation_id="rounds_compare", **tells(P.INTERVIEW_JUDGE))
async def compare(tx: Writing, round_id: uuid.UUID) -> Comparison:
    """Means, corrections and severities side by side, and who would change sides."""
    return await comparing.compare(tx, round_id)


@router.post("/rounds/{round_id}/call-up", operation_id="rounds_call_up", status_code=201, **tells(P.INTERVIEW_DECIDE))
async def call_up(tx: Writing, round_id: uuid.UUID, form: RoundVersion) -> Created:
    """Offer a free place to the next of the reserve."""
    return Created.model_validate(await offers.call_up(tx, round_id, form), from_attributes=True)


@router.post("/rounds/correct", operation_id="rounds_correct", status_code=201, **needs(P.OBJECTION_ANSWER))
async def correct(tx: Writing, form: VerdictCorrection) -> Created:
    """Put a published verdict right after an upheld objection: a new edition on notice."""
    return Created.model_validate(await notices.correct(tx, form), from_attributes=True)


@router.post("/release/preview", operation_id="interviews_release_preview", **needs(P.INTERVIEW_DECIDE))
async def release_preview(tx: Writing) -> RoundReleasePreview:
    """What a publication of all proposed verdicts would make known to whom."""
    return await publishing.preview(tx)


@router.post("/release", operation_id="interviews_release", **needs(P.INTERVIEW_DECIDE))
async def release(tx: Writing, form: RoundRelease) -> RoundReleased:
    """Publish all proposed verdicts at one moment; by somebody else than who proposed them."""
    return await publishing.release(tx, form)


@router.get("/offers", operation_id="offers_list", response_model=OfferPage, **needs(P.PLACE_READ))
async def list_offers(
    reads: Reading,
    page: Page,
    state: Annotated[OfferState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
) -> Response:
    """Free places offered to the reserve."""
    shape, given = present(state=state, subject=subject)
    return await reads.page(round_queries.offers_page(reads.actor.role, shape), page, **given)


@router.get("/offers/{offer_id}", operation_id="offers_get", response_model=OfferRecord, **needs(P.PLACE_READ))
async def get_offer(reads: Reading, offer_id: uuid.UUID) -> Response:
    """One of them."""
    return await reads.record(round_queries.offer_record(reads.actor.role), id=offer_id)


@router.get("/offers/{offer_id}/trail", operation_id="offers_trail", response_model=Trail, **needs(P.PLACE_READ))
async def offer_trail(reads: Reading, offer_id: uuid.UUID) -> Response:
    """Everything that was done to one of them."""
    return await reads.record(round_queries.offer_trail(reads.actor.role), id=offer_id)


@router.post(
    "/offers/{offer_id}/actions/{action}",
    operation_id="offers_act",
    **tells(OFFER_FLOW.permissions(simple_actions(OFFER_FLOW))),
)
async def act_offer(tx: Writing, offer_id: uuid.UUID, action: OfferAction, form: Move) -> Moved:
    """Take the place, give it up, or pass over who has not answered in time."""
    return Moved.model_validate(await offers.act(tx, offer_id, action, form), from_attributes=True)


@router.get("/slots", operation_id="slots_list", response_model=SlotPage, **needs(P.INTERVIEW_READ))
async def list_slots(
    reads: Reading,
    page: Page,
    panel: Annotated[uuid.UUID | None, Query()] = None,
    registration: Annotated[uuid.UUID | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Students' turns and, once decided, their totals."""
    shape, given = present(panel=panel, registration=registration, subject=subject, city=city, outcome=outcome, q=q)
    return await reads.page(queries.slots_page(reads.actor.role, shape), page, **given)


@router.get("/slots/{slot_id}", operation_id="slots_get", response_model=SlotRecord, **needs(P.INTERVIEW_READ))
async def get_slot(reads: Reading, slot_id: uuid.UUID) -> Response:
    """One turn with the sheets the reader may see."""
    return await reads.record(queries.slot_record(reads.actor.role), id=slot_id)


@router.get("/slots/{slot_id}/calendar", operation_id="slots_calendar", **needs(P.INTERVIEW_READ), **sends(ICS))
async def slot_calendar(request: Request, reads: Reading, slot_id: uuid.UUID) -> Response:
    """A student's turn for the calendar."""
    name, made = await invitations.turn(reads, slot_id, language_of(request.headers.get("accept-language")))
    return download(made, name, ICS)


@router.put("/slots/{slot_id}/turn", operation_id="slots_change_turn", **tells(P.INTERVIEW_ARRANGE))
async def change_turn(tx: Writing, slot_id: uuid.UUID, form: MoveForm) -> Created:
    """Another panel or time for one student; every clash is named."""
    return Created.model_validate(await arranging.change_turn(tx, slot_id, form), from_attributes=True)


@router.put("/slots/{slot_id}/sheet", operation_id="slots_score", **tells(P.INTERVIEW_SCORE))
async def score(tx: Writing, slot_id: uuid.UUID, form: SheetForm) -> SheetKept:
    """Score a student on the plan's dimensions; given once, it is locked."""
    return SheetKept.model_validate(await scoring.score(tx, slot_id, form), from_attributes=True)


@router.post("/slots/{slot_id}/sheet/reason", operation_id="slots_explain", **tells(P.INTERVIEW_SCORE))
async def explain(tx: Writing, slot_id: uuid.UUID, form: ExplainForm) -> Created:
    """Say why one's own score lies far off the others'."""
    return Created.model_validate(await scoring.explain(tx, slot_id, form), from_attributes=True)


@router.post("/slots/{slot_id}/sheet/reopen", operation_id="slots_reopen_sheet", **tells(P.INTERVIEW_ARRANGE))
async def reopen_sheet(tx: Writing, slot_id: uuid.UUID, form: ReopenForm) -> Created:
    """Open a submitted sheet again, for a slip of the pen."""
    return Created.model_validate(await scoring.reopen(tx, slot_id, form), from_attributes=True)


@router.post("/slots/{slot_id}/missed", operation_id="slots_miss", **tells(P.INTERVIEW_ARRANGE))
async def miss(tx: Writing, slot_id: uuid.UUID, form: MissedForm) -> Created:
    """Record that a student did not come."""
    return Created.model_validate(await scoring.miss(tx, slot_id, form), from_attributes=True)
