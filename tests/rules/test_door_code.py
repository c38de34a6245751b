"""The code at a meeting's door: RFC 4226's own truncation, one step and no more, one meeting and no other."""

import hashlib
import hmac
import random
from datetime import UTC, datetime, timedelta

from miaopu.training import door

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


def test_p10_six_digits_are_those_of_the_standards_dynamic_truncation() -> None:
    for step in range(500):
        mac = hmac.new(KEY, step.to_bytes(8, "big"), hashlib.sha256).digest()
        at = mac[31] % 16
        whole = (mac[at] % 128) * 256**3 + mac[at + 1] * 256**2 + mac[at + 2] * 256 + mac[at + 3]
        code = door.code_of(KEY, step)
        assert code.digits == str(whole)[-6:].rjust(6, "0")
        assert mac.hex().startswith(code.long)


def test_p10_a_step_lasts_its_seconds_and_what_is_left_of_it_is_said() -> None:
    begins = datetime(2024, 3, 10, 4, 0, tzinfo=UTC)
    steps = [door.step_of(begins + timedelta(seconds=s), 30) for s in range(61)]
    assert [steps.count(step) for step in sorted(set(steps))] == [30, 30, 1]
    assert [door.left(begins + timedelta(seconds=s), 30) for s in (0, 1, 29, 30)] == [30, 29, 1, 30]


def test_p10_this_step_and_the_one_before_are_taken_and_nothing_else_is() -> None:
    rng = random.Random(10)
    for _ in range(300):
        now = rng.randrange(10**7, 10**9)
        for form in ("long", "digits"):
            assert door.accepts(KEY, getattr(door.code_of(KEY, now), form), now)
            assert door.accepts(KEY, getattr(door.code_of(KEY, now - 1), form), now)
        for step in (now + 1, now - 2, now - 2880):
            assert not door.accepts(KEY, door.code_of(KEY, step).long, now)
        assert not door.accepts(OTHER, door.code_of(KEY, now).long, now)
        assert not door.accepts(KEY, door.code_of(KEY, now - 1).long, now, back=0)
    assert not door.accepts(KEY, "", 5)
    assert not door.accepts(KEY, "签到", 5)
