"""Paths of the outbox, of one's own preferences, of the groups, and of the links in mails."""

import uuid
from typing import Annotated

from fastapi import Query, Request, Response

from miaopu.core.door import Door, Unkept
from miaopu.core.problem import language_of
from miaopu.core.read import Created, Page, present
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, checking, needs, tells
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, Moved
from miaopu.programme.schemas import Trail
from miaopu.reminders import preferences as own
from miaopu.reminders import queries, releasing, service
from miaopu.reminders.models import BATCH_FLOW
from miaopu.reminders.schemas import (
    AddressForm,
    AnnouncementForm,
    BatchAction,
    BatchKind,
    BatchPage,
    BatchRecord,
    BatchState,
    CodeForm,
    GroupEdit,
    GroupForm,
    GroupItem,
    GroupPage,
    Listeners,
    MailModeForm,
    MailSettings,
    PreferencesForm,
    PreferencesShown,
    RecipientPage,
    TakenOut,
    TakeOut,
    Tested,
)

outbox = Room(prefix="/outbox", tags=["reminders"], route_class=Door)
preferences = Room(prefix="/preferences", tags=["reminders"], route_class=Unkept)
groups = Room(prefix="/group-channels", tags=["reminders"], route_class=Unkept)
public = Room(prefix="/public/mail", tags=["public"], route_class=Unkept)
P = Permission


@outbox.get("", operation_id="outbox_list", response_model=BatchPage, **needs(P.OUTBOX_READ))
async def list_batches(
    reads: Reading,
    page: Page,
    state: Annotated[BatchState | None, Query()] = None,
    kind: Annotated[BatchKind | None, Query()] = None,
) -> Response:
    """What goes, or went, to several people together."""
    shape, given = present(state=state, kind=kind)
    return await reads.page(queries.batches_page(reads.actor.role, shape), page, **given)


@outbox.post("", operation_id="outbox_announce", status_code=201, **needs(P.OUTBOX_WRITE))
async def announce(tx: Writing, form: AnnouncementForm) -> Created:
    """Write an announcement to a chosen group; it waits to be released."""
    return Created.model_validate(await service.announce(tx, form), from_attributes=True)


@outbox.get("/audience", operation_id="outbox_audience", response_model=Listeners, **needs(P.OUTBOX_WRITE))
async def audience(
    reads: Reading,
    page: Page,
    roles: Annotated[list[Role] | None, Query(max_length=14)] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    unit: Annotated[uuid.UUID | None, Query()] = None,
    mentor: Annotated[uuid.UUID | None, Query()] = None,
    in_training: Annotated[bool, Query()] = False,
) -> Response:
    """Whom a choice means, before anything is written."""
    shape, given = present(city=city, unit=unit, mentor=mentor, in_training=in_training or None)
    chosen = [role.value for role in roles or []]
    return await reads.page(queries.meant_page(reads.actor.role, shape), page, roles=chosen, **given)


@outbox.get("/{batch_id}", operation_id="outbox_get", response_model=BatchRecord, **needs(P.OUTBOX_READ))
async def get_batch(reads: Reading, batch_id: uuid.UUID) -> Response:
    """One batch."""
    return await reads.record(queries.batch_record(reads.actor.role), id=batch_id)


@outbox.get(
    "/{batch_id}/recipients", operation_id="outbox_recipients", response_model=RecipientPage, **needs(P.OUTBOX_READ)
)
async def recipients(reads: Reading, batch_id: uuid.UUID, page: Page) -> Response:
    """The real list of a batch, and how it went."""
    return await reads.page(queries.recipients_page(reads.actor.role), page, id=batch_id)


@outbox.get("/{batch_id}/trail", operation_id="outbox_trail", response_model=Trail, **needs(P.OUTBOX_READ))
async def trail(reads: Reading, batch_id: uuid.UUID) -> Response:
    """Everything that was done to a batch."""
    return await reads.record(queries.batch_trail(reads.actor.role), id=batch_id)


@outbox.post("/{batch_id}/take-out", operation_id="outbox_take_out", **tells(P.OUTBOX_RELEASE))
async def take_out(tx: Writing, batch_id: uuid.UUID, form: TakeOut) -> TakenOut:
    """Take people out of a batch that has not gone."""
    return TakenOut(taken_out=await service.take_out(tx, batch_id, form))


@outbox.post(
    "/{batch_id}/actions/{action}",
    operation_id="outbox_act",
    **tells(BATCH_FLOW.permissions(("release", "hold", "cancel"))),
)
async def act(tx: Writing, batch_id: uuid.UUID, action: BatchAction, form: Move) -> Moved:
    """Release, hold or cancel."""
    return Moved.model_validate(await releasing.act(tx, batch_id, action, form), from_attributes=True)


@preferences.get("", operation_id="preferences_get", **needs(P.SELF))
async def get_preferences(request: Request, reads: Reading) -> PreferencesShown:
    """How one is reached besides the inbox."""
    async with request.app.state.database.session() as session:
        return await own.shown(session, request.app.state.vault, reads.actor.account_id)


@preferences.put("", operation_id="preferences_choose", **needs(P.SELF))
async def choose(request: Request, tx: Writing, form: PreferencesForm) -> PreferencesShown:
    """Choose how one is reached."""
    await own.choose(tx, form)
    return await own.shown(tx.session, request.app.state.vault, tx.actor.account_id)


@preferences.post("/address", operation_id="preferences_ask_address", **needs(P.SELF))
async def ask_address(request: Request, tx: Writing, form: AddressForm) -> PreferencesShown:
    """Have a code sent to an address."""
    state = request.app.state
    await own.ask_address(tx, state.database, state.vault, state.settings, form.mail)
    return await own.shown(tx.session, state.vault, tx.actor.account_id)


@preferences.post("/address/confirm", operation_id="preferences_confirm_address", **needs(P.SELF))
async def confirm_address(request: Request, tx: Writing, form: CodeForm) -> PreferencesShown:
    """Give the code back."""
    state = request.app.state
    await own.confirm_address(tx, state.database, state.vault, form.code)
    return await own.shown(tx.session, state.vault, tx.actor.account_id)


@preferences.delete("/address", operation_id="preferences_forget_address", **needs(P.SELF))
async def forget_address(request: Request, tx: Writing) -> PreferencesShown:
    """Take one's address away."""
    await own.forget_address(tx)
    return await own.shown(tx.session, request.app.state.vault, tx.actor.account_id)


@groups.get("", operation_id="group_channels_list", response_model=GroupPage, **needs(P.CHANNEL_MANAGE))
async def list_groups(reads: Reading, page: Page) -> Response:
    """One's office's groups."""
    return await reads.page(queries.groups_page(reads.actor.role), page)


@groups.post("", operation_id="group_channels_create", status_code=201, **needs(P.CHANNEL_MANAGE))
async def register(request: Request, tx: Writing, form: GroupForm) -> Created:
    """Register a group's robot."""
    state = request.app.state
    made = await service.register(tx, state.vault, state.settings, form)
    return Created.model_validate(made, from_attributes=True)


@groups.get("/{group_id}", operation_id="group_channels_get", response_model=GroupItem, **needs(P.CHANNEL_MANAGE))
async def get_group(reads: Reading, group_id: uuid.UUID) -> Response:
    """One group."""
    return await reads.record(queries.group_record(reads.actor.role), id=group_id)


@groups.get("/{group_id}/trail", operation_id="group_channels_trail", response_model=Trail, **needs(P.CHANNEL_MANAGE))
async def group_trail(reads: Reading, group_id: uuid.UUID) -> Response:
    """Everything that was done to a group."""
    return await reads.record(queries.group_trail(reads.actor.role), id=group_id)


@groups.patch("/{group_id}", operation_id="group_channels_switch", **needs(P.CHANNEL_MANAGE))
async def switch(tx: Writing, group_id: uuid.UUID, form: GroupEdit) -> Created:
    """Switch a group on or off."""
    return Created.model_validate(await service.switch(tx, group_id, form), from_attributes=True)


@groups.post("/{group_id}/test", operation_id="group_channels_test", **needs(P.CHANNEL_MANAGE))
async def try_out(request: Request, tx: Writing, group_id: uuid.UUID) -> Tested:
    """Send a test message."""
    state = request.app.state
    language = language_of(request.headers.get("accept-language"))
    result = await service.try_out(tx, state.vault, state.settings, group_id, language)
    return Tested(sent=result.sent, error=result.error)


@public.get("/{token}", operation_id="public_mail_settings")
async def mail_settings(request: Request, token: str) -> MailSettings:
    """What a link in a mail shows."""
    await checking(request)
    async with request.app.state.database.session() as session:
        return await own.settings_of(session, request.app.state.vault, token)


@public.put("/{token}", operation_id="public_mail_choose")
async def mail_choose(request: Request, token: str, form: MailModeForm) -> MailSettings:
    """Choose anew by a mail's link, without signing in."""
    await checking(request)
    return await own.set_mode(request.state.session, request.app.state.vault, token, form.mode)


@public.post("/{token}/off", operation_id="public_mail_off")
async def mail_off(request: Request, token: str) -> MailSettings:
    """One click in the mail program (List-Unsubscribe-Post, RFC 8058)."""
    await checking(request)
    return await own.set_mode(request.state.session, request.app.state.vault, token, "off")
