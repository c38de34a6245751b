"""Each organiser approves a whole list at once, and an exception of degree says who granted it (P7, P12)."""

import httpx
from fastapi import FastAPI

from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination
from miaopu.people.roles import Role
from seeded import turn_to, world


async def test_p12_each_organiser_approves_a_list_and_the_trial_says_who_is_left_out(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    at = await world(app, client)
    turn_to("2023-12-25T12:00", at.plan)
    reviewer, granter = await at.person(Role.REGION_OFFICE, "region", "乌日娜")
    university = next(u for u in at.plan.universities if u.city == "hohhot").code
    made = [
        Nomination(
            id=new_id(), cycle_id=at.cycle_id, state=state, university_id=at.units[university].id,
            city_id=at.units["hohhot"].id, subject="mathematics", name=f"导师{i}", name_key=str(i),
            standing="academician", degree="master" if i == 0 else "doctor", title="教授", capacity=3,
            degree_reason="学科带头人" if i == 0 else "", degree_exception_by=granter.id if i == 0 else None,
        )
        for i, state in enumerate(("region_reviewed", "region_reviewed", "city_reviewed"))
    ]  # fmt: skip
    await at.add(*made)
    association, _ = await at.person(Role.ASSOCIATION, "association")
    education, _ = await at.person(Role.EDUCATION_DEPARTMENT, "education")
    form = {"action": "approve", "ids": [str(n.id) for n in made]}

    async def take(who: dict[str, str], **more: object) -> tuple[list[str], list[tuple[str, str]]]:
        answer = await client.post("/nominations/batch", json=form | more, headers=who)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return [x["name"] for x in found["done"]], [(x["name"], x["code"]) for x in found["refused"]]

    wanted = (["导师0", "导师1"], [("导师2", "wrong_state")])
    assert await take(association, trial=True) == wanted
    assert await take(association) == wanted
    assert [code for _, code in (await take(association))[1]] == ["approved_already"] * 2 + ["wrong_state"]
    shown = (await client.get(f"/nominations/{made[0].id}", headers=reviewer)).json()
    assert (shown["state"], [a["role"] for a in shown["approvals"]]) == ("region_reviewed", ["association"])
    assert shown["degree_exception_by_name"] == "乌日娜"
    assert await take(education) == wanted
    shown = (await client.get(f"/nominations/{made[1].id}", headers=reviewer)).json()
    assert (shown["state"], shown["degree_exception_by_name"]) == ("approved", None)
    # The region may not approve: nothing is done, and it is said for each.
    assert (await take(reviewer))[0] == []
