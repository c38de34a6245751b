"""The installation's secret can be followed by another: nothing is lost, nothing stays under the old one."""

import os
import secrets
import uuid
from pathlib import Path

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import FastAPI
from sqlalchemy import LargeBinary, String, func, select, text

from miaopu import tables
from miaopu.core import passes
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.core.db import new_id
from miaopu.core.resealing import BATCH, Resealed, check, reseal
from miaopu.core.sealing import sealed_columns
from miaopu.core.secrets import Vault
from miaopu.main import make_app, open_state
from miaopu.people.identity import phone_index
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.registrations.models import Consent, Registration
from miaopu.settings import Settings, from_environment
from registrations.test_guardians import asked
from registrations.test_review import registered
from seeded import World, turn_to

NUMBER = "990101200805051233"
PHONE = "19900001111"
# Bytes that no secret made: hashes of tokens, the trail's chain, public halves of keys, kept answers.
PLAIN_BYTES = {
    "audit_entries.hash", "audit_entries.previous", "audit_heads.hash", "idempotency_keys.fingerprint",
    "invitations.token_hash", "refresh_tokens.token_hash", "consents.token_hash",
    "paper_keys.public", "password_links.token_hash", "sign_in_challenges.token_hash", "sign_ins.device_hash",
    "audit_tree_heads.root", "audit_tree_heads.edge", "audit_tree_heads.signature", "audit_tree_nodes.hash",
    "countersigner_keys.public", "countersignatures.raw", "commitments.salt",
    "audit_entries.salt", "audit_entries.digest",
}  # fmt: skip


def old_seal(secret: str, plain: str) -> bytes:
    """As values were sealed before they named their secret."""
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"miaopu seal").derive(bytes.fromhex(secret))
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain.encode(), None)


def test_a_value_opens_under_each_secret_that_is_named_and_under_no_other() -> None:
    first, second = secrets.token_hex(32), secrets.token_hex(32)
    old, both, new = Vault(first), Vault(second, first), Vault(second)
    for sealed in (old.seal(NUMBER), old_seal(first, NUMBER)):
        assert old.open(sealed) == both.open(sealed) == NUMBER
        with pytest.raises(InvalidTag):
            new.open(sealed)
    sealed = both.seal(NUMBER)
    assert new.open(sealed) == NUMBER
    # Neither another mark nor another text passes for it.
    for forged in (old.mark + sealed[7:], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(InvalidTag):
            both.open(forged)
    assert both.indexes("phone", PHONE) == (new.index("phone", PHONE), old.index("phone", PHONE))


def test_what_was_signed_on_paper_under_the_former_secret_is_still_read() -> None:
    first, second, ids = secrets.token_hex(32), secrets.token_hex(32), uuid.uuid4()
    code = passes.sign(Vault(first), "seat", ids)
    assert passes.read(Vault(second, first), "seat", code) == (ids,)
    for wrong in (
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        passes.sign(Vault(secrets.token_hex(32)), "seat", ids),
    ):
        with pytest.raises(Exception, match="pass_invalid"):
            passes.read(Vault(second, first), "seat", wrong)


def test_former_secrets_come_from_the_environment() -> None:
    settings = from_environment({"MIAOPU_SECRET": "ab" * 32, "MIAOPU_FORMER_SECRETS": f"{'cd' * 32},{'ef' * 32}"})
    assert [one.get_secret_value()[:2] for one in settings.former_secrets] == ["cd", "ef"]
    assert "cdcd" not in repr(settings)


def test_every_column_of_bytes_is_declared_sealed_or_known_to_be_none() -> None:
    sealed = {one.name for one in sealed_columns(tables.metadata)}
    every = [column for table in tables.metadata.tables.values() for column in table.columns]
    of_bytes = {f"{c.table.name}.{c.name}" for c in every if isinstance(c.type, LargeBinary)}
    assert of_bytes == sealed | PLAIN_BYTES
    assert not sealed & PLAIN_BYTES
    # A blind index is a text of 64 characters by its name, and says what it is made of.
    named = {f"{c.table.name}.{c.name}" for c in every if c.name.endswith("_index") and isinstance(c.type, String)}
    assert named == {f"{i.table.name}.{i.name}" for one in sealed_columns(tables.metadata) for i, _ in one.indexes}


async def test_after_a_rotation_all_is_equal_found_by_its_index_and_the_former_secret_is_not_needed(
    app: FastAPI, client: httpx.AsyncClient, at: World, tmp_path: Path
) -> None:
    turn_to("2023-12-14T10:00:00", at.plan)
    database, old = app.state.database, app.state.vault
    first = app.state.settings.secret.get_secret_value()
    who, account = await at.person(Role.STUDENT, "no2", "那日苏")
    made = await registered(at, account.name, "draft", account_id=account.id)
    edit = {"version": made.version, "identity_number": NUMBER}
    edited = await client.patch(f"/registrations/{made.id}", json=edit, headers=who)
    assert edited.status_code == 200, edited.text
    await asked(at, client, who, made)
    # More than one batch, in the form of before.
    phones = {new_id(): f"199{n:08d}" for n in range(BATCH + 3)}
    await at.add(
        *(
            Account(
                id=id, login=id.hex, name="某人", name_key="mouren",
                phone_sealed=old_seal(first, phone), phone_index=phone_index(old, phone),
            )
            for id, phone in phones.items()
        )
    )  # fmt: skip

    second = secrets.token_hex(32)
    settings = Settings.model_validate({**app.state.settings.model_dump(), "secret": second, "former_secrets": [first]})
    turned = make_app(settings)
    await open_state(turned, settings)
    both, new = turned.state.vault, Vault(second)
    # Before a single row is sealed anew, the number is already known to be taken.
    other, twin = await at.person(Role.STUDENT, "no2", "双生")
    again = await registered(at, twin.name, "draft", account_id=twin.id)
    transport = httpx.ASGITransport(app=turned)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
        edit = {"version": again.version, "identity_number": NUMBER}
        refused = await http.patch(f"/registrations/{again.id}", json=edit, headers=other)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "identity_taken")

    # Stopped after the first batch, it goes on from there.
    class Stopped(Exception):
        pass

    def stop(line: str) -> None:
        raise Stopped(line)

    with pytest.raises(Stopped, match=f"accounts.phone_sealed: {BATCH}"):
        await reseal(database, both, tables.metadata, stop)
    done = {one.name: one for one in await reseal(database, both, tables.metadata)}
    assert done["accounts.phone_sealed"] == Resealed("accounts.phone_sealed", 3, BATCH + 3, 0)
    for name in (
        "registrations.identity_sealed",
        "consents.phone_sealed",
        "outbox.sealed",
        "signing_keys.private_sealed",
    ):
        assert done[name].total == done[name].rows == 1, name
    assert sum(one.faults for one in done.values()) == 0

    async with database.session() as session:
        found = await session.scalar(
            select(Registration).where(Registration.identity_index == new.index("identity", NUMBER))
        )
        assert found is not None
        assert (found.id, new.open(found.identity_sealed)) == (made.id, NUMBER)
        consent = await session.scalar(select(Consent).where(Consent.phone_index == phone_index(new, PHONE)))
        assert consent is not None
        assert new.open(consent.phone_sealed) == PHONE
        rows = (await session.scalars(select(Account).where(Account.phone_sealed.is_not(None)))).all()
        assert {row.id: new.open(row.phone_sealed) for row in rows if row.phone_sealed} == phones
        told = await session.scalar(select(func.count()).where(AuditEntry.action == "keys.reseal"))
        assert told == len([one for one in done.values() if one.rows]) + 1
        assert await broken_links(session) == []
    # The second secret alone starts the server and opens its keys.
    alone = make_app(Settings.model_validate({**settings.model_dump(), "former_secrets": []}))
    await open_state(alone, alone.state.settings)
    await alone.state.database.close()
    await turned.state.database.close()
    # Once more: nothing is left to do.
    assert all(one.rows == 0 for one in await reseal(database, both, tables.metadata))


async def test_the_check_at_the_end_finds_a_row_that_is_not_sound(app: FastAPI, at: World) -> None:
    vault = app.state.vault
    rows = [
        Account(
            id=new_id(), login=f"phone-{n}", name="某人", name_key="mouren",
            phone_sealed=vault.seal(f"1990000111{n}"), phone_index=phone_index(vault, f"1990000111{n}"),
        )
        for n in range(3)
    ]  # fmt: skip
    rows[1].phone_index = phone_index(vault, "19900009999")
    rows[2].phone_sealed = rows[2].phone_sealed[:-1] + b"?" if rows[2].phone_sealed else None
    await at.add(*rows)
    (phones,) = [one for one in sealed_columns(tables.metadata) if one.name == "accounts.phone_sealed"]
    assert await check(app.state.database, vault, phones) == (3, 2)
    async with app.state.database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM accounts WHERE phone_sealed IS NOT NULL")) == 3
