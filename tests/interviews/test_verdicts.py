"""Sheets, verdicts, methods and reserves of the interviews (P16), over the API with real people."""

import pytest

from interviewed import PLAIN, Hall, moment_of
from miaopu.core import clock
from miaopu.people.roles import Role
from seeded import SOURCE, Headers, turn_to


async def test_p16_others_scores_are_seen_after_ones_own_which_is_then_final(hall: Hall) -> None:
    slot = next(s for s in await hall.assign() if s["panel_id"] == hall.panels[0])
    path = f"/interviews/slots/{slot['id']}"
    await hall.score(0, slot, 88.5)
    assert (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"] == []
    assert [s["mentor_name"] for s in (await hall.call("GET", path, hall.mentors[0][0]))["sheet_list"]] == ["导师0"]
    await hall.score(1, slot, 70)
    seen = (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"]
    assert [(s["mentor_name"], s["mine"], s["score"]) for s in seen] == [("导师0", False, 88.5), ("导师1", True, 70)]
    assert (await hall.score(1, slot, 75, 409))["code"] == "sheet_locked"
    sheet = next(s for s in seen if s["mine"])
    form = {"sheet_id": sheet["id"], "reason": "两个维度填反"}
    await hall.call("POST", f"{path}/sheet/reopen", hall.mentors[1][0], form, 403)
    await hall.call("POST", f"{path}/sheet/reopen", hall.first, form)
    # Opened again one's own counts as not given: the others' are out of sight.
    assert [s["mine"] for s in (await hall.call("GET", path, hall.mentors[1][0]))["sheet_list"]] == [True]
    await hall.score(1, slot, 75)
    unknown = hall.sheet(80) | {"extras": {"singing": "好"}}
    refused = await hall.call("PUT", f"{path}/sheet", hall.mentors[2][0], unknown, 422)
    assert refused["errors"][0]["pointer"] == "/extras/singing"


async def test_p16_a_score_far_off_the_others_needs_a_reason_before_a_verdict(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all(odd=20)
    refused = await hall.act(hall.first, "propose", 409)
    assert refused["code"] == "unexplained"
    odd = [s for i in range(6) for s in await hall.slots(hall.mentors[i][0]) if s["explain"]]
    assert len(odd) >= 1
    for i in range(6):
        for slot in await hall.slots(hall.mentors[i][0]):
            path = f"/interviews/slots/{slot['id']}/sheet/reason"
            body = {"reason": "推理过程不能自圆其说"}
            await hall.call("POST", path, hall.mentors[i][0], body, 200 if slot["explain"] else 409)
    await hall.act(hall.first, "propose")


async def test_p16_p16a_a_verdict_is_the_offices_alone_until_a_second_person_publishes_it(hall: Hall) -> None:
    await hall.assign()
    refused = await hall.act(hall.first, "propose", 409)
    assert (refused["code"], refused["missing"]) == ("interviews_incomplete", 6)
    await hall.score_all()
    await hall.act(hall.first, "propose")
    outcomes = {s["name"]: s["outcome"] for s in await hall.slots()}
    assert sorted(outcomes.values()) == ["not_selected"] * 3 + ["reserve"] + ["selected"] * 2
    for who in (hall.students[0][0], hall.mentors[0][0]):
        for slot in await hall.slots(who):
            assert (slot["outcome"], slot["total"], slot["rank"], slot["interview"]) == (None, None, None, None)
        assert (await hall.call("GET", "/interviews/slots?outcome=selected", who))["total"] == 0
    school, _ = await hall.at.person(Role.SCHOOL, "no2")
    funnel = (await hall.call("GET", "/reports/funnel", school))["total"]
    assert (funnel["interviewed"], funnel["selected"]) == (0, 0)
    assert (await hall.publish(hall.first, 409))["code"] == "needs_another_person"
    await hall.act(hall.first, "reopen", 422)
    await hall.act(hall.first, "reopen", reason="一份评分表登记有误")
    assert {s["outcome"] for s in await hall.slots()} == {None}
    await hall.act(hall.first, "propose")
    done = await hall.publish(hall.second)
    assert (done["selected"], done["reserve"], done["not_selected"]) == (2, 1, 3)
    funnel = (await hall.call("GET", "/reports/funnel", school))["total"]
    assert (funnel["interviewed"], funnel["selected"]) == (6, 2)
    own = (await hall.slots(hall.students[0][0]))[0]
    assert (own["outcome"], own["rank"]) == ("selected", 1)
    judge = 0 if own["panel_id"] == hall.panels[0] else 3
    assert (await hall.score(judge, own, 80, 409))["code"] == "wrong_state"


async def test_p16_methods_stand_side_by_side_and_who_would_change_sides_is_listed(hall: Hall) -> None:
    await hall.assign()
    found = await hall.round()
    # Looked at before anybody was scored: nothing to compare yet.
    early = await hall.call("POST", f"/interviews/rounds/{found['id']}/comparison", hall.first)
    assert (early["counts"], early["judges"], early["candidates"]) == ("mean", [], [])
    # The third judge of the first panel gives ten less than the others there.
    await hall.score_all()
    shown = await hall.call("POST", f"/interviews/rounds/{found['id']}/comparison", hall.first)
    assert shown["counts"] == "mean"
    assert {m["method"]: m["refused"] for m in shown["methods"]} == {
        "mean": None, "trimmed": None, "coefficient": None, "additive": "not_connected",
    }  # fmt: skip
    lean = {j["name"]: j["lean"] for j in shown["judges"]}
    assert lean["导师2"] == -10
    assert lean["导师0"] == 5
    for one in shown["candidates"]:
        assert one["scores"]["trimmed"] >= one["scores"]["mean"]
        changed = {o for m, o in one["outcomes"].items() if m != "mean"} != {one["outcomes"]["mean"]}
        assert one["third_look"] == changed
    await hall.call("POST", f"/interviews/rounds/{found['id']}/comparison", hall.mentors[0][0], status=404)


@pytest.mark.parametrize("source", [SOURCE.replace(PLAIN, 'method = "additive"')])
async def test_p16_the_plans_method_is_refused_where_judges_cannot_be_compared(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    assert (await hall.act(hall.first, "propose", 409))["code"] == "not_connected"


@pytest.mark.parametrize("source", [SOURCE.replace(PLAIN, 'method = "coefficient"')])
async def test_p16_the_panel_coefficient_counts_where_the_plan_says_so(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    slots = await hall.slots()
    every = sum(s["raw"] for s in slots) / 6
    for panel_id in hall.panels:
        own = [s for s in slots if s["panel_id"] == panel_id]
        mean = sum(s["raw"] for s in own) / 3
        for slot in own:
            assert slot["interview"] == pytest.approx(slot["raw"] * every / mean, abs=1e-3)
    assert any(s["interview"] != s["raw"] for s in slots)


async def test_p16_a_place_that_falls_free_goes_to_the_next_of_the_reserve_until_a_moment(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    found = await hall.round()
    path = f"/interviews/rounds/{found['id']}/call-up"
    body = {"version": found["version"]}
    assert (await hall.call("POST", path, hall.first, body, 409))["code"] == "no_free_place"
    slots = {s["rank"]: s for s in await hall.slots()}

    def student(rank: int) -> Headers:
        return next(h for h, r in hall.students if str(r.id) == slots[rank]["registration_id"])

    gone = await hall.call("GET", f"/registrations/{slots[1]['registration_id']}", student(1))
    leave = {"version": gone["version"], "reason": "随家人迁居外省"}
    await hall.call("POST", f"/registrations/{gone['id']}/actions/withdraw", student(1), leave)
    assert (await hall.round())["free_places"] == 1
    made = await hall.call("POST", path, hall.first, body, 201)
    assert (await hall.call("POST", path, hall.first, body, 409))["code"] == "no_free_place"
    await hall.call("GET", f"/interviews/offers/{made['id']}", student(4), status=404)
    offer = await hall.call("GET", f"/interviews/offers/{made['id']}", student(3))
    assert moment_of(offer["answer_until"]) == hall.at.plan.working_days_after(clock.now(), 2)
    act = f"/interviews/offers/{made['id']}/actions"
    early = await hall.call("POST", f"{act}/lapse", hall.first, {"version": offer["version"]}, 409)
    assert early["code"] == "offer_runs"
    await hall.call("POST", f"{act}/accept", student(3), {"version": offer["version"]})
    assert (await hall.call("GET", f"/registrations/{slots[3]['registration_id']}", student(3)))["state"] == "selected"
    assert (await hall.round())["free_places"] == 0


async def test_p16_who_does_not_answer_in_time_is_passed_over(hall: Hall) -> None:
    await hall.assign()
    await hall.score_all()
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    slots = {s["rank"]: s for s in await hall.slots()}
    who = {str(r.id): h for h, r in hall.students}
    gone = await hall.call("GET", f"/registrations/{slots[1]['registration_id']}", who[slots[1]["registration_id"]])
    leave = {"version": gone["version"], "reason": "随家人迁居外省"}
    await hall.call("POST", f"/registrations/{gone['id']}/actions/withdraw", who[gone["id"]], leave)
    found = await hall.round()
    path = f"/interviews/rounds/{found['id']}/call-up"
    made = await hall.call("POST", path, hall.first, {"version": found["version"]}, 201)
    turn_to("2024-01-18T09:00", hall.at.plan)
    act = f"/interviews/offers/{made['id']}/actions"
    late = await hall.call("POST", f"{act}/accept", who[slots[3]["registration_id"]], {"version": 1}, 409)
    assert late["code"] == "offer_over"
    await hall.call("POST", f"{act}/lapse", hall.first, {"version": 1})
    assert (await hall.round())["free_places"] == 1
    assert (await hall.call("POST", path, hall.first, {"version": found["version"]}, 409))["code"] == "no_reserve"
