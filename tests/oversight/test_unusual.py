"""Each kind of unusual thing is made for real over the API and is found, with its evidence (P16a)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from interviewed import Hall, moment_of
from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.exams.models import Seat, Sitting
from miaopu.nominations.models import Approval
from miaopu.people import tokens
from miaopu.people.access import Actor
from miaopu.people.models import Account, Membership
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from overseen import STRICT, Exam, call, overseers
from seeded import Headers, World, turn_to


async def found(at: World, path: str, who: Headers) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await call(at, "GET", f"/oversight/{path}", who))["items"]
    return items


async def test_p16a_a_mark_changed_after_its_publication_shows_both_people_and_only_the_difference(
    exam: Exam,
) -> None:
    await exam.published()
    assert "late_mark" not in await exam.counts()
    recheck = await exam.correct(1, "80", "第三题漏加分")
    (one,) = await found(exam.at, "late-marks", exam.see.association)
    assert (one["way"], one["registration_number"], one["difference"]) == ("recheck", "2024HO00002", 6.5)
    assert (one["proposed_by"], one["confirmed_by"], one["by_student"]) == ("甲", "乙", False)
    assert (one["reason"], one["thing_id"]) == ("第三题漏加分", recheck)
    assert (await exam.counts())["late_mark"] == 1
    (decision,) = await exam.decisions(query="unusual=late_mark")
    assert (decision["action"], decision["difference"], decision["actor_name"]) == ("recheck.confirm", 6.5, "乙")
    # A re-check that leaves the mark as it was is none.
    await exam.correct(2, "66.5", "复核无误，重新登记")
    assert len(await found(exam.at, "late-marks", exam.see.association)) == 1
    assert [d["unusual"] for d in await exam.decisions() if d["action"] == "recheck.confirm"] == [[], ["late_mark"]]


async def test_p16a_a_mark_entered_otherwise_after_the_lock_shows_why_it_was_opened(exam: Exam) -> None:
    marks = {0: "87.5", 1: "73.5", 2: "66.5", 3: "91.5", 4: "78.5", 5: "83.5"}
    await exam.enter(marks)
    # A slip corrected before the lock is nobody's business.
    await exam.enter({0: "86.5"})
    await exam.lock()
    await exam.lock("unlock", "漏登一份附加卷")
    assert (await exam.counts())["opened_again"] == 1
    assert await found(exam.at, "late-marks", exam.see.association) == []
    await exam.enter({3: "88", 4: "78.5"})
    (one,) = await found(exam.at, "late-marks", exam.see.association)
    assert (one["way"], one["registration_number"], one["difference"]) == ("unlocked", "2024HO00004", -3.5)
    assert (one["proposed_by"], one["confirmed_by"], one["reason"]) == ("甲", "乙", "漏登一份附加卷")
    assert (await exam.counts())["late_mark"] == 1


async def test_p16a_a_sheet_far_off_is_found_without_its_reason_first_and_then_with_it(hall: Hall) -> None:
    see = await overseers(hall.at)
    await hall.assign()
    await hall.score_all(odd=20)
    odd = await found(hall.at, "far-off", see.association)
    assert {one["reason"] for one in odd} == {None}
    first = odd[0]
    assert first["gap"] < -50
    assert (first["panel_name"] in ("甲组", "乙组"), first["panellist"].startswith("导师")) == (True, True)
    shown = await call(hall.at, "GET", "/oversight/summary", see.association)
    line = next(i for i in shown["items"] if i["kind"] == "far_off")
    assert line["count"] == line["unexplained"] == len(odd)
    for headers, _ in hall.mentors:
        for slot in await hall.slots(headers):
            if slot["explain"]:
                body = {"reason": "推理过程不能自圆其说"}
                await hall.call("POST", f"/interviews/slots/{slot['id']}/sheet/reason", headers, body)
    again = await found(hall.at, "far-off", see.association)
    assert [one["reason"] for one in again] == ["推理过程不能自圆其说"] * len(odd)
    shown = await call(hall.at, "GET", "/oversight/summary", see.association)
    assert next(i for i in shown["items"] if i["kind"] == "far_off")["unexplained"] == 0


async def test_p16a_a_panellist_who_leans_by_the_plans_points_over_enough_sheets_is_found(hall: Hall) -> None:
    see = await overseers(hall.at)
    slots = await hall.assign()
    mine = [s for s in slots if s["panel_id"] == hall.panels[0]]
    for slot in mine[:2]:
        for mentor, score in ((0, 80), (1, 80), (2, 70)):
            await hall.score(mentor, slot, score)
    # Two sheets are not enough, whatever they say.
    assert await found(hall.at, "leanings", see.association) == []
    for mentor, score in ((0, 80), (1, 80), (2, 70)):
        await hall.score(mentor, mine[2], score)
    leaning = await found(hall.at, "leanings", see.association)
    assert [(one["panellist"], one["lean"], one["sheets"]) for one in leaning] == [
        ("导师2", -10, 3), ("导师0", 5, 3), ("导师1", 5, 3),
    ]  # fmt: skip
    # The additive model sees the same three judges over the same candidates.
    assert leaning[0]["severity"] == pytest.approx(-6.6667, abs=1e-4)
    assert leaning[0]["round_id"] == (await hall.round())["id"]


async def test_p16a_what_is_done_at_night_or_on_a_day_off_is_flagged_by_local_time(hall: Hall) -> None:
    see = await overseers(hall.at)
    slot = (await hall.assign())[0]
    path = f"/interviews/slots/{slot['id']}/turn"
    for n, (moment, flags) in enumerate(
        (
            ("2024-01-12T21:59", ["turn_changed"]),
            ("2024-01-12T22:00", ["night", "turn_changed"]),
            ("2024-01-13T05:59", ["night", "day_off", "turn_changed"]),
            ("2024-01-13T06:00", ["day_off", "turn_changed"]),
        )
    ):
        turn_to(moment, hall.at.plan)
        shown = await hall.call("GET", f"/interviews/slots/{slot['id']}", hall.first)
        form = {
            "version": shown["version"], "panel_id": slot["panel_id"], "reason": "考生请求",
            "starts_at": (moment_of(slot["starts_at"]) + timedelta(hours=6 + n)).isoformat(),
        }  # fmt: skip
        await hall.call("PUT", path, hall.first, form)
        last = (await found(hall.at, "decisions?size=1", see.association))[0]
        assert (last["action"], last["unusual"]) == ("interview.change_turn", flags), moment
        assert (last["shift"]["what"], last["reason"]) == ("starts_at", "考生请求")
    assert len(await found(hall.at, "decisions?unusual=night", see.association)) == 2
    assert len(await found(hall.at, "decisions?unusual=day_off", see.association)) == 2


async def submitted(at: World, names: list[str], city: str = "hohhot") -> list[Registration]:
    made = []
    for name in names:
        _, account = await at.person(Role.STUDENT, "no2", name)
        made.append(
            Registration(
                id=new_id(),
                cycle_id=at.cycle_id,
                state="submitted",
                serial=1,
                number=f"N{new_id().hex[-8:]}",
                account_id=account.id,
                school_id=at.units["no2"].id,
                city_id=at.units[city].id,
                name=name,
                name_key=name,
                subject="mathematics",
                grade=10,
                submitted_at=clock.now(),
            )
        )
    await at.add(*made)
    return made


@pytest.mark.parametrize("source", [STRICT])
async def test_p16a_who_passes_all_is_found_with_how_many_at_once_and_what_others_stopped(hall: Hall) -> None:
    at, see = hall.at, await overseers(hall.at)
    turn_to("2023-12-14T10:00", at.plan)
    ready = await submitted(at, ["甲一", "甲二", "甲三", "甲四", "甲五", "甲六"])
    careful, _ = await at.person(Role.SCHOOL, "no2", "细心")
    quick, account = await at.person(Role.SCHOOL, "no2", "匆忙")
    back = {"version": 1, "reason": "材料不清晰"}
    await call(at, "POST", f"/registrations/{ready[0].id}/actions/return_from_school", careful, back)
    for one in ready[1:3]:
        await call(at, "POST", f"/registrations/{one.id}/actions/recommend", careful, {"version": 1})
    # The other's third one is still to come.
    await call(
        at, "POST", "/registrations/batch", quick, {"action": "recommend", "ids": [str(r.id) for r in ready[3:5]]}
    )
    assert await found(at, "reviewers", see.association) == []
    await call(at, "POST", f"/registrations/{ready[5].id}/actions/recommend", quick, {"version": 1})
    (one,) = await found(at, "reviewers", see.association)
    assert (one["review"], one["name"], one["actor_id"]) == ("school_recommendation", "匆忙", str(account.id))
    assert (one["reviews"], one["share"], one["others_stopped"]) == (3, 50, 33.3)
    # The two of the batch were one act; in the same second the third may fall as well.
    assert (one["acts"], one["most_at_once"]) in ((2, 2), (1, 3))
    listed = await found(at, f"decisions?actor={account.id}&kind=registration_review", see.association)
    assert len(listed) == 3


async def test_p16a_one_person_in_place_of_two_is_nowhere_until_somebody_gets_past_the_platform(exam: Exam) -> None:
    await exam.published()
    assert await found(exam.at, "same-hands", exam.see.association) == []
    assert "same_hands" not in await exam.counts()
    # Marks published by who locked them: the database itself refuses it.
    async with exam.at.app.state.database.session() as session:
        sitting = await session.get(Sitting, uuid.UUID(exam.sitting))
        sitting.published_by = sitting.locked_by
        with pytest.raises(IntegrityError, match="two_people"):
            await session.flush()
    # A mark entered twice by one person, by hand in the database.
    async with exam.at.app.state.database.session() as session:
        seat = await session.scalar(select(Seat).where(Seat.ticket_number.contains("0003")))
        seat.second_by = seat.entered_by
        await audit.commit(session)
    (one,) = await found(exam.at, "same-hands", exam.see.association)
    assert (one["way"], one["actor_name"], one["label"]) == ("marks_entered", "甲", "2024HO00003")
    assert (await exam.counts())["same_hands"] == 1


async def test_p16a_one_person_who_decides_in_two_roles_is_found_and_counted_once(hall: Hall) -> None:
    at, see = hall.at, await overseers(hall.at)
    turn_to("2023-12-14T10:00", at.plan)
    (ready,) = await submitted(at, ["甲一"])
    both, account = await at.person(Role.SCHOOL, "no2", "两任")
    await call(at, "POST", f"/registrations/{ready.id}/actions/recommend", both, {"version": 1})
    other = await acting(at, account, Role.CITY_OFFICE, "hohhot")
    await call(at, "POST", f"/registrations/{ready.id}/actions/pass_city_review", other, {"version": 2})
    (one,) = await found(at, "same-hands", see.association)
    assert (one["way"], one["actor_name"], one["label"]) == ("two_roles", "两任", ready.number)
    # Both organisers' word by one account.
    mentor = hall.mentors[0][1]
    await at.add(
        Approval(id=new_id(), nomination_id=mentor.id, role="association", account_id=account.id),
        Approval(id=new_id(), nomination_id=mentor.id, role="education_department", account_id=account.id),
    )
    ways = {one["way"]: one["label"] for one in await found(at, "same-hands", see.association)}
    assert ways == {"two_roles": ready.number, "approvals": mentor.name}


async def acting(at: World, account: Account, role: Role, unit: str) -> Headers:
    """The same account in one more role."""
    membership = Membership(id=new_id(), account_id=account.id, role=role.value, unit_id=at.units[unit].id)
    await at.add(membership)
    where = at.units[unit]
    actor = Actor(account.id, membership.id, role, where.id, where.city_id, at.cycle_id)
    return {"authorization": f"Bearer {tokens.issue(at.app.state.keys, actor, uuid.uuid4())}"}


async def test_p16a_seats_drawn_anew_and_changed_by_hand_are_listed_with_their_reasons(exam: Exam) -> None:
    body = {"version": (await exam.shown())["version"], "reason": "考场暖气检修"}
    await exam.call("POST", f"/exams/sittings/{exam.sitting}/reseat", exam.first, body)
    seat, room = (await exam.seats())[0], (await exam.shown())["room_list"][0]
    place = {"version": seat["version"], "room_id": room["id"], "number": 9, "reason": "视力不佳"}
    await exam.call("PUT", f"/exams/seats/{seat['id']}/place", exam.first, place)
    assert await exam.counts() == {"drawn_anew": 1, "turn_changed": 1}
    told = [(d["action"], d["label"], d["reason"]) for d in await exam.decisions(query="unusual=any")]
    assert told == [("seat.place", "2024HO00001", "视力不佳"), ("sitting.reseat", None, "考场暖气检修")]


async def test_p16a_a_window_moved_and_a_line_set_otherwise_are_found_and_a_confirmation_stands_there_once(
    exam: Exam,
) -> None:
    await exam.published()
    turn_to("2024-01-02T10:00", exam.at.plan)
    shares = await exam.call("GET", "/cutoffs/places", exam.first)
    items = [{"subject": i["subject"], "places": i["suggested"]} for i in shares["items"]]
    await exam.call("PUT", "/cutoffs/places", exam.first, {"items": items})
    made = await exam.call("POST", "/cutoffs", exam.first, {"subject": "mathematics"}, 201)
    region = exam.see.region
    line = {"version": made["version"], "line": "80", "reason": "保证生源质量"}
    await exam.call("PUT", f"/cutoffs/{made['id']}/line", region, line)
    record = await exam.call("GET", f"/cutoffs/{made['id']}", region)
    await exam.call("POST", f"/cutoffs/{made['id']}/actions/confirm", region, {"version": record["version"]})
    stage = next(
        s for s in (await exam.call("GET", f"/cycles/{exam.at.cycle_id}", region))["stages"] if s["code"] == "interview"
    )
    more = {"version": stage["version"], "closes_at": "2024-01-25T00:00:00+08:00", "reason": "多地降雪"}
    await exam.call("POST", f"/cycles/{exam.at.cycle_id}/stages/interview/extend", region, more)
    assert await exam.counts() == {"line_set": 1, "window_extended": 1}
    window, confirmed, moved = (await exam.decisions())[:3]
    assert (window["action"], window["stage"], window["reason"]) == ("stage.extend", "interview", "多地降雪")
    assert window["shift"]["what"] == "closes_at"
    assert moment_of(window["shift"]["after"]) == moment_of("2024-01-25T00:00:00+08:00")
    # The edge is written in two goes, and is one decision.
    assert (confirmed["action"], confirmed["from_state"], confirmed["to_state"]) == (
        "cutoff.confirm", "proposed", "confirmed",
    )  # fmt: skip
    assert (moved["action"], moved["reason"], moved["unusual"]) == ("cutoff.set_line", "保证生源质量", ["line_set"])
    assert moved["shift"] == {"what": "reaching", "before": "6", "after": "3"}
    assert moved["difference"] == 13.5
    places = [d for d in await exam.decisions(query="kind=cutoff") if d["action"] == "cutoff.split_places"]
    assert {d["subject"]: int(d["shift"]["after"]) for d in places} == {i["subject"]: i["places"] for i in items}


async def test_p16a_groups_drawn_anew_sheets_and_verdicts_opened_again_and_pairs_by_hand_are_found(
    hall: Hall,
) -> None:
    see = await overseers(hall.at)
    await hall.assign()
    await hall.assign(anew=True, reason="一位评委临时请假")
    slots = await hall.slots()
    await hall.score_all()
    sheet = (await hall.call("GET", f"/interviews/slots/{slots[0]['id']}", hall.first))["sheet_list"][0]
    again = {"sheet_id": sheet["id"], "reason": "两个维度填反"}
    await hall.call("POST", f"/interviews/slots/{slots[0]['id']}/sheet/reopen", hall.first, again)
    judge = next(i for i, (_, m) in enumerate(hall.mentors) if m.name == sheet["mentor_name"])
    await hall.score(judge, slots[0], float(sheet["score"]))
    await hall.act(hall.first, "propose")
    await hall.act(hall.first, "reopen", reason="一份评分表登记有误")
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    turn_to("2024-01-17T10:00", hall.at.plan)
    made = await hall.call("POST", "/pairings", hall.first, status=201)
    record = await hall.call("GET", f"/pairings/{made['id']}", hall.first)
    pair = record["pair_list"][0]
    other = next(m for m in record["mentors"] if m["mentor_id"] != pair["mentor_id"])
    change = {"version": pair["version"], "mentor_id": other["mentor_id"], "reason": "研究方向更接近"}
    await hall.call("PATCH", f"/pairings/{made['id']}/pairs/{pair['id']}", hall.first, change)
    shown = await call(hall.at, "GET", "/oversight/summary", see.association)
    counts = {i["kind"]: i["count"] for i in shown["items"]}
    assert (counts["drawn_anew"], counts["opened_again"], counts["pair_changed"]) == (1, 2, 1)
    (changed,) = await found(hall.at, "decisions?unusual=pair_changed&subject=mathematics", see.association)
    assert changed["label"] == pair["registration_number"]
    assert changed["shift"]["after"] == other["mentor_name"]
    assert (changed["thing"], changed["thing_id"], changed["reason"]) == ("pairing", made["id"], "研究方向更接近")
    assert await found(hall.at, "decisions?unusual=pair_changed&subject=physics", see.association) == []
    opened = await found(hall.at, "decisions?unusual=opened_again&sort=at", see.association)
    assert [d["reason"] for d in opened] == ["两个维度填反", "一份评分表登记有误"]


async def test_p16a_the_trail_is_checked_on_request_and_a_forged_entry_breaks_it(exam: Exam) -> None:
    see = exam.see.expert
    whole = await exam.call("GET", "/oversight/chain", see)
    assert (whole["whole"], whole["broken"]) == (True, [])
    assert whole["entries"] > 20
    async with exam.at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            text("UPDATE audit_entries SET reason = 'x' WHERE id = (SELECT min(id) FROM audit_entries)")
        )
        await session.commit()
    broken = await exam.call("GET", "/oversight/chain", see)
    assert broken["whole"] is False
    assert broken["broken"][0]["position"] == 1
    await exam.call("GET", "/oversight/chain", see)
    # It goes over everything each time: not again and again.
    assert (await exam.call("GET", "/oversight/chain", see, status=429))["code"] == "too_many_requests"
    await exam.call("GET", "/oversight/chain", exam.see.association)
