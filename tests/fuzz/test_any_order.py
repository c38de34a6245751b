"""Growth logs in any order, by anybody, stale, repeated, at any time: only what the machine allows ever happens.

`MIAOPU_EXAMPLES` asks for more walks than the suite takes (`make fuzz`).
"""

import asyncio
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.doctor.examining import examine
from miaopu.main import make_app, open_state
from miaopu.pairings.changing_models import Mentorship
from seeded import Headers
from settled import test_settings
from trained import Training, begin

EXAMPLES = int(os.environ.get("MIAOPU_EXAMPLES", "10"))
STEPS = 20
WRITERS = ("student", "stranger", "mentor", "guardian", "teacher")
REVIEWERS = ("mentor", "strange_mentor", "student", "teacher", "guardian")


class Ground:
    """One application and one pair of students for all walks, in a loop of their own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.url = url
        self.app = make_app(test_settings(url, folder))
        self.run(open_state(self.app, self.app.state.settings))
        transport = httpx.ASGITransport(app=self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1")
        self.training: Training = self.run(begin(self.app, self.http))
        nomination, enrolment = self.training.nomination, self.training.enrolment
        mentorship = Mentorship(
            id=new_id(),
            enrolment_id=enrolment.id,
            mentor_id=nomination.id,
            university_id=nomination.university_id,
            started_at=enrolment.active_from,
        )
        self.run(self.training.at.add(mentorship))
        self.offset = clock.now() - clock.real_now()
        self.sound = self.broken()

    def run(self, going: Any) -> Any:
        """Wait for it."""
        return self.loop.run_until_complete(going)

    def broken(self) -> dict[str, int]:
        """What the doctor finds: what was seeded past the rooms, and nothing more later."""

        async def asked() -> dict[str, int]:
            connection = await asyncpg.connect(self.url)
            try:
                return {one.invariant.code: one.count for one in await examine(connection) if one.count}
            finally:
                await connection.close()

        found: dict[str, int] = self.run(asked())
        return found

    def close(self) -> None:
        """End the loop and what is in it."""
        self.run(self.http.aclose())
        self.run(self.app.state.database.close())
        self.loop.close()


class AnyOrder(RuleBasedStateMachine):
    """One meeting's log. `state` and `version` are what the answers so far say they must be."""

    ground: ClassVar[Ground]
    taken: ClassVar[set[str]] = set()

    @initialize()
    def meet(self) -> None:
        """A meeting that the student came to."""
        clock.set_offset(self.ground.offset)
        self.session = self.ground.run(self.ground.training.hold())
        self.log = ""
        self.state = ""
        self.version = 0
        self.keys: dict[str, str] = {}

    def _call(self, method: str, path: str, who: str, body: dict[str, Any], key: str = "") -> httpx.Response:
        headers: Headers = getattr(self.ground.training, who)
        if key:
            headers = {**headers, "idempotency-key": key}
        answer: httpx.Response = self.ground.run(self.ground.http.request(method, path, json=body, headers=headers))
        assert answer.status_code < 500, answer.text
        return answer

    @rule(who=st.sampled_from(WRITERS), version=st.integers(0, 2), did=st.text(max_size=20))
    def save(self, who: str, version: int, did: str) -> None:
        """A draft, by the right one or another, of the right version or another."""
        path = f"/growth-logs/drafts/{self.session}"
        answer = self._call("PUT", path, who, {"version": version, "did": did})
        assert not answer.is_success or (who == "student" and self.state in ("", "returned"))

    @rule(who=st.sampled_from(WRITERS), again=st.booleans(), learned=st.sampled_from(("条件要写清楚", "下次先校准")))
    def hand_in(self, who: str, again: bool, learned: str) -> None:
        """The log, with a new key or one that was used before."""
        body = {"session_id": self.session, "did": "测量三次", "learned": learned}
        key = next(iter(self.keys), uuid.uuid4().hex) if again else uuid.uuid4().hex
        answer = self._call("POST", "/growth-logs", who, body, key)
        if not answer.is_success:
            return
        assert who == "student"
        if key in self.keys:
            assert answer.text == self.keys[key]
            return
        assert self.state in ("", "returned")
        self.keys[key] = answer.text
        self.taken.add("hand_in")
        self.log, self.state, self.version = answer.json()["id"], "submitted", answer.json()["version"]

    @rule(
        who=st.sampled_from(REVIEWERS),
        action=st.sampled_from(("accept", "return_for_changes", "submit")),
        behind=st.integers(-1, 1),
        reason=st.sampled_from((None, "", "请补充数据")),
    )
    def review(self, who: str, action: str, behind: int, reason: str | None) -> None:
        """An act on the log by anybody, who saw the present version or another."""
        if not self.log:
            return
        body = {"version": max(1, self.version - behind), "reason": reason}
        answer = self._call("POST", f"/growth-logs/{self.log}/actions/{action}", who, body)
        if not answer.is_success:
            return
        assert body["version"] == self.version
        if action == "submit":
            assert (who, self.state) == ("student", "returned")
        else:
            assert (who, self.state) == ("mentor", "submitted")
            assert action == "accept" or reason
        self.taken.add(action)
        self.state, self.version = answer.json()["state"], answer.json()["version"]

    @rule(days=st.integers(-20, 20))
    def turn(self, days: int) -> None:
        """Another day."""
        clock.set_offset(self.ground.offset + timedelta(days=days))

    def teardown(self) -> None:
        """Whatever happened, the data are sound and as the answers said."""
        assert self.ground.broken() == self.ground.sound

        async def held() -> Any:
            connection = await asyncpg.connect(self.ground.url)
            try:
                return await connection.fetch(
                    "SELECT state, version FROM growth_logs WHERE session_id = $1", uuid.UUID(self.session)
                )
            finally:
                await connection.close()

        rows = [(row["state"], row["version"]) for row in self.ground.run(held())]
        assert rows == ([(self.state, self.version)] if self.log else [])


@pytest.fixture
def ground(own_database: str, tmp_path: Path) -> Iterator[Ground]:
    """Where the walks go."""
    made = Ground(own_database, tmp_path)
    yield made
    made.close()


def test_only_what_the_machine_allows_happens_in_whatever_order(ground: Ground) -> None:
    AnyOrder.ground = ground
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="MIAOPU_EXAMPLES" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Not only what is refused.
    assert "hand_in" in AnyOrder.taken
