"""The door every request comes through: transactions, keys of intention, versions, windows, problems, languages."""

import ast
import base64
import re
import uuid
from pathlib import Path

import asyncpg
import pytest
from fastapi import FastAPI

import miaopu
from miaopu.core.problem import words
from miaopu.people.roles import Role
from seeded import Headers, World, turn_to

BACKEND = Path(miaopu.__file__).parent
# Words of papers, whose sentences are put together differently in each language.
PAPER = ("document", "letter", "ticket", "paper_date")


@pytest.fixture
def at(at: World) -> World:
    """An open cycle, in the window of the nominations."""
    turn_to("2023-12-12T10:00:00", at.plan)
    return at


def nomination(at: World, name: str = "苏和") -> dict[str, str]:
    """A complete nomination."""
    standing = next(s.code for s in at.plan.mentors.standings if not s.reason_required)
    return {"subject": "physics", "name": name, "standing": standing, "degree": "doctor", "title": "教授"}


async def university(at: World) -> Headers:
    """Somebody of a university that offers physics."""
    return (await at.person(Role.UNIVERSITY, "imnu"))[0]


async def test_what_was_answered_is_committed(at: World) -> None:
    headers = await university(at)
    made = await at.client.post("/nominations", json=nomination(at), headers=headers)
    assert made.status_code == 201
    # The reads' pool is another connection: it sees committed rows only.
    seen = await at.client.get(f"/nominations/{made.json()['id']}", headers=headers)
    assert seen.status_code == 200


async def test_a_refused_request_leaves_nothing_behind(at: World) -> None:
    headers = await university(at)
    before = await at.client.get("/nominations", headers=headers)
    refused = await at.client.post("/nominations", json={**nomination(at), "subject": "biology"}, headers=headers)
    assert refused.status_code == 422
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/subject"]
    after = await at.client.get("/nominations", headers=headers)
    assert before.json() == after.json()


async def test_the_reads_pool_cannot_write_whatever_is_sent(app: FastAPI) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await app.state.database.reads.execute("DELETE FROM units")


async def test_the_same_key_gives_the_same_answer_and_one_effect_and_another_body_is_refused(at: World) -> None:
    headers = {**await university(at), "idempotency-key": uuid.uuid4().hex}
    first = await at.client.post("/nominations", json=nomination(at), headers=headers)
    again = await at.client.post("/nominations", json=nomination(at), headers=headers)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await at.client.post("/nominations", json=nomination(at, "牧仁"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await at.client.get("/nominations", headers=headers)).json()["total"] == 1
    # Whoever reads the database reads no answer.
    kept = await at.app.state.database.reads.fetchval("SELECT answer FROM idempotency_keys")
    assert first.content == base64.b64decode(at.app.state.vault.open(kept))
    assert first.json()["id"].encode() not in kept
    assert base64.b64encode(first.content)[:20] not in kept


async def test_whoever_saw_an_old_version_is_told_so(at: World) -> None:
    headers = await university(at)
    made = (await at.client.post("/nominations", json=nomination(at), headers=headers)).json()
    path = f"/nominations/{made['id']}"
    body = {**nomination(at), "title": "研究员", "version": made["version"]}
    assert (await at.client.patch(path, json=body, headers=headers)).status_code == 200
    late = await at.client.patch(path, json=body, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    moved = await at.client.post(f"{path}/actions/recommend", json={"version": made["version"]}, headers=headers)
    assert (moved.status_code, moved.json()["code"]) == (409, "stale")


async def test_outside_its_window_an_act_is_refused_with_the_window(at: World) -> None:
    headers = await university(at)
    turn_to("2024-02-01T10:00:00", at.plan)
    refused = await at.client.post("/nominations", json=nomination(at), headers=headers)
    body = refused.json()
    assert (refused.status_code, body["code"], body["stage"]) == (409, "window_closed", "nomination")
    # In the programme's own time: the last day ends at 24:00, not on the next one.
    assert re.search(r"\d{4}-\d\d-\d\d 00:00 至 \d{4}-\d\d-\d\d 24:00", body["detail"]), body["detail"]
    assert body["opens_at"].startswith("2023-12-10T16:00")


async def test_the_last_second_of_a_window_is_inside_and_the_next_is_not(at: World) -> None:
    headers = await university(at)
    turn_to("2023-12-31T23:59:55", at.plan)
    assert (await at.client.post("/nominations", json=nomination(at), headers=headers)).status_code == 201
    turn_to("2024-01-01T00:00:00", at.plan)
    assert (await at.client.post("/nominations", json=nomination(at, "牧仁"), headers=headers)).status_code == 409


@pytest.mark.parametrize(("language", "title"), [("zh-CN,zh;q=0.9", "填写的内容有误"), ("en-GB,en", None)])
async def test_a_problem_is_rfc_9457_in_the_readers_language(at: World, language: str, title: str | None) -> None:
    headers = {**await university(at), "accept-language": language}
    answer = await at.client.post("/nominations", json={"subject": "physics"}, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code == 422
    assert body["request_id"] == answer.headers["x-request-id"]
    assert {e["pointer"] for e in body["errors"]} >= {"/name", "/degree", "/title"}
    if title:
        assert body["title"] == title
    else:
        assert not re.search(r"[\u4e00-\u9fff]", answer.text)


def codes() -> tuple[set[str], set[str]]:
    """Every problem code and every field code that the backend's source names."""
    problems: set[str] = set()
    fields: set[str] = set()
    for path in BACKEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            given = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id == "Problem" and given and isinstance(node.args[0], ast.Constant):
                problems.add(given[0])
            if node.func.id == "FieldError" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                fields.add(str(node.args[1].value))
    return problems, fields


def test_every_code_has_its_words_in_both_languages() -> None:
    problems, fields = codes()
    assert len(problems) > 40
    assert len(fields) > 20
    for language in ("zh-CN", "en"):
        said = words(language)
        assert {p for p in problems if p not in said} == set(), language
        assert {f for f in fields if f"field.{f}" not in said} == set(), language
    assert set(words("zh-CN")) == set(words("en"))


def test_english_words_hold_no_chinese_and_both_have_the_same_blanks() -> None:
    for code, text in words("en").items():
        assert not re.search(r"[\u4e00-\u9fff]", text) or code.startswith(PAPER), code
        if not code.startswith(PAPER):
            found = {b.split(":")[0] for b in re.findall(r"\{([^}]+)\}", text)}
            there = {b.split(":")[0] for b in re.findall(r"\{([^}]+)\}", words("zh-CN")[code])}
            assert found <= there or there <= found, code
