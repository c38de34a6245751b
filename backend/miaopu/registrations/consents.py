"""A guardian's consent: asked by the student, given by a one-time link (PIPL 14, 31; S-rows on minors)."""

import json
import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.secrets import Vault
from miaopu.notices.models import OutboxMessage
from miaopu.notices.service import tell
from miaopu.people import password_rules, passwords
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.identity import phone_index
from miaopu.people.models import Account, Membership
from miaopu.people.names import sort_key
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.people.service import account_by_login
from miaopu.people.tokens import new_secret, secret_hash
from miaopu.people.tries import ask_tries, tries_over
from miaopu.programme.queries import load
from miaopu.registrations.models import Consent, Registration
from miaopu.registrations.queries import visible
from miaopu.registrations.schemas import ConsentAsk, ConsentForm
from miaopu.registrations.words import keep_text
from miaopu.registrations.words_texts import in_force

LINK_LIFE = timedelta(days=7)


async def ask(
    tx: Tx, vault: Vault, registration_id: uuid.UUID, form: ConsentAsk, public_url: str
) -> tuple[Consent, str, str]:
    """Ask a guardian: a link goes to the outbox, for their phone. Returns consent, token and link. Raises 404, 409."""
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, Permission.REGISTRATION_WRITE)
    if registration.state != "draft":
        raise Problem("wrong_state", 409, state=registration.state)
    secret, token_hash = new_secret()
    link = f"{public_url}/consent/{secret}"
    consent = Consent(
        id=new_id(),
        registration_id=registration.id,
        guardian_name=form.guardian_name,
        relation=form.relation,
        phone_sealed=vault.seal(form.phone),
        phone_index=phone_index(vault, form.phone),
        token_hash=token_hash,
        text_version=(await in_force(tx.session, registration.cycle_id)).version,
        asked_at=clock.now(),
        expires_at=clock.now() + LINK_LIFE,
    )
    tx.session.add(consent)
    audit.note(tx.session, consent, Act("registration.ask_consent"))
    tx.session.add(
        OutboxMessage(
            channel="sms",
            to_name=form.guardian_name,
            kind="registration.ask_consent",
            sealed=vault.seal(json.dumps({"phone": form.phone, "link": link}, ensure_ascii=False)),
            thing_type="registration",
            thing_id=registration.id,
        )
    )
    await tx.session.flush()
    return consent, secret, link


async def give(
    session: AsyncSession, database: Database, token: str, form: ConsentForm, address: str, *, demo: bool
) -> Registration:
    """The guardian agrees; text version, time and address are kept. Raises 404 for a link that cannot be used."""
    consent = await session.scalar(select(Consent).where(Consent.token_hash == secret_hash(token)).with_for_update())
    if consent is None or consent.expires_at <= clock.now() or consent.given_at is not None:
        raise not_found()
    registration = await session.get(Registration, consent.registration_id)
    assert registration is not None
    account = await _guardian_account(session, database, registration, consent, form, demo=demo)
    audit.act_as(session, audit.Who(account.id if account else None, None, Role.GUARDIAN.value))
    # What is agreed to is the text that was shown just now, whatever it was when the link was sent.
    text = await in_force(session, registration.cycle_id)
    consent.text_version, consent.text_digest = text.version, await keep_text(session, text)
    consent.given_at, consent.address = clock.now(), address
    consent.publication, consent.national_programme = form.publication, form.national_programme
    audit.note(session, consent, Act("registration.give_consent"))
    if account is not None:
        registration.guardian_account_id = account.id
        audit.note(session, registration, Act("registration.link_guardian"))
    await session.flush()
    await tell(
        session,
        [registration.account_id],
        "registration.give_consent",
        thing_type="registration",
        thing_id=registration.id,
        cycle_id=registration.cycle_id,
        title=registration.number,
    )
    return registration


async def _guardian_account(
    session: AsyncSession,
    database: Database,
    registration: Registration,
    consent: Consent,
    form: ConsentForm,
    *,
    demo: bool,
) -> Account | None:
    """A new account, or the guardian's own of an earlier year or another child (P5), by its password."""
    if form.login is None or form.password is None:
        return None
    known = await account_by_login(session, form.login)
    if known is not None:
        # Tries are counted as at the sign-in: this page must not be a way around that.
        await ask_tries(database, form.login)
        right = await passwords.matches(form.password, known.password_hash)
        # Nobody is the guardian of themselves.
        if not right or not known.active or known.id == registration.account_id:
            raise invalid(FieldError("/login", "login_taken"))
        await tries_over(database, form.login)
        await _guards(session, known, registration)
        return known
    name, name_key = consent.guardian_name, sort_key(consent.guardian_name)
    account = Account(
        id=new_id(),
        login=form.login,
        name=name,
        name_key=name_key,
        password_hash=await password_rules.fresh(
            form.password, "/password", password_rules.of_person(form.login, name, name_key)
        ),
        demo=demo,
    )
    session.add(account)
    await session.flush()
    await _guards(session, account, registration)
    return account


async def _guards(session: AsyncSession, account: Account, registration: Registration) -> None:
    """The account acts as a guardian at the child's school; once, however many children are there."""
    facts = {"account_id": account.id, "role": Role.GUARDIAN.value, "unit_id": registration.school_id}
    there = select(Membership.id).filter_by(**facts, cycle_id=None, ended_at=None)
    if await session.scalar(there) is None:
        session.add(Membership(**facts))
        await session.flush()
