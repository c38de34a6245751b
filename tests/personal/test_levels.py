"""What a panel said of a student's personality goes when nothing depends on it any more (P16)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from disclosures.test_objections import object_to, published
from interviewed import Hall, hall, moment_of, source
from miaopu.core import audit, clock
from miaopu.core.audit import AuditEntry
from miaopu.interviews.models import ScoreSheet
from miaopu.people.roles import Role
from miaopu.personal.sweeping import sweep

__all__ = ["hall", "source"]


async def levels(hall: Hall) -> dict[str, bool]:
    """By outcome, whether the sheets still say a level."""
    outcome = {s["registration_id"]: s["outcome"] for s in await hall.slots()}
    async with hall.at.app.state.database.session() as session:
        sheets = list(await session.scalars(select(ScoreSheet)))
    told: dict[str, set[bool]] = {}
    for sheet in sheets:
        told.setdefault(outcome[str(sheet.registration_id)], set()).add(sheet.level is not None)
    assert all(len(found) == 1 for found in told.values())
    return {key: next(iter(found)) for key, found in told.items()}


async def swept(hall: Hall) -> int:
    state = hall.at.app.state
    return (await sweep(state.database, state.files, state.settings))["levels"]


def pass_to(moment: Any) -> None:
    clock.set_offset(moment - clock.real_now())


async def test_p16_the_level_of_those_not_selected_goes_when_the_notice_is_over_and_no_objection_waits(
    hall: Hall,
) -> None:
    notice = await published(hall)
    assert await levels(hall) == {"selected": True, "reserve": True, "not_selected": True}
    assert await swept(hall) == 0

    await object_to(hall, notice)
    pass_to(moment_of(notice["ends_at"]) + timedelta(hours=1))
    assert await swept(hall) == 0
    office, _ = await hall.at.person(Role.REGION_OFFICE, "region", "复核人")
    found = (await hall.call("GET", "/objections", office))["items"][0]
    path = f"/objections/{found['id']}/actions"
    taken = await hall.call("POST", f"{path}/take_up", office, {"version": found["version"]})
    version = {"version": taken["version"], "reason": "复核无误"}
    await hall.call("POST", f"{path}/dismiss", office, version)

    assert await swept(hall) == 9
    assert await levels(hall) == {"selected": True, "reserve": True, "not_selected": False}
    assert await swept(hall) == 0
    async with hall.at.app.state.database.session() as session:
        told = await session.scalar(select(AuditEntry).where(AuditEntry.action == "score_sheet.forget_level"))
        assert told is not None
        assert told.changes == {"rows": [None, 9]}
        assert await audit.broken_links(session) == []
