"""Quiet hours, office hours and digests, over any moments (no database, no clock)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from miaopu.reminders.rules import after_office_minutes, back_off, is_quiet, may_mail

ZONE = ZoneInfo("Asia/Shanghai")
NINE, SIX = time(9), time(18)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2025, 12, 31), timezones=st.just(UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_quiet_hours_go_over_midnight_and_begin_and_end_on_the_minute() -> None:
    for moment, quiet in (("20:59", False), ("21:00", True), ("03:00", True), ("07:29", True), ("07:30", False)):
        assert is_quiet(at(f"2024-03-12T{moment}"), ZONE, time(21), time(7, 30), weekends=False) is quiet, moment
    assert not is_quiet(at("2024-03-12T12:00"), ZONE, time(9), time(9), weekends=False)
    assert is_quiet(at("2024-03-16T12:00"), ZONE, time(21), time(7, 30), weekends=True)
    assert not is_quiet(at("2024-03-15T12:00"), ZONE, time(21), time(7, 30), weekends=True)


def test_office_minutes_skip_the_night_and_the_days_off() -> None:
    def end(start: str, minutes: int, works: object = None) -> str:
        days = (lambda day: day.weekday() < 5) if works else (lambda _: True)
        return f"{after_office_minutes(at(start), minutes, ZONE, NINE, SIX, days):%m-%dT%H:%M}"

    assert end("2024-03-12T10:00", 60) == "03-12T11:00"
    assert end("2024-03-12T02:00", 60) == "03-12T10:00"
    assert end("2024-03-12T17:40", 60) == "03-13T09:40"
    assert end("2024-03-12T20:00", 60) == "03-13T10:00"
    assert end("2024-03-15T17:40", 60) == "03-16T09:40"
    assert end("2024-03-15T17:40", 60, True) == "03-18T09:40"
    assert end("2024-03-12T10:00", 0) == "03-12T10:00"
    # To the last minute of the day is still that day; from then on it is the next.
    assert end("2024-03-12T17:00", 60) == "03-12T18:00"
    assert end("2024-03-12T18:00", 0) == "03-13T09:00"


@given(moments, st.integers(0, 2000))
def test_a_batch_never_goes_outside_the_office_hours_or_before_its_time(moment: datetime, minutes: int) -> None:
    end = after_office_minutes(moment, minutes, ZONE, NINE, SIX)
    assert NINE <= end.astimezone(ZONE).time() <= SIX
    assert end >= moment + timedelta(minutes=minutes)
    # Whatever is left goes on from there; what ends with the office's day begins anew in the morning.
    if end.astimezone(ZONE).time() < SIX:
        assert end == after_office_minutes(end, 0, ZONE, NINE, SIX)


@given(moments, moments, st.integers(0, 23), st.sampled_from(["at_once", "daily", "off"]))
def test_no_two_mails_fall_on_one_local_day(moment: datetime, last: datetime, hour: int, mode: str) -> None:
    day: date = moment.astimezone(ZONE).date()
    if may_mail(mode, hour, moment, last, ZONE):
        assert mode != "off"
        assert last.astimezone(ZONE).date() < day
        assert mode == "at_once" or moment.astimezone(ZONE).hour >= hour


def test_attempts_grow_further_apart_and_end() -> None:
    waits = [back_off(n) for n in range(1, 7)]
    assert waits[-1] is None
    given = [wait for wait in waits if wait is not None]
    assert given == sorted(given)
