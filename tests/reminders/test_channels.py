"""The ways out by HTTP: signed as the receiver checks it, to allowed hosts only, and never with anybody's name."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from sqlalchemy import text

from miaopu.core.db import new_id
from miaopu.notices.models import OutboxMessage
from miaopu.people.roles import Role
from miaopu.reminders.channels import robot_fault, send_sms, send_to_robot
from miaopu.reminders.ticking import send
from miaopu.settings import Settings
from reminding import SMS_SECRET, Clockwork, PostOffice, Receiver
from trained import Training

SECRET = "SEC0123456789"


def signed(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


@pytest.fixture
def settings(training: Training) -> Settings:
    found: Settings = training.at.app.state.settings
    return found


async def test_dingtalk_is_signed_in_the_address_with_milliseconds(settings: Settings, receiver: Receiver) -> None:
    url = f"{receiver.url}/robot/send?access_token=a+b%2Bc"
    assert (await send_to_robot(settings, "dingtalk", url, SECRET, "共 3 项")).sent
    (got,) = receiver.got
    stamp = got["query"]["timestamp"]
    assert abs(int(stamp) / 1000 - time.time()) < 60
    assert got["query"]["sign"] == signed(SECRET, f"{stamp}\n{SECRET}")
    # The token of the address came through as it was.
    assert got["query"]["access_token"] == "a b+c"
    assert json.loads(got["body"]) == {"msgtype": "text", "text": {"content": "共 3 项"}}


async def test_feishu_is_signed_in_the_body_with_seconds_and_an_empty_message(
    settings: Settings, receiver: Receiver
) -> None:
    receiver.answers = [(200, {"code": 0})]
    assert (await send_to_robot(settings, "feishu", f"{receiver.url}/hook/x", SECRET, "共 3 项")).sent
    body = json.loads(receiver.got[0]["body"])
    assert abs(int(body["timestamp"]) - time.time()) < 60
    assert body["sign"] == signed(f"{body['timestamp']}\n{SECRET}", "")
    assert (body["msg_type"], body["content"]) == ("text", {"text": "共 3 项"})


async def test_wecom_has_its_key_in_the_address_and_no_signature(settings: Settings, receiver: Receiver) -> None:
    assert (await send_to_robot(settings, "wecom", f"{receiver.url}/send?key=k1", None, "共 3 项")).sent
    assert receiver.got[0]["query"] == {"key": "k1"}
    assert json.loads(receiver.got[0]["body"]) == {"msgtype": "text", "text": {"content": "共 3 项"}}


async def test_a_short_message_is_signed_over_its_time_and_body(settings: Settings, receiver: Receiver) -> None:
    assert (await send_sms(settings, "13900000000", "您好", "d1")).sent
    (got,) = receiver.got
    stamp = got["headers"]["x-miaopu-timestamp"]
    assert abs(int(stamp) - time.time()) < 60
    wanted = hmac.new(SMS_SECRET.encode(), f"{stamp}.".encode() + got["body"], hashlib.sha256).hexdigest()
    assert got["headers"]["x-miaopu-signature"] == wanted
    assert json.loads(got["body"]) == {"id": "d1", "to": "13900000000", "text": "您好"}


@pytest.mark.parametrize(
    ("status", "answer", "error", "again"),
    [
        (200, {"errcode": 310000, "errmsg": "sign not match"}, "robot_310000", False),
        (200, {"errcode": 45009, "errmsg": "freq out of limit"}, "robot_45009", True),
        (503, {}, "http_503", True),
        (302, {}, "http_302", False),
        (404, {}, "http_404", False),
    ],
)
async def test_what_the_receiver_says_decides_on_another_attempt(
    settings: Settings, receiver: Receiver, status: int, answer: Any, error: str, again: bool
) -> None:
    receiver.answers = [(status, answer)]
    result = await send_to_robot(settings, "wecom", f"{receiver.url}/send?key=k1", None, "x")
    assert (result.error, result.again) == (error, again)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://oapi.dingtalk.com/robot/send?access_token=x", None),
        ("http://oapi.dingtalk.com/robot/send?access_token=x", "robot_url"),
        ("https://oapi.dingtalk.com:8443/robot/send", "robot_url"),
        ("https://user:pass@oapi.dingtalk.com/robot/send", "robot_url"),
        ("https://oapi.dingtalk.com.evil.example/robot", "robot_host"),
        ("https://evil.example/?oapi.dingtalk.com", "robot_host"),
        ("https://169.254.169.254/latest/meta-data", "robot_host"),
        ("https://[::1]/", "robot_host"),
        ("http://127.0.0.1:8000/api", "robot_url"),
        ("file:///etc/passwd", "robot_url"),
        ("https://oapi.dingtalk.com:port/", "robot_url"),
        ("https://[broken", "robot_url"),
    ],
)
def test_no_address_but_those_of_the_allowed_hosts_is_called(url: str, fault: str | None) -> None:
    assert robot_fault(Settings(mode="demo"), url) == fault


async def test_an_office_registers_a_group_tries_it_and_switches_it_off(
    training: Training, turn: Clockwork, receiver: Receiver
) -> None:
    at = training.at
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    elsewhere, _ = await at.person(Role.CITY_OFFICE, "baotou", "别处")
    url = f"{receiver.url}/send?key=very-secret"
    form = {"kind": "wecom", "name": "工作群", "url": url}
    bad = await training.call("POST", "/group-channels", city, {**form, "url": "https://evil.example/"}, 422)
    assert bad["errors"][0]["pointer"] == "/url"
    assert "oapi.dingtalk.com" in bad["errors"][0]["message"]
    made = await training.call("POST", "/group-channels", city, form, 201)
    path = f"/group-channels/{made['id']}"
    shown = await training.call("GET", path, city)
    assert (shown["host"], shown["active"], shown["signed"]) == ("127.0.0.1", True, False)
    assert "very-secret" not in json.dumps(shown)
    assert (await training.call("POST", f"{path}/test", city)) == {"sent": True, "error": None}
    assert "工作群" in json.loads(receiver.got[0]["body"])["text"]["content"]
    for method, more in (("GET", ""), ("POST", "/test"), ("GET", "/trail")):
        await training.call(method, f"{path}{more}", elsewhere, status=404)
    await training.call("PATCH", path, city, {"active": False, "version": 1})
    await training.call("PATCH", path, city, {"active": True, "version": 1}, 409)
    trail = await training.call("GET", f"{path}/trail", city)
    assert [t["action"] for t in trail["items"]] == [
        "group_channel.created", "group_channel.test", "group_channel.switch_off",
    ]  # fmt: skip
    assert "very-secret" not in json.dumps(trail)


async def test_a_group_is_told_how_many_and_never_who(training: Training, turn: Clockwork, receiver: Receiver) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    url = f"{receiver.url}/send?key=k"
    for name in ("一群", "二群"):
        await training.call("POST", "/group-channels", city, {"kind": "wecom", "name": name, "url": url}, 201)
    second = next(
        g for g in (await training.call("GET", "/group-channels", city))["items"] if g["group_name"] == "二群"
    )
    await training.call("PATCH", f"/group-channels/{second['id']}", city, {"active": False, "version": 1})
    form = {
        "roles": ["student"], "in_training": True, "title": "参观安排", "text": "请学生1带身份证。",
        "channels": ["mail", "group"],
    }  # fmt: skip
    made = await training.call("POST", "/outbox", city, form, 201)
    receiver.answers = [(503, {})]
    await training.call("POST", f"/outbox/{made['id']}/actions/release", city, {"version": 1})
    await turn("2024-03-12T10:00")
    record = await training.call("GET", f"/outbox/{made['id']}", city)
    assert [(g["name"], g["state"], g["error"]) for g in record["groups"]] == [("一群", "waiting", "http_503")]
    await turn("2024-03-12T10:02")
    record = await training.call("GET", f"/outbox/{made['id']}", city)
    assert [(g["name"], g["state"], g["error"]) for g in record["groups"]] == [("一群", "sent", None)]
    said = json.loads(receiver.got[-1]["body"])["text"]["content"]
    assert said == "【苗圃】参观安排：已通知 2 人。https://miaopu.example.cn/inbox"


async def test_a_guardians_link_goes_to_the_phone_once_and_not_at_night(
    training: Training, turn: Clockwork, receiver: Receiver, post: PostOffice
) -> None:
    state = training.at.app.state
    given = {"phone": "13900000000", "link": "https://miaopu.example.cn/consent/abc"}
    async with state.database.session() as session:
        session.add(
            OutboxMessage(
                id=new_id(), channel="sms", to_name="家长", kind="registration.ask_consent",
                sealed=state.vault.seal(json.dumps(given)), thing_type="registration", thing_id=None,
            )
        )  # fmt: skip
        await session.commit()
    await turn("2024-03-11T23:00")
    assert receiver.got == []
    receiver.answers = [(503, {})]
    await turn("2024-03-12T10:00")
    await turn("2024-03-12T10:00")
    assert len(receiver.got) == 1
    await turn("2024-03-12T10:02")
    assert await send(state.database, state.settings, state.vault) == (0, 0)
    body = json.loads(receiver.got[-1]["body"])
    assert len(receiver.got) == 2
    assert (body["to"], given["link"] in body["text"]) == ("13900000000", True)


async def test_short_messages_go_where_the_plan_has_them_to_who_wants_them(
    training: Training, turn: Clockwork, receiver: Receiver, post: PostOffice
) -> None:
    state = training.at.app.state
    await turn.address(training.enrolment.account_id, "student@example.cn", sms=True)
    async with state.database.session() as session:
        await session.execute(text("SELECT set_config('miaopu.audited', 'yes', true)"))
        await session.execute(
            text("UPDATE accounts SET phone_sealed = :sealed"), {"sealed": state.vault.seal("13900000001")}
        )
        plan = "jsonb_set(plan, '{reminders,log_due,channels}', '[\"mail\", \"sms\"]')"
        await session.execute(text(f"UPDATE cycles SET plan_digest = 'with sms', plan = {plan}"))
        await session.commit()
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    await turn("2024-03-12T15:30")
    (got,) = receiver.got
    body = json.loads(got["body"])
    assert (body["to"], body["text"]) == ("13900000001", "有 1 篇成长日志待提交，最近一篇截止 2024-03-17 00:00。")
    assert len(post.mails) == 1
