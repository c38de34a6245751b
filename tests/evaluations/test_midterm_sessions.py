"""A report session from its arrangement to the last talk: order, slides, the screen in the room (P23)."""

from datetime import datetime, timedelta
from typing import Any

from miaopu.core import clock
from miaopu.exams.rules import shuffled
from miaopu.people.roles import Role
from papers import pdf
from seeded import Headers, turn_to
from trained import Training

PDF = pdf()


async def office(training: Training, city: str = "hohhot") -> Headers:
    return (await training.at.person(Role.CITY_OFFICE, city, "盟市"))[0]


def form(**more: Any) -> dict[str, Any]:
    start = clock.now() + timedelta(days=7)
    return {"subject": "mathematics", "starts_at": start.isoformat(), "place": "第一报告厅", **more}


async def arranged(training: Training, city: Headers, **more: Any) -> Any:
    made = await training.call("POST", "/midterm-sessions", city, form(**more), 201)
    return await training.call("GET", f"/midterm-sessions/{made['id']}", city)


def names(record: Any) -> list[str]:
    return [talk["student_name"] for talk in record["order"]]


async def test_p23_the_citys_students_of_a_subject_stand_in_an_order_that_anybody_can_draw_again(
    training: Training,
) -> None:
    city = await office(training)
    record = await arranged(training, city)
    ids = [talk["enrolment_id"] for talk in record["order"]]
    assert ids == shuffled(ids, record["seed"])
    assert len(ids) == 2
    minutes = training.at.plan.evaluations.midterm.talk_minutes
    first, second = (datetime.fromisoformat(talk["starts_at"]) for talk in record["order"])
    assert second - first == timedelta(minutes=minutes)
    assert datetime.fromisoformat(record["ends_at"]) - first == timedelta(minutes=2 * minutes)
    # Nobody stands in two sessions, and a city arranges its own students only.
    path = f"/midterm-sessions/{record['id']}"
    again = await training.call("POST", "/midterm-sessions", city, form(), 409)
    assert again["code"] == "nobody_to_report"
    away = await office(training, "baotou")
    await training.call("GET", path, away, status=404)
    drawn = await training.call("POST", f"{path}/draw", city, {"version": record["version"], "reason": "名单有误"})
    other = {"version": drawn["version"], "enrolment_ids": ids[::-1]}
    await training.call("PUT", f"{path}/order", city, other)
    record = await training.call("GET", path, city)
    assert [talk["enrolment_id"] for talk in record["order"]] == ids[::-1]
    assert record["by_hand"]
    only = {"version": record["version"], "enrolment_ids": ids[:1]}
    await training.call("PUT", f"{path}/order", city, only)
    # Who was left out comes into another session.
    assert len((await arranged(training, city))["order"]) == 1
    trail = await training.call("GET", f"{path}/trail", city)
    assert {"midterm_session.draw", "midterm_session.order"} <= {e["action"] for e in trail["items"]}


async def test_p23_slides_are_put_until_the_session_starts_and_read_by_the_students_circle(training: Training) -> None:
    city = await office(training)
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    record = await arranged(training, city)
    path = f"/midterm-sessions/{record['id']}"
    picture = await training.upload(training.student)
    await training.call("PUT", f"{path}/slides", training.student, {"file_id": picture}, 422)
    await training.call("PUT", f"{path}/slides", training.mentor, {"file_id": picture}, 403)
    file = await training.upload(training.student, PDF)
    await training.call("PUT", f"{path}/slides", training.student, {"file_id": file})
    talk = next(t for t in (await training.call("GET", path, training.student))["order"] if t["mine"])
    slides = f"{path}/talks/{talk['id']}/slides"
    for who in (training.student, training.guardian, training.teacher, training.mentor, city, region):
        assert await training.call("GET", slides, who) == PDF
    for who in (training.stranger, training.strange_mentor):
        await training.call("GET", slides, who, status=404)
        # Others of the session are numbers to those who do not see them.
        assert sorted(map(bool, names(await training.call("GET", path, who)))) == [False, True]
    await training.call("GET", path, training.strange_teacher, status=404)
    told = await training.call("GET", "/notices", training.guardian)
    assert [n["kind"] for n in told["items"]] == ["midterm_session.created"]
    start = datetime.fromisoformat(record["starts_at"]).astimezone(training.at.plan.zone) + timedelta(minutes=1)
    turn_to(f"{start:%Y-%m-%dT%H:%M}", training.at.plan)
    late = await training.upload(training.student, PDF)
    refused = await training.call("PUT", f"{path}/slides", training.student, {"file_id": late}, 409)
    assert refused["code"] == "slides_closed"


async def test_p23_the_screen_in_the_room_says_who_talks_and_who_is_next(training: Training) -> None:
    city = await office(training)
    record = await arranged(training, city)
    path, version = f"/midterm-sessions/{record['id']}", record["version"]

    async def step(status: int = 200, back: bool = False) -> list[str]:
        nonlocal version
        said = await training.call("POST", f"{path}/step", city, {"version": version, "back": back}, status)
        version = said.get("version", version)
        return [t["state"] for t in (await training.call("GET", f"{path}/live", city))["order"]]

    assert await step(409) == ["waiting", "waiting"]
    turn_to(f"{datetime.fromisoformat(record['starts_at']):%Y-%m-%dT10:00}", training.at.plan)
    assert await step() == ["speaking", "waiting"]
    ids = [talk["enrolment_id"] for talk in record["order"]]
    wrong = {"version": version, "enrolment_ids": ids[::-1]}
    await training.call("PUT", f"{path}/order", city, wrong, 422)
    assert await step() == ["spoken", "speaking"]
    assert await step(back=True) == ["speaking", "waiting"]
    assert await step(409, back=True) == ["speaking", "waiting"]
    await step()
    assert await step() == ["spoken", "spoken"]
    record = await training.call("GET", path, training.mentor)
    assert record["state"] == "ended"
    assert not record["arranges"]
    assert all(t["began_at"] and t["ended_at"] for t in record["order"])
    await training.call("POST", f"{path}/step", training.mentor, {"version": version}, 403)


async def test_p23_a_session_that_is_called_off_frees_its_students_and_tells_them(training: Training) -> None:
    city = await office(training)
    record = await arranged(training, city)
    path = f"/midterm-sessions/{record['id']}/actions/cancel"
    await training.call("POST", path, city, {"version": record["version"]}, 422)
    await training.call("POST", path, city, {"version": record["version"], "reason": "大雪停课"})
    told = await training.call("GET", "/notices", training.student)
    assert told["items"][0]["kind"] == "midterm_session.cancel"
    assert told["items"][0]["reason"] == "大雪停课"
    again = await arranged(training, city, enrolment_ids=[str(training.enrolment.id)])
    assert names(again) == ["学生1"]
