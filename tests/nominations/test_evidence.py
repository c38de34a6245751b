"""Proofs of a mentor's standing, degree and title: brought by university and mentor, seen by who reviews (P6, P7)."""

import io
import uuid
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfWriter

from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.people.roles import Role
from papers import jpeg, png
from seeded import SOURCE, Headers, World, turn_to, world

PNG = png()
JPEG = jpeg()
CSV = "姓名,学位\n阿拉坦,博士\n".encode()


def scan() -> bytes:
    """A real PDF of one page."""
    made, kept = PdfWriter(), io.BytesIO()
    made.add_blank_page(width=200, height=200)
    made.write(kept)
    return kept.getvalue()


@pytest.fixture
def at(at: World) -> World:
    """An open cycle, while mentors are nominated."""
    turn_to("2023-12-15T10:00:00", at.plan)
    return at


async def nominated(at: World, state: str = "draft", **facts: Any) -> Nomination:
    """A professor of mathematics of 内蒙古师范大学, with the team that the plan asks for."""
    made = Nomination(
        id=new_id(), cycle_id=at.cycle_id, state=state, university_id=at.units["imnu"].id,
        city_id=at.units["hohhot"].id, subject="mathematics", name="阿拉坦·其其格", name_key="alatan",
        standing="changjiang_scholar", degree="doctor", title="教授", capacity=5, introduction="欢迎动手的同学。",
        **facts,
    )  # fmt: skip
    member = TeamMember(
        nomination_id=made.id, name="白音仓", unit_name="内蒙古师范大学", degree="master", title="讲师",
        title_level="intermediate",
    )  # fmt: skip
    await at.add(made, member)
    return made


async def brought(
    at: World, who: Headers, made: Nomination, kind: str, data: bytes = PNG, name: str = "证书.png"
) -> httpx.Response:
    """Upload a file and hand it in as proof of a kind."""
    kept = await at.client.post("/files", files={"file": (name, data)}, headers=who)
    assert kept.status_code == 201, kept.text
    body = {"file_id": kept.json()["id"]}
    return await at.client.put(f"/nominations/{made.id}/evidence/{kind}", json=body, headers=who)


async def act(at: World, who: Headers, made: Nomination, action: str, **more: str) -> httpx.Response:
    """Take an edge of the nomination as it stands now."""
    path = f"/nominations/{made.id}"
    version = (await at.client.get(path, headers=who)).json()["version"]
    return await at.client.post(f"{path}/actions/{action}", json={"version": version, **more}, headers=who)


async def evidence(at: World, who: Headers, made: Nomination) -> list[tuple[str, str]]:
    """Kind and file name of each proof on the record."""
    record = (await at.client.get(f"/nominations/{made.id}", headers=who)).json()
    return [(proof["kind"], proof["file_name"]) for proof in record["evidence"]]


async def test_p6_the_university_proves_the_standing_and_whoever_sees_the_nomination_sees_the_proof(
    at: World,
) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    made = await nominated(at)
    pdf = scan()
    assert (await brought(at, university, made, "standing", pdf, "长江学者证书.pdf")).status_code == 200
    assert (await brought(at, university, made, "title", JPEG, "职称.jpg")).status_code == 200
    assert await evidence(at, university, made) == [("standing", "长江学者证书.pdf"), ("title", "职称.jpg")]
    path = f"/nominations/{made.id}/evidence/standing"
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await at.client.get(path, headers=city)).status_code == 404
    assert (await act(at, university, made, "recommend")).status_code == 200
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    association, _ = await at.person(Role.ASSOCIATION, "association")
    for who in (university, city, region, association):
        seen = await at.client.get(path, headers=who)
        assert (seen.status_code, seen.content, seen.headers["content-type"]) == (200, pdf, "application/pdf")
        # Shown in the page, not downloaded.
        assert seen.headers["content-disposition"].startswith("inline")
        assert len(await evidence(at, who, made)) == 2


async def test_p7_another_file_takes_the_place_of_the_first_and_the_trail_says_who_brought_it(at: World) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu", "朝鲁")
    made = await nominated(at)
    await brought(at, university, made, "degree", PNG, "旧.png")
    await brought(at, university, made, "degree", JPEG, "新.jpg")
    assert await evidence(at, university, made) == [("degree", "新.jpg")]
    path = f"/nominations/{made.id}/evidence/degree"
    assert (await at.client.get(path, headers=university)).content == JPEG
    assert (await at.client.delete(path, headers=university)).status_code == 200
    assert (await at.client.delete(path, headers=university)).status_code == 404
    assert (await at.client.get(path, headers=university)).status_code == 404
    assert await evidence(at, university, made) == []
    trail = (await at.client.get(f"/nominations/{made.id}/trail", headers=university)).json()["items"]
    acts = [entry["action"] for entry in trail if entry["part_type"] == "mentor_evidence"]
    assert acts == ["nomination.hand_in", "nomination.hand_in", "nomination.take_back"]
    assert {entry["actor_name"] for entry in trail if entry["part_type"] == "mentor_evidence"} == {"朝鲁"}


async def test_p6_only_a_scan_of_a_kind_of_the_plan_is_taken(at: World) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    made = await nominated(at)
    refused = await brought(at, university, made, "standing", CSV, "证书.csv")
    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/file_id", "paper_type")]
    assert "PDF" in refused.json()["errors"][0]["message"]
    # What calls itself a PDF and is none is not even kept.
    false = {"file": ("证书.pdf", b"MZ\x90\x00" + b"\x00" * 64)}
    unkept = await at.client.post("/files", files=false, headers=university)
    assert (unkept.status_code, unkept.json()["code"]) == (422, "file_type_unknown")
    assert (await brought(at, university, made, "crown")).status_code == 404
    assert await evidence(at, university, made) == []


async def test_a_proof_is_ones_own_upload_and_proves_one_nomination(at: World) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    colleague, _ = await at.person(Role.UNIVERSITY, "imnu")
    made = await nominated(at)
    kept = (await at.client.post("/files", files={"file": ("证书.png", PNG)}, headers=colleague)).json()["id"]
    path = f"/nominations/{made.id}/evidence"
    body = {"file_id": kept}
    assert (await at.client.put(f"{path}/degree", json=body, headers=university)).status_code == 404
    assert (await at.client.put(f"{path}/degree", json=body, headers=colleague)).status_code == 200
    assert (await at.client.put(f"{path}/title", json=body, headers=colleague)).status_code == 404


async def test_another_university_city_or_mentor_is_told_that_there_is_nothing(at: World) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    made = await nominated(at)
    assert (await brought(at, university, made, "degree")).status_code == 200
    path = f"/nominations/{made.id}/evidence/degree"
    for state in ("draft", "recommended"):
        for role, unit in ((Role.UNIVERSITY, "imau"), (Role.MENTOR, "imnu"), (Role.CITY_OFFICE, "baotou")):
            who, _ = await at.person(role, unit)
            assert (await at.client.get(path, headers=who)).status_code == 404, (state, role)
            if role is not Role.CITY_OFFICE:
                assert (await brought(at, who, made, "degree")).status_code == 404, (state, role)
                assert (await at.client.delete(path, headers=who)).status_code == 404, (state, role)
        if state == "draft":
            assert (await act(at, university, made, "recommend")).status_code == 200
    # Who sees the nomination and has no hand in it may not prove it.
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    for refused in (await brought(at, city, made, "degree"), await at.client.delete(path, headers=city)):
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await at.client.get(f"/nominations/{uuid.uuid4()}/evidence/degree", headers=city)).status_code == 404


async def test_p7_the_university_proves_its_draft_the_mentor_the_own_profile_and_nobody_afterwards(at: World) -> None:
    mentor, account = await at.person(Role.MENTOR, "imnu", "阿拉坦·其其格")
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    made = await nominated(at, account_id=account.id)
    path = f"/nominations/{made.id}/evidence/standing"

    async def closed_to(who: Headers) -> None:
        for refused in (await brought(at, who, made, "standing"), await at.client.delete(path, headers=who)):
            assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")

    assert (await brought(at, university, made, "standing")).status_code == 200
    assert (await act(at, university, made, "recommend")).status_code == 200
    await closed_to(university)
    await closed_to(mentor)
    assert (await act(at, city, made, "pass_first_review")).status_code == 200
    await closed_to(university)
    # What the university brought, the mentor may better, and bring the rest.
    assert (await brought(at, mentor, made, "standing", scan(), "清晰.pdf")).status_code == 200
    assert (await brought(at, mentor, made, "degree")).status_code == 200
    assert (await act(at, mentor, made, "submit_profile")).status_code == 200
    await closed_to(mentor)
    await closed_to(university)
    assert await evidence(at, region, made) == [("standing", "清晰.pdf"), ("degree", "证书.png")]
    # Returned, it is in the mentor's hands again.
    assert (await act(at, region, made, "return_to_mentor", reason="扫描件不清晰")).status_code == 200
    assert (await at.client.delete(path, headers=mentor)).status_code == 200
    assert await evidence(at, region, made) == [("degree", "证书.png")]


async def test_p7_a_profile_without_the_plans_proofs_is_refused_and_each_is_named_in_ones_language(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    at = await world(app, client, SOURCE.replace('["degree"]', '["degree", "title"]', 1))
    turn_to("2023-12-15T10:00:00", at.plan)
    mentor, account = await at.person(Role.MENTOR, "imnu")
    made = await nominated(at, "city_reviewed", account_id=account.id)

    async def told(**more: str) -> tuple[str, list[tuple[str, str]]]:
        answer = await act(at, mentor | more, made, "submit_profile")
        assert (answer.status_code, answer.json()["code"]) == (422, "evidence_missing"), answer.text
        return answer.json()["title"], [(e["pointer"], e["message"]) for e in answer.json()["errors"]]

    assert await told() == (
        "证明材料不齐",
        [("/evidence/degree", "缺少“学位证书”"), ("/evidence/title", "缺少“职称证书”")],
    )
    assert await told(**{"accept-language": "en"}) == (
        "Evidence is missing",
        [
            ("/evidence/degree", "“Degree certificate” is missing"),
            ("/evidence/title", "“Title certificate” is missing"),
        ],
    )
    await brought(at, mentor, made, "degree")
    assert (await told())[1] == [("/evidence/title", "缺少“职称证书”")]
    # What the plan does not require does not stand in the way.
    await brought(at, mentor, made, "title")
    answer = await act(at, mentor, made, "submit_profile")
    assert (answer.status_code, answer.json()["state"]) == (200, "profile_submitted")


async def test_p7_a_plan_that_names_no_evidence_asks_for_none_and_takes_none(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    begin, end = SOURCE.index("[[mentors.evidence]]"), SOURCE.index("[[mentors.standings]]")
    bare = (SOURCE[:begin] + SOURCE[end:]).replace('required_evidence = ["degree"]', "")
    at = await world(app, client, bare)
    turn_to("2023-12-15T10:00:00", at.plan)
    mentor, account = await at.person(Role.MENTOR, "imnu")
    made = await nominated(at, "city_reviewed", account_id=account.id)
    assert (await brought(at, mentor, made, "degree")).status_code == 404
    assert (await act(at, mentor, made, "submit_profile")).status_code == 200


async def test_students_choose_a_mentor_without_seeing_the_evidence(at: World) -> None:
    mentor, account = await at.person(Role.MENTOR, "imnu")
    made = await nominated(at, "city_reviewed", account_id=account.id)
    assert (await brought(at, mentor, made, "degree", PNG, "博士学位证书.png")).status_code == 200
    student, _ = await at.person(Role.STUDENT, "no2")
    for path in ("/mentors", f"/mentors/{made.id}"):
        shown = await at.client.get(path, headers=student)
        assert shown.status_code == 200
        assert "阿拉坦" in shown.text
        assert "evidence" not in shown.text
        assert "博士学位证书" not in shown.text
    for path in (f"/nominations/{made.id}", f"/nominations/{made.id}/evidence/degree"):
        assert (await at.client.get(path, headers=student)).status_code == 403
