"""When something may leave the platform: quiet hours, office hours, digests. Pure; moments are aware, in UTC or not."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(moment: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time, *, weekends: bool) -> bool:
    """True in the quiet hours of the local day (they may go over midnight), or on a quiet weekend."""
    local = moment.astimezone(zone)
    if weekends and local.weekday() >= 5:
        return True
    at = local.time()
    if quiet_from <= quiet_until:
        return quiet_from <= at < quiet_until
    return at >= quiet_from or at < quiet_until


def after_office_minutes(
    moment: datetime,
    minutes: int,
    zone: ZoneInfo,
    office_from: time,
    office_until: time,
    works: Callable[[date], bool] = lambda _: True,
) -> datetime:
    """The moment at which `minutes` of office hours have gone by since `moment`."""
    local, left = moment.astimezone(zone), timedelta(minutes=minutes)
    for _ in range(400):
        day = local.date()
        begins, ends = datetime.combine(day, office_from, zone), datetime.combine(day, office_until, zone)
        at = max(local, begins)
        if works(day) and at < ends:
            if at + left <= ends:
                return at + left
            left -= ends - at
        local = datetime.combine(day + timedelta(days=1), time(0), zone)
    return local


def may_mail(mode: str, digest_hour: int, moment: datetime, last: datetime | None, zone: ZoneInfo) -> bool:
    """True when a mail of reminders may go: at most one on a local day, in a digest not before its hour."""
    if mode == "off":
        return False
    local = moment.astimezone(zone)
    if last is not None and last.astimezone(zone).date() >= local.date():
        return False
    return mode == "at_once" or local.hour >= digest_hour


def back_off(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when it is given up."""
    steps = (1, 5, 30, 120, 720)
    return timedelta(minutes=steps[attempts - 1]) if attempts <= len(steps) else None
