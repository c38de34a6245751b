"""A guardian with an account goes on with it: for another child, and in another year (P5)."""

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from miaopu.people.models import Account, Membership
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from registrations.test_review import registered
from seeded import Headers, World, turn_to

FORM = {"participation": True, "login": "mother", "password": "a long enough password"}


async def asked(at: World, client: httpx.AsyncClient, student: Headers, made: Registration) -> str:
    """The token of a link to the guardian."""
    body = {"guardian_name": "母亲", "relation": "mother", "phone": "19900001111"}
    answer = await client.post(f"/registrations/{made.id}/consent-requests", json=body, headers=student)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["link"]).rsplit("/", 1)[-1]


async def test_p5_a_guardian_consents_with_the_account_there_is_by_its_password_and_acts_once_at_the_school(
    app: FastAPI, client: httpx.AsyncClient, at: World
) -> None:
    turn_to("2023-12-14T10:00:00", at.plan)
    children = [await at.person(Role.STUDENT, "no2", name) for name in ("长女", "次子")]
    made = [await registered(at, account.name, "draft", account_id=account.id) for _, account in children]
    links = [await asked(at, client, who, one) for (who, _), one in zip(children, made, strict=True)]
    assert (await client.post(f"/public/consents/{links[0]}", json=FORM)).status_code == 200
    # Somebody who only knows the login gets no further, and the link stays good.
    refused = await client.post(f"/public/consents/{links[1]}", json=FORM | {"password": "another long password"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/login")
    assert (await client.post(f"/public/consents/{links[1]}", json=FORM)).status_code == 200
    async with app.state.database.session() as session:
        (mother,) = (await session.scalars(select(Account).where(Account.login == "mother"))).all()
        guarded = (await session.scalars(select(Registration.guardian_account_id))).all()
        (membership,) = (await session.scalars(select(Membership).where(Membership.account_id == mother.id))).all()
    assert set(guarded) == {mother.id}
    assert membership.role == "guardian"
