"""Every kind of conflict of interest on every path on which somebody judges (P16, P24, P25): nothing seen or scored.

One fact is planted into the walked year, by SQL and past the trail, and taken back; before it the judge reads and is
asked for the scores, after it the thing is not there for the judge on any path. Offices decide about marks, re-checks,
second reviews and objections as offices, not as persons who judge somebody: no conflict of a person is asked there.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from access_forms import asked, body_for, placed
from access_walk import API, Call, Walk, calls, nothing_stays, walk_of
from miaopu.core.db import new_id
from miaopu.interviews.conflict_rule import ConflictKind
from miaopu.main import make_app
from miaopu.people.access import MATRIX, Actor
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.settings import Settings
from years import Year

CALLS = {call.name: call for call in calls(make_app(Settings(mode="test")))}
# Where somebody judges: who, what, whose, and a file of it. Only who may read it now is a judge without a conflict.
COURTS = {
    "interview": "SELECT m.account_id AS judge, s.id AS thing, s.registration_id, NULL::uuid AS file FROM slots s "
    "JOIN panel_members m ON m.panel_id = s.panel_id",
    "panel": "SELECT p.account_id AS judge, a.id AS thing, e.registration_id, f.id AS file FROM panel_sheets p "
    "JOIN annual_evaluations a ON a.id = p.annual_id JOIN enrolments e ON e.id = a.enrolment_id "
    "JOIN files f ON f.claimed_id = a.id "
    "WHERE p.recused_reason = '' AND NOT EXISTS (SELECT FROM final_sheets o WHERE o.annual_id = a.id "
    "AND o.account_id = p.account_id)",
    "final": "SELECT p.account_id AS judge, a.id AS thing, e.registration_id, f.id AS file FROM final_sheets p "
    "JOIN annual_evaluations a ON a.id = p.annual_id JOIN enrolments e ON e.id = a.enrolment_id "
    "JOIN files f ON f.claimed_id = a.id "
    "WHERE p.recused_reason = '' AND NOT EXISTS (SELECT FROM panel_sheets o WHERE o.annual_id = a.id "
    "AND o.account_id = p.account_id)",
}
ROLES = {"interview": Role.MENTOR, "panel": Role.EXPERT, "final": Role.EXPERT}
# The paths of each court: what is listed, what is read, what is written. A trail read blind is empty, not missing.
LISTS = {"interview": "/interviews/slots?size=100", "panel": "/evaluations/annual?size=100"}
LISTS["final"] = LISTS["panel"]
PATHS = {
    "interview": ("slots_get", "slots_calendar", "slots_score", "slots_explain"),
    "panel": (
        "annual_evaluations_get", "annual_evaluations_material", "annual_evaluations_trail", "panel_score",
        "panel_recuse",
    ),
    "final": (
        "annual_evaluations_get", "annual_evaluations_material", "annual_evaluations_trail", "final_evaluations_score",
        "final_evaluations_recuse",
    ),
}  # fmt: skip

# Comparisons are refused to judges, and are asked all the same.
COMPARED = ("panel_compare", "final_evaluations_compare", "panel_conflicts", "final_evaluations_conflicts")


WALKS: dict[str, Walk] = {}


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody who judges something of a student."""

    actor: Actor
    thing: UUID
    registration: UUID
    file: UUID | None


class Facts:
    """Plants the one fact of a kind, and takes back everything that it planted."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", case: Case) -> None:
        self.connection = connection
        self.judge, self.registration = case.actor.account_id, case.registration
        self.back: list[tuple[str, tuple[object, ...]]] = []

    async def plant(self, kind: ConflictKind) -> None:
        """Make it true."""
        await getattr(self, kind.value)()

    async def take_back(self) -> None:
        """As it was."""
        while self.back:
            statement, values = self.back.pop()
            await self.connection.execute(statement, *values)

    async def declared(self) -> None:
        await self._insert(
            "declared_conflicts", "(id, version, registration_id, account_id, reason, declared_at)",
            "VALUES ($1, 1, $2, $3, '同窗', now())", self.registration, self.judge,
        )  # fmt: skip

    async def school(self) -> None:
        """Taught at the student's school, and does no more."""
        await self._insert(
            "memberships", "(id, version, account_id, role, unit_id, since, ended_at)",
            "SELECT $1, 1, $3, 'guide_teacher', r.school_id, now(), now() FROM registrations r WHERE r.id = $2",
            self.registration, self.judge,
        )  # fmt: skip

    async def team(self) -> None:
        """The same person, by the identity number, was the judge's student in an earlier year."""
        again, mentor = new_id(), new_id()
        await self._copy("registrations", again, self.registration, cycle_id=new_id(), account_id=new_id())
        some = await self.connection.fetchval("SELECT id FROM nominations ORDER BY id LIMIT 1")
        letter = {"letter_code": mentor.hex, "letter_number": mentor.hex[:20]}
        await self._copy("nominations", mentor, some, cycle_id=new_id(), account_id=self.judge, **letter)
        place = await self.connection.fetchval("SELECT id FROM enrolments ORDER BY id LIMIT 1")
        earlier = {"cycle_id": new_id(), "registration_id": again, "mentor_id": mentor, "account_id": new_id()}
        await self._copy("enrolments", new_id(), place, **earlier)

    async def guardian_account(self) -> None:
        await self._set("registrations", "guardian_account_id", self.judge, "id")

    async def guardian_phone(self) -> None:
        await self._set("consents", "phone_index", "a" * 64, "registration_id")
        old = await self.connection.fetchval("SELECT phone_index FROM accounts WHERE id = $1", self.judge)
        await self.connection.execute("UPDATE accounts SET phone_index = $1 WHERE id = $2", "a" * 64, self.judge)
        self.back.append(("UPDATE accounts SET phone_index = $1 WHERE id = $2", (old, self.judge)))

    async def guardian_name(self) -> None:
        name = await self.connection.fetchval("SELECT name FROM accounts WHERE id = $1", self.judge)
        await self._set("consents", "guardian_name", name, "registration_id")

    async def clear(self) -> None:
        """The office found that it is only the name."""
        await self._insert(
            "cleared_namesakes", "(id, version, registration_id, account_id, cleared_by, reason, cleared_at)",
            "VALUES ($1, 1, $2, $3, $3, '仅同名', now())", self.registration, self.judge,
        )  # fmt: skip

    async def _insert(self, table: str, columns: str, source: str, *values: object) -> None:
        made = new_id()
        await self.connection.execute(f"INSERT INTO {table} {columns} {source}", made, *values)
        self.back.append((f"DELETE FROM {table} WHERE id = $1", (made,)))

    async def _copy(self, table: str, made: UUID, source: UUID, **other: object) -> None:
        changed = json.dumps({"id": made, **other}, default=str)
        await self.connection.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, $1::jsonb)).* FROM {table} t WHERE t.id = $2",
            changed, source,
        )  # fmt: skip
        self.back.append((f"DELETE FROM {table} WHERE id = $1", (made,)))

    async def _set(self, table: str, column: str, value: object, key: str) -> None:
        rows = await self.connection.fetch(
            f"SELECT id, {column} AS old FROM {table} WHERE {key} = $1", self.registration
        )
        assert rows, table
        await self.connection.execute(f"UPDATE {table} SET {column} = $1 WHERE {key} = $2", value, self.registration)
        self.back += [(f"UPDATE {table} SET {column} = $1 WHERE id = $2", (row["old"], row["id"])) for row in rows]


async def case_of(walk: Walk, connection: "asyncpg.Connection[asyncpg.Record]", court: str) -> Case:
    """The first who judges something there and may read it."""
    with_consent = f"SELECT * FROM ({COURTS[court]}) c WHERE EXISTS (SELECT FROM consents k WHERE " + (
        "k.registration_id = c.registration_id) ORDER BY thing, judge"
    )
    for row in await connection.fetch(with_consent):
        actor = next((one for one in walk.actors[ROLES[court]] if one.account_id == row["judge"]), None)
        if actor is None:
            continue
        case = Case(actor, row["thing"], row["registration_id"], row["file"])
        if await answers(walk, court, case, PATHS[court][0]) == 200:
            return case
    raise AssertionError(f"nobody judges in {court}")


async def answers(walk: Walk, court: str, case: Case, name: str) -> int:
    """The status of one path."""
    call: Call = CALLS[name]
    path = call.path.replace("{file_id}", str(case.file))
    path = path.replace("{slot_id}", str(case.thing)).replace("{annual_id}", str(case.thing))
    path = path.replace("{thing_id}", str(case.thing))
    body = body_for(walk, call, case.actor, foreign=False, version=1)
    return (await walk.ask(case.actor, call.method, path, body)).status


async def listed(walk: Walk, court: str, case: Case) -> bool:
    """The thing stands in the judge's own list."""
    answer = await walk.ask(case.actor, "GET", LISTS[court])
    assert answer.status == 200
    return str(case.thing) in answer.text()


async def reached(walk: Walk, court: str, case: Case) -> dict[str, bool]:
    """Where the judge still comes to the thing: every path by its name. Nothing of what is asked stays."""
    found = {f"GET {API}{LISTS[court]}": await listed(walk, court, case)}
    async with nothing_stays(walk.app) as forget:
        for name in PATHS[court]:
            found[name] = await answers(walk, court, case, name) != 404
            await forget()
    return found


@asynccontextmanager
async def planting(year: Year, court: str) -> AsyncIterator[tuple[Walk, Case, Facts]]:
    """A judge of the court, and what can come up."""
    # Everybody is the same for all cases, and takes half a second to read.
    walk = WALKS.get(year.url) or WALKS.setdefault(year.url, await walk_of(year.app, year.url))
    connection = await asyncpg.connect(year.url)
    try:
        case = await case_of(walk, connection, court)
        await connection.execute("SET session_replication_role = replica")
        facts = Facts(connection, case)
        try:
            yield walk, case, facts
        finally:
            await facts.take_back()
    finally:
        await connection.close()


@pytest.mark.parametrize("kind", ConflictKind)
@pytest.mark.parametrize("court", COURTS)
async def test_who_is_in_conflict_reaches_nothing_of_it_on_any_path(year: Year, court: str, kind: ConflictKind) -> None:
    async with planting(year, court) as (walk, case, facts):
        before = await reached(walk, court, case)
        assert all(before.values()), before
        await facts.plant(kind)
        after = await reached(walk, court, case)
        assert after == dict.fromkeys(before, False), kind
        if kind is ConflictKind.GUARDIAN_NAME:
            # What the office has looked into keeps nobody away.
            await facts.clear()
            assert await reached(walk, court, case) == before
        await facts.take_back()
        assert await reached(walk, court, case) == before


def everywhere(role: Role) -> list[Call]:
    """Every list, comparison and export that the role reaches, whatever it answers with (JSON, CSV, workbooks, PDF)."""
    return [
        call
        for call in CALLS.values()
        if (call.method == "GET" and "{" not in re.sub(r"\{picture\}", "", call.path))
        and (call.permission is None or role in MATRIX[Permission(call.permission)])
    ] + [CALLS[name] for name in COMPARED]


async def named(walk: Walk, case: Case, connection: "asyncpg.Connection[asyncpg.Record]") -> set[str]:
    """Where the thing is named to the judge: by its id, or by the name that was drawn for the work."""
    drawn = await connection.fetchval("SELECT work FROM annual_evaluations WHERE id = $1", case.thing)
    subject = await connection.fetchval("SELECT subject FROM registrations WHERE id = $1", case.registration)
    found = set()
    async with nothing_stays(walk.app) as forget:
        for call in everywhere(case.actor.role):
            body = {"subject": subject} if call.name in COMPARED else None
            pages = any(one["name"] == "size" for one in call.operation.get("parameters", []))
            asks = asked(walk, call) | ({"size": "100"} if pages else {})
            answer = await walk.ask(case.actor, call.method, placed(walk, call, {}), body, **asks)
            text = answer.text()
            if str(case.thing) in text or (drawn and drawn in text):
                found.add(call.name)
            await forget()
    return found


@pytest.mark.parametrize("court", COURTS)
async def test_no_list_comparison_or_export_names_the_thing_to_who_is_in_conflict(year: Year, court: str) -> None:
    async with planting(year, court) as (walk, case, facts):
        before = await named(walk, case, facts.connection)
        assert {"interview": "slots_list"}.get(court, "annual_evaluations_list") in before
        await facts.plant(ConflictKind.SCHOOL)
        # What a judge was told before stays told: it went out by mail as well.
        assert await named(walk, case, facts.connection) <= before & {"notices_list"}
