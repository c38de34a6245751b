"""Looking as somebody else, for support: only to read, for some minutes, and told to whom it concerns."""

import uuid
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from miaopu.core import audit, clock
from miaopu.core.audit import AuditEntry
from miaopu.core.db import new_id
from miaopu.main import make_app
from miaopu.notices.models import Notice
from miaopu.people.access import roles_with
from miaopu.people.models import Account, Membership
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.people.support_models import SupportSession
from miaopu.settings import Settings
from seeded import Headers, World, add

REASON = "来电说看不到本人的报名"
CONTRACT = make_app(Settings(mode="test")).openapi()


async def somebody(at: World, role: Role, unit: str, name: str = "白音") -> tuple[Headers, Account, str]:
    """A person who has signed in once: headers, account, membership."""
    headers, account = await at.person(role, unit, name)
    async with at.app.state.database.session() as session:
        found = await session.get(Account, account.id)
        found.password_hash = "not-a-hash"
        await audit.commit(session)
        membership = await session.scalar(select(Membership.id).where(Membership.account_id == account.id))
    return headers, account, str(membership)


async def begin(at: World, office: Headers, membership: str, reason: str = REASON) -> httpx.Response:
    """Ask to look as somebody."""
    return await at.client.post("/support", json={"membership_id": membership, "reason": reason}, headers=office)


async def looking(at: World, office: Headers, membership: str) -> Headers:
    """The same, granted: headers of the look."""
    answer = await begin(at, office, membership)
    assert answer.status_code == 201, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def entries(at: World, person: uuid.UUID) -> list[AuditEntry]:
    """What the trail says of the person's account by way of support."""
    async with at.app.state.database.session() as session:
        rows = await session.scalars(
            select(AuditEntry)
            .where(AuditEntry.thing_id == person, AuditEntry.action.startswith("support."))
            .order_by(AuditEntry.id)
        )
        return list(rows)


async def test_support_sees_what_the_person_sees_and_whose_eyes_they_are(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    own, account, membership = await somebody(at, Role.SCHOOL, "no2")
    look = await looking(at, office, membership)
    for path in ("/me", "/registrations", "/units"):
        theirs = (await at.client.get(path, headers=own)).json()
        seen = (await at.client.get(path, headers=look)).json()
        # The person has been told in between; the clock has gone on.
        for answer in (theirs, seen):
            answer.pop("now", None)
            answer.pop("unread", None)
        assert seen == theirs, path
    assert (await at.client.get("/me", headers=look)).json()["account"]["id"] == str(account.id)


async def test_nothing_is_written_while_one_looks_by_any_operation_of_the_contract(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    _, _, membership = await somebody(at, Role.SCHOOL, "no2")
    look = await looking(at, office, membership)
    tried = 0
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            if method == "get" or operation["operationId"] == "support_end":
                continue
            short = path.removeprefix("/api/v1")
            for name in ("{action}", "{kind}", "{code}", "{token}", "{receipt}"):
                short = short.replace(name, "x")
            while "{" in short:
                short = short[: short.index("{")] + str(uuid.uuid4()) + short[short.index("}") + 1 :]
            key = {"Idempotency-Key": uuid.uuid4().hex}
            answer = await at.client.request(method.upper(), short, json={}, headers={**look, **key})
            assert (answer.status_code, answer.json()["code"]) == (403, "read_only_support"), f"{method} {path}"
            tried += 1
    assert tried > 200


async def test_a_look_needs_the_permission_a_reason_and_a_person_who_exists_and_has_signed_in(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    _, _, membership = await somebody(at, Role.SCHOOL, "no2")
    assert roles_with(Permission.SUPPORT_ACT) == (Role.REGION_OFFICE,)
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await begin(at, city, membership)).status_code == 403
    for reason in ("", "   ", "看看"):
        assert (await begin(at, office, membership, reason)).status_code == 422
    assert (await begin(at, office, str(uuid.uuid4()))).status_code == 404
    _, asleep = await at.person(Role.SCHOOL, "no2", "未激活")
    async with at.app.state.database.session() as session:
        sleeping = await session.scalar(select(Membership.id).where(Membership.account_id == asleep.id))
    assert (await begin(at, office, str(sleeping))).status_code == 404


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.REGION_OFFICE, "region"), (Role.ASSOCIATION, "association"), (Role.EDUCATION_DEPARTMENT, "education")],
)
async def test_nobody_looks_as_an_account_of_equal_or_higher_oversight(at: World, role: Role, unit: str) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    _, account, membership = await somebody(at, role, unit)
    assert (await begin(at, office, membership)).json()["code"] == "support_not_of_equals"
    # Nor through a lower role of the same account.
    lower = Membership(id=new_id(), account_id=account.id, role=Role.EXPERT.value, unit_id=at.units["region"].id)
    await add(at.app, lower)
    assert (await begin(at, office, str(lower.id))).json()["code"] == "support_not_of_equals"


async def test_a_look_ends_by_the_button_by_time_and_with_the_office_of_who_looks(at: World) -> None:
    office, supporter = await at.person(Role.REGION_OFFICE, "region")
    _, _, membership = await somebody(at, Role.SCHOOL, "no2")

    async def seen(look: Headers) -> tuple[int, str]:
        answer = await at.client.get("/registrations", headers=look)
        return answer.status_code, answer.json().get("code", "")

    look = await looking(at, office, membership)
    assert await seen(look) == (200, "")
    assert (await at.client.post("/support/end", headers=look)).status_code == 200
    assert await seen(look) == (401, "support_over")
    # A second one ends the first; the time of the session is asked, not that of the token alone.
    first = await looking(at, office, membership)
    second = await looking(at, office, membership)
    assert (await seen(first))[0] == 401
    assert await seen(second) == (200, "")
    await change(at, update(SupportSession).values(ends_at=clock.real_now() - timedelta(seconds=1)))
    assert await seen(second) == (401, "support_over")
    third = await looking(at, office, membership)
    assert await seen(third) == (200, "")
    gone = update(Membership).where(Membership.account_id == supporter.id).values(ended_at=clock.now())
    await change(at, gone)
    assert await seen(third) == (401, "support_over")


async def change(at: World, statement: object) -> None:
    """What time or somebody else did."""
    async with at.app.state.database.session() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(statement, execution_options={"audited": True})
        await session.commit()


async def test_begin_end_and_every_read_are_in_the_trail_under_both_names_with_the_reason(at: World) -> None:
    office, supporter = await at.person(Role.REGION_OFFICE, "region")
    _, account, membership = await somebody(at, Role.SCHOOL, "no2")
    look = await looking(at, office, membership)
    missing = f"/registrations/{uuid.uuid4()}"
    await at.client.get("/me", headers=look)
    await at.client.get("/registrations", headers=look)
    await at.client.get(missing, headers=look)
    await at.client.post("/support/end", headers=look)
    found = await entries(at, account.id)
    assert [e.action for e in found] == ["support.begin", "support.read", "support.read", "support.end"]
    # Who did it is the office's person, whose account it was the thing.
    assert {e.account_id for e in found} == {supporter.id}
    assert {e.role for e in found} == {Role.REGION_OFFICE.value}
    assert {e.reason for e in found} == {REASON}
    assert [e.changes["path"][1] for e in found if e.action == "support.read"] == [
        "/api/v1/registrations",
        f"/api/v1{missing}",
    ]


async def test_the_person_is_told_who_looked_when_and_why(at: World) -> None:
    office, supporter = await at.person(Role.REGION_OFFICE, "region", "乌兰")
    own, account, membership = await somebody(at, Role.SCHOOL, "no2")
    await looking(at, office, membership)
    async with at.app.state.database.session() as session:
        lines = list(await session.scalars(select(Notice).where(Notice.account_id == account.id)))
    assert [(line.kind, line.title, line.reason) for line in lines] == [("support.begin", supporter.name, REASON)]
    inbox = (await at.client.get("/notices", headers=own)).json()
    assert inbox["items"][0]["reason"] == REASON
    assert inbox["items"][0]["created_at"]


async def test_what_is_kept_under_seal_for_the_person_alone_is_not_opened(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    own, _, membership = await somebody(at, Role.SCHOOL, "no2")
    look = await looking(at, office, membership)
    assert (await at.client.get("/preferences", headers=own)).status_code == 200
    refused = await at.client.get("/preferences", headers=look)
    assert (refused.status_code, refused.json()["code"]) == (403, "support_sealed")


async def test_a_look_cannot_begin_another_nor_be_renewed(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    _, _, membership = await somebody(at, Role.SCHOOL, "no2")
    look = await looking(at, office, membership)
    assert (await begin(at, look, membership)).json()["code"] == "read_only_support"
    switched = await at.client.post("/auth/switch", json={"membership_id": membership}, headers=look)
    assert switched.json()["code"] == "read_only_support"
    # Ending needs a look: one's own token ends nothing.
    assert (await at.client.post("/support/end", headers=office)).status_code == 404
