"""A camp from its announcement to the report: put forward, chosen, consented to, attended (P20)."""

from datetime import datetime, timedelta
from typing import Any

from miaopu.core import clock
from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import JPEG, Training


def camp(**more: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "kind": "camp",
        "title": "草原科学营",
        "place": "锡林浩特",
        "starts_at": (now + timedelta(days=10)).isoformat(),
        "ends_at": (now + timedelta(days=12)).isoformat(),
        "recommend_until": (now + timedelta(days=5)).isoformat(),
        "places": 1,
        **more,
    }


async def announced(training: Training, city: Headers, **more: Any) -> str:
    made = await training.call("POST", "/activities", city, camp(**more), 201)
    await training.call("POST", f"/activities/{made['id']}/actions/announce", city, {"version": 1})
    return str(made["id"])


async def put(training: Training, activity: str, who: Headers, status: int = 200) -> Any:
    body = {"enrolment_ids": [str(training.enrolment.id)], "reason": "对生态感兴趣"}
    return await training.call("POST", f"/activities/{activity}/put-forward", who, body, status)


async def act(
    training: Training, one: str, action: str, who: Headers, version: int = 1, status: int = 200, reason: str = "合适"
) -> Any:
    body = {"version": version, "reason": reason}
    return await training.call("POST", f"/participations/{one}/actions/{action}", who, body, status)


async def consent(training: Training, one: str, version: int, word: str, status: int = 200, who: Any = None) -> Any:
    body = {"version": version, "decision": word}
    return await training.call("POST", f"/participations/{one}/consent", who or training.guardian, body, status)


async def test_p20_a_camp_from_its_announcement_to_the_report(training: Training) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    activity = await announced(training, city)
    (one,) = (await put(training, activity, training.mentor))["ids"]
    await act(training, one, "choose", training.mentor, status=403)
    await act(training, one, "choose", region)
    asked = await training.call("GET", "/participations/consents", training.guardian)
    assert [(i["activity_title"], i["consent"], i["open"]) for i in asked["items"]] == [("草原科学营", None, True)]
    assert asked["text_version"] == training.at.plan.outside.consent.version
    await training.call("POST", f"/activities/{activity}/actions/close_choice", city, {"version": 3})
    version = asked["items"][0]["version"]
    moved = await consent(training, one, version, "given")
    start = datetime.fromisoformat(camp()["starts_at"]).astimezone(training.at.plan.zone)
    turn_to(f"{start:%Y-%m-%d}T23:00", training.at.plan)
    # Started: the family's word stands.
    await consent(training, one, moved["version"], "withdrawn", 409)
    record = await training.call("GET", f"/activities/{activity}", city)
    assert [p["listed"] for p in record["participations"]] == [True]
    lines = [{"participation_id": one, "days": [f"{start:%Y-%m-%d}"]}]
    body = {"version": record["version"], "lines": lines}
    await training.call("POST", f"/activities/{activity}/attendance", city, body)
    said = await training.call("POST", f"/activities/{activity}/actions/hold", city, {"version": record["version"]})
    photo = await training.upload(city)
    done = {"version": said["version"], "report": "观察了草原生态", "file_ids": [photo]}
    await training.call("POST", f"/activities/{activity}/report", city, done)
    (mine,) = (await training.call("GET", f"/enrolments/{training.enrolment.id}/activities", training.student))["items"]
    assert (mine["state"], mine["consent"], mine["days"], mine["activity_state"]) == (
        "chosen", "given", [f"{start:%Y-%m-%d}"], "reported",
    )  # fmt: skip
    record = await training.call("GET", f"/activities/{activity}", city)
    assert [f["id"] for f in record["files"]] == [photo]
    # Photos of a camp show children: its own circles have them, others do not even hear their names.
    for who in (training.student, training.mentor, training.guardian, training.teacher, region):
        assert (await training.call("GET", f"/activities/{activity}/files/{photo}", who)).startswith(JPEG[:3])
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        await training.call("GET", f"/activities/{activity}/files/{photo}", who, status=404)
        assert (await training.call("GET", f"/activities/{activity}", who))["files"] == []
    line = {"version": record["participations"][0]["version"], "student_line": "第一次看到样方调查"}
    await training.call("POST", f"/participations/{one}/line", training.student, line)


async def test_p20_without_the_guardians_consent_nobody_is_on_the_list(training: Training) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    activity = await announced(training, city)
    (one,) = (await put(training, activity, training.student))["ids"]
    version = (await act(training, one, "choose", city))["version"]
    record = await training.call("GET", f"/activities/{activity}", city)
    assert record["participations"][0]["listed"] is False
    version = (await consent(training, one, version, "given"))["version"]
    again = await consent(training, one, version, "given", 409)
    assert again["code"] == "wrong_state"
    version = (await consent(training, one, version, "withdrawn"))["version"]
    version = (await consent(training, one, version, "refused"))["version"]
    await training.call("POST", f"/activities/{activity}/actions/close_choice", city, {"version": 3})
    turn_to("2024-03-21T12:00", training.at.plan)
    body = {"version": 4, "lines": [{"participation_id": one, "days": []}]}
    refused = await training.call("POST", f"/activities/{activity}/attendance", city, body, 422)
    assert refused["errors"][0]["code"] == "no_participant"


async def test_p20_consent_is_for_ones_own_child_and_strangers_see_nobody(training: Training) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    other, _ = await training.at.person(Role.GUARDIAN, "no2", "别的家长")
    activity = await announced(training, city)
    (one,) = (await put(training, activity, training.mentor))["ids"]
    await consent(training, one, 1, "given", 404, other)
    await consent(training, one, 1, "given", 403, training.student)
    assert (await training.call("GET", "/participations/consents", other))["items"] == []
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        record = await training.call("GET", f"/activities/{activity}", who)
        assert (record["participations"], record["actions"]) == ([], [])
    await put(training, activity, training.strange_mentor, 422)


async def test_p20_a_draft_is_its_organisers_and_a_city_elsewhere_does_not_see_it(training: Training) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "别的盟市")
    made = await training.call("POST", "/activities", city, camp(cities=[str(training.at.units["hohhot"].id)]), 201)
    path = f"/activities/{made['id']}"
    await training.call("GET", path, training.mentor, status=404)
    await training.call("POST", f"{path}/actions/announce", city, {"version": 1})
    await training.call("GET", path, training.mentor)
    await training.call("GET", path, other, status=404)
    assert (await training.call("GET", "/activities", other))["items"] == []
    open_to_all = await announced(training, city)
    await training.call("POST", f"/activities/{open_to_all}/actions/cancel", other, {"version": 2, "reason": "x"}, 403)
    calendar = await training.call("GET", f"/activities/{open_to_all}/calendar", training.student)
    assert b"BEGIN:VEVENT" in calendar


async def test_p20_places_of_all_and_of_a_city_are_kept_and_a_trial_of_a_batch_takes_none(training: Training) -> None:
    region, _ = await training.at.person(Role.REGION_OFFICE, "region", "自治区")
    hohhot = str(training.at.units["hohhot"].id)
    activity = await announced(training, region, places=5, city_places={hohhot: 1})
    (one,) = (await put(training, activity, training.mentor))["ids"]
    theirs = await training.call("GET", "/enrolments", training.strange_mentor)
    body = {"enrolment_ids": [theirs["items"][0]["id"]], "reason": "愿意参加"}
    found = await training.call("POST", f"/activities/{activity}/put-forward", training.strange_mentor, body)
    both = {"ids": [one, *found["ids"]], "action": "choose", "reason": "按名额"}
    trial = await training.call("POST", "/participations/batch", region, {**both, "trial": True})
    # A trial looks at each as if taken alone.
    assert (len(trial["done"]), trial["refused"]) == (2, [])
    assert (await training.call("GET", f"/activities/{activity}", region))["taken"] == 0
    done = await training.call("POST", "/participations/batch", region, both)
    assert (len(done["done"]), [r["code"] for r in done["refused"]]) == (1, ["full"])
    record = await training.call("GET", f"/activities/{activity}", region)
    assert record["taken"] == 1
    (chosen,) = [p for p in record["participations"] if p["state"] == "chosen"]
    await act(training, chosen["id"], "decline", region, chosen["version"], 422, "")
    await act(training, chosen["id"], "decline", region, chosen["version"])
    assert (await training.call("GET", f"/activities/{activity}", region))["taken"] == 0


async def test_p20_after_the_deadline_nobody_is_put_forward_and_a_past_date_is_refused(training: Training) -> None:
    city, _ = await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    activity = await announced(training, city)
    turn_to("2024-03-17T12:00", training.at.plan)
    assert (await put(training, activity, training.mentor, 409))["code"] == "too_late"
    wrong = camp(kind="party", ends_at=camp()["starts_at"])
    faults = (await training.call("POST", "/activities", city, wrong, 422))["errors"]
    assert {f["pointer"] for f in faults} >= {"/kind", "/ends_at"}
