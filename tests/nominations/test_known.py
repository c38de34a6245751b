"""A mentor of an earlier year goes on with the account of that year, once the university says who it is (P5, P7)."""

import httpx
from fastapi import FastAPI

from miaopu.core.db import new_id
from miaopu.nominations.models import Nomination
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle, CycleCell, CycleSubject
from seeded import World, turn_to


async def test_p5_p7_only_the_own_mentor_of_an_earlier_year_with_an_account_is_known(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    turn_to("2023-12-25T12:00", at.plan)
    subject = "mathematics"
    university, elsewhere = [u for u in at.plan.universities if u.city == "hohhot" and subject in u.subjects][:2]
    earlier = Cycle(
        id=new_id(), code="earlier-2023", year=at.plan.year - 1, title="上一年", title_en="Before", state="closed",
        plan=at.plan.model_dump(mode="json"), plan_digest="0" * 64,
    )  # fmt: skip
    await at.add(earlier)
    await at.add(CycleSubject(cycle_id=earlier.id, code=subject, position=1, name="数学", name_en="Mathematics"))
    await at.add(
        *(
            CycleCell(cycle_id=earlier.id, university_id=at.units[u.code].id, subject=subject)
            for u in (university, elsewhere)
        )
    )
    _, known = await at.person(Role.MENTOR, university.code, "旧友")
    _, asleep = await at.person(Role.MENTOR, university.code, "未启用")
    _, other = await at.person(Role.MENTOR, elsewhere.code, "他校")
    for account in (known, other):
        account.password_hash = "-"
    await at.add(known, other)

    def nomination(cycle_id: object, name: str, code: str, account_id: object = None) -> Nomination:
        return Nomination(
            id=new_id(), cycle_id=cycle_id, state="city_reviewed", university_id=at.units[code].id,
            city_id=at.units["hohhot"].id, subject=subject, name=name, name_key=name, standing="academician",
            degree="doctor", title="教授", capacity=3, account_id=account_id,
        )  # fmt: skip

    await at.add(
        nomination(earlier.id, "旧友", university.code, known.id),
        nomination(earlier.id, "未启用", university.code, asleep.id),
        nomination(earlier.id, "他校", elsewhere.code, other.id),
    )
    made = {name: nomination(at.cycle_id, name, university.code) for name in ("旧友", "未启用", "他校", "新人")}
    await at.add(*made.values())
    office, _ = await at.person(Role.UNIVERSITY, university.code)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    path = f"/nominations/{made['旧友'].id}"
    assert (await client.get(path, headers=office)).json()["known_from"] == at.plan.year - 1
    assert (await client.post(f"{path}/known-mentor", headers=region)).status_code == 403
    for name in ("未启用", "他校", "新人"):
        record = (await client.get(f"/nominations/{made[name].id}", headers=office)).json()
        assert record["known_from"] is None
        refused = await client.post(f"/nominations/{made[name].id}/known-mentor", headers=office)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_known")
    answer = await client.post(f"{path}/known-mentor", headers=office)
    assert answer.status_code == 200, answer.text
    record = (await client.get(path, headers=office)).json()
    assert (record["account_id"], record["known_from"]) == (str(known.id), None)
    again = await client.post(f"{path}/known-mentor", headers=office)
    assert (again.status_code, again.json()["code"]) == (409, "joined_already")
