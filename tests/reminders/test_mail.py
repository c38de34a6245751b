"""Mail as it is sent: a real conversation by SMTP, one mail a day, quiet hours, refusals, and the links in it."""

import re

from sqlalchemy import select, update

from miaopu.reminders.models import Delivery, Preference
from miaopu.reminders.ticking import send
from reminding import Clockwork, PostOffice, told
from seeded import turn_to
from trained import Training

MAIL = "student@example.cn"


async def test_a_reminder_goes_out_as_text_and_html_without_anybodys_name(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.enrolment.account_id, MAIL)
    await turn("2024-03-12T13:00")
    assert post.mails == []
    await turn("2024-03-12T14:30")
    (mail,) = post.mails
    assert mail["To"] == MAIL
    assert mail["Subject"] == "苗圃提醒：1 项"
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "有 1 篇成长日志待提交，最近一篇截止 2024-03-17 00:00。" in plain
    assert "https://miaopu.example.cn/inbox" in plain
    assert 'href="https://miaopu.example.cn/inbox"' in page
    for secret in ("学生1", training.enrolment.number, "组会", "导师"):
        assert secret not in plain + page
    assert re.fullmatch(r"<[0-9a-f-]{36}@miaopu\.example\.cn>", mail["Message-ID"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://miaopu.example.cn/api/v1/public/mail/")


async def test_english_is_spoken_to_who_chose_it(training: Training, turn: Clockwork, post: PostOffice) -> None:
    await turn.address(training.enrolment.account_id, MAIL, language="en")
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    text = post.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Growth logs to hand in: 1" in text
    assert not re.search(r"[\u4e00-\u9fff]", text + post.mails[0]["Subject"] + post.mails[0]["From"])


async def test_nothing_leaves_in_the_quiet_hours_and_it_goes_when_they_are_over(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.nomination.account_id, MAIL)
    turn_to("2024-03-10T22:30", training.at.plan)
    await training.hand_in()
    await turn("2024-03-17T22:40")
    # The inbox has it at once; the mail waits for the morning.
    assert len(await told(training, training.mentor, "reminder.review_waiting")) == 1
    assert post.mails == []
    await turn("2024-03-18T07:29")
    assert post.mails == []
    await turn("2024-03-18T07:31")
    assert len(post.mails) == 1


async def test_at_most_one_mail_a_day_and_a_digest_at_its_hour(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.nomination.account_id, "once@example.cn")
    await turn.address(training.enrolment.account_id, "daily@example.cn", mode="daily", digest_hour=19)
    await training.hand_in()
    other = await training.hold()
    assert other
    # The mentor: a plan that is missing (10 March), then a review that waits (17 March), then what April lacks.
    await turn("2024-03-17T10:00")
    await turn("2024-03-17T11:30")
    await turn("2024-03-17T13:00")
    assert len(post.to("once@example.cn")) == 1
    await turn("2024-03-17T20:59")
    assert len(post.to("once@example.cn")) == 1
    await turn("2024-03-18T08:00")
    assert len(post.to("once@example.cn")) == 2
    # The student's digest: all of the day in one mail, from its hour on, and no second one.
    daily = post.to("daily@example.cn")
    assert len(daily) == 1
    await turn("2024-03-17T20:59")
    assert len(post.to("daily@example.cn")) == 1
    await turn("2024-03-18T08:00")
    await turn("2024-03-18T12:00")
    assert len(post.to("daily@example.cn")) == 1


async def test_a_digest_says_only_what_still_stands(training: Training, turn: Clockwork, post: PostOffice) -> None:
    await turn.address(training.enrolment.account_id, MAIL, mode="daily", digest_hour=19)
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    assert len(await told(training, training.student, "reminder.log_due")) == 1
    await training.hand_in()
    await turn("2024-03-12T19:30")
    assert post.mails == []


async def test_a_host_that_is_busy_is_asked_again_with_the_same_message_id(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.enrolment.account_id, MAIL)
    post.refuses[MAIL] = ["451 try again later", "451 try again later"]
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    assert (post.mails, post.asked) == ([], 1)
    await turn("2024-03-12T14:30")
    assert post.asked == 1
    await turn("2024-03-12T14:32")
    assert (post.mails, post.asked) == ([], 2)
    await turn("2024-03-12T14:40")
    assert len(post.mails) == 1
    first = post.mails[0]["Message-ID"]
    # The worker died after the host had taken it: the same mail again, not another one.
    state = training.at.app.state
    async with state.database.session() as session:
        await session.execute(update(Delivery).values(state="waiting"))
        await session.commit()
    assert await send(state.database, state.settings, state.vault) == (0, 1)
    assert post.mails[1]["Message-ID"] == first


async def test_an_address_that_the_host_refuses_is_marked_and_not_tried_again(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    await turn.address(training.enrolment.account_id, MAIL)
    post.refuses[MAIL] = ["550 no such user"] * 9
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    shown = await training.call("GET", "/preferences", training.student)
    assert (shown["mail"], shown["mail_failed_at"] is not None) == ("s***@example.cn", True)
    async with training.at.app.state.database.session() as session:
        (failed,) = (await session.scalars(select(Delivery))).all()
    assert (failed.state, failed.error) == ("failed", "smtp_550")
    await turn("2024-03-16T11:00")
    await turn("2024-03-16T13:00")
    assert post.asked == 1


async def test_an_address_counts_once_its_code_came_back(training: Training, turn: Clockwork, post: PostOffice) -> None:
    state = training.at.app.state
    await training.call("POST", "/preferences/address", training.student, {"mail": "no address"}, 422)
    asked = await training.call("POST", "/preferences/address", training.student, {"mail": MAIL})
    assert (asked["mail"], asked["asked"]) == (None, "s***@example.cn")
    await send(state.database, state.settings, state.vault)
    code = re.search(r"\d{6}", post.mails[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert code
    wrong = f"{(int(code[0]) + 1) % 1_000_000:06d}"
    for _ in range(3):
        path = "/preferences/address/confirm"
        problem = await training.call("POST", path, training.student, {"code": wrong}, 422)
        assert problem["errors"][0]["pointer"] == "/code"
    done = await training.call("POST", "/preferences/address/confirm", training.student, {"code": code[0]})
    assert (done["mail"], done["asked"]) == ("s***@example.cn", None)
    # The code is used up, and nothing of it is left.
    await training.call("POST", "/preferences/address/confirm", training.student, {"code": code[0]}, 409)
    async with state.database.session() as session:
        found = (await session.scalars(select(Preference))).one()
        assert MAIL.encode() not in (found.mail_sealed or b"")
        assert (await session.scalars(select(Delivery.sealed))).all() == [None]


async def test_guessing_a_code_ends_after_five_tries(training: Training, post: PostOffice) -> None:
    await training.call("POST", "/preferences/address", training.student, {"mail": MAIL})
    path, answers = "/preferences/address/confirm", []
    for guess in range(7):
        answer = await training.at.client.post(path, json={"code": f"{guess:06d}"}, headers=training.student)
        answers.append(answer.status_code)
    assert answers[-1] == 429
    for _ in range(4):
        await training.call("POST", "/preferences/address", training.student, {"mail": MAIL})
    await training.call("POST", "/preferences/address", training.student, {"mail": MAIL}, 429)


async def test_mails_are_switched_off_by_one_click_and_back_on_by_the_page_behind_the_link(
    training: Training, turn: Clockwork, post: PostOffice
) -> None:
    client = training.at.client
    await turn.address(training.enrolment.account_id, MAIL)
    await turn("2024-03-12T13:00")
    await turn("2024-03-12T14:30")
    off = str(post.mails[0]["List-Unsubscribe"]).strip("<>").replace("https://miaopu.example.cn/api/v1", "")
    shown = await client.get(off.removesuffix("/off"))
    assert shown.json() == {"mail": "s***@example.cn", "mode": "at_once", "digest_hour": 18}
    clicked = await client.post(off, data={"List-Unsubscribe": "One-Click"})
    assert clicked.json()["mode"] == "off"
    await turn("2024-03-16T11:00")
    await turn("2024-03-16T13:00")
    assert len(post.mails) == 1
    # The inbox has it all the same.
    assert len(await told(training, training.student, "reminder.log_due")) == 2
    assert (await client.put(off.removesuffix("/off"), json={"mode": "daily"})).json()["mode"] == "daily"
    broken = off.removesuffix("/off")
    broken = broken[:-1] + ("A" if broken[-1] != "A" else "B")
    assert (await client.get(broken)).status_code == 404
    assert (await client.post(f"{broken}/off")).status_code == 404
    assert (await client.get("/public/mail/x.y")).status_code == 404


async def test_what_one_chose_is_kept_and_a_stale_choice_is_refused(training: Training) -> None:
    first = await training.call("GET", "/preferences", training.student)
    assert (first["mode"], first["version"]) == ("at_once", 0)
    form = {"mode": "daily", "digest_hour": 7, "sms": False, "language": "en", "version": 0}
    kept = await training.call("PUT", "/preferences", training.student, form)
    assert (kept["mode"], kept["digest_hour"], kept["language"]) == ("daily", 7, "en")
    await training.call("PUT", "/preferences", training.student, form, 409)
    assert (await training.call("GET", "/preferences", training.mentor))["mode"] == "at_once"
