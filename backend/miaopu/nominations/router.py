"""Paths of mentors: nomination, review, approval, notice, appointment."""

import uuid
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.download import PDF, download, sends
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, PublicReads, present
from miaopu.core.room import Room
from miaopu.nominations import evidence, letters, profile, queries, service
from miaopu.nominations.models import FLOW
from miaopu.nominations.schemas import (
    ApproveForm,
    LetterCheck,
    MentorItem,
    MentorPage,
    NominationAction,
    NominationBatch,
    NominationEdit,
    NominationForm,
    NominationPage,
    NominationRecord,
    NominationState,
    ProfileForm,
    TeamMemberForm,
)
from miaopu.people.acting import Reading, Writing, checking, needs, tells
from miaopu.people.permissions import Permission
from miaopu.people.schemas import Done, InvitationMade
from miaopu.programme.batches import BatchDone
from miaopu.programme.flow import Move, Moved, simple_actions
from miaopu.programme.papers import PaperForm
from miaopu.programme.schemas import Trail

router = Room(prefix="/nominations", tags=["nomination"], route_class=Door)
mentors = Room(prefix="/mentors", tags=["nomination"], route_class=Door)
public = Room(prefix="/public", tags=["public"], route_class=Door)
P = Permission


@router.get("", operation_id="nominations_list", response_model=NominationPage, **needs(P.NOMINATION_READ))
async def list_nominations(
    reads: Reading,
    page: Page,
    state: Annotated[NominationState | None, Query()] = None,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    university: Annotated[uuid.UUID | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
    sort: Annotated[queries.NominationSort, Query()] = "-state_since",
) -> Response:
    """Nominations, as far as one sees them."""
    shape, given = present(state=state, subject=subject, university=university, city=city, q=q)
    return await reads.page(queries.page(reads.actor.role, shape, sort), page, **given)


@router.post("", operation_id="nominations_create", status_code=201, **needs(P.NOMINATION_RECOMMEND))
async def create(tx: Writing, form: NominationForm) -> Created:
    """Put a professor forward (a draft)."""
    return Created.model_validate(await service.create(tx, form), from_attributes=True)


@router.post("/batch", operation_id="nominations_batch", **needs(P.NOMINATION_READ))
async def batch(request: Request, tx: Writing, form: NominationBatch) -> BatchDone:
    """One act on many nominations, or a trial of it: which it touches, which not and why."""
    return await service.batch(tx, form, language_of(request.headers.get("accept-language")))


@router.get(
    "/{nomination_id}", operation_id="nominations_get", response_model=NominationRecord, **needs(P.NOMINATION_READ)
)
async def get(reads: Reading, nomination_id: uuid.UUID) -> Response:
    """One nomination."""
    return await reads.record(queries.record(reads.actor.role), id=nomination_id)


@router.patch("/{nomination_id}", operation_id="nominations_update", **tells(P.NOMINATION_RECOMMEND))
async def edit(tx: Writing, nomination_id: uuid.UUID, form: NominationEdit) -> Moved:
    """Correct a draft."""
    return Moved.model_validate(await service.edit(tx, nomination_id, form), from_attributes=True)


@router.post(
    "/{nomination_id}/actions/{action}", operation_id="nominations_act", **tells(FLOW.permissions(simple_actions(FLOW)))
)
async def act(tx: Writing, nomination_id: uuid.UUID, action: NominationAction, form: Move) -> Moved:
    """Take a step: recommend, review, publish, appoint …"""
    return Moved.model_validate(await service.act(tx, nomination_id, action, form), from_attributes=True)


@router.post("/{nomination_id}/approve", operation_id="nominations_approve", **tells(P.NOMINATION_APPROVE))
async def approve(tx: Writing, nomination_id: uuid.UUID, form: ApproveForm) -> Moved:
    """One organiser's approval; the last one needed approves the nomination."""
    return Moved.model_validate(await service.approve(tx, nomination_id, form), from_attributes=True)


@router.post(
    "/{nomination_id}/invite-mentor",
    operation_id="nominations_invite_mentor",
    status_code=201,
    **tells(P.NOMINATION_RECOMMEND),
)
async def invite_mentor(request: Request, tx: Writing, nomination_id: uuid.UUID) -> InvitationMade:
    """A one-time link for the mentor."""
    settings = request.app.state.settings
    invitation, secret = await profile.invite_mentor(tx, nomination_id, demo=settings.demo)
    return InvitationMade.of(invitation, secret, settings.public_url)


@router.post(
    "/{nomination_id}/known-mentor",
    operation_id="nominations_know_mentor",
    **tells(P.NOMINATION_RECOMMEND),
)
async def know_mentor(tx: Writing, nomination_id: uuid.UUID) -> Done:
    """The mentor of an earlier year goes on with the same account."""
    await profile.know_mentor(tx, nomination_id)
    return Done()


@router.post(
    "/{nomination_id}/team/{member_id}/known",
    operation_id="nominations_know_team_member",
    **tells(P.NOMINATION_PROFILE),
)
async def know_member(tx: Writing, nomination_id: uuid.UUID, member_id: uuid.UUID) -> Done:
    """A member of the mentor's earlier team goes on with the same account."""
    await profile.know_member(tx, nomination_id, member_id)
    return Done()


@router.post(
    "/{nomination_id}/team/{member_id}/invite",
    operation_id="nominations_invite_team_member",
    status_code=201,
    **tells(P.NOMINATION_PROFILE),
)
async def invite_member(
    request: Request, tx: Writing, nomination_id: uuid.UUID, member_id: uuid.UUID
) -> InvitationMade:
    """A one-time link for a member of the team."""
    settings = request.app.state.settings
    invitation, secret = await profile.invite_member(tx, nomination_id, member_id, demo=settings.demo)
    return InvitationMade.of(invitation, secret, settings.public_url)


@router.put("/{nomination_id}/profile", operation_id="nominations_profile", **tells(P.NOMINATION_PROFILE))
async def enter_profile(request: Request, tx: Writing, nomination_id: uuid.UUID, form: ProfileForm) -> Moved:
    """The mentor's own details."""
    return Moved.model_validate(
        await profile.enter_profile(tx, request.app.state.vault, nomination_id, form), from_attributes=True
    )


@router.put("/{nomination_id}/evidence/{kind}", operation_id="nominations_hand_in", **tells(P.NOMINATION_EVIDENCE))
async def hand_in(tx: Writing, nomination_id: uuid.UUID, kind: str, form: PaperForm) -> Done:
    """Hand in a proof of the plan's kinds, or another one in its place."""
    await evidence.hand_in(tx, nomination_id, kind, form)
    return Done()


@router.delete("/{nomination_id}/evidence/{kind}", operation_id="nominations_take_back", **tells(P.NOMINATION_EVIDENCE))
async def take_back(tx: Writing, nomination_id: uuid.UUID, kind: str) -> Done:
    """Take a proof back."""
    await evidence.take_back(tx, nomination_id, kind)
    return Done()


@router.get(
    "/{nomination_id}/evidence/{kind}",
    operation_id="nominations_evidence",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    **needs(P.NOMINATION_READ),
)
async def get_evidence(request: Request, reads: Reading, nomination_id: uuid.UUID, kind: str) -> Response:
    """A proof, to look at."""
    rows = await reads.rows(queries.evidence(reads.actor.role), id=nomination_id, kind=kind)
    return await files.serve(request.app.state.files, files.from_rows(rows))


@router.post(
    "/{nomination_id}/team", operation_id="nominations_add_team_member", status_code=201, **tells(P.NOMINATION_PROFILE)
)
async def add_team_member(tx: Writing, nomination_id: uuid.UUID, form: TeamMemberForm) -> Created:
    """A member of the mentor's team."""
    return Created.model_validate(await profile.add_team_member(tx, nomination_id, form), from_attributes=True)


@router.delete(
    "/{nomination_id}/team/{member_id}",
    operation_id="nominations_remove_team_member",
    **tells(P.NOMINATION_PROFILE),
)
async def remove_team_member(tx: Writing, nomination_id: uuid.UUID, member_id: uuid.UUID) -> Done:
    """Take a member out of the team."""
    await profile.remove_team_member(tx, nomination_id, member_id)
    return Done()


@router.get("/{nomination_id}/letter", operation_id="nominations_letter", **needs(P.NOMINATION_READ), **sends(PDF))
async def letter(request: Request, reads: Reading, nomination_id: uuid.UUID) -> Response:
    """The letter of appointment, to print."""
    public_url = request.app.state.settings.public_url or str(request.base_url)
    language = language_of(request.headers.get("accept-language"))
    name, made = await letters.letter(reads, nomination_id, language, public_url)
    return download(made, name, PDF)


@router.get(
    "/{nomination_id}/trail", operation_id="nominations_trail", response_model=Trail, **needs(P.NOMINATION_READ)
)
async def trail(reads: Reading, nomination_id: uuid.UUID) -> Response:
    """Everything that was done to a nomination."""
    return await reads.record(queries.trail(reads.actor.role), id=nomination_id)


@mentors.get("", operation_id="mentors_list", response_model=MentorPage, **needs(P.MENTOR_DIRECTORY))
async def directory(
    reads: Reading,
    page: Page,
    subject: Annotated[str | None, Query(max_length=32)] = None,
    university: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Mentors who can be chosen."""
    shape, given = present(subject=subject, university=university, q=q)
    return await reads.page(queries.directory(reads.actor.role, shape), page, **given)


@mentors.get("/{mentor_id}", operation_id="mentors_get", response_model=MentorItem, **needs(P.MENTOR_DIRECTORY))
async def mentor(reads: Reading, mentor_id: uuid.UUID) -> Response:
    """One mentor of the directory."""
    return await reads.record(queries.mentor(reads.actor.role), id=mentor_id)


@public.get(
    "/letters/{code}", operation_id="public_letter", response_model=LetterCheck, dependencies=[Depends(checking)]
)
async def letter_check(reads: PublicReads, code: str) -> Response:
    """Check a letter of appointment by the code of its QR."""
    return await reads.record(queries.letter_check(), code=code)
