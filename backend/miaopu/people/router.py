"""Paths of accounts and units."""

import uuid
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from miaopu.core import cookies
from miaopu.core.door import Door, Unkept
from miaopu.core.download import XLSX, download, sends
from miaopu.core.origins import own_page
from miaopu.core.problem import Problem, language_of, say
from miaopu.core.read import Created, Page, PublicReads
from miaopu.core.room import Room
from miaopu.core.workbooks import write_rows
from miaopu.people import entry, queries, second_step, service, sessions, tokens
from miaopu.people.acting import Reading, Writing, address_of, needs
from miaopu.people.devices import Device
from miaopu.people.entry import Entry
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role, UnitKind
from miaopu.people.schemas import (
    AcceptForm,
    AccessGranted,
    AccountState,
    Done,
    InvitationForm,
    InvitationMade,
    InvitationShown,
    MemberItem,
    MemberPage,
    MembershipForm,
    PasswordForm,
    SecondStepAsked,
    SignInForm,
    SlipsForm,
    SwitchForm,
    UnitForm,
    UnitPage,
    UnitRecord,
)
from miaopu.people.steps import Asked
from miaopu.settings import Settings

COOKIE = "miaopu_refresh"
# By it a device is known again; it opens nothing. Browsers keep no cookie longer than 400 days.
DEVICE_COOKIE = "miaopu_device"
DEVICE_LIFE = 400 * 24 * 3600
DEVICE_LENGTH = len(tokens.new_secret()[0])


# A cookie is given, renewed and taken away here, so only pages of the platform's own may call.
auth = Room(prefix="/auth", tags=["auth"], route_class=Unkept, dependencies=[Depends(own_page)])
public = Room(prefix="/public", tags=["public"], route_class=Unkept)
router = Room(tags=["people"], route_class=Door)
slips = Room(tags=["people"], route_class=Unkept)


def entry_of(request: Request) -> Entry:
    """What a sign-in leans on; a device that brings no secret yet is given one (`grant`)."""
    state = request.app.state
    secret = cookies.read(request, DEVICE_COOKIE) or ""
    if len(secret) != DEVICE_LENGTH:
        secret = request.state.device = getattr(request.state, "device", None) or tokens.new_secret()[0]
    device = Device(request.headers.get("user-agent", ""), address_of(request), secret)
    former = cookies.read(request, COOKIE)
    return Entry(request.state.session, state.database, state.vault, state.settings, device, former)


def grant(request: Request, response: Response, granted: sessions.Granted) -> AccessGranted:
    """The answer of a sign-in: the access token in the body, the refresh token in its cookie."""
    # A family that goes on in another role keeps the refresh token it has.
    if granted.refresh:
        cookies.keep(request, response, COOKIE, granted.refresh, int(sessions.SIGN_IN_LIFE.total_seconds()))
    if device := getattr(request.state, "device", None):
        cookies.keep(request, response, DEVICE_COOKIE, device, DEVICE_LIFE)
    return _token(request, granted)


def answer(request: Request, response: Response, found: sessions.Granted | Asked) -> AccessGranted | SecondStepAsked:
    """The answer of whatever may ask for a second step first."""
    if isinstance(found, Asked):
        return SecondStepAsked.model_validate(found, from_attributes=True)
    if found.refresh and cookies.read(request, COOKIE):
        # The browser's former sign-in is over.
        request.app.state.ended.look_again()
    return grant(request, response, found)


def _token(request: Request, granted: sessions.Granted) -> AccessGranted:
    actor = granted.actor
    return AccessGranted(
        access_token=tokens.issue(request.app.state.keys, actor, granted.sign_in_id),
        expires_in=tokens.LIFETIME,
        membership_id=actor.membership_id,
        role=actor.role,
    )


@auth.post("/sign-in", operation_id="auth_sign_in")
async def sign_in(request: Request, response: Response, form: SignInForm) -> AccessGranted | SecondStepAsked:
    """Sign in with login and password; where a second step is asked for, the answer says which."""
    return answer(request, response, await entry.sign_in(entry_of(request), form))


@auth.post("/refresh", operation_id="auth_refresh")
async def refresh(request: Request, response: Response) -> AccessGranted:
    """The next access token, by the refresh cookie, which is replaced."""
    secret = cookies.read(request, COOKIE)
    if secret is None:
        raise Problem("unauthenticated", 401)
    state = request.app.state
    granted = await sessions.refresh(request.state.session, state.database, secret, state.settings)
    return grant(request, response, granted)


@auth.post("/switch", operation_id="auth_switch")
async def switch(
    request: Request, response: Response, tx: Writing, form: SwitchForm
) -> AccessGranted | SecondStepAsked:
    """Act through another of one's memberships; where its role needs a second step, the answer asks for it."""
    found = await second_step.switch(entry_of(request), tx.actor, form.membership_id, form.cycle_id)
    return answer(request, response, found)


@auth.post("/sign-out", operation_id="auth_sign_out")
async def sign_out(request: Request, response: Response) -> Done:
    """End this sign-in."""
    await sessions.sign_out(request.state.session, cookies.read(request, COOKIE))
    request.app.state.ended.look_again()
    cookies.drop(request, response, COOKIE)
    return Done()


@auth.post("/sign-out-everywhere", operation_id="auth_sign_out_everywhere")
async def sign_out_everywhere(request: Request, response: Response, tx: Writing) -> Done:
    """End every sign-in of this account, on all devices."""
    await sessions.sign_out_everywhere(tx.session, tx.actor.account_id)
    request.app.state.ended.look_again()
    cookies.drop(request, response, COOKIE)
    return Done()


@auth.post("/password", operation_id="auth_change_password")
async def change_password(request: Request, tx: Writing, form: PasswordForm) -> Done:
    """Change one's password; other devices are signed out."""
    state = request.app.state
    await sessions.change_password(tx.session, state.database, tx.actor.account_id, form, tx.actor.sign_in_id)
    state.ended.look_again()
    return Done()


@public.get("/invitations/{token}", operation_id="invitations_show", response_model=InvitationShown)
async def show_invitation(reads: PublicReads, token: str) -> Response:
    """What an invitation is for, before accepting it."""
    return await reads.record(queries.invitation_record(), token_hash=tokens.secret_hash(token))


@public.post("/invitations/{token}/accept", operation_id="invitations_accept", dependencies=[Depends(own_page)])
async def accept(request: Request, response: Response, token: str, form: AcceptForm) -> AccessGranted | SecondStepAsked:
    """Accept an invitation: choose login and password, and be signed in, after setting up what the role needs."""
    account = await service.accept(request.state.session, token, form)
    return answer(request, response, await entry.admit(entry_of(request), account))


@router.post("/invitations", operation_id="invitations_create", status_code=201, **needs(Permission.ACCOUNT_INVITE))
async def invite(request: Request, tx: Writing, form: InvitationForm) -> InvitationMade:
    """Invite a person into one's unit or one directly below it."""
    settings: Settings = request.app.state.settings
    invitation, secret = await service.invite(tx, form, demo=settings.demo)
    return InvitationMade.of(invitation, secret, settings.public_url)


@router.post("/memberships", operation_id="memberships_create", status_code=201, **needs(Permission.ACCOUNT_INVITE))
async def add_membership(tx: Writing, form: MembershipForm) -> Created:
    """Give one more role to somebody who already has an account."""
    made = await service.add_membership(tx, form)
    return Created(id=made.id, version=made.version)


@router.post("/memberships/{membership_id}/end", operation_id="memberships_end", **needs(Permission.ACCOUNT_INVITE))
async def end_membership(request: Request, tx: Writing, membership_id: uuid.UUID) -> Done:
    """End a role."""
    await service.end_membership(tx, membership_id)
    request.app.state.ended.look_again()
    return Done()


@router.get(
    "/memberships", operation_id="memberships_list", response_model=MemberPage, **needs(Permission.ACCOUNT_READ)
)
async def list_members(
    reads: Reading,
    page: Page,
    role: Annotated[Role | None, Query()] = None,
    unit: Annotated[uuid.UUID | None, Query()] = None,
    account_state: Annotated[AccountState | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """People and their roles, as far as one sees them."""
    given = {"role": role, "unit": unit, "account_state": account_state, "q": q}
    shape = frozenset(name for name, value in given.items() if value is not None)
    sql = queries.members_page(reads.actor.role, shape)
    return await reads.page(sql, page, member_role=role, unit=unit, account_state=account_state, q=q)


@router.get(
    "/memberships/{membership_id}",
    operation_id="memberships_get",
    response_model=MemberItem,
    **needs(Permission.ACCOUNT_READ),
)
async def get_member(reads: Reading, membership_id: uuid.UUID) -> Response:
    """One person's role in a unit."""
    return await reads.record(queries.member_record(reads.actor.role), id=membership_id)


@router.post("/units", operation_id="units_create", status_code=201, **needs(Permission.UNIT_FOUND))
async def found_unit(tx: Writing, form: UnitForm) -> Created:
    """Found a unit below one's own."""
    made = await service.found_unit(tx, form)
    return Created(id=made.id, version=made.version)


@router.get("/units", operation_id="units_list", response_model=UnitPage, **needs(Permission.UNIT_READ))
async def list_units(
    reads: Reading,
    page: Page,
    kind: Annotated[UnitKind | None, Query()] = None,
    city: Annotated[uuid.UUID | None, Query()] = None,
    parent: Annotated[uuid.UUID | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=40)] = None,
    sort: Annotated[queries.UnitSort, Query()] = "name",
) -> Response:
    """Units."""
    given = {"kind": kind, "city": city, "parent": parent, "q": q}
    shape = frozenset(name for name, value in given.items() if value is not None)
    return await reads.page(queries.units_page(reads.actor.role, shape, sort), page, **given)


@router.get("/units/{unit_id}", operation_id="units_get", response_model=UnitRecord, **needs(Permission.UNIT_READ))
async def get_unit(reads: Reading, unit_id: uuid.UUID) -> Response:
    """One unit."""
    return await reads.record(queries.unit_record(reads.actor.role), id=unit_id)


@slips.post(
    "/invitations/slips",
    operation_id="invitations_slips",
    **needs(Permission.ACCOUNT_INVITE),
    **sends(XLSX),
)
async def invitation_slips(request: Request, tx: Writing, form: SlipsForm) -> Response:
    """A workbook with a fresh one-time link for everybody of a role in a unit who has not joined; older links end."""
    made = await service.slips(tx, form.unit_id, form.role)
    language = language_of(request.headers.get("accept-language"))
    headers = [say(language, f"slips.{column}", {}) for column in ("name", "link")]
    public_url = request.app.state.settings.public_url
    rows = [(name, f"{public_url}/i/{secret}") for name, secret in made]
    return download(write_rows(headers, rows, language=language), f"{say(language, 'slips.file', {})}.xlsx", XLSX)
