"""A unit's people in the window of the summaries, and what they do there."""

from typing import Any

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training

WINDOW = "2024-11-20T10:00"


async def person(training: Training, role: Role, unit: str, name: str = "办公室") -> Headers:
    who, _ = await training.at.person(role, unit, name)
    return who


def university_of(training: Training) -> str:
    """The university of the first student's mentor."""
    return next(u.code for u in training.at.plan.universities if u.city == "hohhot")


def written(training: Training) -> dict[str, str]:
    return {one.code: f"{one.zh}：已完成。" for one in training.at.plan.summaries.sections}


async def draft(training: Training, who: Headers, *, papers: bool = True, **more: Any) -> str:
    """A summary in which all is written, with the papers that the plan requires."""
    turn_to(WINDOW, training.at.plan)
    body = {"sections": written(training), **more}
    made = str((await training.call("POST", "/summaries", who, body, 201))["id"])
    if papers:
        for kind in training.at.plan.summaries.required_materials:
            file = {"file_id": await training.upload(who)}
            await training.call("PUT", f"/summaries/{made}/papers/{kind}", who, file)
    return made


async def act(
    training: Training, path: str, action: str, who: Headers, reason: str | None = None, status: int = 200
) -> Any:
    """Take an edge of what the person sees now."""
    read = await training.call("GET", path, who)
    body = {"version": read["version"], "reason": reason}
    return await training.call("POST", f"{path}/actions/{action}", who, body, status)


async def accepted(training: Training, unit: Role, code: str, above: Headers) -> str:
    """A unit's summary, handed in and accepted."""
    who = await person(training, unit, code)
    made = await draft(training, who)
    await act(training, f"/summaries/{made}", "submit", who)
    await act(training, f"/summaries/{made}", "accept", above)
    return made


def numbers(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {line["code"]: line["value"] for line in lines}
