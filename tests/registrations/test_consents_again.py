"""When the text of the consent changes, families are asked again; what was agreed to stays readable."""

import uuid

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import AuditEntry, broken_links
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from miaopu.registrations.words import digest_of
from miaopu.registrations.words_models import AgreedText, ConsentWord
from personal.test_reveals import Family, family, signed
from registrations.test_guardians import FORM, asked
from registrations.test_review import registered
from seeded import Headers, World

__all__ = ["family"]
NEW = {
    "version": "2024-2",
    "zh": "本人已了解新增的校外实践，同意该学生继续参加。",
    "en": "I know of the camp in summer and agree to the student's going on.",
    "changes_zh": "新增：暑期校外实践会用到学生的照片。",
    "changes_en": "New: photos at the camp in summer.",
}


async def turned(client: httpx.AsyncClient, office: Headers) -> None:
    """The office puts another text in force."""
    saved = await client.post("/consents/texts", json=NEW, headers=office)
    assert saved.status_code == 201, saved.text


async def submitted(app: FastAPI, registration_id: uuid.UUID) -> None:
    """As after the reviews: the registration takes part."""

    async with app.state.database.session() as session:
        found = await session.get(Registration, registration_id)
        assert found is not None
        found.state, found.submitted_at = "eligible", found.state_since
        await audit.commit(session)


async def test_a_new_version_is_asked_of_both_and_who_has_not_agreed_stands_in_the_offices_list(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region", "管理员")
    other, _ = await at.person(Role.CITY_OFFICE, "baotou", "外盟市")
    stranger, _ = await at.person(Role.STUDENT, "no2", "别人")
    guardian = await signed(client, at)
    await submitted(app, family.registration.id)
    families = (family.student, guardian)
    for who in families:
        assert (await client.get("/consents/asked", headers=who)).json() == {"items": [], "total": 0}
    assert (await client.get("/consents/missing", headers=office)).json()["total"] == 0
    assert (await client.post("/consents/texts", json=NEW, headers=family.school)).status_code == 403

    await turned(client, office)
    used = await client.post("/consents/texts", json=NEW, headers=office)
    assert (used.status_code, used.json()["errors"][0]["code"]) == (422, "version_used")
    present = (await client.get("/consents/text", headers=family.school)).json()
    assert (present["version"], present["text"]["zh"]) == ("2024-2", NEW["zh"])
    line = (await client.get("/consents/asked", headers=guardian)).json()["items"][0]
    assert (line["version"], line["before_version"], line["said"]) == ("2024-2", "2024-1", None)
    assert line["changes"] == {"zh": NEW["changes_zh"], "en": NEW["changes_en"]}
    assert line["before"]["zh"] == at.plan.consents.participation.zh
    assert line["text"] == {"zh": NEW["zh"], "en": NEW["en"]}
    path = f"/consents/{family.registration.id}/word"
    seen = (await client.get("/consents/missing", headers=family.school)).json()["items"]
    assert [(i["side"], i["has_account"], i["said"]) for i in seen] == [
        ("guardian", True, None), ("student", True, None),
    ]  # fmt: skip
    school = at.units["no2"]
    for narrowed, sides in (
        ({"side": "student"}, ["student"]),
        ({"city": str(school.city_id)}, ["guardian", "student"]),
        ({"city": str(school.id)}, []),
        ({"q": school.name[1:], "side": "guardian"}, ["guardian"]),
        ({"q": "那日"}, ["guardian", "student"]),
        ({"q": "%"}, []),
    ):
        found = (await client.get("/consents/missing", params=narrowed, headers=office)).json()
        assert ([i["side"] for i in found["items"]], found["total"]) == (sides, len(sides)), narrowed
    assert (await client.get("/consents/missing", params={"side": "x"}, headers=office)).status_code == 422
    assert (await client.get("/consents/missing", headers=other)).json()["total"] == 0
    assert (await client.get("/consents/missing", headers=guardian)).status_code == 403
    assert (await client.get("/consents/asked", headers=stranger)).json()["total"] == 0

    # Only to the text that was shown, and only for one's own.
    stale = {"digest": digest_of(at.plan.consents.participation), "decision": "given"}
    answer = await client.post(path, json=stale, headers=guardian)
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_text_changed")
    yes, no = ({"digest": line["digest"], "decision": said} for said in ("given", "refused"))
    for outside in (stranger, office, family.school):
        assert (await client.post(path, json=yes, headers=outside)).status_code == 404
    assert (await client.post(path, json=no, headers=guardian)).status_code == 201
    # Whoever refused is asked no less, and may still agree.
    again = (await client.get("/consents/asked", headers=guardian)).json()["items"]
    assert [i["said"] for i in again] == ["refused"]
    listed = (await client.get("/consents/missing", headers=office)).json()["items"]
    assert [(i["side"], i["said"]) for i in listed] == [("guardian", "refused"), ("student", None)]
    for who in families:
        assert (await client.post(path, json=yes, headers=who)).status_code == 201
        assert (await client.get("/consents/asked", headers=who)).json()["total"] == 0
    assert (await client.get("/consents/missing", headers=office)).json()["total"] == 0

    # Everything that was ever agreed to is read word by word, by the family and nobody else.
    for who in families:
        agreed = (await client.get("/consents/agreed", headers=who)).json()["items"]
        assert [(i["version"], i["side"], i["decision"]) for i in agreed] == [
            ("2024-2", "guardian", "given"), ("2024-2", "student", "given"), ("2024-2", "guardian", "refused"),
            ("2024-1", "guardian", "given"),
        ]  # fmt: skip
        assert agreed[-1]["text"]["zh"] == at.plan.consents.participation.zh
    assert (await client.get("/consents/agreed", headers=stranger)).json()["total"] == 0
    async with app.state.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.part_type == "consent_word")))
        assert {entry.changes["text_digest"][1] for entry in entries} == {line["digest"]}
        assert {entry.changes["address"] for entry in entries} == {"changed"}
        assert len(list(await session.scalars(select(ConsentWord.id)))) == 3
        texts = {text.version: text for text in await session.scalars(select(AgreedText))}
        assert set(texts) == {"2024-1", "2024-2"}
        assert await broken_links(session) == []


async def test_a_consent_is_to_the_text_that_was_shown_when_it_was_given_not_when_it_was_asked(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region", "管理员")
    student, account = await at.person(Role.STUDENT, "no2", "那日苏")
    made = await registered(at, account.name, "draft", account_id=account.id)
    token = await asked(at, client, student, made)
    await turned(client, office)
    shown = (await client.get(f"/public/consents/{token}")).json()
    assert (await client.post(f"/public/consents/{token}", json=FORM)).status_code == 200
    (line,) = (await client.get("/consents/agreed", headers=student)).json()["items"]
    assert (line["version"], line["text"]["zh"]) == ("2024-2", shown["participation"]["zh"])
    await submitted(app, made.id)
    assert (await client.get("/consents/asked", headers=student)).json()["total"] == 0
