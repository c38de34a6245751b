"""The contact chain (P21): who reads what, what is said and taken back, what has to be answered."""

import itertools
import uuid
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.nominations.models import TeamMember
from miaopu.people.roles import Role
from seeded import SOURCE, Headers, turn_to
from trained import Training

PARTS = ("with_team", "with_guide", "with_guardian", "with_student")
SECRET = "这句话只给看得到的人看"


async def everybody(training: Training) -> dict[str, Headers]:
    """One of each role around the first student, and strangers."""
    at = training.at
    university = next(u.code for u in at.plan.universities if u.city == "hohhot")
    member, account = await at.person(Role.TEAM_MEMBER, university, "团队成员")
    await at.add(
        TeamMember(
            id=new_id(), nomination_id=training.nomination.id, account_id=account.id, name="团队成员", unit_name="",
            degree="master", title="讲师", title_level="intermediate",
        )
    )  # fmt: skip
    return {
        "student": training.student,
        "guardian": training.guardian,
        "guide_teacher": training.teacher,
        "mentor": training.mentor,
        "team_member": member,
        "school": (await at.person(Role.SCHOOL, "no2", "学校"))[0],
        "city_office": (await at.person(Role.CITY_OFFICE, "hohhot", "盟市"))[0],
        "region_office": (await at.person(Role.REGION_OFFICE, "region", "自治区"))[0],
        "strange_student": training.stranger,
        "strange_mentor": training.strange_mentor,
        "strange_teacher": training.strange_teacher,
        "strange_city": (await at.person(Role.CITY_OFFICE, "baotou", "别的盟市"))[0],
    }


def body(training: Training, **more: Any) -> dict[str, Any]:
    return {"enrolment_id": str(training.enrolment.id), "title": "近况", "text": SECRET, **more}


async def opened(training: Training, who: Headers, **more: Any) -> str:
    made = await training.call("POST", "/contacts", who, body(training, **more), 201)
    return str(made["id"])


def readers(thread: dict[str, Any]) -> set[str]:
    """Who reads by the rule, said once more in the plainest way."""
    found = {"city_office"}
    found |= {"mentor", "team_member"} if thread["with_team"] else set()
    found |= {"guide_teacher", "school"} if thread["with_guide"] else set()
    found |= {"guardian"} if thread["with_guardian"] else set()
    found |= {"student"} if thread["with_student"] else set()
    return found


OPENERS = ("mentor", "team_member", "guide_teacher", "school", "guardian", "student", "city_office")


@pytest.mark.parametrize("opener", OPENERS)
async def test_p21_whoever_opens_a_thread_and_whomever_it_names_no_adult_is_alone_with_the_student(
    training: Training, opener: str
) -> None:
    people = await everybody(training)
    reads: dict[str, set[str]] = {}
    for chosen in itertools.product((False, True), repeat=len(PARTS)):
        thread_id = await opened(training, people[opener], **dict(zip(PARTS, chosen, strict=True)))
        thread = await training.call("GET", f"/contacts/{thread_id}", people[opener])
        if thread["with_student"]:
            assert thread["with_guide"]
            assert thread["with_guardian"]
        reads[thread_id] = readers(thread)
        assert opener in reads[thread_id]
    for name, headers in people.items():
        listed = await training.call("GET", "/contacts?size=100", headers)
        assert {item["id"] for item in listed["items"]} == {one for one, who in reads.items() if name in who}, name
        for thread_id, who in reads.items():
            answer = await training.at.client.get(f"/contacts/{thread_id}", headers=headers)
            assert (answer.status_code == 200) == (name in who), (opener, who, name)
            assert (SECRET in answer.text) == (name in who)


async def test_p21_the_database_itself_refuses_a_thread_of_the_student_without_guide_teacher_or_guardian(
    training: Training,
) -> None:
    thread_id = await opened(training, training.mentor, with_student=True)
    for part in ("with_guide", "with_guardian"):
        async with training.at.app.state.database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="student_not_alone"):
                await connection.execute(
                    text(f"UPDATE contact_threads SET {part} = false WHERE id = :id"), {"id": thread_id}
                )


async def test_p21_the_page_says_who_reads(training: Training) -> None:
    people = await everybody(training)
    thread_id = await opened(training, training.mentor, with_student=True)
    found = await training.call("GET", f"/contacts/{thread_id}/participants", training.student)
    assert {p["role"] for p in found["items"]} == readers(
        {"with_team": True, "with_guide": True, "with_guardian": True, "with_student": True}
    )
    assert found["total"] == len(found["items"]) == 7
    await training.call("GET", f"/contacts/{thread_id}/participants", people["strange_mentor"], status=404)


async def test_p21_a_mention_is_told_to_who_reads_and_refused_for_anybody_else(training: Training) -> None:
    thread_id = await opened(training, training.mentor, with_guide=True)
    teacher, guardian = training.enrolment.guide_teacher_account_id, training.enrolment.guardian_account_id
    said = {"text": "请看一下", "mentions": [str(teacher)]}
    await training.call("POST", f"/contacts/{thread_id}/posts", training.mentor, said, 201)
    notices = await training.call("GET", "/notices", training.teacher)
    assert "contact_thread.mention" in [n["kind"] for n in notices["items"]]
    for stranger in (guardian, uuid.uuid4()):
        said = {"text": "请看一下", "mentions": [str(stranger)]}
        refused = await training.call("POST", f"/contacts/{thread_id}/posts", training.mentor, said, 422)
        assert [e["pointer"] for e in refused["errors"]] == ["/mentions/0"]
    assert SECRET not in str(await training.call("GET", "/notices", training.teacher))


async def test_p21_unread_is_counted_for_each_person_on_the_list_and_at_home(training: Training) -> None:
    thread_id = await opened(training, training.mentor, with_guide=True)

    async def unread(who: Headers) -> tuple[int, int]:
        listed = await training.call("GET", f"/contacts?enrolment={training.enrolment.id}", who)
        home = await training.call("GET", "/home", who)
        at_home = sum(w["count"] for w in home["waiting"] if w["thing"] == "unread_post")
        return sum(item["unread"] for item in listed["items"]), at_home

    assert await unread(training.teacher) == (1, 1)
    assert await unread(training.mentor) == (0, 0)
    assert await unread(training.guardian) == (0, 0)
    assert (await training.call("GET", "/contacts?show=unread", training.teacher))["total"] == 1
    await training.call("POST", f"/contacts/{thread_id}/read", training.teacher, {})
    assert await unread(training.teacher) == (0, 0)
    assert (await training.call("GET", "/contacts?show=unread", training.teacher))["total"] == 0
    turn_to("2024-03-10T12:05", training.at.plan)
    await training.call("POST", f"/contacts/{thread_id}/posts", training.teacher, {"text": "好的"}, 201)
    assert await unread(training.teacher) == (0, 0)
    assert await unread(training.mentor) == (1, 1)
    await training.call("POST", f"/contacts/{thread_id}/read", training.guardian, {}, 404)


async def test_p21_what_is_taken_back_leaves_a_trace_and_its_text_to_the_city_alone(training: Training) -> None:
    people = await everybody(training)
    photo = await training.upload(training.mentor)
    thread_id = await opened(training, training.mentor, with_guide=True, files=[photo])
    (post,) = (await training.call("GET", f"/contacts/{thread_id}", training.teacher))["posts"]
    assert [f["id"] for f in post["files"]] == [photo]
    await training.call("GET", f"/contacts/{thread_id}/files/{photo}", training.teacher)
    path = f"/contacts/{thread_id}/posts/{post['id']}/withdraw"
    back = {"version": post["version"], "reason": "发错了"}
    await training.call("POST", path, training.teacher, back, 403)
    await training.call("POST", path, training.guardian, back, 404)
    await training.call("POST", path, training.mentor, back)
    for name in ("guide_teacher", "mentor", "school"):
        (seen,) = (await training.call("GET", f"/contacts/{thread_id}", people[name]))["posts"]
        assert (seen["text"], seen["files"], seen["withdrawn_reason"]) == (None, [], "发错了")
        await training.call("GET", f"/contacts/{thread_id}/files/{photo}", people[name], status=404)
    (kept,) = (await training.call("GET", f"/contacts/{thread_id}", people["city_office"]))["posts"]
    assert (kept["text"], [f["id"] for f in kept["files"]]) == (SECRET, [photo])
    trail = await training.call("GET", f"/contacts/{thread_id}/trail", people["city_office"])
    assert "contact_thread.withdraw" in [e["action"] for e in trail["items"]]
    assert SECRET not in str(trail)


async def test_p21_what_is_brought_before_the_city_is_answered_by_a_working_day_and_is_overdue_after_it(
    training: Training,
) -> None:
    people = await everybody(training)
    thread_id = await opened(training, training.student)
    path = f"/contacts/{thread_id}"
    # The student may, and has to say why; the strange mentor does not know of it.
    version = {"version": 1}
    await training.call("POST", f"{path}/actions/escalate", training.student, version, 422)
    await training.call("POST", f"{path}/actions/escalate", training.strange_mentor, {**version, "reason": "x"}, 404)
    await training.call("POST", f"{path}/actions/answer", people["city_office"], {**version, "reason": "x"}, 409)
    made = await training.call(
        "POST", f"{path}/actions/escalate", training.student, {**version, "reason": "导师两周没有回复"}
    )
    assert made["state"] == "with_city"
    # Sunday the tenth of March: the plan's working days end on Wednesday.
    due = training.at.plan.working_days_after(clock.now(), training.at.plan.contacts.answer_working_days)
    record = await training.call("GET", path, people["city_office"])
    assert datetime.fromisoformat(record["due_at"]) == due
    assert not record["overdue"]
    home = await training.call("GET", "/home", people["city_office"])
    assert ("contact_thread", "answer", 1) in [(w["thing"], w["action"], w["count"]) for w in home["waiting"]]
    turn_to("2024-03-20T12:00", training.at.plan)
    assert (await training.call("GET", path, people["city_office"]))["overdue"]
    assert (await training.call("GET", "/contacts?show=escalated&sort=due_at", people["city_office"]))["total"] == 1
    await training.call("GET", path, people["region_office"], status=404)
    raised = await training.call(
        "POST", f"{path}/actions/raise", people["city_office"], {"version": made["version"], "reason": "须自治区协调"}
    )
    seen = await training.call("GET", path, people["region_office"])
    assert (seen["state"], seen["may_write"]) == ("with_region", False)
    answer = {"version": raised["version"], "reason": "已协调，本周内见面"}
    await training.call("POST", f"{path}/actions/answer_region", people["city_office"], answer, 403)
    done = await training.call("POST", f"{path}/actions/answer_region", people["region_office"], answer)
    assert done["state"] == "answered"
    record = await training.call("GET", path, training.guardian)
    assert [p["act"] for p in record["posts"]] == [None, "escalate", "raise", "answer_region"]
    assert (record["overdue"], record["posts"][-1]["text"]) == (False, "已协调，本周内见面")
    told = await training.call("GET", "/notices", training.student)
    assert "contact_thread.answer_region" in [n["kind"] for n in told["items"]]


@pytest.mark.parametrize(
    "source",
    [SOURCE.replace('without_circle = "city"', 'without_circle = "named_first"').replace(
        "posts_per_hour = 30", "posts_per_hour = 2"
    )],
)  # fmt: skip
async def test_p21_the_plan_says_whether_the_circle_is_named_first_and_how_often_one_may_write(
    training: Training,
) -> None:
    async with training.at.app.state.database.session() as session:
        other = str(await session.scalar(text("SELECT id FROM enrolments WHERE guardian_account_id IS NULL")))
    refused = await training.call(
        "POST", "/contacts", training.stranger, {**body(training), "enrolment_id": other}, 409
    )
    assert refused["code"] == "circle_incomplete"
    thread_id = await opened(training, training.student)
    path = f"/contacts/{thread_id}/posts"
    await training.call("POST", path, training.student, {"text": "一"}, 201)
    await training.call("POST", path, training.student, {"text": "二"}, 429)
    turn_to("2024-03-10T13:01", training.at.plan)
    await training.call("POST", path, training.student, {"text": "二"}, 201)


async def test_p21_a_text_too_long_or_empty_and_a_file_of_another_are_refused_at_their_field(
    training: Training,
) -> None:
    strange = await training.upload(training.stranger)
    thread_id = await opened(training, training.mentor)
    for said, pointer in (
        ({"text": " "}, "/text"),
        ({"text": "长" * 4001}, "/text"),
        ({"text": "看", "files": [strange]}, "/files/0"),
    ):
        refused = await training.call("POST", f"/contacts/{thread_id}/posts", training.mentor, said, 422)
        assert [e["pointer"] for e in refused["errors"]] == [pointer]


async def test_p12a_p21_a_member_of_the_team_without_the_mentors_leave_reads_nothing(training: Training) -> None:
    at = training.at
    university = next(u.code for u in at.plan.universities if u.city == "hohhot")
    member, account = await at.person(Role.TEAM_MEMBER, university, "没有授权的成员")
    await at.add(
        TeamMember(
            id=new_id(), nomination_id=training.nomination.id, account_id=account.id, name="没有授权的成员",
            unit_name="", degree="master", title="讲师", title_level="intermediate", may_record=False,
            may_review=False,
        )
    )  # fmt: skip
    thread_id = await opened(training, training.mentor, with_student=True)
    await training.call("GET", f"/contacts/{thread_id}", member, status=404)
    assert (await training.call("GET", "/contacts", member))["total"] == 0
    people = await training.call("GET", f"/contacts/{thread_id}/participants", training.mentor)
    assert str(account.id) not in [p["account_id"] for p in people["items"]]
    notices = await training.call("GET", "/notices", member)
    assert notices["total"] == 0
