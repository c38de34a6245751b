"""The parts of a student's file about the training: plan, meetings, logs, activities, feedback (P9–P11, P17, P20)."""

import json
from typing import Any

from miaopu.activities.queries import activities_of
from miaopu.core.problem import Problem
from miaopu.reports import file_queries
from miaopu.reports.file_about import OF, About
from miaopu.reports.file_schemas import Entry, Fact, FilePart, Kept, Text
from miaopu.training import queries as training
from miaopu.training.feedback import listed as feedback_listed
from miaopu.training.service import progress_shown

LOG_TEXTS = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")


async def plan(about: About) -> FilePart | None:
    role = about.reads.actor.role
    found = await about.one(training.plans_page(role, OF), training.plan_record(role))
    if found is None:
        return None
    steps = [
        f"{about.say('month', month=s['month'])} {about.named(about.plan.training.activities, s['activity'])}: "
        f"{s['title']}"
        for s in found["steps"]
    ]
    return about.part(
        "plan",
        facts=about.facts(
            topic=found["topic"],
            revision=found["revision"],
            agreed_student=about.day(found["student_agreed_at"]),
            agreed_teacher=about.day(found["teacher_agreed_at"]),
        ),
        texts=about.texts(aims=found["aims"], steps="\n".join(steps)),
    )


async def counters(about: About) -> FilePart | None:
    try:
        found = await progress_shown(about.reads, about.id)
    except Problem:
        return None
    months = [
        about.say(
            "month_count", year=m.year, month=m.month, count=m.face_to_face, state=about.word("month_state", m.state)
        )
        for m in found.months
    ]
    return about.part(
        "counters",
        facts=about.facts(
            campus=f"{found.campus_visits} / {found.campus_needed}",
            sessions=found.sessions,
            by_mentor=found.by_mentor,
        ),
        texts=about.texts(meetings="\n".join(months)),
    )


async def sessions(about: About) -> FilePart | None:
    rows = await about.all(file_queries.sessions(about.reads.actor.role))
    if not rows:
        return None
    return about.part(
        "sessions",
        entries=[
            Entry(
                title=row["title"],
                at=row["starts_at"],
                facts=about.facts(
                    activity=about.named(about.plan.training.activities, row["activity"]),
                    place=row["place"] or about.word("campus", row["on_campus"]),
                    given_by=row["given_by_name"],
                    minutes=row["minutes"],
                    mode=about.word("mode", row["mode"]),
                ),
            )
            for row in rows
        ],
    )


async def logs(about: About) -> FilePart | None:
    rows = await about.all(file_queries.logs(about.reads.actor.role))
    if not rows:
        return None
    return about.part(
        "logs",
        entries=[
            Entry(
                title=row["session_title"],
                at=row["held_at"],
                facts=about.facts(
                    submitted_at=about.day(row["submitted_at"]),
                    late=about.say("late") if row["late"] else "",
                    receipt=row["receipt_number"],
                    log_state=about.word("log_state", row["state"]),
                    reviewed_by=row["reviewed_by_name"],
                ),
                texts=about.texts(**{name: row[name] for name in LOG_TEXTS}, review=row["review"]),
                photos=[
                    Kept(id=p["id"], name=p["name"], path=f"/growth-logs/{row['id']}/photos/{p['id']}")
                    for p in row["photos"]
                ],
                files=[
                    Kept(id=row["file_id"], name=row["file_name"], path=f"/growth-logs/{row['id']}/file")
                    for _ in range(1)
                    if row["file_id"]
                ],
            )
            for row in rows
        ],
    )


async def activities(about: About) -> FilePart | None:
    text = await about.reads.text(activities_of(about.reads.actor.role), id=about.id)
    rows: list[dict[str, Any]] = json.loads(text or '{"items": []}')["items"]
    if not rows:
        return None
    return about.part(
        "activities",
        entries=[
            Entry(
                title=row["activity_title"],
                at=row["starts_at"],
                facts=about.facts(
                    activity=about.named(about.plan.outside.kinds, row["kind"]),
                    organiser=row["organiser_name"],
                    place=row["place"],
                    choice=about.word("choice", row["state"]),
                    consent=about.word("consent", row["consent"]),
                    days=len(row["days"]) if row["days"] else "",
                ),
                texts=about.texts(reason=row["reason"], student_line=row["student_line"]),
            )
            for row in rows
        ],
    )


async def feedback(about: About) -> FilePart | None:
    """What mentors said of the student; what students say of the mentoring is in nobody's file."""
    text = await about.reads.text(feedback_listed(about.reads.actor.role))
    rows = [
        row
        for row in json.loads(text or '{"items": []}')["items"]
        if row["about"] == "student" and row["enrolment_id"] == str(about.id)
    ]
    if not rows:
        return None
    asked = about.plan.feedback
    return about.part(
        "feedback",
        entries=[
            Entry(
                title=about.named(asked.points, row["point"]),
                at=row["written_at"],
                facts=[
                    Fact(label=about.named(asked.on_student, code), value=f"{value} / {asked.scale}")
                    for code, value in row["answers"].items()
                    if isinstance(value, int)
                ],
                texts=[
                    Text(label=about.named(asked.on_student, code), text=value)
                    for code, value in row["answers"].items()
                    if isinstance(value, str) and value
                ],
            )
            for row in rows
        ],
    )
