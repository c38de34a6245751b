"""A sealed detail is opened one at a time, for a purpose that is written down; the family sees who looked."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from miaopu import tables
from miaopu.core import audit
from miaopu.core.audit import Act, AuditEntry
from miaopu.core.audit_erasing import forget
from miaopu.core.db import new_id
from miaopu.core.door import IdempotencyKey
from miaopu.people.models import Account, Unit
from miaopu.people.roles import Role
from miaopu.personal.kept import KEPT, NOBODYS
from miaopu.registrations.models import Registration
from personal.test_keys import NUMBER, PHONE
from registrations.test_guardians import FORM, asked
from registrations.test_review import registered
from seeded import Headers, World, turn_to


@dataclass
class Family:
    """A student whose registration has an identity number, and the guardian who agreed."""

    student: Headers
    guardian: Account
    registration: Registration
    school: Headers


@pytest.fixture
async def family(app: FastAPI, client: httpx.AsyncClient, at: World) -> Family:
    turn_to("2023-12-14T10:00:00", at.plan)
    student, account = await at.person(Role.STUDENT, "no2", "那日苏")
    made = await registered(at, account.name, "draft", account_id=account.id)
    edit = {"version": made.version, "identity_number": NUMBER}
    assert (await client.patch(f"/registrations/{made.id}", json=edit, headers=student)).status_code == 200
    token = await asked(at, client, student, made)
    assert (await client.post(f"/public/consents/{token}", json=FORM)).status_code == 200
    async with app.state.database.session() as session:
        guardian = await session.scalar(select(Account).where(Account.login == "mother"))
    assert guardian is not None
    return Family(student, guardian, made, (await at.person(Role.SCHOOL, "no2", "教务处"))[0])


def asking(family: Family, **more: Any) -> dict[str, Any]:
    given = {"registration_id": str(family.registration.id), "field": "identity_number", "purpose": "exam_identity"}
    return {**given, "reason": "核对准考证信息", **more}


async def test_each_look_has_a_purpose_and_the_family_reads_who_looked_and_what_for(
    client: httpx.AsyncClient, at: World, family: Family
) -> None:
    shown = await client.post("/reveals", json=asking(family), headers=family.school)
    assert (shown.status_code, shown.json(), shown.headers["cache-control"]) == (200, {"value": NUMBER}, "no-store")
    phone = asking(family, field="guardian_phone", purpose="emergency", reason="考试当天联系家长")
    assert (await client.post("/reveals", json=phone, headers=family.school)).json() == {"value": PHONE}
    for wrong in ({"purpose": "curious"}, {"reason": "看"}, {"field": "password"}, {"reason": None}):
        assert (await client.post("/reveals", json=asking(family, **wrong), headers=family.school)).status_code == 422
    # What is written here the family reads for years, and offices with it.
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for number in (NUMBER, f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", NUMBER.translate(wide), PHONE, f"+86 {PHONE}"):
        numbered = asking(family, reason=f"核对{number}是否本人")
        refused = await client.post("/reveals", json=numbered, headers=family.school)
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["pointer"], fault["code"]) == (422, "/reason", "holds_number")
        assert number not in refused.text
    guardian = await signed(client, at)
    for who in (family.student, guardian):
        seen = (await client.get("/me/data/looks", headers=who)).json()
        assert [(i["field"], i["purpose"], i["reason"], i["actor_name"]) for i in seen["items"]] == [
            ("guardian_phone", "emergency", "考试当天联系家长", "教务处"),
            ("identity_number", "exam_identity", "核对准考证信息", "教务处"),
        ]
        assert seen["items"][0]["unit_name"] == at.units["no2"].name
    # Whoever looked at the platform as the child is there too.
    async with at.app.state.database.session() as session:
        audit.record(session, Act("support.begin", "家长来电求助"), "account", family.guardian.id)
        await audit.commit(session)
    seen = (await client.get("/me/data/looks", headers=guardian)).json()
    assert (seen["total"], seen["items"][0]["action"], seen["items"][0]["reason"]) == (
        3, "support.begin", "家长来电求助",
    )  # fmt: skip
    # When the words of the trail are erased, that somebody looked, who and when is read on.
    async with at.app.state.database.session() as session:
        about = AuditEntry.action == "registration.reveal"
        assert await forget(session, about, thing_type="cycle", thing_id=at.cycle_id) == 2
        await audit.commit(session)
    after = (await client.get("/me/data/looks", headers=guardian)).json()["items"]
    assert [(i["action"], i["field"], i["purpose"], i["reason"], i["actor_name"]) for i in after[1:]] == [
        ("registration.reveal", None, None, None, "教务处")
    ] * 2
    # Nobody else reads it there, not even who looked.
    stranger, _ = await at.person(Role.STUDENT, "no2", "别人")
    for other in (stranger, family.school):
        assert (await client.get("/me/data/looks", headers=other)).json()["total"] == 0


async def signed(client: httpx.AsyncClient, at: World) -> Headers:
    form = {"login": FORM["login"], "password": FORM["password"]}
    answer = await client.post("/auth/sign-in", json=form)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_nobody_opens_a_detail_outside_their_scope_and_the_family_not_even_its_own(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    other = Unit(id=new_id(), kind="school", code="no9", name="别的学校", name_en="", city_id=at.units["hohhot"].id)
    await at.add(other)
    at.units["no9"] = other
    elsewhere, _ = await at.person(Role.SCHOOL, "no9", "别的学校")
    # A draft is not the offices' yet; a family knows its own number, and opens nothing.
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    mentor, _ = await at.person(Role.MENTOR, "hohhot", "导师")
    for who, status in ((elsewhere, 404), (city, 404), (mentor, 404), (family.student, 403)):
        answer = await client.post("/reveals", json=asking(family), headers=who)
        assert (answer.status_code, NUMBER in answer.text) == (status, False)
    async with app.state.database.session() as session:
        told = select(func.count()).where(AuditEntry.action == "registration.reveal")
        assert await session.scalar(told) == 0


async def test_neither_the_trail_nor_a_kept_answer_holds_what_was_opened(
    app: FastAPI, client: httpx.AsyncClient, family: Family
) -> None:
    headers = {**family.school, "idempotency-key": "look-1"}
    assert (await client.post("/reveals", json=asking(family), headers=headers)).status_code == 200
    async with app.state.database.session() as session:
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.action == "registration.reveal"))
        assert entry is not None
        assert NUMBER not in str(entry.changes) + str(entry.reason)
        assert entry.changes == {"field": [None, "identity_number"], "purpose": [None, "exam_identity"]}
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_every_personal_column_of_the_models_stands_in_the_table_of_what_is_kept_once() -> None:
    personal = {
        f"{column.table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.info.get("personal")
    }
    told = [column for one in KEPT for column in one.columns]
    assert len(told) == len(set(told))
    assert set(told) | NOBODYS == personal
    # What is told to be sealed is: no more and no less.
    for one in KEPT:
        assert one.sealed == any(name.endswith("sealed") for name in one.columns), one.code


async def test_the_notice_on_personal_data_is_public_in_both_languages_with_the_plans_years(
    client: httpx.AsyncClient, at: World
) -> None:
    chinese = (await client.get("/public/privacy")).json()["items"]
    english = (await client.get("/public/privacy", headers={"accept-language": "en"})).json()["items"]
    assert [line["code"] for line in chinese] == [line["code"] for line in english] == [one.code for one in KEPT]
    for one, other in zip(chinese, english, strict=True):
        for key in ("name", "purpose", "basis", "until"):
            assert one[key] != other[key]
            assert not one[key].startswith("kept.")
    years = {line["code"]: line["years"] for line in chinese}
    retention = at.plan.retention
    assert (years["identity"], years["guardian"]) == (retention.identity_years, retention.guardian_years)
    assert f"{retention.identity_years} 年" in chinese[0]["until"]
