"""A change of mentor (P8, P17, P21): heard, accepted, confirmed, filed; the seat is the last guard."""

import asyncio
import uuid
from collections import Counter
from typing import Any

from sqlalchemy import select, text

from miaopu.core import audit, clock
from miaopu.core.audit import Who
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.evaluations.models import MidtermEvaluation
from miaopu.nominations.models import Nomination
from miaopu.pairings.changing_models import Mentorship, PlaceChange
from miaopu.pairings.models import Enrolment
from miaopu.pairings.reseating import take_effect
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.roles import Role
from pairings.test_departures import act
from seeded import Headers, turn_to
from trained import Training, pair

WHY = "研究方向由代数转为统计"


async def other(training: Training) -> Nomination:
    """The second mentor, with the second student."""
    async with training.at.app.state.database.session() as session:
        for one in await session.scalars(select(Nomination)):
            one.taken = 1
            audit.note(session, one, audit.Act("nomination.edit"))
        await audit.commit(session)
        found: Nomination = await session.scalar(select(Nomination).where(Nomination.id != training.nomination.id))
        return found


def changing(training: Training, mentor: uuid.UUID, **more: Any) -> dict[str, Any]:
    base = {"enrolment_id": str(training.enrolment.id), "kind": "mentor_change", "reason_kind": "direction"}
    return {**base, "text": WHY, "new_mentor_id": str(mentor), **more}


async def offices(training: Training) -> tuple[Headers, Headers]:
    university = next(u.code for u in training.at.plan.universities if u.city == "hohhot")
    return (
        (await training.at.person(Role.UNIVERSITY, university, "高校"))[0],
        (await training.at.person(Role.CITY_OFFICE, "hohhot", "盟市"))[0],
    )


async def confirmed(training: Training, new: Nomination) -> tuple[str, Headers]:
    university, city = await offices(training)
    made = await training.call("POST", "/place-changes", training.student, changing(training, new.id), 201)
    for who in (training.mentor, training.strange_mentor, university, city, training.guardian):
        await act(training, made["id"], "confirm", who)
    return made["id"], city


async def taken(training: Training) -> dict[uuid.UUID, int]:
    async with training.at.app.state.database.session() as session:
        return {row.id: row.taken for row in await session.execute(select(Nomination.id, Nomination.taken))}


async def test_p8_p17_the_seat_moves_with_the_student_and_the_history_is_kept_with_its_dates(
    training: Training,
) -> None:
    new = await other(training)
    change, city = await confirmed(training, new)
    assert (await taken(training)) == {training.nomination.id: 1, new.id: 1}
    turn_to("2024-03-15T12:00", training.at.plan)
    await act(training, change, "file", city)
    assert (await taken(training)) == {training.nomination.id: 0, new.id: 2}
    record = await training.call("GET", f"/enrolments/{training.enrolment.id}", training.strange_mentor)
    assert (record["mentor_id"], record["state"]) == (str(new.id), "active")
    await training.call("GET", f"/enrolments/{training.enrolment.id}", training.mentor, status=404)
    history = await training.call("GET", f"/mentorships?enrolment={training.enrolment.id}", city)
    assert [(h["mentor_id"], h["ended_at"] is None) for h in history["items"]] == [
        (str(new.id), True),
        (str(training.nomination.id), False),
    ]
    filed = await training.call("GET", f"/place-changes/{change}", training.mentor)
    assert filed["filing_number"] == "GD-2024-01-001"
    # What the mentor of before gave stays readable, and goes on counting for the student.
    await training.call("GET", f"/sessions/{training.session}", training.mentor)
    await training.call("GET", f"/enrolments/{training.enrolment.id}/progress", training.strange_mentor)
    home = await training.call("GET", "/growth-logs/mine", training.student)
    assert [line["session_id"] for line in home["due"]] == [training.session]


async def test_p17_the_mentor_of_before_is_heard_and_cannot_stop_it_the_new_one_can(training: Training) -> None:
    new = await other(training)
    made = await training.call("POST", "/place-changes", training.guardian, changing(training, new.id), 201)
    refused = await act(training, made["id"], "refuse", training.mentor, 409, reason="不同意")
    assert refused["code"] == "heard_only"
    await act(training, made["id"], "confirm", training.mentor, reason="我有保留意见")
    record = await training.call("GET", f"/place-changes/{made['id']}", training.strange_mentor)
    assert [(v["part"], v["text"]) for v in record["voices"]] == [("mentor", "我有保留意见")]
    done = await act(training, made["id"], "refuse", training.strange_mentor, reason="方向不合")
    assert done["state"] == "refused"


async def test_p8_a_full_mentor_one_of_another_subject_and_the_same_one_are_refused_at_the_field(
    training: Training,
) -> None:
    new = await other(training)

    async def refused(mentor: uuid.UUID) -> list[tuple[str, str]]:
        found = await training.call("POST", "/place-changes", training.student, changing(training, mentor), 422)
        return [(e["pointer"], e["code"]) for e in found["errors"]]

    assert await refused(training.nomination.id) == [("/new_mentor_id", "unknown")]
    assert await refused(uuid.uuid4()) == [("/new_mentor_id", "unknown")]
    for change, code in ((("taken", 5), "mentor_over_capacity"), (("subject", "physics"), "subject_differs")):
        async with training.at.app.state.database.session() as session:
            found = await session.get_one(Nomination, new.id)
            found.taken = 1
            setattr(found, *change)
            audit.note(session, found, audit.Act("nomination.edit"))
            await audit.commit(session)
        assert await refused(new.id) == [("/new_mentor_id", code)]


async def test_p8_many_changes_at_once_for_a_mentors_last_seat_and_one_is_filed(training: Training) -> None:
    new = await other(training)
    at = training.at
    changes = []
    for number in range(10, 18):
        _, enrolment, _, mentor = await pair(at, number)
        changes.append(
            PlaceChange(
                id=new_id(), cycle_id=at.cycle_id, state="confirmed", kind="mentor_change", enrolment_id=enrolment.id,
                old_mentor_id=mentor.id, new_mentor_id=new.id, new_university_id=new.university_id,
                reason_kind="other", text=WHY, proposed_by=enrolment.account_id, proposed_role="student",
            )
        )  # fmt: skip
    await at.add(*changes)
    async with at.app.state.database.session() as session:
        found = await session.get_one(Nomination, new.id)
        found.taken = found.capacity - 1
        audit.note(session, found, audit.Act("nomination.edit"))
        await audit.commit(session)

    async def one(change_id: uuid.UUID) -> str:
        async with at.app.state.database.session() as session:
            audit.act_as(session, Who(request_id="race"))
            actor = Actor(
                changes[0].proposed_by, uuid.uuid4(), Role.CITY_OFFICE, uuid.uuid4(), at.units["hohhot"].id, at.cycle_id
            )
            change = await session.get_one(PlaceChange, change_id)
            enrolment = await session.get_one(Enrolment, change.enrolment_id)
            try:
                await take_effect(Tx(session, actor, "race"), change, enrolment)
                change.state = "filed"
                await audit.commit(session)
            except Problem as refused:
                return refused.code
            return "won"

    found = Counter(await asyncio.gather(*(one(c.id) for c in changes)))
    assert found == {"won": 1, "full": len(changes) - 1}
    assert (await taken(training))[new.id] == new.capacity


async def test_p17_a_change_waits_for_an_evaluation_that_is_under_way(training: Training) -> None:
    new = await other(training)
    change, city = await confirmed(training, new)
    evaluation = MidtermEvaluation(
        id=new_id(), cycle_id=training.at.cycle_id, state="submitted", enrolment_id=training.enrolment.id, passed=True,
        opinion="进展顺利", by=training.enrolment.account_id,
    )  # fmt: skip
    await training.at.add(evaluation)
    refused = await act(training, change, "file", city, 409)
    assert refused["code"] == "evaluation_under_way"
    assert (await taken(training))[new.id] == 1


async def test_p21_after_a_change_the_thread_of_the_student_is_read_on_and_what_adults_said_stays_with_them(
    training: Training,
) -> None:
    new = await other(training)
    base = {"enrolment_id": str(training.enrolment.id), "title": "近况"}
    with_student = {**base, "text": "有学生的", "with_student": True}
    ours = await training.call("POST", "/contacts", training.mentor, with_student, 201)
    adults = await training.call("POST", "/contacts", training.mentor, {**base, "text": "大人之间的"}, 201)
    change, city = await confirmed(training, new)
    turn_to("2024-03-15T12:00", training.at.plan)
    await act(training, change, "file", city)
    turn_to("2024-03-16T12:00", training.at.plan)
    said = {"text": "给新导师的话"}
    await training.call("POST", f"/contacts/{ours['id']}/posts", training.student, said, 201)
    after = await training.call("POST", "/contacts", city, {**base, "text": "交接", "with_team": True}, 201)
    seen = await training.call("GET", f"/contacts/{ours['id']}", training.strange_mentor)
    assert [p["text"] for p in seen["posts"]] == ["有学生的", "给新导师的话"]
    await training.call("GET", f"/contacts/{adults['id']}", training.strange_mentor, status=404)
    await training.call("GET", f"/contacts/{after['id']}", training.strange_mentor)
    before = await training.call("GET", f"/contacts/{ours['id']}", training.mentor)
    assert ([p["text"] for p in before["posts"]], before["may_write"], before["actions"]) == (["有学生的"], False, [])
    assert before["unread"] == 0
    await training.call("GET", f"/contacts/{after['id']}", training.mentor, status=404)
    await training.call("POST", f"/contacts/{ours['id']}/posts", training.mentor, said, 403)
    async with training.at.app.state.database.session() as session:
        rows = list(await session.scalars(select(Mentorship).order_by(Mentorship.started_at)))
        assert [r.ended_at is None for r in rows] == [False, True]
        assert await session.scalar(text("SELECT count(*) FROM contact_posts")) == 4
    assert clock.now()


async def test_p21_who_reads_a_thread_of_adults_from_before_is_told_without_the_new_mentor_and_so_is_nobody_else(
    training: Training,
) -> None:
    new = await other(training)
    base = {"enrolment_id": str(training.enrolment.id), "title": "近况", "with_team": True, "with_guide": True}
    adults = await training.call("POST", "/contacts", training.teacher, {**base, "text": "大人之间的"}, 201)
    change, city = await confirmed(training, new)
    turn_to("2024-03-15T12:00", training.at.plan)
    await act(training, change, "file", city)
    path = f"/contacts/{adults['id']}"
    people = (await training.call("GET", f"{path}/participants", city))["items"]
    assert "mentor" not in {p["role"] for p in people}
    told = {"text": "请看", "mentions": [str(new.account_id)]}
    await training.call("POST", f"{path}/posts", city, told, 422)
    turn_to("2024-03-16T12:00", training.at.plan)
    why = {"version": 1, "reason": "换导师以后才发生的事"}
    await training.call("POST", f"{path}/actions/escalate", training.teacher, why)
    for mentor in (training.mentor, training.strange_mentor):
        notices = await training.call("GET", "/notices", mentor)
        assert "contact_thread.escalate" not in [n["kind"] for n in notices["items"]]
    # The mentor of before reads the trail up to the change, and not what was brought before the city since.
    trail = await training.call("GET", f"{path}/trail", training.mentor)
    assert [e["action"] for e in trail["items"]] == ["contact_thread.open", "contact_thread.say"]
    full = await training.call("GET", f"{path}/trail", training.teacher)
    assert why["reason"] in str(full)
    assert why["reason"] not in str(trail)


async def test_p11_the_mentor_of_before_goes_on_reading_the_logs_of_the_own_sessions_and_no_later_one(
    training: Training,
) -> None:
    new = await other(training)
    first = await training.hand_in()
    change, city = await confirmed(training, new)
    turn_to("2024-03-15T12:00", training.at.plan)
    await act(training, change, "file", city)
    line = {"enrolment_id": str(training.enrolment.id), "mode": "face_to_face"}
    session = {
        "mentor_id": str(new.id), "starts_at": "2024-03-14T10:00:00+08:00", "minutes": 60, "title": "组会",
        "activity": training.at.plan.training.activities[0].code, "on_campus": True, "attendance": [line],
    }  # fmt: skip
    held = await training.call("POST", "/sessions", training.strange_mentor, session, 201)
    body = {"session_id": held["id"], "did": "新课题", "learned": "换了方法"}
    second = await training.call("POST", "/growth-logs", training.student, body, 201)
    await training.call("GET", f"/growth-logs/{first['id']}", training.mentor)
    await training.call("GET", f"/growth-logs/{second['id']}", training.mentor, status=404)
    for log in (first, second):
        await training.call("GET", f"/growth-logs/{log['id']}", training.strange_mentor)


async def test_p17_what_the_mentor_of_before_said_stands_with_the_voice_and_not_in_the_trail(
    training: Training,
) -> None:
    new = await other(training)
    made = await training.call("POST", "/place-changes", training.guardian, changing(training, new.id), 201)
    said = "我有保留意见"
    await act(training, made["id"], "confirm", training.mentor, reason=said)
    record = await training.call("GET", f"/place-changes/{made['id']}", training.guardian)
    assert [v["text"] for v in record["voices"]] == [said]
    assert said not in str(await training.call("GET", f"/place-changes/{made['id']}/trail", training.guardian))
    assert said not in str(await training.call("GET", "/notices", training.guardian))
