"""Paths of the second step, of one's own sign-ins and factor, and of the help for somebody who cannot get in."""

import io
import uuid

import segno
from fastapi import Request, Response

from miaopu.core.door import Unkept
from miaopu.core.read import PublicReads
from miaopu.core.room import Room
from miaopu.people import resets, second_step, sessions, sign_in_queries, standing, tokens
from miaopu.people.acting import Reading, Writing, needs
from miaopu.people.devices import plain
from miaopu.people.idle import idle_after
from miaopu.people.permissions import Permission
from miaopu.people.router import entry_of, grant
from miaopu.people.schemas import AccessGranted, Done, SecondStepAsked
from miaopu.people.sign_in_schemas import (
    CodeForm,
    FactorConfirmed,
    FactorSecret,
    FactorState,
    NewPasswordForm,
    ProofForm,
    ReasonForm,
    RecoveryCodes,
    RemoveForm,
    ResetLinkMade,
    ResetLinkShown,
    SetUpForm,
    SignInItem,
    SignIns,
    StepForm,
    TokenForm,
)

QR_SCALE = 5

auth = Room(prefix="/auth", tags=["auth"], route_class=Unkept)
public = Room(prefix="/public", tags=["public"], route_class=Unkept)
accounts = Room(prefix="/accounts", tags=["people"], route_class=Unkept)


@public.post("/second-step", operation_id="second_step_prove")
async def prove(request: Request, response: Response, form: StepForm) -> AccessGranted:
    """Answer the second step with a code of the authenticator, or a recovery code."""
    granted = await second_step.prove(entry_of(request), form.token, form.code)
    request.app.state.ended.look_again()
    return grant(request, response, granted)


@public.post("/second-step/set-up", operation_id="second_step_set_up")
async def set_up(request: Request, form: TokenForm) -> FactorSecret:
    """What the authenticator needs; kept nowhere, asked for in a body, so that it is in no address."""
    made = await second_step.begin_set_up(entry_of(request), form.token)
    picture = io.BytesIO()
    segno.make(made.uri, micro=False).save(picture, kind="svg", scale=QR_SCALE, xmldecl=False, light="white")
    return FactorSecret(secret=made.secret, uri=made.uri, qr=picture.getvalue().decode())


@public.post("/second-step/confirm", operation_id="second_step_confirm")
async def confirm(request: Request, response: Response, form: StepForm) -> FactorConfirmed:
    """The authenticator shows the right code: the factor counts, and the sign-in goes on."""
    done = await second_step.confirm_set_up(entry_of(request), form.token, form.code)
    request.app.state.ended.look_again()
    return FactorConfirmed(recovery_codes=done.recovery_codes, granted=grant(request, response, done.granted))


@auth.get("/second-factor", operation_id="second_factor_get", **needs(Permission.SELF))
async def factor(request: Request, reads: Reading) -> FactorState:
    """One's own second factor."""
    found = await reads.rows(sign_in_queries.own_factor())
    async with request.app.state.database.session() as session:
        roles = request.app.state.settings.two_step_roles
        needed = await second_step.is_needed(session, reads.actor.account_id, roles)
    return FactorState(
        set_up_at=found[0]["set_up_at"] if found else None,
        recovery_left=found[0]["left"] if found else 0,
        needed=needed,
    )


@auth.post("/second-factor", operation_id="second_factor_ask", **needs(Permission.SELF))
async def ask_set_up(request: Request, tx: Writing, form: SetUpForm) -> SecondStepAsked:
    """Set up a factor, or another one."""
    asked = await second_step.ask_set_up(entry_of(request), tx.actor, form.password, form.code)
    return SecondStepAsked.model_validate(asked, from_attributes=True)


@auth.post("/second-factor/remove", operation_id="second_factor_remove", **needs(Permission.SELF))
async def remove(request: Request, tx: Writing, form: RemoveForm) -> Done:
    """Go without a second factor again, where no role needs it."""
    await second_step.remove(entry_of(request), tx.actor, form.password, form.code)
    request.app.state.ended.look_again()
    return Done()


@auth.post("/second-factor/recovery-codes", operation_id="second_factor_recovery", **needs(Permission.SELF))
async def renew(request: Request, tx: Writing, form: CodeForm) -> RecoveryCodes:
    """New recovery codes; the old ones count no more."""
    codes = await second_step.renew_recovery(entry_of(request), tx.actor, form.code)
    request.app.state.ended.look_again()
    return RecoveryCodes(recovery_codes=codes)


@auth.get("/sign-ins", operation_id="sign_ins_list", **needs(Permission.SELF))
async def list_sign_ins(request: Request, reads: Reading) -> SignIns:
    """One's own sign-ins on all devices."""
    state = request.app.state
    async with state.database.session() as session:
        rests = await idle_after(session, reads.actor.account_id, state.settings)
        fresh = await second_step.is_fresh(session, reads.actor.sign_in_id, state.settings)
    items = []
    for row in await reads.rows(sign_in_queries.own_sign_ins(), rests=rests):
        browser, system = plain(row["agent"])
        given = {name: row[name] for name in ("id", "address", "created_at", "last_used_at")}
        current = row["id"] == reads.actor.sign_in_id
        items.append(SignInItem(browser=browser, system=system, current=current, **given))
    return SignIns(items=items, proof_needed=not fresh)


@auth.post("/sign-ins/end-others", operation_id="sign_ins_end_others", **needs(Permission.SELF))
async def end_others(request: Request, tx: Writing, form: ProofForm) -> Done:
    """End every sign-in of this account but this one."""
    await second_step.prove_again(entry_of(request), tx.actor, form.password)
    await sessions.end_others(tx.session, tx.actor.account_id, tx.actor.sign_in_id)
    request.app.state.ended.look_again()
    return Done()


@auth.post("/sign-ins/{sign_in_id}/end", operation_id="sign_ins_end", **needs(Permission.SELF))
async def end(request: Request, tx: Writing, sign_in_id: uuid.UUID, form: ProofForm) -> Done:
    """End one of one's own sign-ins."""
    # What is not there is said first; a proof that fails takes the ending back with the whole request.
    await sessions.end_one(tx.session, tx.actor.account_id, sign_in_id)
    await second_step.prove_again(entry_of(request), tx.actor, form.password)
    request.app.state.ended.look_again()
    return Done()


@accounts.post("/{account_id}/reset-link", operation_id="accounts_reset_link", **needs(Permission.ACCOUNT_RESET))
async def reset_link(request: Request, tx: Writing, account_id: uuid.UUID, form: ReasonForm) -> ResetLinkMade:
    """A one-time link by which somebody of one's own people chooses a new password."""
    state = request.app.state
    link, secret = await resets.make_link(tx, state.vault, account_id, form.reason)
    return ResetLinkMade(link=f"{state.settings.public_url}/r/{secret}", expires_at=link.expires_at)


@accounts.post("/{account_id}/reset-factor", operation_id="accounts_reset_factor", **needs(Permission.ACCOUNT_RESET))
async def reset_factor(request: Request, tx: Writing, account_id: uuid.UUID, form: ReasonForm) -> Done:
    """Take away the second factor of somebody of one's own people who has lost it."""
    await resets.reset_factor(tx, request.app.state.vault, account_id, form.reason)
    request.app.state.ended.look_again()
    return Done()


@accounts.post("/{account_id}/disable", operation_id="accounts_disable", **needs(Permission.ACCOUNT_DISABLE))
async def disable(request: Request, tx: Writing, account_id: uuid.UUID, form: ReasonForm) -> Done:
    """Let nobody in by an account any more, and end every sign-in of it."""
    await standing.disable(tx, request.app.state.vault, account_id, form.reason)
    request.app.state.ended.look_again()
    return Done()


@accounts.post("/{account_id}/enable", operation_id="accounts_enable", **needs(Permission.ACCOUNT_DISABLE))
async def enable(request: Request, tx: Writing, account_id: uuid.UUID, form: ReasonForm) -> Done:
    """Open an account again that was disabled."""
    await standing.enable(tx, request.app.state.vault, account_id, form.reason)
    return Done()


@public.get("/reset-links/{token}", operation_id="reset_links_show", response_model=ResetLinkShown)
async def show_link(reads: PublicReads, token: str) -> Response:
    """Whose password a link is for."""
    return await reads.record(sign_in_queries.reset_link_record(), token_hash=tokens.secret_hash(token))


@public.post("/reset-links/{token}", operation_id="reset_links_use")
async def use_link(request: Request, token: str, form: NewPasswordForm) -> Done:
    """Choose a new password by a link; the sign-in then asks as always."""
    await resets.take_up(request.state.session, request.app.state.vault, token, form.password)
    request.app.state.ended.look_again()
    return Done()
