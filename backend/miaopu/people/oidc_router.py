"""Paths of single sign-on: the universities' providers, the way there and back, one's own links."""

import uuid

from fastapi import Depends, Request, Response

from miaopu.core import cookies
from miaopu.core.audit import Act, record
from miaopu.core.door import Unkept
from miaopu.core.origins import own_page
from miaopu.core.problem import Problem
from miaopu.core.read import Created, PublicReads
from miaopu.core.room import Room
from miaopu.people import entry, joining, oidc, oidc_queries, oidc_service, second_step, tokens
from miaopu.people.acting import Reading, Writing, checking, needs
from miaopu.people.oidc_schemas import (
    SsoAddress,
    SsoChoices,
    SsoFinishForm,
    SsoForm,
    SsoIdentityList,
    SsoLinkForm,
    SsoProviderList,
    SsoStartForm,
    VersionForm,
)
from miaopu.people.permissions import Permission
from miaopu.people.router import answer, entry_of
from miaopu.people.schemas import AccessGranted, Done, SecondStepAsked

COOKIE = "miaopu_sso"

public = Room(prefix="/public/sso", tags=["auth"], route_class=Unkept)
providers = Room(prefix="/sso-providers", tags=["people"], route_class=Unkept)
own = Room(prefix="/me/sso", tags=["auth"], route_class=Unkept)
# Behind a cookie, and reachable without an account: the platform's own pages only, and not without end.
GUARDED = [Depends(own_page), Depends(checking)]


def _remember(request: Request, response: Response, flow: str) -> None:
    cookies.keep(request, response, COOKIE, flow, oidc.FLOW_SECONDS)


@public.get("/providers", operation_id="sso_choices", response_model=SsoChoices)
async def choices(reads: PublicReads) -> Response:
    """The universities by whose own sign-in one can come in."""
    return await reads.list(oidc_queries.choices_list())


@public.post("/start", operation_id="sso_start", dependencies=GUARDED)
async def start(request: Request, response: Response, form: SsoStartForm) -> SsoAddress:
    """Where to send the browser to sign in at the university."""
    state = request.app.state
    provider = await oidc_service.working(request.state.session, form.provider_id)
    address, flow = await oidc.begin(state.sso, state.settings, state.vault, provider, None)
    _remember(request, response, flow)
    return SsoAddress(address=address)


@public.post("/finish", operation_id="sso_finish", dependencies=GUARDED)
async def finish(request: Request, response: Response, form: SsoFinishForm) -> AccessGranted | SecondStepAsked:
    """Come in with what the university's sign-in sent back, after the second step where one is asked for."""
    state, session = request.app.state, request.state.session
    flow = oidc.opened(state.vault, cookies.read(request, COOKIE), form.state)
    if flow.account_id or flow.invitation:
        # A way begun for something else does not end as a sign-in.
        raise Problem("sso_failed", 400)
    provider = await oidc_service.working(session, uuid.UUID(flow.provider_id))
    who = await oidc.finish(state.sso, state.settings, state.vault, provider, flow, code=form.code, issuer=form.iss)
    account = await oidc_service.account_of(session, provider, who)
    found = await entry.admit(entry_of(request), account)
    record(session, Act("account.sso_used"), "account", account.id, unit_id=str(provider.unit_id))
    cookies.drop(request, response, COOKIE)
    return answer(request, response, found)


@public.post("/invitations/{token}", operation_id="sso_join_start", dependencies=GUARDED)
async def join_start(request: Request, response: Response, token: str) -> SsoAddress:
    """Where to send the browser to accept an invitation by the university's sign-in."""
    state = request.app.state
    provider = await joining.provider_for(request.state.session, token)
    address, flow = await oidc.begin(
        state.sso, state.settings, state.vault, provider, invitation=tokens.secret_hash(token)
    )
    _remember(request, response, flow)
    return SsoAddress(address=address)


@public.post("/join", operation_id="sso_join", dependencies=GUARDED)
async def join(request: Request, response: Response, form: SsoFinishForm) -> AccessGranted | SecondStepAsked:
    """Accept the invitation with what the university's sign-in sent back; the second step is asked for as always."""
    state, session = request.app.state, request.state.session
    flow = oidc.opened(state.vault, cookies.read(request, COOKIE), form.state)
    provider = await oidc_service.working(session, uuid.UUID(flow.provider_id))
    who = await oidc.finish(state.sso, state.settings, state.vault, provider, flow, code=form.code, issuer=form.iss)
    account = await joining.join(session, provider, flow, who)
    found = await entry.admit(entry_of(request), account)
    cookies.drop(request, response, COOKIE)
    return answer(request, response, found)


@providers.get("", operation_id="sso_providers_list", response_model=SsoProviderList, **needs(Permission.SSO_READ))
async def list_providers(reads: Reading) -> Response:
    """The universities' providers, as far as one sees them."""
    return await reads.list(oidc_queries.providers_list(reads.actor.role))


@providers.put("/{unit_id}", operation_id="sso_providers_name", **needs(Permission.SSO_SET))
async def name(request: Request, tx: Writing, unit_id: uuid.UUID, form: SsoForm) -> Created:
    """Say where a university's people sign in."""
    state = request.app.state
    made = await oidc_service.name_provider(tx, state.vault, state.sso, unit_id, form)
    return Created(id=made.id, version=made.version)


@providers.post("/{provider_id}/confirm", operation_id="sso_providers_confirm", **needs(Permission.SSO_CONFIRM))
async def confirm(tx: Writing, provider_id: uuid.UUID, form: VersionForm) -> Created:
    """Let a university's people in by the provider it named."""
    made = await oidc_service.confirm(tx, provider_id, form.version)
    return Created(id=made.id, version=made.version)


@own.get("", operation_id="sso_own_list", response_model=SsoIdentityList, **needs(Permission.SELF))
async def own_links(reads: Reading) -> Response:
    """My identities at universities."""
    return await reads.list(oidc_queries.own_identities())


@own.post("/start", operation_id="sso_link_start", **needs(Permission.SELF))
async def link_start(request: Request, response: Response, tx: Writing, form: SsoLinkForm) -> SsoAddress:
    """Where to send the browser to show who I am at my university, once the password has shown who I am here."""
    state = request.app.state
    provider = await oidc_service.of_own_unit(tx, form.provider_id)
    await second_step.prove_password(entry_of(request), tx.actor.account_id, form.password)
    address, flow = await oidc.begin(state.sso, state.settings, state.vault, provider, tx.actor.account_id)
    _remember(request, response, flow)
    return SsoAddress(address=address)


@own.post("", operation_id="sso_link", status_code=201, **needs(Permission.SELF))
async def link(request: Request, response: Response, tx: Writing, form: SsoFinishForm) -> Created:
    """Link my account with what the university's sign-in sent back."""
    state = request.app.state
    flow = oidc.opened(state.vault, cookies.read(request, COOKIE), form.state)
    provider = await oidc_service.of_own_unit(tx, uuid.UUID(flow.provider_id))
    who = await oidc.finish(state.sso, state.settings, state.vault, provider, flow, code=form.code, issuer=form.iss)
    made = await oidc_service.link(tx, provider, flow, who)
    cookies.drop(request, response, COOKIE)
    return Created(id=made.id, version=made.version)


@own.delete("/{identity_id}", operation_id="sso_unlink", **needs(Permission.SELF))
async def unlink(tx: Writing, identity_id: uuid.UUID) -> Done:
    """Take my link with a university away."""
    await oidc_service.unlink(tx, identity_id)
    return Done()
