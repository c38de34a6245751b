"""Looking into another year: chosen on a device, kept by its sign-in, given back (P5)."""

import uuid

import httpx
from fastapi import FastAPI
from sqlalchemy import update

from miaopu.core import audit
from miaopu.demo.journey.next_year import next_year
from miaopu.programme.models import Cycle
from people.test_sign_in import first
from seeded import SOURCE


async def test_p5_a_year_is_chosen_kept_when_the_token_is_renewed_and_a_year_in_planning_is_nobodys(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    headers = await first(app, client)
    made = [
        (await client.post("/cycles", json={"source": source}, headers=headers)).json()
        for source in (SOURCE, next_year(SOURCE))
    ]
    me = (await client.get("/me", headers=headers)).json()
    own, (old, new) = me["membership"]["id"], (one["id"] for one in made)

    async def switch(cycle_id: str | None) -> int:
        body = {"membership_id": own, "cycle_id": cycle_id}
        answer = await client.post("/auth/switch", json=body, headers=headers)
        return answer.status_code

    async def present() -> str | None:
        renewed = await client.post("/auth/refresh")
        assert renewed.status_code == 200, renewed.text
        bearer = {"authorization": f"Bearer {renewed.json()['access_token']}"}
        cycle = (await client.get("/me", headers=bearer)).json()["cycle"]
        return cycle["id"] if cycle else None

    assert await switch(new) == 404
    assert await switch(str(uuid.uuid4())) == 404
    await opened(app, old)
    # One is open and one in planning: everybody acts in the open one.
    assert await present() == old
    await opened(app, new)
    assert await present() == new
    assert await switch(old) == 200
    assert [await present(), await present()] == [old, old]
    assert await switch(None) == 200
    assert await present() == new


async def opened(app: FastAPI, cycle_id: str) -> None:
    """The year, open; its units are another test's matter."""

    async with app.state.database.session() as session:
        await audit.bulk(
            session,
            update(Cycle).where(Cycle.id == uuid.UUID(cycle_id)).values(state="open"),
            action="cycle.open",
            thing_type="cycle",
            thing_id=uuid.UUID(cycle_id),
            facts={"state": ["planned", "open"]},
        )
        await audit.commit(session)
