"""Every machine of the programme in any order, by anybody: an edge is taken as it is declared, or not at all.

The suite walks a little at one moment of the year; `make fuzz` walks every moment, much longer.
"""

import os
import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flowing import REASON, Ground, Thing, allowed, sources_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from miaopu.core import clock
from miaopu.doctor.machinery import flows
from miaopu.people.access import may
from miaopu.people.roles import Role
from miaopu.programme.flow import Edge
from years import COPIED, Year

EXAMPLES = int(os.environ.get("MIAOPU_EXAMPLES", "3"))
STEPS = 20
# Things looked at in one step, and acts one after the other on each.
THINGS, FURTHER = 4, 3
ANY = st.integers(0, 10_000)
# Mostly who is nearest: whose turn it is.
NEAR = st.sampled_from((0, 0, 0, 0, 1, 2))


class AnyFlow(RuleBasedStateMachine):
    """One walk over a fresh copy of the year."""

    ground: ClassVar[Ground]

    @initialize()
    def begin(self) -> None:
        """The year as it was kept."""
        self.ground.begin()
        self.offset = self.ground.offset

    @rule(seed=ANY)
    def act(self, seed: int) -> None:
        """What may come next for some things, and what may come after that, by those whose turn it may be."""
        chance = random.Random(seed)
        for _ in range(THINGS):
            thing = self._thing(chance.randrange(1_000), chance.randrange(1_000))
            for _ in range(FURTHER):
                edges = (
                    [one for one in thing.flow.edges if thing.state in one.sources and not one.form] if thing else []
                )
                if thing is None or not edges:
                    break
                taken = chance.choice(edges)
                people = self.ground.near(thing, allowed(taken.permission))
                behind, why = chance.choice((0, 0, 0, 0, 1)), chance.random() < 0.8
                self._try(thing, taken.action, people, chance.choice((0, 0, 0, 0, 1, 2)), behind, why)
                thing.row = self.ground.now(thing)

    @rule(kind=ANY, which=ANY, action=ANY, who=ANY, behind=st.integers(-1, 2), why=st.booleans())
    def overreach(self, kind: int, which: int, action: int, who: int, behind: int, why: bool) -> None:
        """Any act on anything, by anybody."""
        thing = self._thing(kind, which)
        if thing is None:
            return
        actions = list(dict.fromkeys(one.action for one in thing.flow.edges if not one.form))
        self._try(thing, actions[action % len(actions)], self.ground.near(thing, None), who, behind, why)

    @rule(form=ANY, which=ANY, who=NEAR, seed=ANY)
    def fill_in(self, form: int, which: int, who: int, seed: int) -> None:
        """A form about a thing, filled in with what the contract allows."""
        method, path, table = self.ground.forms[form % len(self.ground.forms)]
        flow = next(flow for name, flow in flows() if name == table)
        thing = self.ground.thing(table, flow.states, which)
        asked = self.ground.contract["paths"][path][method].get("x-permission")
        people = self.ground.near(thing, allowed(asked)) if thing and isinstance(asked, str) else []
        if thing is None or not people:
            return
        chance = random.Random(seed)
        body = self.ground.body_of(method, path, thing, chance)
        first, _, rest = path.partition("}")
        place = first.split("{")[0] + str(thing.row["id"]) + _filled(rest, self.ground, path, method, chance)
        answer = self.ground.send(people[who % len(people)], method, place, body)
        assert answer.status_code < 500, f"{method} {place} {body} → {answer.text}"
        if answer.is_success:
            self.ground.walks.taken[f"{method} {path}"] += 1
            now = self.ground.now(thing)
            # A form moves a thing along an edge or leaves it where it is.
            moved = bool(now) and now["state"] != thing.state
            targets = {one.target for one in thing.flow.edges if thing.state in one.sources}
            assert not moved or now["state"] in targets, f"{path}: {thing.state} → {now['state']}"

    @rule(days=st.integers(-30, 30))
    def turn(self, days: int) -> None:
        """Another day."""
        clock.set_offset(self.offset + timedelta(days=days))

    def _thing(self, kind: int, which: int) -> Thing | None:
        # Once the cycle is closed, little else is left to try.
        kinds = [one for one in self.ground.waiting() if one != "cycles" or which % 16 == 5]
        if not kinds:
            return None
        table = kinds[kind % len(kinds)]
        flow = next(flow for name, flow in flows() if name == table)
        # What has come to its end is looked at less often than what waits for somebody.
        return self.ground.thing(table, flow.states if which % 4 == 3 else sources_of(flow), which)

    def _try(self, thing: Thing, action: str, people: list[dict[str, Any]], who: int, behind: int, why: bool) -> None:
        if not people:
            return
        person = people[who % len(people)]
        version = max(1, thing.row["version"] - behind)
        path = self.ground.acts[thing.table]
        place = path.split("{")[0] + f"{thing.row['id']}/actions/{action}"
        body, key = {"version": version, "reason": REASON if why else None}, uuid.uuid4().hex
        answer = self.ground.send(person, "POST", place, body, key)
        assert answer.status_code < 500, f"{place} → {answer.text}"
        now = self.ground.now(thing)
        if not answer.is_success:
            assert now["state"] == thing.state, f"{place} was refused and yet done: {answer.text}"
            return
        edge = thing.flow.edge(thing.state, action)
        assert edge is not None, f"{place} from {thing.state}"
        self._as_declared(edge, thing, person, why)
        assert version == thing.row["version"], f"{place}: stale"
        assert now["version"] > version
        assert answer.json()["state"] == now["state"]
        # The same request again, as a bad line sends it: the same answer, and nothing is done twice.
        again = self.ground.send(person, "POST", place, body, key)
        assert (again.status_code, again.text) == (answer.status_code, answer.text), place
        assert self.ground.now(thing) == now, f"{place} twice"
        self.ground.walks.taken[f"{thing.flow.thing}.{action}"] += 1

    def _as_declared(self, edge: Edge, thing: Thing, person: dict[str, Any], why: bool) -> None:
        said = f"{thing.flow.thing}.{edge.action} by {person['role']}"
        assert may(Role(person["role"]), edge.permission), said
        assert why or not edge.needs_reason, f"{said} without a reason"
        assert edge.stage is None or self.ground.window_open(thing, edge.stage), f"{said} out of time"

    def teardown(self) -> None:
        """Whatever happened, the data are sound."""
        assert self.ground.end() == set()


def _filled(rest: str, ground: Ground, path: str, method: str, chance: random.Random) -> str:
    """What follows the thing's id, its names filled in."""
    for one in ground.contract["paths"][path][method].get("parameters", []):
        schema = one["schema"]
        value = chance.choice(schema["enum"]) if "enum" in schema else "00000000-0000-7000-8000-000000000000"
        rest = rest.replace(f"{{{one['name']}}}", str(value))
    return rest


def walk(ground: Ground, examples: int, derandomize: bool) -> None:
    """So many walks over a ground."""
    AnyFlow.ground = ground
    run_state_machine_as_test(
        AnyFlow,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=derandomize,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def ground(request: pytest.FixtureRequest, year: Year, tmp_path: Path) -> Iterator[Ground]:
    """The year at one of its moments."""
    secret = year.app.state.settings.secret.get_secret_value()
    made = Ground(f"{year.url}_at_{request.param}", secret, tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("ground", COPIED, indirect=True)
def test_an_edge_is_taken_as_it_is_declared_or_not_at_all_whatever_the_order(ground: Ground) -> None:
    walk(ground, EXAMPLES, derandomize="MIAOPU_EXAMPLES" not in os.environ)
    assert ground.walks.taken
