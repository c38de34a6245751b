"""Units, and whom one may bring into them: what a unit's record offers is what the API accepts, and nothing else is."""

import itertools

import pytest
from sqlalchemy import select

from miaopu.people.models import Membership
from miaopu.people.roles import ROLE_UNIT, Role, UnitKind
from seeded import World

PLACES = ("region", "hohhot", "baotou", "imnu", "no2")
INVITERS = {
    Role.REGION_OFFICE: "region",
    Role.CITY_OFFICE: "hohhot",
    Role.UNIVERSITY: "imnu",
    Role.SCHOOL: "no2",
    Role.MENTOR: "imnu",
    Role.STUDENT: "no2",
}


@pytest.mark.parametrize("inviter", INVITERS)
async def test_a_unit_offers_just_the_roles_that_an_invitation_into_it_is_taken_for(at: World, inviter: Role) -> None:
    headers, _ = await at.person(inviter, INVITERS[inviter])
    offered, taken = set(), set()
    for place, role in itertools.product(PLACES, Role):
        unit = at.units[place]
        record = (await at.client.get(f"/units/{unit.id}", headers=headers)).json()
        if role.value in record["invites"]:
            offered.add((place, role))
        if role not in ROLE_UNIT:
            continue
        form = {"unit_id": str(unit.id), "role": role.value, "name": "斯琴"}
        answer = await at.client.post("/invitations", json=form, headers=headers)
        assert answer.status_code in (201, 403, 404, 422), answer.text
        if answer.status_code == 201:
            taken.add((place, role))
    assert offered == taken
    assert bool(offered) == (inviter is not Role.STUDENT)


@pytest.mark.parametrize(("founder", "place"), [(Role.REGION_OFFICE, "region"), (Role.CITY_OFFICE, "hohhot")])
async def test_a_unit_stands_only_where_its_kind_belongs(at: World, founder: Role, place: str) -> None:
    headers, _ = await at.person(founder, place)
    for above in PLACES:
        unit = at.units[above]
        offered = (await at.client.get(f"/units/{unit.id}", headers=headers)).json()["founds"]
        for kind in UnitKind:
            form = {"parent_id": str(unit.id), "kind": kind.value, "code": f"{above}-{kind.value}", "name": "新单位"}
            answer = await at.client.post("/units", json=form, headers=headers)
            assert (answer.status_code == 201) == (kind.value in offered), (above, kind, answer.text)
    school = {"parent_id": str(at.units["region"].id), "kind": "school", "code": "x-1", "name": "某中学"}
    if founder is Role.REGION_OFFICE:
        refused = await at.client.post("/units", json=school, headers=headers)
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/kind"]


async def test_a_member_is_shown_to_the_own_city_and_to_no_other(at: World) -> None:
    _, account = await at.person(Role.SCHOOL, "no2", "娜仁")
    own, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    other, _ = await at.person(Role.CITY_OFFICE, "baotou")
    found = (await at.client.get("/memberships", params={"q": "娜仁"}, headers=own)).json()
    assert [item["account_id"] for item in found["items"]] == [str(account.id)]
    assert (await at.client.get("/memberships", params={"q": "娜仁"}, headers=other)).json()["total"] == 0
    path = f"/memberships/{found['items'][0]['id']}"
    assert (await at.client.get(path, headers=own)).json()["name"] == "娜仁"
    assert (await at.client.get(path, headers=other)).status_code == 404


async def test_a_credit_code_is_checked_by_gb_32100_and_belongs_to_one_unit(at: World) -> None:
    headers, _ = await at.person(Role.REGION_OFFICE, "region")

    async def found(code: str, credit: str) -> tuple[int, list[str]]:
        form = {"parent_id": str(at.units["hohhot"].id), "kind": "school", "code": code, "name": "第八中学"}
        answer = await at.client.post("/units", json=form | {"credit_code": credit}, headers=headers)
        return answer.status_code, [fault["code"] for fault in answer.json().get("errors", [])]

    # As sheets write it; its neighbour has another last character.
    assert await found("s8-1", " 91110000600037341l ") == (201, [])
    assert await found("s8-2", "911100006000373410") == (422, ["credit_check"])
    assert await found("s8-3", "1234") == (422, ["credit_form"])
    assert (await found("s8-4", "91110000600037341L"))[0] == 409


async def test_a_mentor_ends_no_role_of_a_colleague_or_of_the_university(at: World) -> None:
    unit = next(u.code for u in at.units.values() if u.kind == "university")
    mentor, _ = await at.person(Role.MENTOR, unit)
    office, _ = await at.person(Role.UNIVERSITY, unit)
    ids = {}
    for role in (Role.UNIVERSITY, Role.MENTOR, Role.TEAM_MEMBER):
        _, account = await at.person(role, unit)
        async with at.app.state.database.session() as session:
            ids[role] = await session.scalar(select(Membership.id).where(Membership.account_id == account.id))
    for role, status in ((Role.UNIVERSITY, 403), (Role.MENTOR, 403), (Role.TEAM_MEMBER, 200)):
        answer = await at.client.post(f"/memberships/{ids[role]}/end", headers=mentor)
        assert answer.status_code == status, role
    assert (await at.client.post(f"/memberships/{ids[Role.MENTOR]}/end", headers=office)).status_code == 200
