"""A draft of a growth log on several devices (P11): carried on, never overwritten, with its photos."""

import asyncio
import uuid
from typing import Any

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import AuditEntry
from miaopu.pairings.models import Enrolment
from miaopu.programme.models import Cycle
from miaopu.programme.plan_training import Growth
from papers import pdf
from seeded import saved
from trained import PNG, Training


async def test_p11_a_draft_begun_on_one_device_is_finished_on_another_photos_included(training: Training) -> None:
    photo = await training.upload(training.student)
    kept = await training.save(0, did="测量三次", photos=[photo])
    assert kept["version"] == 1
    # The other device knows nothing but what the server tells it.
    draft = (await training.due())["draft"]
    assert (draft["version"], draft["did"], draft["learned"]) == (1, "测量三次", "")
    assert [(p["id"], p["name"]) for p in draft["photos"]] == [(photo, "photo.jpg")]
    path = f"/growth-logs/drafts/{training.session}/photos/{photo}"
    answer = await training.at.client.get(path, headers=training.student)
    assert saved(answer, "image/jpeg") == await training.call("GET", path, training.student)
    more = await training.save(1, did="测量三次", learned="误差", photos=[photo])
    assert more["version"] == 2
    assert (await training.due())["draft"]["learned"] == "误差"


async def test_p11_who_saved_second_is_told_and_nothing_is_overwritten(training: Training) -> None:
    await training.save(0, did="第一台")
    refused = await training.save(0, 409, did="第二台")
    assert (refused["code"], refused["current"]["did"], refused["current"]["version"]) == ("stale", "第一台", 1)
    assert (await training.due())["draft"]["did"] == "第一台"
    # Having seen both, the person chose the second.
    assert (await training.save(1, did="第二台"))["version"] == 2
    assert (await training.due())["draft"]["did"] == "第二台"


async def test_p11_twenty_devices_that_begin_at_once_make_one_draft(training: Training) -> None:
    async def one(n: int) -> tuple[int, dict[str, Any]]:
        path = f"/growth-logs/drafts/{training.session}"
        body = {"version": 0, "did": f"第{n}台"}
        answer = await training.at.client.put(path, json=body, headers=training.student)
        return answer.status_code, answer.json()

    answers = await asyncio.gather(*(one(n) for n in range(20)))
    assert sorted(status for status, _ in answers) == [200] + [409] * 19
    assert {body["code"] for status, body in answers if status == 409} == {"stale"}


async def test_p11_saving_the_same_again_is_the_same_version_as_after_a_lost_answer(training: Training) -> None:
    await training.save(0, did="测量三次")
    again = await training.save(1, did="测量三次")
    assert again["version"] == 1


async def test_p11_a_draft_is_the_students_alone(training: Training) -> None:
    photo = await training.upload(training.student)
    await training.save(0, did="还没写完", photos=[photo])
    path = f"/growth-logs/drafts/{training.session}"
    for who in (training.mentor, training.guardian, training.teacher):
        await training.call("GET", f"{path}/photos/{photo}", who, status=403)
        await training.call("PUT", path, who, {"version": 1}, 403)
        assert (await training.call("GET", "/growth-logs", who))["total"] == 0
        (line,) = (await training.call("GET", "/growth-logs/missing", who))["items"]
        assert line["draft_saved_at"] is None
    await training.call("GET", f"{path}/photos/{photo}", training.stranger, status=404)
    await training.call("PUT", path, training.stranger, {"version": 1}, 404)
    assert [d["draft"] for d in (await training.mine(training.stranger))["due"]] == [None]
    (own,) = (await training.call("GET", "/growth-logs/missing", training.student))["items"]
    assert own["draft_saved_at"] is not None


async def test_p11_a_photo_is_ones_own_a_picture_and_within_what_the_plan_allows(training: Training) -> None:
    async def refused(photos: list[str]) -> list[tuple[str, str]]:
        found = await training.save(0, 422, did="x", photos=photos)
        return [(e["pointer"], e["code"]) for e in found["errors"]]

    strange = await training.upload(training.stranger)
    assert await refused([strange]) == [("/photos/0", "unknown")]
    assert await refused([str(uuid.uuid4())]) == [("/photos/0", "unknown")]
    paper = await training.upload(training.student, pdf())
    assert await refused([paper]) == [("/photos/0", "photo_type")]
    allowed = training.at.plan.growth.photos
    many = [await training.upload(training.student, PNG) for _ in range(allowed + 1)]
    assert await refused(many) == [("/photos", "too_long")]
    assert await refused([many[0], many[0]]) == [("/photos", "photo_twice")]
    assert (await training.save(0, photos=many[:allowed]))["version"] == 1


async def test_p11_a_photo_taken_out_on_one_device_can_come_back_from_another(training: Training) -> None:
    photo = await training.upload(training.student)
    await training.save(0, photos=[photo])
    await training.save(1, did="x", photos=[])
    assert (await training.save(2, did="x", photos=[photo]))["version"] == 3
    made = await training.hand_in(photos=[photo], draft_version=3)
    await training.call("GET", f"/growth-logs/{made['id']}/photos/{photo}", training.mentor)


async def test_p11_a_photo_sent_twice_after_a_lost_answer_is_kept_once(training: Training) -> None:
    key = uuid.uuid4().hex
    assert await training.upload(training.student, key=key) == await training.upload(training.student, key=key)


async def test_p11_the_trail_says_that_a_draft_was_saved_and_never_what_stood_in_it(training: Training) -> None:
    await training.save(0, hard="想家了")
    async with training.at.app.state.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.thing_type == "growth_draft")))
    assert [e.action for e in entries] == ["growth_draft.save"]
    assert "想家了" not in str(entries[0].changes)
    assert entries[0].changes["hard"] == "changed"


async def test_p11_no_draft_of_a_session_one_was_absent_from_or_after_the_training(training: Training) -> None:
    line = {"enrolment_id": str(training.enrolment.id), "mode": "absent"}
    missed = await training.hold(attendance=[line])
    await training.call("PUT", f"/growth-logs/drafts/{missed}", training.student, {"version": 0}, 404)
    async with training.at.app.state.database.session() as session:
        found = await session.get_one(Enrolment, training.enrolment.id)
        found.state, found.end_reason = "withdrawn", "left"
        await audit.commit(session)
    refused = await training.save(0, 409, did="x")
    assert (refused["code"], refused["state"]) == ("wrong_state", "withdrawn")


async def test_p11_the_plan_says_what_a_log_asks(training: Training) -> None:
    growth = training.at.plan.growth
    assert (await training.mine())["asked"] == {
        "fields": list(growth.fields),
        "one_of": list(growth.one_of),
        "required": list(growth.required),
        "photos": growth.photos,
    }


async def test_p11_a_plan_frozen_before_it_could_say_so_asks_the_usual(training: Training) -> None:
    async with training.at.app.state.database.session() as session:
        cycle = await session.get_one(Cycle, training.at.cycle_id)
        growth = {k: v for k, v in cycle.plan["growth"].items() if k in ("due_days", "late_allowed", "reviewers")}
        cycle.plan = {**cycle.plan, "growth": growth}
        await audit.commit(session)
    usual = {name: field.default for name, field in Growth.model_fields.items()}
    assert (await training.mine())["asked"] == {
        name: list(usual[name]) if name != "photos" else usual[name]
        for name in ("fields", "one_of", "required", "photos")
    }
