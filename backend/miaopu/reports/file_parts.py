"""The parts of a student's file: each reads through its own room's scope, so that nobody finds more here than there.

Another part is one more function in `PARTS`: it answers None where the reader sees nothing of it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from miaopu.alumni.queries import tracking_page
from miaopu.evaluations import annual_queries, certificates_queries
from miaopu.evaluations import queries as evaluations
from miaopu.registrations import queries as registrations
from miaopu.reports import file_queries
from miaopu.reports.file_about import OF, About
from miaopu.reports.file_schemas import Entry, FilePart, Kept, Text
from miaopu.reports.file_training import activities, counters, feedback, logs, plan, sessions


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
                path=f"/registrations/{found['id']}/materials/{m['kind']}",
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
    judged = about.plan.evaluations.midterm
    return about.part(
        "midterm",
        facts=about.facts(
            reported_on=about.day(f"{found['reported_on']}T12:00:00+00:00") if found["reported_on"] else "",
            passed=about.word("passed", found["passed"]),
        ),
        texts=[
            Text(
                label=about.named(judged.dimensions, code),
                text=f"{about.named(judged.levels, one['level'])} · {one['reason']}",
            )
            for code, one in found["judgements"].items()
        ]
        + about.texts(
            opinion=found["opinion"],
            questions=found["questions"],
            second_half=found["second_half"],
            reason=found["reason"],
            objection=found["objection"],
        ),
    )


async def annual(about: About) -> FilePart | None:
    role = about.reads.actor.role
    found = await about.one(annual_queries.annual_page(role, OF), annual_queries.annual_record(role))
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
                path=f"/evaluations/annual/{found['id']}/materials/{m['file_id']}",
            )
            for m in found["materials"]
            if m["file_id"]
        ],
    )


async def certificate(about: About) -> FilePart | None:
    every = await about.all(certificates_queries.certificates_page(about.reads.actor.role, OF))
    rows = [row for row in every if row["status"] == "valid"]
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
    registration,
    pairing,
    plan,
    counters,
    sessions,
    logs,
    activities,
    feedback,
    initial,
    midterm,
    annual,
    certificate,
    tracking,
    trail,
)
