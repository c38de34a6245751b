"""Leaving in the middle (a reading of P17): proposed, confirmed by mentor, school and city, filed; then it counts."""

import io
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from miaopu.pairings.changing_models import Mentorship
from miaopu.pairings.models import Enrolment
from miaopu.people.roles import Role
from papers import pdf
from seeded import Headers
from trained import Training

WHY = "随家人迁居外省，身体也需要休养"


def leaving(training: Training, **more: Any) -> dict[str, Any]:
    base = {"enrolment_id": str(training.enrolment.id), "kind": "departure", "reason_kind": "moving", "text": WHY}
    return {**base, **more}


async def offices(training: Training) -> dict[str, Headers]:
    school, _ = await training.at.person(Role.SCHOOL, "no2", "学校")
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    return {"school": school, "city_office": city, "mentor": training.mentor, "guardian": training.guardian}


async def act(training: Training, change: str, action: str, who: Headers, status: int = 200, **more: Any) -> Any:
    seen = await training.at.client.get(f"/place-changes/{change}", headers=who)
    version = seen.json()["version"] if seen.status_code == 200 else 1
    path = f"/place-changes/{change}/actions/{action}"
    return await training.call("POST", path, who, {"version": version, **more}, status)


async def state_of(training: Training) -> tuple[str, str | None]:
    async with training.at.app.state.database.session() as session:
        found = await session.get_one(Enrolment, training.enrolment.id)
        return found.state, found.end_reason


@pytest.mark.parametrize("order", [("guardian", "mentor", "school", "city_office"),
                                   ("city_office", "school", "mentor", "guardian")])  # fmt: skip
async def test_p17_a_student_leaves_only_when_all_have_confirmed_in_any_order_and_the_city_has_filed(
    training: Training, order: tuple[str, ...]
) -> None:
    people = await offices(training)
    made = await training.call("POST", "/place-changes", training.student, leaving(training), 201)
    change = made["id"]
    await act(training, change, "file", people["city_office"], 409)
    for n, part in enumerate(order):
        record = await training.call("GET", f"/place-changes/{change}", people[part])
        assert (record["state"], len(record["awaiting"])) == ("proposed", 4 - n)
        assert "confirm" in [a["action"] for a in record["actions"]]
        await act(training, change, "confirm", people[part], reason="知悉")
        refused = await act(training, change, "confirm", people[part], 409)
        assert refused["code"] in ("not_awaited", "wrong_state")
    assert await state_of(training) == ("active", None)
    record = await training.call("GET", f"/place-changes/{change}", people["city_office"])
    assert (record["state"], [v["part"] for v in record["voices"]]) == ("confirmed", list(order))
    assert (record["reason_name"], record["reason_name_en"]) == ("转学或搬迁", "Moving")
    await training.call("GET", f"/place-changes/{change}/filing.pdf", people["city_office"], status=409)
    await act(training, change, "file", people["school"], 403)
    await act(training, change, "file", people["city_office"])
    assert await state_of(training) == ("withdrawn", "moving")
    record = await training.call("GET", f"/place-changes/{change}", training.student)
    assert record["filing_number"] == "TC-2024-01-001"
    made_pdf = await training.call("GET", f"/place-changes/{change}/filing.pdf", people["city_office"])
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made_pdf)).pages)
    assert record["filing_number"] in said
    async with training.at.app.state.database.session() as session:
        places = list(await session.scalars(select(Mentorship)))
    assert [(p.enrolment_id, p.ended_at is not None) for p in places] == [(training.enrolment.id, True)]
    history = await training.call("GET", f"/mentorships?enrolment={training.enrolment.id}", people["city_office"])
    assert [h["mentor_name"] for h in history["items"]] == [training.nomination.name]
    await training.call("GET", "/mentorships", training.mentor, status=403)


async def test_p17_the_mentor_proposes_and_the_guardian_is_told_and_not_asked(training: Training) -> None:
    made = await training.call("POST", "/place-changes", training.mentor, leaving(training), 201)
    record = await training.call("GET", f"/place-changes/{made['id']}", training.guardian)
    assert record["awaiting"] == list(training.at.plan.leaving.confirmed_by)
    assert "confirm" not in [a["action"] for a in record["actions"]]
    told = await training.call("GET", "/notices", training.guardian)
    assert "place_change.propose" in [n["kind"] for n in told["items"]]
    await act(training, made["id"], "confirm", training.guardian, 409)


async def test_p17_one_refusal_with_a_reason_ends_it_and_the_student_stays(training: Training) -> None:
    people = await offices(training)
    made = await training.call("POST", "/place-changes", training.student, leaving(training), 201)
    twice = await training.call("POST", "/place-changes", training.mentor, leaving(training), 409)
    assert twice["code"] == "change_open"
    await act(training, made["id"], "refuse", people["school"], 422)
    done = await act(training, made["id"], "refuse", people["school"], reason="请先与家长面谈")
    assert done["state"] == "refused"
    await act(training, made["id"], "confirm", training.mentor, 409)
    assert await state_of(training) == ("active", None)
    # Another one can be proposed afterwards.
    await training.call("POST", "/place-changes", training.student, leaving(training), 201)


async def test_p17_who_proposed_takes_it_back_before_it_is_filed_and_nobody_else(training: Training) -> None:
    people = await offices(training)
    made = await training.call("POST", "/place-changes", training.student, leaving(training), 201)
    await act(training, made["id"], "take_back", training.mentor, 403)
    for who in (training.guardian, training.mentor, people["school"], people["city_office"]):
        await act(training, made["id"], "confirm", who)
    done = await act(training, made["id"], "take_back", training.student)
    assert done["state"] == "taken_back"
    await act(training, made["id"], "file", people["city_office"], 409)
    assert await state_of(training) == ("active", None)


async def test_p17_why_somebody_leaves_is_for_those_concerned_and_not_in_the_trail(training: Training) -> None:
    people = await offices(training)
    paper = await training.upload(training.student, pdf())
    made = await training.call("POST", "/place-changes", training.student, leaving(training, files=[paper]), 201)
    strange_city, _ = await training.at.person(Role.CITY_OFFICE, "baotou")
    university = next(u.code for u in training.at.plan.universities if u.city == "hohhot")
    member, _ = await training.at.person(Role.TEAM_MEMBER, university)
    for who in (training.guardian, training.teacher, training.mentor, people["school"]):
        record = await training.call("GET", f"/place-changes/{made['id']}", who)
        assert record["text"] == WHY
        await training.call("GET", f"/place-changes/{made['id']}/files/{paper}", who)
        trail = await training.call("GET", f"/place-changes/{made['id']}/trail", who)
        assert WHY not in str(trail)
    for who in (training.stranger, training.strange_mentor, training.strange_teacher, strange_city):
        await training.call("GET", f"/place-changes/{made['id']}", who, status=404)
        await training.call("GET", f"/place-changes/{made['id']}/files/{paper}", who, status=404)
        assert (await training.call("GET", "/place-changes", who))["total"] == 0
    await training.call("GET", f"/place-changes/{made['id']}", member, status=403)


async def test_p17_a_reason_the_plan_does_not_have_and_a_stranger_are_refused(training: Training) -> None:
    refused = await training.call("POST", "/place-changes", training.student, leaving(training, reason_kind="x"), 422)
    assert [e["pointer"] for e in refused["errors"]] == ["/reason_kind"]
    await training.call("POST", "/place-changes", training.stranger, leaving(training), 404)
    await training.call("POST", "/place-changes", training.teacher, leaving(training), 403)
