"""Which passwords are taken, wherever one is chosen."""

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import func, select, text

from miaopu.core import audit
from miaopu.people import password_rules
from miaopu.people.models import Account
from miaopu.people.password_rules import refusal
from miaopu.people.service import first_account

KNOWN = ("wuyun", "乌云", "wu yun", "wu", "yun", "hohhot", "呼和浩特市管理办公室")


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("password", "password_common"),
        ("PassWord1!", "password_common"),
        ("12345678", "password_common"),
        ("iloveyou2024", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("12121212121212", "password_common"),
        ("Miaopu-2024", "password_context"),
        ("苗圃苗圃苗圃2024", "password_context"),
        ("wuyun19990101", "password_context"),
        ("WuYun@hohhot", "password_context"),
        ("乌云乌云1234", "password_context"),
        # A name may stand in a password that has something of its own too.
        ("wuyun rides a grey horse", None),
        ("a long enough password", None),
        ("草原上的七匹马", None),
        ("83912750464", None),
        (" \t~\u200b🐎🐎 gallop ", None),
    ],
)
def test_a_password_is_refused_by_the_rule_it_breaks(password: str, rule: str | None) -> None:
    assert refusal(password, KNOWN) == rule


def test_the_common_passwords_that_are_long_enough_are_more_than_the_three_thousand_asked_for() -> None:
    common = [word for word in password_rules._common() if len(word) >= password_rules.SHORTEST]
    assert len(common) > 3000
    assert all(refusal(word) == "password_common" for word in common)


async def _link(app: FastAPI) -> str:
    async with app.state.database.session() as session:
        return await first_account(session, unit_code="autonomous", unit_name="办公室", name="乌云", demo=False)


async def test_an_invitation_and_a_change_say_which_rule_a_password_breaks(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    path = f"/public/invitations/{await _link(app)}/accept"

    async def refused(password: str) -> tuple[str, str]:
        answer = await client.post(path, json={"login": "qilian", "password": password})
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert fault["message"] != fault["code"]
        return fault["pointer"], fault["code"]

    assert await refused("short") == ("/password", "string_too_short")
    assert await refused("sunshine") == ("/password", "password_common")
    # The login just chosen, the name's pinyin, the unit's code.
    assert await refused("qilian-12345") == ("/password", "password_context")
    assert await refused("wuyun#2012") == ("/password", "password_context")
    assert await refused("autonomous99") == ("/password", "password_context")
    assert await refused("x" * 129) == ("/password", "string_too_long")
    longest = "马" * 64 + " 1a" * 21 + "!"
    assert len(longest) == 128
    joined = await client.post(path, json={"login": "qilian", "password": longest})
    assert joined.status_code == 200
    headers = {"authorization": f"Bearer {joined.json()['access_token']}"}
    form = {"old_password": longest, "new_password": "Qilian.2025"}
    changed = await client.post("/auth/password", json=form, headers=headers)
    assert [(e["pointer"], e["code"]) for e in changed.json()["errors"]] == [("/new_password", "password_context")]
    # Nothing was cut off: the first 127 characters are another password.
    for password, status in ((longest[:-1], 401), (longest, 200)):
        answer = await client.post("/auth/sign-in", json={"login": "qilian", "password": password})
        assert answer.status_code == status


async def test_a_hash_of_weaker_parameters_is_made_anew_at_the_next_sign_in_and_only_then(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    form = {"login": "qilian", "password": "a long enough password"}
    await client.post(f"/public/invitations/{await _link(app)}/accept", json=form)
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(form["password"])

    async def kept(which: str = "password_hash") -> str:
        async with app.state.database.engine.connect() as connection:
            return str(await connection.scalar(text(f"SELECT {which} FROM accounts WHERE login = 'qilian'")))

    strong = await kept()
    async with app.state.database.session() as session:
        account = await session.scalar(select(Account).where(Account.login == "qilian"))
        assert account is not None
        account.password_hash = weak
        await audit.commit(session)
    assert (await client.post("/auth/sign-in", json={**form, "password": "not it"})).status_code == 401
    assert await kept() == weak
    assert (await client.post("/auth/sign-in", json=form)).status_code == 200
    renewed = await kept()
    assert renewed.rpartition("$")[0].rpartition("$")[0] == strong.rpartition("$")[0].rpartition("$")[0]
    assert renewed not in (weak, strong)
    assert (await client.post("/auth/sign-in", json=form)).status_code == 200
    assert await kept() == renewed
    async with app.state.database.session() as session:
        acts = select(func.count()).where(audit.AuditEntry.action == "account.hash_renewed")
        assert await session.scalar(acts) == 1
        assert await audit.broken_links(session) == []
        whole = str(await session.scalar(text("SELECT string_agg(e::text, ' ') FROM audit_entries e")))
    for secret in (weak, strong, renewed):
        assert secret.rpartition("$")[2] not in whole
