"""Paths of pairing and enrolments."""

import uuid
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import StringConstraints

from miaopu.core.door import Door
from miaopu.core.download import PDF, XLSX, download, sends
from miaopu.core.problem import Language, language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.pairings import enrolments as verbs
from miaopu.pairings import explaining, filing, meetings_queries, papers, queries, service, supposing
from miaopu.pairings.meeting_schemas import Contacts
from miaopu.pairings.models import ROUND_FLOW
from miaopu.pairings.schemas import (
    CoMentorForm,
    EnrolmentPage,
    EnrolmentRecord,
    EnrolmentState,
    Explained,
    GuideForm,
    MyPairing,
    PairAdd,
    PairChange,
    PairChanged,
    RoundAction,
    RoundPage,
    RoundRecord,
    RoundState,
    WhatIf,
)
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

router = Room(prefix="/pairings", tags=["pairing"], route_class=Door)
enrolments = Room(prefix="/enrolments", tags=["training"], route_class=Door)
P = Permission


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


@router.get("", operation_id="pairings_list", response_model=RoundPage, **needs(P.PAIRING_READ))
async def list_rounds(
    reads: Reading,
    page: Page,
    state: Annotated[RoundState | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Rounds of pairing."""
    shape, given = present(state=state, city=city)
    return await reads.page(queries.rounds_page(reads.actor.role, shape), page, **given)


@router.post("", operation_id="pairings_create", status_code=201, **needs(P.PAIRING_PROPOSE))
async def create(tx: Writing) -> Created:
    """Propose a stable pairing for the selected students of one's city."""
    return Created.model_validate(await service.create(tx), from_attributes=True)


@router.get("/{round_id}", operation_id="pairings_get", response_model=RoundRecord, **needs(P.PAIRING_READ))
async def get(reads: Reading, round_id: uuid.UUID) -> Response:
    """One round with its pairs, who is left over, and the mentors' seats."""
    return await reads.record(queries.round_record(reads.actor.role), id=round_id)


@router.get(
    "/{round_id}/explained", operation_id="pairings_explain", response_model=Explained, **needs(P.PAIRING_EXPLAIN)
)
async def explain(reads: Reading, round_id: uuid.UUID) -> Explained:
    """Why each student has this mentor, the limits of each mentor and who would be next."""
    return await explaining.explain(reads, round_id)


@router.get("/{round_id}/what-if", operation_id="pairings_what_if", response_model=WhatIf, **needs(P.PAIRING_EXPLAIN))
async def what_if(
    reads: Reading,
    round_id: uuid.UUID,
    test_weight: Annotated[Decimal | None, Query(ge=0, le=100)] = None,
    places: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,31}:\d{1,5}$")]],
        Query(max_length=100, description="`subject:count`, for the subjects that get another number"),
    ] = [],  # noqa: B006
) -> WhatIf:
    """The same selection and pairing with another weight of the test or another split of places; nothing is kept."""
    split = {code: int(count) for code, count in (one.split(":") for one in places)}
    return await supposing.what_if(reads, round_id, test_weight, split)


@router.get("/{round_id}/filing.pdf", operation_id="pairings_filing", **needs(P.PAIRING_EXPLAIN), **sends(PDF))
async def filing_pdf(request: Request, reads: Reading, round_id: uuid.UUID) -> Response:
    """The list as filed, to print and seal."""
    name, made = await papers.filing(reads, round_id, _language(request))
    return download(made, name, PDF)


@router.get("/{round_id}/filing.xlsx", operation_id="pairings_filing_sheet", **needs(P.PAIRING_EXPLAIN), **sends(XLSX))
async def filing_sheet(request: Request, reads: Reading, round_id: uuid.UUID) -> Response:
    """The list as filed, as a workbook."""
    name, made = await papers.filing_sheet(reads, round_id, _language(request))
    return download(made, name, XLSX)


@router.post("/{round_id}/pairs", operation_id="pairings_add_pair", status_code=201, **tells(P.PAIRING_PROPOSE))
async def add_pair(tx: Writing, round_id: uuid.UUID, form: PairAdd) -> PairChanged:
    """Give a mentor to a student who was left over, or to the first of the reserve."""
    pair, blocking = await service.add(tx, round_id, form)
    return PairChanged(id=pair.id, version=pair.version, blocking=blocking)


@router.patch("/{round_id}/pairs/{pair_id}", operation_id="pairings_change_pair", **tells(P.PAIRING_PROPOSE))
async def change_pair(tx: Writing, round_id: uuid.UUID, pair_id: uuid.UUID, form: PairChange) -> PairChanged:
    """Give a student another mentor, with a reason; the answer names the blocking pairs this makes."""
    pair, blocking = await service.change(tx, round_id, pair_id, form)
    return PairChanged(id=pair.id, version=pair.version, blocking=blocking)


@router.post(
    "/{round_id}/actions/{action}",
    operation_id="pairings_act",
    **tells(ROUND_FLOW.permissions(simple_actions(ROUND_FLOW))),
)
async def act(tx: Writing, round_id: uuid.UUID, action: RoundAction, form: Move) -> Moved:
    """Confirm the pairs (city), file them (region): the students are enrolled."""
    return Moved.model_validate(await filing.act(tx, round_id, action, form), from_attributes=True)


@router.get("/{round_id}/trail", operation_id="pairings_trail", response_model=Trail, **needs(P.PAIRING_READ))
async def trail(reads: Reading, round_id: uuid.UUID) -> Response:
    """Everything that was done to a round."""
    return await reads.record(queries.round_trail(reads.actor.role), id=round_id)


@enrolments.get("", operation_id="enrolments_list", response_model=EnrolmentPage, **needs(P.PAIRING_READ))
async def list_enrolments(
    reads: Reading,
    page: Page,
    sort: queries.EnrolmentSort = "name",
    state: Annotated[EnrolmentState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    school: Annotated[uuid.UUID | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Students in training."""
    shape, given = present(state=state, subject=subject, city=city, school=school, mentor=mentor, q=q)
    return await reads.page(queries.enrolments_page(reads.actor.role, shape, sort), page, **given)


@enrolments.get(
    "/{enrolment_id}", operation_id="enrolments_get", response_model=EnrolmentRecord, **needs(P.PAIRING_READ)
)
async def get_enrolment(reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """One student in training."""
    return await reads.record(queries.enrolment_record(reads.actor.role), id=enrolment_id)


@enrolments.get(
    "/{enrolment_id}/pairing", operation_id="enrolments_pairing", response_model=MyPairing, **needs(P.PAIRING_READ)
)
async def pairing_of(reads: Reading, enrolment_id: uuid.UUID) -> MyPairing:
    """Why this mentor, and why not each one ranked higher."""
    return await explaining.mine(reads, enrolment_id)


@enrolments.get(
    "/{enrolment_id}/contacts", operation_id="enrolments_contacts", response_model=Contacts, **needs(P.PAIRING_READ)
)
async def contacts(reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """Who is linked with whom around one student."""
    return await reads.record(meetings_queries.contacts(reads.actor.role), id=enrolment_id)


@enrolments.put("/{enrolment_id}/guide-teacher", operation_id="enrolments_set_guide", **tells(P.ENROLMENT_GUIDE))
async def set_guide(tx: Writing, enrolment_id: uuid.UUID, form: GuideForm) -> Moved:
    """Name the guide teacher."""
    return Moved.model_validate(await verbs.set_guide(tx, enrolment_id, form), from_attributes=True)


@enrolments.put("/{enrolment_id}/co-mentor", operation_id="enrolments_set_co_mentor", **tells(P.PAIRING_PROPOSE))
async def set_co_mentor(tx: Writing, enrolment_id: uuid.UUID, form: CoMentorForm) -> Moved:
    """Name a second mentor."""
    return Moved.model_validate(await verbs.set_co_mentor(tx, enrolment_id, form), from_attributes=True)


@enrolments.get("/{enrolment_id}/trail", operation_id="enrolments_trail", response_model=Trail, **needs(P.PAIRING_READ))
async def trail_enrolment(reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """Everything that was done to an enrolment."""
    return await reads.record(queries.enrolment_trail(reads.actor.role), id=enrolment_id)
