"""An invitation taken up by single sign-on, against a real provider: in without a password, once, and nobody else."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from signing import PASSWORD, also_as, bearer, form, posted, set_up
from sqlalchemy import select

from browsing import through
from miaopu.core import audit, clock
from miaopu.core.audit import AuditEntry
from miaopu.people.models import Account, Invitation, Membership, PasswordLink
from miaopu.people.oidc_models import SsoIdentity
from miaopu.people.oidc_router import COOKIE
from miaopu.people.roles import Role
from seeded import Headers, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Inviting:
    """A university that invites, and where its people sign in."""

    at: World
    office: Headers
    issuer: str
    unit: str = "imnu"

    async def invite(self, role: str = "mentor", name: str = "阿拉坦") -> str:
        """The token of a fresh link."""
        body = {"unit_id": str(self.at.units[self.unit].id), "role": role, "name": name}
        made = await posted(self.at.client, "/invitations", body, self.office, 201)
        return str(made["token"])

    async def shown(self, token: str) -> Json:
        """What the page of the link shows."""
        return dict((await self.at.client.get(f"/public/invitations/{token}")).json())

    async def back(self, token: str, name: str) -> Json:
        """What the browser brings back from the university, signed in there as `name`."""
        answer = await self.at.client.post(f"/public/sso/invitations/{token}", json={})
        assert answer.status_code == 200, answer.text
        return dict(await through(answer.json()["address"], name))

    async def join(self, token: str, name: str) -> httpx.Response:
        """There and back."""
        return await self.at.client.post("/public/sso/join", json=await self.back(token, name))


async def trusted(at: World, issuer: str, unit: str) -> None:
    """The region's office names a university's provider, which is confirmed by that."""
    region, _ = await at.person(Role.REGION_OFFICE, "region", "自治区")
    path = f"/sso-providers/{at.units[unit].id}"
    assert (await at.client.put(path, json=form(issuer), headers=region)).status_code == 200


@pytest.fixture
async def inviting(site: World, issuer: str) -> Inviting:
    """The university's office, and its provider at work."""
    office, _ = await site.person(Role.UNIVERSITY, "imnu", "信息中心")
    await trusted(site, issuer, "imnu")
    return Inviting(site, office, issuer)


async def rows(at: World, what: Any, *where: Any) -> list[Any]:
    async with at.app.state.database.session() as session:
        return list(await session.scalars(select(what).where(*where)))


async def me(at: World, come: Json) -> Json:
    return dict((await at.client.get("/me", headers=bearer(come))).json())


async def test_an_invited_person_comes_in_by_the_university_without_a_password_and_again_without_a_link(
    inviting: Inviting,
) -> None:
    at, client = inviting.at, inviting.at.client
    token = await inviting.invite()
    assert (await inviting.shown(token))["sso_provider_id"] is not None
    come = await inviting.join(token, "altan")
    assert come.status_code == 200, come.text
    assert "miaopu_refresh=" in come.headers["set-cookie"]
    mine = await me(at, come.json())
    assert (mine["account"]["name"], mine["membership"]["role"]) == ("阿拉坦", "mentor")
    (account,) = await rows(at, Account, Account.name == "阿拉坦")
    assert account.password_hash is None
    # By its login an office can give another role, and a later password works with it.
    assert account.login.startswith("imnu-")
    (identity,) = await rows(at, SsoIdentity)
    assert (identity.account_id, identity.subject) == (account.id, "altan")
    acts = {one.action for one in await rows(at, AuditEntry)}
    assert {"account.joined", "account.sso_linked", "account.signed_in", "sso_identity.created"} <= acts
    # The link is used, by either way, and the list says so.
    assert (await client.get(f"/public/invitations/{token}")).status_code == 404
    assert (await client.post(f"/public/sso/invitations/{token}", json={})).status_code == 404
    chosen = {"login": "taken.over", "password": PASSWORD}
    assert (await client.post(f"/public/invitations/{token}/accept", json=chosen)).status_code == 404
    listed = (await client.get("/memberships?role=mentor", headers=inviting.office)).json()["items"]
    assert [(one["accepted"], one["account_state"]) for one in listed] == [(True, "active")]
    slips = {"unit_id": str(at.units["imnu"].id), "role": "mentor"}
    await client.post("/invitations/slips", json=slips, headers=inviting.office)
    assert len(await rows(at, Invitation, Invitation.account_id == account.id)) == 1
    # The next day, from the sign-in page.
    (provider,) = (await client.get("/public/sso/providers")).json()["items"]
    address = (await client.post("/public/sso/start", json={"provider_id": provider["id"]})).json()["address"]
    again = await client.post("/public/sso/finish", json=await through(address, "altan"))
    assert (await me(at, again.json()))["account"]["id"] == str(account.id)


async def test_a_link_is_used_once_whoever_comes_back_with_it_second(inviting: Inviting) -> None:
    client = inviting.at.client
    token = await inviting.invite()
    first = await inviting.back(token, "altan")
    cookie = client.cookies.get(COOKIE)
    assert cookie is not None
    second = await inviting.back(token, "another")
    assert (await client.post("/public/sso/join", json=second)).status_code == 200
    client.cookies.delete(COOKIE)
    client.cookies.set(COOKIE, cookie)
    late = await client.post("/public/sso/join", json=first)
    assert (late.status_code, late.json()["code"]) == (404, "not_found")
    assert [one.subject for one in await rows(inviting.at, SsoIdentity)] == ["another"]


async def test_a_second_role_goes_to_the_account_that_the_person_has_already(inviting: Inviting) -> None:
    at, client = inviting.at, inviting.at.client
    assert (await inviting.join(await inviting.invite(), "altan")).status_code == 200
    (account,) = await rows(at, Account, Account.name == "阿拉坦")
    come = await inviting.join(await inviting.invite("university", "阿教授"), "altan")
    assert come.status_code == 200, come.text
    mine = await me(at, come.json())
    assert mine["account"]["id"] == str(account.id)
    assert {one["role"] for one in mine["memberships"]} == {"mentor", "university"}
    (left,) = await rows(at, Account, Account.name == "阿教授")
    assert not left.active
    assert await rows(at, Membership, Membership.account_id == left.id) == []
    acts = {one.action for one in await rows(at, AuditEntry)}
    assert {"membership.taken_up", "account.taken_into"} <= acts
    # The same role twice is none, and nothing of it is done.
    token = await inviting.invite("mentor", "阿教授")
    held = await inviting.join(token, "altan")
    assert (held.status_code, held.json()["code"]) == (409, "sso_role_held")
    assert (await client.get(f"/public/invitations/{token}")).status_code == 200


async def test_an_account_on_which_more_hangs_than_a_role_is_not_taken_into_another(inviting: Inviting) -> None:
    at = inviting.at
    assert (await inviting.join(await inviting.invite(), "altan")).status_code == 200
    token = await inviting.invite("university", "阿教授")
    (invited,) = await rows(at, Account, Account.name == "阿教授")
    # As a nomination or a place in a team does: a row of some other table that names the invited account.
    at_once = clock.real_now()
    await at.add(PasswordLink(account_id=invited.id, token_hash=b"x" * 32, expires_at=at_once, used_at=at_once))
    refused = await inviting.join(token, "altan")
    assert (refused.status_code, refused.json()["code"]) == (409, "sso_has_account")
    assert (await at.client.get(f"/public/invitations/{token}")).status_code == 200
    # With an identity that opens nothing yet it is taken up as any other.
    assert (await inviting.join(token, "professor")).status_code == 200


async def test_an_identity_of_another_unit_or_of_a_closed_account_is_refused_and_the_link_stays(
    inviting: Inviting,
) -> None:
    at, client = inviting.at, inviting.at.client
    assert (await inviting.join(await inviting.invite(), "altan")).status_code == 200
    # Another university trusts the same issuer: an identity opens what it was linked at, and nothing else.
    other = next(code for code, unit in at.units.items() if unit.kind == "university" and code != "imnu")
    await trusted(at, inviting.issuer, other)
    office, _ = await at.person(Role.UNIVERSITY, other, "外校")
    elsewhere = Inviting(at, office, inviting.issuer, other)
    token = await elsewhere.invite("mentor", "外校导师")
    taken = await elsewhere.join(token, "altan")
    assert (taken.status_code, taken.json()["code"]) == (409, "sso_taken")
    assert (await client.get(f"/public/invitations/{token}")).status_code == 200
    async with at.app.state.database.session() as session:
        (await session.scalars(select(Account).where(Account.name == "阿拉坦"))).one().active = False
        await audit.commit(session)
    closed = await inviting.join(await inviting.invite("team_member", "新人"), "altan")
    assert (closed.status_code, closed.json()["code"]) == (409, "sso_taken")


async def test_a_way_of_one_kind_does_not_end_as_another(inviting: Inviting) -> None:
    at, client = inviting.at, inviting.at.client
    assert (await inviting.join(await inviting.invite(), "altan")).status_code == 200
    token = await inviting.invite("university", "新人")
    joining = await inviting.back(token, "altan")
    as_sign_in = await client.post("/public/sso/finish", json=joining)
    assert (as_sign_in.status_code, as_sign_in.json()["code"]) == (400, "sso_failed")
    (provider,) = (await client.get("/public/sso/providers")).json()["items"]
    address = (await client.post("/public/sso/start", json={"provider_id": provider["id"]})).json()["address"]
    as_joining = await client.post("/public/sso/join", json=await through(address, "altan"))
    assert (as_joining.status_code, as_joining.json()["code"]) == (400, "sso_failed")
    assert len(await rows(at, SsoIdentity)) == 1


async def test_a_role_that_needs_a_second_factor_is_asked_for_it_before_anything_is_open(inviting: Inviting) -> None:
    also_as(inviting.at, "university")
    asked = await inviting.join(await inviting.invite("university", "信息员"), "xinxi")
    assert asked.status_code == 200, asked.text
    assert asked.json()["step"] == "set_up"
    assert "miaopu_refresh=" not in asked.headers.get("set-cookie", "")
    _, confirmed = await set_up(inviting.at.client, asked.json()["token"])
    assert (await me(inviting.at, confirmed["granted"]))["membership"]["role"] == "university"


async def test_where_the_unit_has_no_provider_at_work_the_link_offers_none(inviting: Inviting) -> None:
    at, client = inviting.at, inviting.at.client
    token = await inviting.invite()
    path = f"/sso-providers/{at.units['imnu'].id}"
    version = (await client.get("/sso-providers", headers=inviting.office)).json()["items"][0]["version"]
    begun = await inviting.back(token, "altan")
    # Changed by the university, and not confirmed again: also for who is on the way.
    again = form(inviting.issuer, version=version)
    assert (await client.put(path, json=again, headers=inviting.office)).status_code == 200
    assert (await inviting.shown(token))["sso_provider_id"] is None
    assert (await client.post(f"/public/sso/invitations/{token}", json={})).status_code == 404
    assert (await client.post("/public/sso/join", json=begun)).status_code == 404
    assert (await client.post("/public/sso/invitations/nothing", json={})).status_code == 404


async def test_who_has_no_password_keeps_the_one_way_in_until_a_link_of_the_office_gives_another(
    inviting: Inviting,
) -> None:
    at, client = inviting.at, inviting.at.client
    come = (await inviting.join(await inviting.invite(), "altan")).json()
    (link,) = (await client.get("/me/sso", headers=bearer(come))).json()["items"]
    only = await client.delete(f"/me/sso/{link['id']}", headers=bearer(come))
    assert (only.status_code, only.json()["code"]) == (409, "sso_only_way")
    asked = await client.post("/auth/second-factor", json={"password": PASSWORD}, headers=bearer(come))
    assert asked.json()["errors"][0]["code"] == "no_own_password"
    (account,) = await rows(at, Account, Account.name == "阿拉坦")
    path = f"/accounts/{account.id}/reset-link"
    made = await posted(client, path, {"reason": "统一身份认证停用"}, inviting.office)
    secret = made["link"].rpartition("/")[2]
    shown = (await client.get(f"/public/reset-links/{secret}")).json()
    await posted(client, f"/public/reset-links/{secret}", {"password": PASSWORD}, {})
    signed = await posted(client, "/auth/sign-in", {"login": shown["login"], "password": PASSWORD}, {})
    assert (await client.delete(f"/me/sso/{link['id']}", headers=bearer(signed))).status_code == 200
