"""The parts of a student's file: each reads through its own room's scope, so that nobody finds more here than there.

Another part is one more function in `PARTS`: it answers None where the reader sees nothing of it.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from miaopu.core.problem import Language, Problem, say
from miaopu.core.read import Sql
from miaopu.evaluations import certificates_queries
from miaopu.evaluations import queries as evaluations
from miaopu.nominations.letters import day
from miaopu.outcomes.queries import tracking_page
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.registrations import queries as registrations
from miaopu.reports import file_queries
from miaopu.reports.file_schemas import Entry, Fact, FilePart, Kept, PartCode, Text
from miaopu.training import queries as training
from miaopu.training.service import progress_shown

ALL = 1000
LOG_TEXTS = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")


@dataclass(frozen=True, slots=True)
class About:
    """Whose file, who reads it, and in which language."""

    reads: Reads
    plan: Plan
    language: Language
    enrolment: dict[str, Any]

    @property
    def id(self) -> uuid.UUID:
        """The enrolment."""
        return uuid.UUID(self.enrolment["id"])

    def say(self, key: str, **params: object) -> str:
        """Words of the file."""
        return say(self.language, f"file.{key}", params)

    def word(self, table: str, code: Any) -> str:
        """A code in words."""
        return self.say(f"{table}.{code}") if code not in (None, "") else ""

    def day(self, value: str | None) -> str:
        """A moment as a local day."""
        return day(self.plan.local_day(datetime.fromisoformat(value)), self.language) if value else ""

    def named(self, listed: Any, code: Any) -> str:
        """A code of the plan by its name there."""
        found = next((one for one in listed if one.code == code), None)
        return (found.en if self.language == "en" else found.zh) if found else str(code or "")

    def facts(self, **given: Any) -> list[Fact]:
        """Labelled facts; what is empty is left out."""
        return [Fact(label=self.say(f"label.{name}"), value=str(v)) for name, v in given.items() if v not in (None, "")]

    def texts(self, **given: Any) -> list[Text]:
        """Labelled paragraphs; what is empty is left out."""
        return [Text(label=self.say(f"label.{name}"), text=str(text)) for name, text in given.items() if text]

    def part(self, code: PartCode, **more: Any) -> FilePart:
        """A part with its title."""
        return FilePart(code=code, title=self.say(f"part.{code}"), **more)

    async def record(self, sql: Sql, id_: Any) -> dict[str, Any] | None:
        """One record, where the reader sees it."""
        text = await self.reads.text(sql, id=uuid.UUID(str(id_)))
        found: dict[str, Any] | None = json.loads(text) if text else None
        return found

    async def all(self, sql: Sql) -> list[dict[str, Any]]:
        """All lines of this student in a list."""
        text = await self.reads.text(sql, page=1, size=ALL, enrolment=self.id)
        items: list[dict[str, Any]] = json.loads(text or '{"items": []}')["items"]
        return items

    async def one(self, page: Sql, record: Sql) -> dict[str, Any] | None:
        """The one record of a kind that a student has."""
        found = await self.all(page)
        return await self.record(record, found[0]["id"]) if found else None


OF = frozenset({"enrolment"})


async def registration(about: About) -> FilePart | None:
    found = await about.record(registrations.record(about.reads.actor.role), about.enrolment["registration_id"])
    if found is None:
        return None
    choices = [f"{c['rank']}. {c['mentor_name']} · {c['university_name']}" for c in found["choices"]]
    materials = {m.code: m for m in about.plan.application.materials}
    return about.part(
        "registration",
        facts=about.facts(
            number=found["number"],
            grade=about.say("grade_value", grade=found["grade"]) if found["grade"] else "",
            subject_rank=_rank(found["subject_rank"], found["year_size"]),
            overall_rank=_rank(found["overall_rank"], found["year_size"]),
            rank_basis=found["rank_basis"],
            submitted_at=about.day(found["submitted_at"]),
            choices="；".join(choices) if about.language == "zh-CN" else "; ".join(choices),
        ),
        texts=about.texts(interests=found["interests"], motivation=found["motivation"]),
        files=[
            Kept(
                id=m["file_id"],
                name=f"{about.named(materials.values(), m['kind'])}{_ending(m['file_name'])}",
                path=f"/registrations/{found['id']}/materials/{m['kind']}/file",
            )
            for m in found["materials"]
        ],
    )


def _rank(rank: Any, size: Any) -> str:
    return f"{rank} / {size}" if rank else ""


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and stem else ""


async def pairing(about: About) -> FilePart | None:
    e = about.enrolment
    return about.part(
        "pairing",
        facts=about.facts(
            mentor=f"{e['mentor_name']} · {e['university_name']}",
            co_mentor=e["co_mentor_name"],
            guide_teacher=e["guide_teacher_name"],
            active_from=about.day(e["active_from"]),
            state=about.word("state", e["state"]),
            grade_of_year=about.word("grade", e["grade"]),
            ended_at=about.day(e["ended_at"]),
        ),
    )


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


async def initial(about: About) -> FilePart | None:
    role = about.reads.actor.role
    found = await about.one(evaluations.initial_page(role, OF), evaluations.initial_record(role))
    if found is None:
        return None
    fields = about.plan.evaluations.initial.fields
    return about.part(
        "initial",
        texts=[Text(label=about.named(fields, code), text=text) for code, text in found["opinions"].items() if text],
    )


async def midterm(about: About) -> FilePart | None:
    role = about.reads.actor.role
    found = await about.one(evaluations.midterm_page(role, OF), evaluations.midterm_record(role))
    if found is None:
        return None
    return about.part(
        "midterm",
        facts=about.facts(
            reported_on=about.day(f"{found['reported_on']}T12:00:00+00:00") if found["reported_on"] else "",
            passed=about.word("passed", found["passed"]),
        ),
        texts=about.texts(
            opinion=found["opinion"],
            second_half=found["second_half"],
            reason=found["reason"],
            objection=found["objection"],
        ),
    )


async def annual(about: About) -> FilePart | None:
    role = about.reads.actor.role
    found = await about.one(evaluations.annual_page(role, OF), evaluations.annual_record(role))
    if found is None:
        return None
    return about.part(
        "annual",
        facts=about.facts(
            report_title=found["report_title"],
            mentor_level=about.named(about.plan.evaluations.annual.mentor_levels, found["mentor_level"]),
            grade_of_year=about.word("grade", found["grade"]),
        ),
        texts=about.texts(summary=found["summary"], mentor_opinion=found["mentor_opinion"]),
        files=[
            Kept(
                id=m["file_id"],
                name=f"{m['title']}.pdf",
                path=f"/evaluations/annual/{found['id']}/materials/{m['kind']}/file",
            )
            for m in found["materials"]
            if m["file_id"]
        ],
    )


async def certificate(about: About) -> FilePart | None:
    rows = await about.all(certificates_queries.certificates_page(about.reads.actor.role, OF))
    if not rows:
        return None
    return about.part(
        "certificate",
        facts=about.facts(
            certificate_number=rows[0]["number"],
            grade_of_year=about.word("grade", rows[0]["grade"]),
            issued_at=about.day(rows[0]["issued_at"]),
        ),
    )


async def tracking(about: About) -> FilePart | None:
    rows = await about.all(tracking_page(about.reads.actor.role, OF))
    if not rows:
        return None
    return about.part(
        "tracking",
        entries=[
            Entry(title=str(row["year"]), facts=about.facts(institution=row["institution"], field=row["field"]))
            for row in rows
        ],
    )


async def trail(about: About) -> FilePart | None:
    rows = await about.all(file_queries.trail(about.reads.actor.role))
    if not rows:
        return None
    return about.part(
        "trail",
        entries=[
            Entry(
                title=row["action"],
                at=row["at"],
                facts=about.facts(
                    by=about.word("role", row["actor_role"]) if row["actor_role"] else "",
                    reason_given=row["reason"],
                ),
            )
            for row in rows
        ],
    )


Part = Callable[[About], Awaitable[FilePart | None]]
PARTS: tuple[Part, ...] = (
    registration, pairing, plan, counters, sessions, logs, initial, midterm, annual, certificate, tracking, trail,
)  # fmt: skip
