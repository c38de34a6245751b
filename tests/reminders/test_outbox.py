"""Whatever goes to more than one person can be looked at, held, thinned out and taken back before it goes."""

from typing import Any

from miaopu.people.roles import Role
from reminding import Clockwork, PostOffice, told
from seeded import Headers
from trained import Training

MAIL = "student@example.cn"


async def outbox(training: Training, who: Headers, query: str = "") -> list[Any]:
    page = await training.call("GET", f"/outbox{query}", who)
    return list(page["items"])


async def act(
    training: Training, who: Headers, batch: Any, action: str, reason: str | None = None, status: int = 200
) -> Any:
    body = {"version": batch["version"], "reason": reason}
    return await training.call("POST", f"/outbox/{batch['id']}/actions/{action}", who, body, status)


async def test_a_rules_batch_shows_its_real_list_and_waits_an_hour_of_office_time(
    training: Training, turn: Clockwork
) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    elsewhere, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "别处")
    await turn("2024-03-12T17:40")
    (batch,) = [b for b in await outbox(training, city, "?kind=reminder&state=waiting") if b["rule"] == "log_due"]
    assert (batch["count"], batch["state"], batch["kind"]) == (2, "waiting", "reminder")
    # Twenty minutes until six in the evening, forty from nine in the morning.
    assert batch["goes_at"].startswith("2024-03-13T01:40")
    people = await training.call("GET", f"/outbox/{batch['id']}/recipients", city)
    assert [(p["name"], p["reachable"], p["told_at"]) for p in people["items"]] == [
        ("学生1", False, None),
        ("学生2", False, None),
    ]
    assert await outbox(training, elsewhere) == []
    await training.call("GET", f"/outbox/{batch['id']}", elsewhere, status=404)
    await training.call("GET", f"/outbox/{batch['id']}/recipients", training.mentor, status=403)
    await turn("2024-03-13T09:39")
    assert await told(training, training.student, "reminder.log_due") == []
    await turn("2024-03-13T09:41")
    assert len(await told(training, training.student, "reminder.log_due")) == 1
    trail = await training.call("GET", f"/outbox/{batch['id']}/trail", city)
    assert [(t["action"], t["actor_name"]) for t in trail["items"]] == [
        ("outbox_batch.created", None),
        ("outbox_batch.release", None),
    ]


async def test_a_held_batch_stays_until_somebody_releases_it_without_who_was_taken_out(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    await turn.address(training.enrolment.account_id, MAIL)
    await turn("2024-03-12T13:00")
    (batch,) = [b for b in await outbox(training, city) if b["rule"] == "log_due"]
    await act(training, city, batch, "hold")
    await turn("2024-03-13T13:00")
    assert await told(training, training.student, "reminder.log_due") == []
    people = (await training.call("GET", f"/outbox/{batch['id']}/recipients", city))["items"]
    mine = next(p for p in people if p["name"] == "学生1")
    assert mine["reachable"]
    taken = await training.call("POST", f"/outbox/{batch['id']}/take-out", city, {"messages": [mine["id"]]})
    assert taken == {"taken_out": 1}
    await training.call("POST", f"/outbox/{batch['id']}/take-out", training.student, {"messages": [mine["id"]]}, 404)
    record = await training.call("GET", f"/outbox/{batch['id']}", city)
    assert (record["count"], record["taken_out"], record["state"]) == (1, 1, "held")
    assert [a["action"] for a in record["actions"]] == ["release", "cancel", "lapse"]
    await act(training, city, record, "release")
    assert await told(training, training.student, "reminder.log_due") == []
    assert len(await told(training, training.stranger, "reminder.log_due")) == 1
    body = {"messages": [mine["id"]]}
    await training.call("POST", f"/outbox/{batch['id']}/take-out", city, body, 409)
    await act(training, city, await training.call("GET", f"/outbox/{batch['id']}", city), "cancel", "晚了", 409)
    await turn("2024-03-13T14:00")
    assert post.mails == []
    trail = await training.call("GET", f"/outbox/{batch['id']}/trail", city)
    assert [t["action"] for t in trail["items"]] == [
        "outbox_batch.created", "outbox_batch.hold", "outbox_batch.take_out", "outbox_batch.release",
    ]  # fmt: skip


async def test_a_cancelled_batch_needs_a_reason_and_never_goes(training: Training, turn: Clockwork) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    await turn("2024-03-12T13:00")
    (batch,) = [b for b in await outbox(training, city) if b["rule"] == "log_due"]
    await act(training, city, batch, "cancel", None, 422)
    await act(training, city, batch, "cancel", "学校停课")
    await turn("2024-03-13T13:00")
    await turn("2024-03-13T15:00")
    assert await told(training, training.student, "reminder.log_due") == []


async def test_a_batch_whose_causes_are_all_gone_ends_by_itself_even_when_it_is_held(
    training: Training, turn: Clockwork
) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    await turn("2024-03-12T13:00")
    (batch,) = [b for b in await outbox(training, city) if b["rule"] == "log_due"]
    await act(training, city, batch, "hold")
    # One log is handed in; the other's moment is followed by a later one.
    await training.hand_in()
    await turn("2024-03-16T10:00")
    record = await training.call("GET", f"/outbox/{batch['id']}", city)
    assert (record["state"], record["count"]) == ("cancelled", 0)
    trail = await training.call("GET", f"/outbox/{batch['id']}/trail", city)
    assert trail["items"][-1]["action"] == "outbox_batch.lapse"


async def test_an_announcement_goes_to_whom_the_choice_means_once_it_is_released(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    at = training.at
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    elsewhere, _ = await at.person(Role.CITY_OFFICE, "baotou", "别处")
    _, idle = await at.person(Role.STUDENT, "no2", "不在培养的学生")
    await turn.address(training.enrolment.account_id, MAIL)
    query = "/outbox/audience?roles=student&roles=guardian"
    everybody = await training.call("GET", query, city)
    assert idle.name in [p["name"] for p in everybody["items"]]
    inside = await training.call("GET", f"{query}&in_training=true", city)
    assert [p["name"] for p in inside["items"]] == ["学生1", "学生2", "家长"]
    assert inside["total"] == 3
    mine = f"{query}&mentor={training.nomination.id}"
    assert [p["name"] for p in (await training.call("GET", mine, city))["items"]] == ["学生1", "家长"]
    assert (await training.call("GET", query, elsewhere))["total"] == 0
    form = {
        "roles": ["student", "guardian"], "mentor": str(training.nomination.id), "title": "参观实验室",
        "text": "周六上午九点在东门集合。", "channels": ["mail"],
    }  # fmt: skip
    await training.call("POST", "/outbox", elsewhere, form, 409)
    await training.call("POST", "/outbox", training.mentor, form, 403)
    await training.call("POST", "/outbox", city, {**form, "title": "两\n行"}, 422)
    made = await training.call("POST", "/outbox", city, form, 201)
    await turn("2024-03-11T10:00")
    await turn("2024-03-12T10:00")
    assert await told(training, training.student, "reminder.announcement") == []
    record = await training.call("GET", f"/outbox/{made['id']}", city)
    assert (record["count"], record["heading"], record["author_name"]) == (2, "参观实验室", "盟市")
    await act(training, city, record, "release")
    assert await told(training, training.student, "reminder.announcement") == ["参观实验室"]
    assert await told(training, training.guardian, "reminder.announcement") == ["参观实验室"]
    assert await told(training, training.stranger, "reminder.announcement") == []
    await turn("2024-03-12T10:01")
    text = post.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "周六上午九点在东门集合。" in text
    people = (await training.call("GET", f"/outbox/{made['id']}/recipients", city))["items"]
    assert {p["name"]: p["mail"] for p in people} == {"学生1": "sent", "家长": None}


async def test_the_sender_sees_whose_address_the_mail_host_refused(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    await turn.address(training.enrolment.account_id, MAIL)
    post.refuses[MAIL] = ["553 mailbox name not allowed"]
    form = {"roles": ["student"], "in_training": True, "title": "通知", "text": "请查收。"}
    made = await training.call("POST", "/outbox", city, form, 201)
    await act(training, city, {**made}, "release")
    await turn("2024-03-12T10:00")
    record = await training.call("GET", f"/outbox/{made['id']}", city)
    assert record["undelivered"] == 1
    people = (await training.call("GET", f"/outbox/{made['id']}/recipients", city))["items"]
    failed = next(p for p in people if p["mail"] == "failed")
    assert (failed["name"], failed["error"], failed["reachable"]) == ("学生1", "smtp_553", False)


async def test_the_region_sees_what_every_city_sends_and_can_hold_it(training: Training, turn: Clockwork) -> None:
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    await turn("2024-03-12T13:00")
    (batch,) = [b for b in await outbox(training, region) if b["rule"] == "log_due"]
    assert batch["unit_name"] == "呼和浩特市"
    assert (await act(training, region, batch, "hold"))["state"] == "held"
    association, _ = await training.at.person(Role.ASSOCIATION, "association", "科协")
    await training.call("GET", "/outbox", association, status=403)
