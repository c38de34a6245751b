"""Stages of a cycle: windows by the plan, and the one way to move them."""

from datetime import timedelta

from miaopu.people.roles import Role
from miaopu.programme.plan import StageCode
from seeded import World, turn_to


async def stage(at: World, headers: dict[str, str], code: str) -> dict[str, object]:
    """A stage as the cycle shows it."""
    cycle = (await at.client.get(f"/cycles/{at.cycle_id}", headers=headers)).json()
    found: dict[str, object] = next(s for s in cycle["stages"] if s["code"] == code)
    return found


async def test_every_stage_has_the_window_of_the_plan_and_its_state_by_the_clock(at: World) -> None:
    headers, _ = await at.person(Role.REGION_OFFICE, "region")
    turn_to("2024-01-05T09:00:00", at.plan)
    cycle = (await at.client.get(f"/cycles/{at.cycle_id}", headers=headers)).json()
    assert [s["code"] for s in cycle["stages"]] == [s.code.value for s in at.plan.stages]
    states = {s["code"]: s["state"] for s in cycle["stages"]}
    assert (states["registration"], states["cutoff"], states["interview"]) == ("closed", "open", "planned")


async def test_the_region_extends_a_stage_with_a_reason_and_the_trail_keeps_it(at: World) -> None:
    headers, _ = await at.person(Role.REGION_OFFICE, "region")
    before = await stage(at, headers, "registration")
    path = f"/cycles/{at.cycle_id}/stages/registration/extend"
    later = (at.plan.closes_at(StageCode.REGISTRATION) + timedelta(days=2)).isoformat()
    body = {"version": before["version"], "closes_at": later}
    missing = await at.client.post(path, json=body, headers=headers)
    assert missing.status_code == 422
    done = await at.client.post(path, json={**body, "reason": "大雪停课"}, headers=headers)
    assert done.status_code == 200, done.text
    assert (await stage(at, headers, "registration"))["closes_at"] > str(before["closes_at"])
    trail = (await at.client.get(f"/cycles/{at.cycle_id}/trail", headers=headers)).json()
    assert [(e["action"], e["reason"]) for e in trail["items"]][-1] == ("stage.extend", "大雪停课")
    stale = await at.client.post(path, json={**body, "reason": "再延"}, headers=headers)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")


async def test_nobody_else_moves_a_window(at: World) -> None:
    headers, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    before = await stage(at, headers, "registration")
    body = {"version": before["version"], "closes_at": "2024-03-01T00:00:00+08:00", "reason": "再延"}
    refused = await at.client.post(f"/cycles/{at.cycle_id}/stages/registration/extend", json=body, headers=headers)
    assert refused.status_code == 403


async def test_a_plan_is_frozen_once_its_cycle_is_open(at: World) -> None:
    headers, _ = await at.person(Role.REGION_OFFICE, "region")
    cycle = (await at.client.get(f"/cycles/{at.cycle_id}", headers=headers)).json()
    shown = (await at.client.get(f"/cycles/{at.cycle_id}/plan", headers=headers)).json()
    edited = await at.client.put(
        f"/cycles/{at.cycle_id}/plan", json={"source": shown["source"], "version": cycle["version"]}, headers=headers
    )
    assert (edited.status_code, edited.json()["code"]) == (409, "plan_frozen")
