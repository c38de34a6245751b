"""Reviewing many at once: a trial says whom it touches, and each is done or refused as if taken alone (P13)."""

import asyncio
import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlalchemy import func, select

from miaopu.core import clock
from miaopu.core.audit import AuditEntry
from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination
from miaopu.notices.models import Notice
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from papers import png
from seeded import SOURCE, Headers, World, turn_to, world


@pytest.fixture
async def school(at: World) -> Headers:
    """The school's office, while registrations are reviewed."""
    turn_to("2023-12-14T10:00:00", at.plan)
    headers, _ = await at.person(Role.SCHOOL, "no2")
    return headers


async def registered(at: World, name: str, state: str = "submitted", **facts: Any) -> Registration:
    """A registration of the school in a state."""
    if "account_id" not in facts:
        facts["account_id"] = (await at.person(Role.STUDENT, "no2", name))[1].id
    made = Registration(
        id=new_id(),
        cycle_id=at.cycle_id,
        state=state,
        serial=1,
        number=f"2024{new_id().hex[-8:]}",
        school_id=at.units["no2"].id,
        city_id=at.units["hohhot"].id,
        name=name,
        name_key=name,
        subject="mathematics",
        grade=10,
        submitted_at=None if state == "draft" else clock.now(),
        **facts,
    )
    await at.add(made)
    return made


async def entries(at: World, action: str) -> int:
    """How often an act stands in the trail."""
    async with at.app.state.database.session() as session:
        return int(
            await session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)) or 0
        )


async def test_a_trial_says_whom_an_act_touches_and_does_nothing(at: World, school: Headers) -> None:
    ready, draft = await registered(at, "那日苏"), await registered(at, "苏和", "draft")
    stranger = str(new_id())
    form = {"action": "recommend", "ids": [str(ready.id), str(draft.id), stranger], "trial": True}
    answer = (await at.client.post("/registrations/batch", json=form, headers=school)).json()
    assert [line["name"] for line in answer["done"]] == ["那日苏"]
    assert [(line["name"], line["code"]) for line in answer["refused"]] == [
        ("苏和", "wrong_state"),
        ("", "not_found"),
    ]
    assert all(line["message"] for line in answer["refused"])
    record = (await at.client.get(f"/registrations/{ready.id}", headers=school)).json()
    assert record["state"] == "submitted"
    assert await entries(at, "registration.recommend") == 0
    async with at.app.state.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Notice)) == 0


async def test_the_batch_does_what_the_trial_said_and_the_trail_has_just_that(at: World, school: Headers) -> None:
    ready = [await registered(at, f"学生{n}") for n in range(3)]
    draft = await registered(at, "苏和", "draft")
    form = {"action": "recommend", "ids": [str(r.id) for r in (*ready, draft)]}
    answer = (await at.client.post("/registrations/batch", json=form, headers=school)).json()
    assert len(answer["done"]) == 3
    assert [line["name"] for line in answer["refused"]] == ["苏和"]
    found = (await at.client.get("/registrations", params={"state": "school_recommended"}, headers=school)).json()
    assert found["total"] == 3
    assert await entries(at, "registration.recommend") == 3


async def test_an_act_that_asks_for_a_reason_is_refused_without_one(at: World, school: Headers) -> None:
    ready = await registered(at, "那日苏")
    form = {"action": "return_from_school", "ids": [str(ready.id)]}
    answer = (await at.client.post("/registrations/batch", json=form, headers=school)).json()
    assert (answer["done"], len(answer["refused"])) == ([], 1)
    given = {**form, "reason": "成绩证明不清晰"}
    answer = (await at.client.post("/registrations/batch", json=given, headers=school)).json()
    assert len(answer["done"]) == 1


async def test_a_city_cannot_act_in_the_schools_name_by_a_batch(at: World, school: Headers) -> None:
    ready = await registered(at, "那日苏", "school_recommended")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    form = {"action": "recommend", "ids": [str(ready.id)]}
    answer = (await at.client.post("/registrations/batch", json=form, headers=city)).json()
    assert [line["code"] for line in answer["refused"]] == ["forbidden"]


PNG = png()


async def test_a_paper_is_handed_in_seen_by_reviewers_and_by_no_other_school(at: World, school: Headers) -> None:
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    turn_to("2023-12-13T10:00:00", at.plan)
    admitted = {"school_id": str(at.units["no2"].id)}
    assert (await at.client.post(f"/cycles/{at.cycle_id}/schools", json=admitted, headers=region)).status_code == 201
    student, _ = await at.person(Role.STUDENT, "no2", "那日苏")
    other, _ = await at.person(Role.STUDENT, "no2", "苏和")
    draft = (await at.client.post("/registrations", headers=student)).json()
    path = f"/registrations/{draft['id']}/materials"
    upload = await at.client.post("/files", files={"file": ("成绩.png", PNG)}, headers=student)
    body = {"file_id": upload.json()["id"]}
    assert (await at.client.put(f"{path}/transcript", json=body, headers=other)).status_code == 404
    assert (await at.client.put(f"{path}/diary", json=body, headers=student)).status_code == 404
    assert (await at.client.put(f"{path}/transcript", json=body, headers=student)).status_code == 200
    record = (await at.client.get(f"/registrations/{draft['id']}", headers=student)).json()
    assert [(m["kind"], m["file_name"]) for m in record["materials"]] == [("transcript", "成绩.png")]
    assert (await at.client.get(f"{path}/transcript", headers=student)).content == PNG
    assert (await at.client.get(f"{path}/transcript", headers=other)).status_code == 404
    # The school helps with drafts; the city sees what was recommended.
    assert (await at.client.get(f"{path}/transcript", headers=school)).status_code == 200
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await at.client.get(f"{path}/transcript", headers=city)).status_code == 404
    submit = {"version": record["version"]}
    refused = await at.client.post(f"/registrations/{draft['id']}/actions/submit", json=submit, headers=student)
    missing = {fault["pointer"] for fault in refused.json()["errors"]}
    assert "/subject" in missing
    assert "/materials/transcript" not in missing
    assert (await at.client.delete(f"{path}/transcript", headers=student)).status_code == 200
    refused = await at.client.post(f"/registrations/{draft['id']}/actions/submit", json=submit, headers=student)
    assert {fault["pointer"]: fault["message"] for fault in refused.json()["errors"]}["/materials/transcript"] == (
        "缺少“成绩证明”"
    )


async def test_the_form_to_print_names_student_ranks_and_the_boxes_to_sign(at: World, school: Headers) -> None:
    ready = await registered(at, "巴特尔·苏和", year_size=340, overall_rank=12, motivation="想知道为什么")
    answer = await at.client.get(f"/registrations/{ready.id}/form", headers=school)
    assert answer.status_code == 200, answer.text
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for word in ("巴特尔·苏和", ready.number, "12/340(3.5%)", "想知道为什么", "学校意见", "监护人意见"):
        assert word in text, word
    other, _ = await at.person(Role.CITY_OFFICE, "baotou")
    assert (await at.client.get(f"/registrations/{ready.id}/form", headers=other)).status_code == 404


async def test_who_reviews_again_sees_what_was_changed_since_the_return(at: World, school: Headers) -> None:
    turn_to("2023-12-13T10:00:00", at.plan)
    student, account = await at.person(Role.STUDENT, "no2", "那日苏")
    made = await registered(at, "那日苏", "submitted", year_size=340, overall_rank=30, account_id=account.id)
    path = f"/registrations/{made.id}"
    assert (await at.client.get(f"{path}/changes", headers=school)).json() == {"items": []}
    back = {"version": 1, "reason": "名次与证明不符"}
    assert (await at.client.post(f"{path}/actions/return_from_school", json=back, headers=school)).status_code == 200
    for rank in (31, 33):
        version = (await at.client.get(path, headers=student)).json()["version"]
        edit = {"version": version, "overall_rank": rank, "year_size": 350, "motivation": "写得更清楚了"}
        assert (await at.client.patch(path, json=edit, headers=student)).status_code == 200
    items = (await at.client.get(f"{path}/changes", headers=school)).json()["items"]
    assert {(i["field"], i["before"], i["after"]) for i in items} == {
        ("overall_rank", "30", "33"),
        ("year_size", "340", "350"),
        ("motivation", None, None),
    }
    other, _ = await at.person(Role.CITY_OFFICE, "baotou")
    assert (await at.client.get(f"{path}/changes", headers=other)).status_code == 404


async def test_a_school_recommends_as_many_as_the_plan_allows_also_when_it_tries_at_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    limited = SOURCE.replace("exceptions = false", "school_quota = 2\nexceptions = false", 1)
    at = await world(app, client, limited)
    turn_to("2023-12-12T10:00:00", at.plan)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    admitted = {"school_id": str(at.units["no2"].id)}
    assert (await client.post(f"/cycles/{at.cycle_id}/schools", json=admitted, headers=region)).status_code == 201
    headers, _ = await at.person(Role.SCHOOL, "no2")
    turn_to("2023-12-14T10:00:00", at.plan)
    ready = [await registered(at, f"学生{n}") for n in range(5)]

    async def recommend(one: Registration) -> int:
        path = f"/registrations/{one.id}/actions/recommend"
        return (await client.post(path, json={"version": 1}, headers=headers)).status_code

    answers = await asyncio.gather(*(recommend(one) for one in ready))
    assert sorted(answers) == [200, 200, 409, 409, 409]
    refused = await client.post(
        f"/registrations/{ready[answers.index(409)].id}/actions/recommend", json={"version": 1}, headers=headers
    )
    assert (refused.json()["code"], "2" in refused.json()["detail"]) == ("school_quota", True)


async def test_another_subject_drops_the_mentors_that_were_ranked_for_the_first(at: World, school: Headers) -> None:
    turn_to("2023-12-13T10:00:00", at.plan)
    student, account = await at.person(Role.STUDENT, "no2", "那日苏")
    draft = await registered(at, "那日苏", "draft", account_id=account.id)
    mentor = Nomination(
        id=new_id(),
        cycle_id=at.cycle_id,
        state="city_reviewed",
        university_id=at.units["imnu"].id,
        city_id=at.units["hohhot"].id,
        subject="mathematics",
        name="阿拉坦",
        name_key="alatan",
        standing=at.plan.mentors.standings[0].code,
        degree="doctor",
        title="教授",
        capacity=3,
    )
    await at.add(mentor)
    path = f"/registrations/{draft.id}"
    chosen = {"version": 1, "choices": [str(mentor.id)]}
    assert (await at.client.patch(path, json=chosen, headers=student)).status_code == 200
    record = (await at.client.get(path, headers=student)).json()
    assert [c["mentor_name"] for c in record["choices"]] == ["阿拉坦"]
    other = {"version": record["version"], "subject": "physics"}
    assert (await at.client.patch(path, json=other, headers=student)).status_code == 200
    assert (await at.client.get(path, headers=student)).json()["choices"] == []
