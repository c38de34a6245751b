"""Handing in a growth log (P11): once, with a receipt; its photos are for those who see the student."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from miaopu.core.audit import AuditEntry
from miaopu.core.files import StoredFile
from miaopu.growth.models import GrowthDraft, GrowthLog
from miaopu.people.roles import Role
from seeded import SOURCE, saved, turn_to
from trained import JPEG, Training


async def count(training: Training, model: Any) -> int:
    async with training.at.app.state.database.session() as session:
        found: int = await session.scalar(select(func.count()).select_from(model))
        return found


async def test_p11_the_receipt_is_numbered_by_the_plan_and_the_draft_is_gone(training: Training) -> None:
    await training.save(0, did="测量三次")
    made = await training.hand_in(draft_version=1)
    pattern = training.at.plan.numbering.growth_log
    assert made["receipt_number"].startswith(pattern.split("{serial")[0].format(year=training.at.plan.year))
    assert (made["state"], made["late"]) == ("submitted", False)
    mine = await training.mine()
    assert mine["due"] == []
    (log,) = mine["logs"]
    assert (log["id"], log["receipt_number"], log["draft"]) == (made["id"], made["receipt_number"], None)
    assert await count(training, GrowthDraft) == 0


async def test_p11_fifty_sendings_of_one_log_make_one_log_and_one_receipt(training: Training) -> None:
    key = uuid.uuid4().hex
    answers = await asyncio.gather(*(training.hand_in(key=key) for _ in range(50)))
    assert len({a["receipt_number"] for a in answers}) == 1
    assert await count(training, GrowthLog) == 1


async def test_p11_a_second_log_of_a_session_is_refused_with_the_receipt_of_the_first(training: Training) -> None:
    made = await training.hand_in()
    refused = await training.hand_in(409, did="另一台设备写的")
    assert (refused["code"], refused["receipt_number"], refused["log_id"]) == (
        "log_handed_in",
        made["receipt_number"],
        made["id"],
    )
    refused = await training.save(0, 409, did="另一台设备写的")
    assert refused["code"] == "log_handed_in"


async def test_p11_handing_in_over_what_another_device_saved_is_refused_with_that(training: Training) -> None:
    await training.save(0, did="第一台")
    await training.save(1, did="第一台，又写了")
    refused = await training.hand_in(409, draft_version=1)
    assert (refused["code"], refused["current"]["did"]) == ("stale", "第一台，又写了")
    assert await count(training, GrowthLog) == 0
    assert (await training.hand_in(draft_version=2))["state"] == "submitted"


async def test_p11_a_log_says_one_of_the_means_and_what_was_learned(training: Training) -> None:
    refused = await training.hand_in(422, did="", learned="")
    found = {(e["pointer"], e["code"]) for e in refused["errors"]}
    growth = training.at.plan.growth
    assert found == {(f"/{n}", "missing") for n in growth.required} | {(f"/{n}", "one_of") for n in growth.one_of}
    made = await training.hand_in(did="", heard="院士报告")
    record = await training.call("GET", f"/growth-logs/{made['id']}", training.mentor)
    assert (record["heard"], record["did"], record["receipt_number"]) == ("院士报告", "", made["receipt_number"])


async def test_p11_photos_are_seen_by_the_circle_and_by_nobody_else(training: Training) -> None:
    photo = await training.upload(training.student)
    await training.save(0, photos=[photo])
    other = await training.upload(training.student)
    made = await training.hand_in(photos=[other, photo], draft_version=1)
    path = f"/growth-logs/{made['id']}"
    of_city = next(u.code for u in training.at.plan.universities if u.city == "hohhot")
    university, _ = await training.at.person(Role.UNIVERSITY, of_city)
    for who in (training.student, training.mentor, training.guardian, training.teacher, university):
        record = await training.call("GET", path, who)
        assert [p["id"] for p in record["photos"]] == [other, photo]
        answer = await training.at.client.get(f"{path}/photos/{photo}", headers=who)
        assert saved(answer, "image/jpeg") == JPEG
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        await training.call("GET", path, who, status=404)
        await training.call("GET", f"{path}/photos/{photo}", who, status=404)
    # A file of something else is not served through a log.
    loose = await training.upload(training.student)
    await training.call("GET", f"{path}/photos/{loose}", training.student, status=404)
    async with training.at.app.state.database.session() as session:
        file = await session.get_one(StoredFile, uuid.UUID(photo))
    assert (file.claimed_type, str(file.claimed_id)) == ("growth_log", made["id"])


async def test_p11_a_returned_log_is_taken_up_on_any_device_and_handed_in_again_under_its_receipt(
    training: Training,
) -> None:
    photo = await training.upload(training.student)
    made = await training.hand_in(photos=[photo])
    returned = await training.review(made, "return_for_changes", "请写清实验条件")
    (log,) = (await training.mine())["logs"]
    assert (log["state"], log["review"], log["draft"]["version"]) == ("returned", "请写清实验条件", 0)
    assert (log["draft"]["did"], [p["id"] for p in log["draft"]["photos"]]) == ("测量三次", [photo])
    kept = await training.save(0, did="测量三次", learned="温度 22 ℃", photos=[photo])
    # Where the draft is not seen, the log is not handed in beside it.
    path, version = f"/growth-logs/{made['id']}", {"version": returned["version"]}
    for method, there in (("PATCH", path), ("POST", f"{path}/actions/submit")):
        assert (await training.call(method, there, training.student, version, 409))["code"] == "draft_elsewhere"
    # The mentor goes on seeing what was handed in, not what is being written.
    assert (await training.call("GET", f"/growth-logs/{made['id']}", training.mentor))["learned"] == "条件要写清楚"
    (log,) = (await training.mine())["logs"]
    assert (log["draft"]["version"], log["draft"]["learned"]) == (kept["version"], "温度 22 ℃")
    again = {"learned": "温度 22 ℃", "photos": [photo], "draft_version": kept["version"]}
    stale = await training.hand_in(409, version=made["version"], **again)
    assert (stale["code"], stale["current"]["learned"]) == ("stale", "温度 22 ℃")
    sent = await training.hand_in(version=returned["version"], **again)
    assert (sent["id"], sent["receipt_number"], sent["state"]) == (made["id"], made["receipt_number"], "submitted")
    assert await count(training, GrowthLog) == 1
    assert await count(training, GrowthDraft) == 0
    accepted = await training.review(sent, "accept")
    assert accepted["state"] == "accepted"
    trail = await training.call("GET", f"/growth-logs/{made['id']}/trail", training.student)
    assert [e["action"] for e in trail["items"]] == [
        "growth_log.created",
        "growth_log.submit",
        "growth_log.return_for_changes",
        "growth_log.edit",
        "growth_log.submit",
        "growth_log.accept",
    ]
    # What stood in it is in the log alone, where it can be erased: the trail says that it was changed.
    async with training.at.app.state.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.thing_type == "growth_log")))
    told = " ".join(str(entry.changes) for entry in entries)
    assert [text for text in ("测量三次", "温度 22 ℃", "条件要写清楚") if text in told] == []
    assert "'learned': 'changed'" in told


async def test_p11_a_log_that_is_late_is_flagged_and_stays_so(training: Training) -> None:
    turn_to("2024-03-20T12:00", training.at.plan)
    made = await training.hand_in()
    assert made["late"]


@pytest.mark.parametrize(
    "source", [SOURCE.replace("late_allowed = true", "late_allowed = false")], ids=["the plan allows no late log"]
)
async def test_p11_where_the_plan_allows_no_late_log_it_is_refused(training: Training) -> None:
    turn_to("2024-03-20T12:00", training.at.plan)
    assert (await training.hand_in(409))["code"] == "log_too_late"


async def test_p11_a_stranger_hands_in_nothing_of_a_session_of_others(training: Training) -> None:
    body = {"session_id": training.session, "did": "x", "learned": "y"}
    await training.call("POST", "/growth-logs", training.stranger, body, 404)
    for who in (training.mentor, training.guardian, training.teacher):
        await training.call("POST", "/growth-logs", who, body, 403)
