"""Paths of registrations and of guardians' consent."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door, Unkept
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, PublicReads, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, address_of, needs, tells
from miaopu.people.permissions import Permission
from miaopu.people.schemas import Done
from miaopu.people.tokens import secret_hash
from miaopu.programme.batches import BatchDone
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.papers import PaperForm
from miaopu.programme.schemas import Trail
from miaopu.registrations import consents, drafts, materials, queries, service
from miaopu.registrations.models import FLOW
from miaopu.registrations.schemas import (
    BatchForm,
    ChangesShown,
    ConsentAsk,
    ConsentAsked,
    ConsentForm,
    ConsentShown,
    RegistrationAction,
    RegistrationEdit,
    RegistrationPage,
    RegistrationRecord,
    RegistrationState,
    StatementForm,
)

router = Room(prefix="/registrations", tags=["registration"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Unkept)
P = Permission


@router.get("", operation_id="registrations_list", response_model=RegistrationPage, **needs(P.REGISTRATION_READ))
async def list_registrations(
    reads: Reading,
    page: Page,
    state: Annotated[RegistrationState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    school: Annotated[uuid.UUID | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
    sort: Annotated[queries.RegistrationSort, Query()] = "state_since",
) -> Response:
    """Registrations, as far as one sees them."""
    shape, given = present(state=state, subject=subject, school=school, city=city, q=q)
    return await reads.page(queries.page(reads.actor.role, shape, sort), page, **given)


@router.post("", operation_id="registrations_create", status_code=201, **needs(P.REGISTRATION_WRITE))
async def create(tx: Writing) -> Created:
    """Begin a registration (a draft of one's own)."""
    return Created.model_validate(await drafts.create(tx), from_attributes=True)


@router.post("/batch", operation_id="registrations_batch", **needs(P.REGISTRATION_REVIEW))
async def batch(request: Request, tx: Writing, form: BatchForm) -> BatchDone:
    """One act on many registrations, or a trial of it: whom it touches, whom not and why."""
    return await service.batch(tx, form, language_of(request.headers.get("accept-language")))


@router.get(
    "/{registration_id}",
    operation_id="registrations_get",
    response_model=RegistrationRecord,
    **needs(P.REGISTRATION_READ),
)
async def get(reads: Reading, registration_id: uuid.UUID) -> Response:
    """One registration."""
    return await reads.record(queries.record(reads.actor.role), id=registration_id)


@router.patch("/{registration_id}", operation_id="registrations_update", **tells(P.REGISTRATION_WRITE))
async def edit(request: Request, tx: Writing, registration_id: uuid.UUID, form: RegistrationEdit) -> Moved:
    """Save the draft."""
    saved = await drafts.edit(tx, request.app.state.vault, registration_id, form)
    return Moved.model_validate(saved, from_attributes=True)


@router.get("/{registration_id}/changes", operation_id="registrations_changes", **needs(P.REGISTRATION_READ))
async def changes(reads: Reading, registration_id: uuid.UUID) -> ChangesShown:
    """What was changed since the registration was last sent back."""
    return await service.changes(reads, registration_id)


@router.post(
    "/{registration_id}/actions/{action}",
    operation_id="registrations_act",
    **tells(FLOW.permissions(simple_actions(FLOW))),
)
async def act(tx: Writing, registration_id: uuid.UUID, action: RegistrationAction, form: Move) -> Moved:
    """Take a step: submit, recommend, review, return, withdraw …"""
    return Moved.model_validate(await service.act(tx, registration_id, action, form), from_attributes=True)


@router.post("/{registration_id}/statement", operation_id="registrations_statement", **tells(P.REGISTRATION_RECOMMEND))
async def statement(tx: Writing, registration_id: uuid.UUID, form: StatementForm) -> Moved:
    """The school's statement for a subject without an exam."""
    return Moved.model_validate(await service.state_fitness(tx, registration_id, form), from_attributes=True)


@router.put("/{registration_id}/materials/{kind}", operation_id="registrations_hand_in", **tells(P.REGISTRATION_WRITE))
async def hand_in(tx: Writing, registration_id: uuid.UUID, kind: str, form: PaperForm) -> Done:
    """Hand in a paper of the plan's kinds, or another one in its place."""
    await materials.hand_in(tx, registration_id, kind, form)
    return Done()


@router.delete(
    "/{registration_id}/materials/{kind}", operation_id="registrations_take_back", **tells(P.REGISTRATION_WRITE)
)
async def take_back(tx: Writing, registration_id: uuid.UUID, kind: str) -> Done:
    """Take a paper back."""
    await materials.take_back(tx, registration_id, kind)
    return Done()


@router.get(
    "/{registration_id}/materials/{kind}",
    operation_id="registrations_material",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.REGISTRATION_READ),
)
async def get_material(request: Request, reads: Reading, registration_id: uuid.UUID, kind: str) -> Response:
    """A paper of the registration."""
    rows = await reads.rows(queries.material(reads.actor.role), id=registration_id, kind=kind)
    return await files.serve(request.app.state.files, files.from_rows(rows))


@router.get("/{registration_id}/form", operation_id="registrations_form", **needs(P.REGISTRATION_READ), **sends(PDF))
async def form(request: Request, reads: Reading, registration_id: uuid.UUID) -> Response:
    """The registration as a form to print, sign and seal."""
    language = language_of(request.headers.get("accept-language"))
    name, made = await materials.form(reads, registration_id, language)
    return download(made, name, PDF)


@router.post(
    "/{registration_id}/consent-requests",
    operation_id="registrations_ask_consent",
    status_code=201,
    **tells(P.REGISTRATION_WRITE),
)
async def ask_consent(request: Request, tx: Writing, registration_id: uuid.UUID, form: ConsentAsk) -> ConsentAsked:
    """Ask a guardian for consent."""
    settings = request.app.state.settings
    made, token, link = await consents.ask(tx, request.app.state.vault, registration_id, form, settings.public_url)
    shown = settings.mode != "production"
    return ConsentAsked(
        id=made.id,
        sent_to=f"{form.phone[:3]}****{form.phone[-4:]}",
        link=link if shown else None,
        token=token if shown else None,
    )


@router.get(
    "/{registration_id}/trail", operation_id="registrations_trail", response_model=Trail, **needs(P.REGISTRATION_READ)
)
async def trail(reads: Reading, registration_id: uuid.UUID) -> Response:
    """Everything that was done to a registration."""
    return await reads.record(queries.trail(reads.actor.role), id=registration_id)


@public.get("/consents/{token}", operation_id="consents_show", response_model=ConsentShown)
async def show_consent(reads: PublicReads, token: str) -> Response:
    """What a guardian is asked to agree to."""
    return await reads.record(queries.consent(), token_hash=secret_hash(token))


@public.post("/consents/{token}", operation_id="consents_give")
async def give_consent(request: Request, token: str, form: ConsentForm) -> Done:
    """The guardian agrees."""
    state = request.app.state
    address = address_of(request)
    await consents.give(request.state.session, state.database, token, form, address, demo=state.settings.demo)
    return Done()
