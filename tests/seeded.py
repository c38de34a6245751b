"""An open cycle with real units and people, for tests of single rooms. Everybody acts over HTTP with a real token."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

import miaopu
from miaopu.core import audit, clock
from miaopu.core.db import new_id
from miaopu.people import tokens
from miaopu.people.access import Actor
from miaopu.people.models import Account, Membership, Unit
from miaopu.people.roles import ROLE_UNIT, Role
from miaopu.programme.plan import Plan, load_plan

SOURCE = (Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml").read_text("utf-8")
Headers = dict[str, str]


@dataclass(frozen=True)
class World:
    """The cycle, its plan, and the units by their codes."""

    app: FastAPI
    client: httpx.AsyncClient
    cycle_id: uuid.UUID
    plan: Plan
    units: dict[str, Unit]

    async def person(self, role: Role, unit: str, name: str = "某人") -> tuple[Headers, Account]:
        """Somebody new with a role in a unit: headers to act with, and the account."""
        return await person(self.app, role, self.units[unit], self.cycle_id, name)

    async def add(self, *rows: Any) -> None:
        """Rows that other rooms would have made."""
        await add(self.app, *rows)


async def add(app: FastAPI, *rows: Any) -> None:
    """Commit rows one after the other, with their trail."""
    async with app.state.database.session() as session:
        for row in rows:
            session.add(row)
            await session.flush()
        await audit.commit(session)


async def person(
    app: FastAPI, role: Role, unit: Unit, cycle_id: uuid.UUID | None, name: str
) -> tuple[Headers, Account]:
    account = Account(id=new_id(), login=uuid.uuid4().hex, name=name, name_key=name)
    membership = Membership(id=new_id(), account_id=account.id, role=role.value, unit_id=unit.id)
    await add(app, account, membership)
    actor = Actor(account.id, membership.id, role, unit.id, unit.city_id, cycle_id)
    return {"authorization": f"Bearer {tokens.issue(app.state.keys, actor, uuid.uuid4())}"}, account


async def world(app: FastAPI, client: httpx.AsyncClient, source: str = SOURCE) -> World:
    """A plan (that of 2024), opened by the region office."""
    plan = plan_of(source)
    units = _units(plan)
    async with app.state.database.session() as session:
        session.add_all(units.values())
        await audit.commit(session)
    region, _ = await person(app, Role.REGION_OFFICE, units["region"], None, "乌云")
    made = await client.post("/cycles", json={"source": source}, headers=region)
    assert made.status_code == 201, made.text
    opened = await client.post(f"/cycles/{made.json()['id']}/actions/open", json={"version": 1}, headers=region)
    assert opened.status_code == 200, opened.text
    return World(app, client, uuid.UUID(made.json()["id"]), plan, units)


@cache
def plan_of(source: str) -> Plan:
    """The plan of a document, read once: every test begins with one."""
    return load_plan(source)


def _units(plan: Plan) -> dict[str, Unit]:
    def unit(role: Role, code: str, name: str, name_en: str = "", city: Unit | None = None) -> Unit:
        made = Unit(id=new_id(), kind=ROLE_UNIT[role].value, code=code, name=name, name_en=name_en)
        made.parent_id = city.id if city else None
        made.city_id = made.id if role is Role.CITY_OFFICE else city.id if city else None
        return made

    units = [
        unit(Role.REGION_OFFICE, "region", "内蒙古自治区管理办公室"),
        unit(Role.ASSOCIATION, "association", "内蒙古自治区科学技术协会", "Inner Mongolia Association for Science"),
        unit(Role.EDUCATION_DEPARTMENT, "education", "内蒙古自治区教育厅"),
    ]
    cities = {c.code: unit(Role.CITY_OFFICE, c.code, c.zh, c.en) for c in plan.cities}
    units += cities.values()
    units += [unit(Role.UNIVERSITY, u.code, u.zh, u.en, cities[u.city]) for u in plan.universities]
    units.append(unit(Role.SCHOOL, "no2", "呼和浩特市第二中学", "", cities["hohhot"]))
    return {made.code: made for made in units}


def turn_to(local: str, plan: Plan) -> None:
    """Set the clock to a local moment."""
    clock.set_offset(datetime.fromisoformat(local).replace(tzinfo=plan.zone) - clock.real_now())


def saved(answer: httpx.Response, content_type: str) -> bytes:
    """The bytes of an answer that is a document of this type."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-disposition"].split(";")[0] in ("inline", "attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    return answer.content
