"""Public notice, objection, review and correction (P16a), over the API with real people."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from interviewed import Hall, hall, moment_of, source
from miaopu.core import audit
from miaopu.disclosures.models import Disclosure, Objection
from miaopu.disclosures.service import digest_of
from miaopu.interviews.models import Slot
from miaopu.people.roles import Role
from miaopu.personal.sweeping import sweep
from miaopu.registrations.models import Registration
from seeded import Headers, turn_to

__all__ = ["hall", "source"]
TEXT = "公布的名单与我了解的面试情况不一致，请予复核。"


class Office:
    """Two people of the region's office, and what they do with objections."""

    def __init__(self, at: Hall, one: Headers, two: Headers) -> None:
        self.at, self.one, self.two = at, one, two

    async def objection(self, receipt_of: str = "") -> dict[str, Any]:
        items: list[dict[str, Any]] = (await self.at.call("GET", "/objections", self.one))["items"]
        return items[0]

    async def act(self, who: Headers, action: str, reason: str | None = None, status: int = 200) -> Any:
        found = await self.objection()
        body = {"version": found["version"], "reason": reason}
        return await self.at.call("POST", f"/objections/{found['id']}/actions/{action}", who, body, status)

    async def uphold(self) -> str:
        await self.act(self.one, "take_up")
        await self.act(self.one, "uphold", "复核评分表，确有登记错误")
        return str((await self.objection())["id"])


@pytest.fixture
async def office(hall: Hall) -> Office:
    one, _ = await hall.at.person(Role.REGION_OFFICE, "region", "复核人")
    two, _ = await hall.at.person(Role.REGION_OFFICE, "region", "更正人")
    return Office(hall, one, two)


async def published(hall: Hall) -> dict[str, Any]:
    """A verdict of six: two selected, published; the notice of it as everybody sees it."""
    await hall.assign()
    await hall.score_all()
    for slot in await hall.slots(hall.mentors[2][0]):
        if slot["explain"]:
            path = f"/interviews/slots/{slot['id']}/sheet/reason"
            await hall.call("POST", path, hall.mentors[2][0], {"reason": "判断不同"})
    await hall.act(hall.first, "propose")
    await hall.publish(hall.second)
    items = (await hall.call("GET", "/public/notices?kind=selected", None))["items"]
    found: dict[str, Any] = await hall.call("GET", f"/public/notices/{items[0]['id']}", None)
    return found


async def object_to(hall: Hall, notice: dict[str, Any], status: int = 201, **more: str) -> Any:
    body = {"text": TEXT, **more}
    return await hall.call("POST", f"/public/notices/{notice['id']}/objections", None, body, status)


async def test_p16a_a_published_verdict_is_a_list_of_numbers_with_its_period_and_the_hash_of_its_evidence(
    hall: Hall,
) -> None:
    notice = await published(hall)
    numbers = {r.number for _, r in hall.students}
    assert {line["number"] for line in notice["lines"]} < numbers
    assert len(notice["lines"]) == 2
    assert notice["running"] is True
    # The 11th of January 2024 is a Thursday: five working days end with the 18th.
    assert moment_of(notice["ends_at"]) == hall.at.plan.midnight(date(2024, 1, 19))
    async with hall.at.app.state.database.session() as session:
        kept = await session.scalar(select(Disclosure).where(Disclosure.kind == "selected"))
        assert kept is not None
        assert digest_of(kept.evidence) == kept.evidence_digest == notice["evidence_digest"]
        # The evidence holds what must not leak: marks and scores, which nobody outside sees.
        assert {c["number"] for c in kept.evidence["candidates"]} == numbers
    printed = str(notice)
    assert all(name not in printed for name in ("学生0", "学生1"))
    assert not any(word in printed for word in ("mark", "total", "rank"))


async def test_p16a_an_objection_gets_a_receipt_a_clock_a_review_by_another_person_and_an_answer(
    hall: Hall, office: Office
) -> None:
    notice = await published(hall)
    raised = await object_to(hall, notice, about=notice["lines"][0]["number"], contact="13800000000")
    shown = await hall.call("GET", f"/public/objections/{raised['receipt']}", None)
    assert (shown["state"], shown["answer"], shown["corrected"]) == ("open", "", False)
    assert moment_of(shown["due_at"]) == moment_of(raised["due_at"])
    # The city that put the list out sees that it was objected to, and neither text nor contact; and it cannot answer.
    found = await office.objection()
    seen = await hall.call("GET", f"/objections/{found['id']}", hall.first)
    assert (seen["text"], seen["contact"]) == (None, None)
    await hall.call(
        "POST", f"/objections/{found['id']}/actions/take_up", hall.first, {"version": found["version"]}, 403
    )
    # Who answers is told, by the subject's name and not its code.
    told = [one for one in (await hall.call("GET", "/notices", office.one))["items"] if one["thing_id"] == found["id"]]
    assert [(one["kind"], one["title"]) for one in told] == [("objection.raise", "数学")]
    record = await hall.call("GET", f"/objections/{found['id']}", office.one)
    assert (record["text"], record["contact"]) == (TEXT, "13800000000")
    # Only opened on the way to who answers; one from before it was sealed is sealed by the next sweep.
    state = hall.at.app.state
    async with state.database.session() as session:
        kept = await session.get(Objection, uuid.UUID(found["id"]))
        assert kept is not None
        assert kept.contact_sealed is not None
        assert (kept.contact, b"138" in kept.contact_sealed) == ("", False)
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE objections SET contact = 'a@b.example', contact_sealed = NULL"))
        await session.commit()
    await sweep(state.database, state.files, state.settings)
    record = await hall.call("GET", f"/objections/{found['id']}", office.one)
    assert record["contact"] == "a@b.example"
    assert await state.database.reads.fetch("SELECT FROM objections WHERE contact <> ''") == []
    await office.act(office.one, "dismiss", "不成立", 409)
    await office.act(office.one, "take_up")
    await office.act(office.one, "dismiss", None, 422)
    await office.act(office.one, "dismiss", "已逐项核对评分表，结果无误。")
    shown = await hall.call("GET", f"/public/objections/{raised['receipt']}", None)
    assert (shown["state"], shown["answer"]) == ("dismissed", "已逐项核对评分表，结果无误。")
    await hall.call("GET", "/public/objections/made-up", None, status=404)


async def test_p16a_an_upheld_objection_leads_to_a_new_edition_and_both_are_kept(hall: Hall, office: Office) -> None:
    notice = await published(hall)
    out = notice["lines"][0]["number"]
    mine = next(r for _, r in hall.students if r.number not in {x["number"] for x in notice["lines"]})
    await object_to(hall, notice)
    objection = await office.uphold()
    swap = [{"number": out, "outcome": "not_selected"}, {"number": mine.number, "outcome": "selected"}]
    body = {"objection_id": objection, "reason": "登记错误，按评分表更正", "changes": swap}
    # Who upheld it does not put it right; nobody is selected beyond the places; an unknown number is named.
    await hall.call("POST", "/interviews/rounds/correct", office.one, body, 409)
    full = await hall.call("POST", "/interviews/rounds/correct", office.two, {**body, "changes": swap[1:]}, 409)
    assert full["code"] == "full"
    wrong = await hall.call(
        "POST",
        "/interviews/rounds/correct",
        office.two,
        {**body, "changes": [{"number": "2024HO99999", "outcome": "selected"}]},
        422,
    )
    assert wrong["errors"][0]["pointer"] == "/changes/0/number"
    await hall.call("POST", "/interviews/rounds/correct", hall.first, body, 403)
    await hall.call("POST", "/interviews/rounds/correct", office.two, body, 201)
    items = (await hall.call("GET", "/public/notices?kind=selected", None))["items"]
    assert [item["edition"] for item in items] == [2]
    second = await hall.call("GET", f"/public/notices/{items[0]['id']}", None)
    assert mine.number in {x["number"] for x in second["lines"]}
    assert out not in {x["number"] for x in second["lines"]}
    assert second["reason"] == "登记错误，按评分表更正"
    first = await hall.call("GET", f"/public/notices/{notice['id']}", None)
    assert (first["state"], {x["number"] for x in first["lines"]}) == (
        "replaced",
        {x["number"] for x in notice["lines"]},
    )
    assert [e["edition"] for e in second["editions"]] == [1, 2]
    async with hall.at.app.state.database.session() as session:
        states = dict(
            (await session.execute(select(Registration.number, Registration.state))).all()  # type: ignore[arg-type]
        )
    assert (states[out], states[mine.number]) == ("not_selected", "selected")
    # Once is enough, and the old edition cannot be objected to any more.
    await hall.call("POST", "/interviews/rounds/correct", office.two, body, 409)
    await object_to(hall, notice, 404)


async def test_p16a_pairs_are_not_confirmed_while_an_objection_waits(hall: Hall, office: Office) -> None:
    notice = await published(hall)
    await object_to(hall, notice)
    turn_to("2024-01-17T12:00", hall.at.plan)
    made = await hall.call("POST", "/pairings", hall.first, {}, 201)
    path = f"/pairings/{made['id']}/actions/confirm"
    record = await hall.call("GET", f"/pairings/{made['id']}", hall.first)
    refused = await hall.call("POST", path, hall.first, {"version": record["version"]}, 409)
    assert refused["code"] == "objection_open"
    await office.act(office.one, "take_up")
    await office.act(office.one, "dismiss", "核对无误，名单不变。")
    record = await hall.call("GET", f"/pairings/{made['id']}", hall.first)
    await hall.call("POST", path, hall.first, {"version": record["version"]})


async def test_p16a_when_the_notice_is_over_nobody_objects_and_the_lines_are_taken_down(hall: Hall) -> None:
    notice = await published(hall)
    turn_to("2024-01-19T00:01", hall.at.plan)
    await object_to(hall, notice, 404)
    over = await hall.call("GET", f"/public/notices/{notice['id']}", None)
    assert (over["running"], over["lines"], over["count"]) == (False, None, 2)


async def test_p16a_an_objection_says_something_or_is_refused_at_its_field(hall: Hall) -> None:
    notice = await published(hall)
    refused = await hall.call("POST", f"/public/notices/{notice['id']}/objections", None, {"text": "不对"}, 422)
    assert refused["errors"][0]["pointer"] == "/text"


async def test_p15_p16a_a_corrected_shortlist_gives_the_late_one_a_turn_before_the_smallest_panel(
    hall: Hall, office: Office
) -> None:
    await hall.assign()
    late = hall.students[5][1]
    async with hall.at.app.state.database.session() as session:
        slot = await session.scalar(select(Slot).where(Slot.registration_id == late.id))
        assert slot is not None
        await session.delete(slot)
        await audit.commit(session)
    drawn = {s["registration_number"]: (s["panel_name"], s["position"]) for s in await hall.slots()}
    await hall.call("POST", "/interviews/assign", hall.first, {"subject": "mathematics"})
    after = {s["registration_number"]: (s["panel_name"], s["position"]) for s in await hall.slots()}
    assert {number: after[number] for number in drawn} == drawn
    panels = [panel for panel, _ in drawn.values()]
    smallest = min(("甲组", "乙组"), key=lambda name: (panels.count(name), name))
    assert after[str(late.number)][0] == smallest
    assert Decimal(after[str(late.number)][1]) == max(p for n, p in drawn.values() if n == smallest) + 1
