"""The table of access, walked: every cell of role × operation × own or foreign × shut, against the walked year.

`table.csv` is written down and reviewed; a row says what some roles get from an operation: of what is their own, of
what is somebody else's, and when every stage is shut. Its words:

    yes   let in: a read is answered, an act is judged by its own rules (2xx, or 409 and 422 for the state of things)
    own   a list or sum is answered and names nobody but the own students
    more  answered, and names others on purpose: the candidates of a panel, who may be in conflict with its members;
          students of others who came to the university (P30)
    403   the role may not; 404 it is not there for this reader; 409 refused for the time or the state
    -     there is no such cell: nothing of the kind can be anybody's own or foreign, or nothing hangs on a stage

`make access` walks all of it. The suite walks every operation for some of the roles, which the day does not change.
"""

import os
import re
from datetime import timedelta
from hashlib import sha256

from access_forms import ALL_SEEING, asked, body_for, placed
from access_planted import planted
from access_walk import ROLES, Answer, Call, Row, Walk, calls, nothing_stays, read_table, walk_of
from miaopu.core import clock
from miaopu.main import make_app
from miaopu.people.access import MATRIX, Actor
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.settings import Settings
from reach import Thing, prefix_of
from years import Year

WHOLE = os.environ.get("MIAOPU_TEST_ACCESS") == "whole"
# One cell of so many is walked in the suite; all of them by `make access`.
SHARE = 13
LONG_AFTER = timedelta(days=800)
TABLE = read_table()
CALLS = [call for call in calls(make_app(Settings(mode="test"))) if not call.public]


def test_every_operation_has_its_rows_and_every_row_its_operation() -> None:
    known = {call.name for call in CALLS}
    written = {name for name, _ in TABLE}
    assert known - written == set(), "operations without rows"
    assert written - known == set(), "rows without an operation"
    missing = [(name, role.value) for name in known for role in ROLES if (name, role) not in TABLE]
    assert missing == []


def test_the_table_and_the_matrix_of_permissions_say_the_same() -> None:
    for call in CALLS:
        for role in ROLES:
            permission = call.permission
            if permission is None:
                continue
            row = TABLE[call.name, role]
            granted = role in MATRIX[Permission(permission)]
            said = f"{call.name} {role}: {row}"
            if not granted:
                assert {row.own, row.foreign, row.shut} <= {"403", "404", "-"}, said
            elif call.method == "GET" and call.name not in NARROWER:
                # An act may be narrower than its role (the organiser's own activity); what is read is in the query.
                assert "403" not in (row.own, row.foreign), said


# Opens a snapshot of its own, which cannot stand inside the walk's transaction; tests/trail asks who may.
OWN_SNAPSHOT = {"oversight_chain"}
# The sheets of one kind are of one role; the parameter says which.
NARROWER = {"imports_template"}


def walked_in_suite(name: str, role: Role, column: str) -> bool:
    """The same cells each time, spread over all operations and roles."""
    return WHOLE or int.from_bytes(sha256(f"{name} {role} {column}".encode()).digest()[:4]) % SHARE == 0


def said(call: Call, answer: Answer, leaked: bool, *, shut: bool) -> str:
    """One word for an answer."""
    if answer.status in (403, 404):
        return str(answer.status)
    assert answer.status < 500, f"{call.name}: {answer.status} {answer.text()[:300]}"
    assert answer.status != 401, f"{call.name}: {answer.text()[:300]}"
    # Whatever refuses it first, the time or what is sent: nothing is done.
    if shut and answer.status in (409, 422):
        return "409"
    return "more" if leaked else "yes"


def chosen(walk: Walk, call: Call, role: Role, column: str) -> tuple[Actor, Thing | None] | None:
    """Who asks for what; None where nobody of the role has such a thing."""
    prefix = prefix_of(call.path)
    actors = walk.actors[role]
    if prefix is None:
        return actors[0], None
    things = walk.reach.things[prefix]
    if role in ALL_SEEING:
        return (actors[0], things[0]) if things and column != "foreign" else None
    if column == "foreign":
        found = walk.reach.foreign(prefix, walk.keys(actors[0]))
        return (actors[0], found) if found else None
    for actor in actors:
        found = walk.reach.own(prefix, walk.keys(actor))
        if found:
            return actor, found
    return None


async def asked_of(walk: Walk, call: Call, role: Role, column: str) -> str | None:
    """Ask, and say what came back; None where there is nobody or nothing to ask with."""
    found = chosen(walk, call, role, column)
    if found is None:
        return None
    actor, thing = found
    names = re.findall(r"\{(\w+_id)\}", call.path)
    ids = dict(zip(names, thing.ids, strict=True)) if thing else {}
    body = body_for(walk, call, actor, foreign=column == "foreign", version=thing.version if thing else 1)
    answer = await walk.ask(actor, call.method, placed(walk, call, ids), body, **asked(walk, call))
    leaked: list[str] = []
    if call.method == "GET" and answer.status == 200 and role not in ALL_SEEING:
        text = answer.text()
        leaked = [secret for secret in walk.reach.forbidden(walk.keys(actor)) if secret in text]
        walk.named[call.name, role, column] = leaked[:3]
    return said(call, answer, bool(leaked), shut=column == "shut")


def granted(call: Call, role: Role) -> bool:
    """The matrix lets the role in; where it does not, scope or permission may refuse first."""
    return call.permission is None or role in MATRIX[Permission(call.permission)]


def by_lot(call: Call, role: Role, column: str, words: tuple[str, str]) -> bool:
    """A matter of the year's lots: which thing near to somebody the walk comes upon (a log that this member reviews,
    a thread that names this student), and in what state. Who is near and let in by the matrix may be let in or not
    be the one; that others are named (`more`), and everything about foreign things, is judged as it is written."""
    # What is made names its thing in the body.
    named = prefix_of(call.path) is not None or call.method == "POST"
    near = column != "foreign" and named and granted(call, role)
    # Whether a year holds others that may be named is one too.
    return (
        words == ("yes", "more")
        or (column == "shut" and words == ("409", "yes"))
        or (near and words[0] in ("yes", "403", "404", "409"))
    )


def expected(row: Row, column: str) -> str:
    """The word of the cell, as an answer shows it."""
    word = {"own": row.own, "foreign": row.foreign, "shut": row.shut}[column]
    return "yes" if word == "own" else word


async def test_every_cell_answers_as_it_is_written(year: Year) -> None:
    async with planted(year):
        await every_cell(year)


async def every_cell(year: Year) -> None:
    """Walk all of them."""
    walk = await walk_of(year.app, year.url)
    before = clock.now() - clock.real_now()
    wrong: list[str] = []
    walked = 0
    async with nothing_stays(year.app) as forget:
        for call in CALLS:
            for role in ROLES:
                row = TABLE[call.name, role]
                for column in ("own", "foreign", "shut"):
                    word = expected(row, column)
                    if word == "-" or call.name in OWN_SNAPSHOT or not walked_in_suite(call.name, role, column):
                        continue
                    if column == "shut":
                        clock.set_offset(before + LONG_AFTER)
                    try:
                        found = await asked_of(walk, call, role, column)
                    finally:
                        clock.set_offset(before)
                        if call.method != "GET":
                            await forget()
                    walked += found is not None
                    refused = {found, word} <= {"403", "404"} and not granted(call, role)
                    if (
                        found is not None
                        and found != word
                        and not refused
                        and not by_lot(call, role, column, (found, word))
                    ):
                        named = walk.named.get((call.name, role, column), [])
                        wrong.append(f"{call.name},{role.value},{column}: {found}, written {word} {named or ''}")
    print(f"\n{walked} cells walked")
    assert wrong == [], "\n".join(wrong)
    assert walked > (len(CALLS) * 10 if WHOLE else 100)
