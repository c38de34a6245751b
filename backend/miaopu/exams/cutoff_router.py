"""Paths of places, cutoffs, lotteries and the public lists of them."""

import uuid
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, PublicReads, json_response, present
from miaopu.core.room import Room
from miaopu.exams import cutoff_queries as queries
from miaopu.exams import cutoffs as verbs
from miaopu.exams import notices
from miaopu.exams import places as places_verbs
from miaopu.exams import release as release_verbs
from miaopu.exams.cutoff_schemas import (
    CutoffAction,
    CutoffForm,
    CutoffPage,
    CutoffRecord,
    CutoffState,
    DrawForm,
    DrawPage,
    LineForm,
    LineWeighed,
    LotsMine,
    PlacesForm,
    PlacesShown,
    PoolForm,
    PublicCutoffPage,
    Released,
    ReleaseForm,
    ReleasePreview,
    ShortlistCorrection,
    TiesForm,
    TiesShown,
)
from miaopu.exams.models import CUTOFF_FLOW
from miaopu.people.acting import Reading, Writing, needs, tells
from miaopu.people.permissions import Permission
from miaopu.people.schemas import Done
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.schemas import Trail

cutoffs = Room(prefix="/cutoffs", tags=["cutoff"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission


@cutoffs.get("/places", operation_id="cutoffs_places", response_model=PlacesShown, **needs(P.CUTOFF_PLACES))
async def places(reads: Reading) -> Response:
    """The split of one's city's places, and a suggestion."""
    return json_response(await places_verbs.places_shown(reads))


@cutoffs.put("/places", operation_id="cutoffs_split_places", **needs(P.CUTOFF_PLACES))
async def split_places(tx: Writing, form: PlacesForm) -> Done:
    """Split one's city's places over the subjects."""
    await places_verbs.split_places(tx, form)
    return Done()


@cutoffs.get("", operation_id="cutoffs_list", response_model=CutoffPage, **needs(P.CUTOFF_READ))
async def list_cutoffs(
    reads: Reading,
    page: Page,
    state: Annotated[CutoffState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Cutoffs."""
    shape, given = present(state=state, subject=subject, city=city)
    return await reads.page(queries.cutoffs_page(reads.actor.role, shape), page, **given)


@cutoffs.post("", operation_id="cutoffs_create", status_code=201, **needs(P.CUTOFF_PROPOSE))
async def propose(tx: Writing, form: CutoffForm) -> Created:
    """Compute a line from marks and places."""
    return Created.model_validate(await verbs.propose(tx, form), from_attributes=True)


@cutoffs.post("/release/preview", operation_id="cutoffs_release_preview", **needs(P.CUTOFF_CONFIRM))
async def release_preview(tx: Writing) -> ReleasePreview:
    """What a release of all confirmed lines would publish, and how many it would tell."""
    return await release_verbs.preview(tx)


@cutoffs.post("/release", operation_id="cutoffs_release", **needs(P.CUTOFF_CONFIRM))
async def release(tx: Writing, form: ReleaseForm) -> Released:
    """Release all confirmed lines at one moment; by somebody else than who confirmed them."""
    return await release_verbs.release(tx, form)


@cutoffs.get("/lots", operation_id="cutoffs_lots", response_model=LotsMine, **needs(P.CUTOFF_READ))
async def lots(reads: Reading) -> Response:
    """One's own lots in lotteries."""
    return await reads.list(queries.my_lots(reads.actor.role))


@cutoffs.get("/{cutoff_id}", operation_id="cutoffs_get", response_model=CutoffRecord, **needs(P.CUTOFF_READ))
async def get_cutoff(reads: Reading, cutoff_id: uuid.UUID) -> Response:
    """One cutoff with the distribution of marks."""
    return await reads.record(queries.cutoff_record(reads.actor.role), id=cutoff_id)


@cutoffs.get("/{cutoff_id}/weigh", operation_id="cutoffs_weigh", **needs(P.CUTOFF_WEIGH))
async def weigh(reads: Reading, cutoff_id: uuid.UUID, line: Annotated[Decimal, Query(ge=0, le=10_000)]) -> LineWeighed:
    """What a line would mean: how many reach it, who stands at it, each school on both sides."""
    return await verbs.weigh_line(reads, cutoff_id, line)


@cutoffs.put("/{cutoff_id}/line", operation_id="cutoffs_set_line", **tells(P.CUTOFF_CONFIRM))
async def set_line(tx: Writing, cutoff_id: uuid.UUID, form: LineForm) -> Moved:
    """Set another line, with a reason."""
    return Moved.model_validate(await verbs.set_line(tx, cutoff_id, form), from_attributes=True)


@cutoffs.get("/{cutoff_id}/ties", operation_id="cutoffs_ties", **needs(P.CUTOFF_WEIGH))
async def ties(reads: Reading, cutoff_id: uuid.UUID) -> TiesShown:
    """What each of the plan's ways to treat a tie would mean."""
    return await verbs.ties_shown(reads, cutoff_id)


@cutoffs.put("/{cutoff_id}/ties", operation_id="cutoffs_set_ties", **tells(P.CUTOFF_CONFIRM))
async def set_ties(tx: Writing, cutoff_id: uuid.UUID, form: TiesForm) -> Moved:
    """Treat a tie in another of the plan's ways, with a reason."""
    return Moved.model_validate(await verbs.set_ties(tx, cutoff_id, form), from_attributes=True)


@cutoffs.put("/{cutoff_id}/pool", operation_id="cutoffs_announce", **tells(P.CUTOFF_CONFIRM))
async def announce(tx: Writing, cutoff_id: uuid.UUID, form: PoolForm) -> Moved:
    """Publish the pool of a lottery and its future source."""
    return Moved.model_validate(await release_verbs.announce(tx, cutoff_id, form), from_attributes=True)


@cutoffs.put("/{cutoff_id}/draw", operation_id="cutoffs_draw", **tells(P.CUTOFF_CONFIRM))
async def draw(tx: Writing, cutoff_id: uuid.UUID, form: DrawForm) -> Moved:
    """Enter what the source said."""
    return Moved.model_validate(await release_verbs.draw(tx, cutoff_id, form), from_attributes=True)


@cutoffs.post("/correct", operation_id="cutoffs_correct", status_code=201, **needs(P.OBJECTION_ANSWER))
async def correct(tx: Writing, form: ShortlistCorrection) -> Created:
    """Put a published shortlist right after an upheld objection: a new edition on notice."""
    return Created.model_validate(await notices.correct(tx, form), from_attributes=True)


@cutoffs.post(
    "/{cutoff_id}/actions/{action}",
    operation_id="cutoffs_act",
    **tells(CUTOFF_FLOW.permissions(simple_actions(CUTOFF_FLOW))),
)
async def act(tx: Writing, cutoff_id: uuid.UUID, action: CutoffAction, form: Move) -> Moved:
    """Confirm the line, quietly."""
    return Moved.model_validate(await verbs.act(tx, cutoff_id, action, form), from_attributes=True)


@cutoffs.get("/{cutoff_id}/trail", operation_id="cutoffs_trail", response_model=Trail, **needs(P.CUTOFF_READ))
async def trail(reads: Reading, cutoff_id: uuid.UUID) -> Response:
    """Everything that was done to a cutoff."""
    return await reads.record(queries.cutoff_trail(reads.actor.role), id=cutoff_id)


@public.get("/cutoffs", operation_id="public_cutoffs", response_model=PublicCutoffPage)
async def public_cutoffs(reads: PublicReads, page: Page) -> Response:
    """Released lines."""
    return await reads.page(queries.public_cutoffs(), page)


@public.get("/draws", operation_id="public_draws", response_model=DrawPage)
async def public_draws(reads: PublicReads, page: Page) -> Response:
    """Lotteries: pool, source, and what it said."""
    return await reads.page(queries.public_draws(), page)
