"""Paths of consents that are asked for again."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door
from miaopu.core.read import Created, Page, json_response, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission as P
from miaopu.registrations import words, words_queries
from miaopu.registrations.words_schemas import (
    ConsentMissingPage,
    ConsentsAgain,
    ConsentsAgreed,
    ConsentSay,
    Side,
    TextForm,
    TextPresent,
)

router = Room(prefix="/consents", tags=["registration"], route_class=Door)


@router.get("/asked", operation_id="consents_asked", response_model=ConsentsAgain, **needs(P.CONSENT_SAY))
async def asked(reads: Reading) -> Response:
    """Consents whose text has changed since, and what changed: asked at the next visit."""
    return json_response(await reads.text(words_queries.asked(reads.actor.role)) or "{}")


@router.get("/agreed", operation_id="consents_agreed", response_model=ConsentsAgreed, **needs(P.CONSENT_SAY))
async def agreed(reads: Reading) -> Response:
    """Everything one's family said, and the text as it was then."""
    return json_response(await reads.text(words_queries.agreed(reads.actor.role)) or "{}")


@router.get("/text", operation_id="consents_text", response_model=TextPresent, **needs(P.CONSENT_READ))
async def text(reads: Reading) -> Response:
    """The text that is in force in the year."""
    return await reads.record(words_queries.present())


@router.post("/texts", operation_id="consents_release", status_code=201, **needs(P.CYCLE_MANAGE))
async def release(tx: Writing, form: TextForm) -> Created:
    """Put another text in force; families are asked again, and told what is new."""
    return Created.model_validate(await words.release(tx, form), from_attributes=True)


@router.get("/missing", operation_id="consents_missing", response_model=ConsentMissingPage, **needs(P.CONSENT_READ))
async def missing(
    reads: Reading,
    page: Page,
    city: Annotated[uuid.UUID | None, Query()] = None,
    side: Annotated[Side | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40, description="part of the school's or the student's name")] = None,
) -> Response:
    """Who has not agreed to the text as it is now."""
    shape, given = present(city=city, side=side, q=q)
    return await reads.page(words_queries.missing(reads.actor.role, shape), page, **given)


@router.post("/{registration_id}/word", operation_id="consents_say", status_code=201, **tells(P.CONSENT_SAY))
async def say(request: Request, tx: Writing, registration_id: uuid.UUID, form: ConsentSay) -> Created:
    """Agree to the present text, or not."""
    made = await words.say(tx, registration_id, form, address_of(request))
    return Created.model_validate(made, from_attributes=True)
