"""The one clock of the programme.

Windows, due dates and the trail use `now()`. The demo and the journeys turn it; sign-in and tokens do
not use it, so that turning the programme's clock signs nobody out.
"""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The programme's present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def turn_to(moment: datetime) -> timedelta:
    """Make `now()` read `moment` and go on ticking from there; returns the offset to the real clock."""
    return set_offset(moment - datetime.now(UTC))


def set_offset(offset: timedelta) -> timedelta:
    """Set the distance to the real clock (zero: the real clock)."""
    global _offset
    _offset = offset
    return offset


def offset() -> timedelta:
    """Present distance to the real clock."""
    return _offset


def real_now() -> datetime:
    """The real moment: for tokens, sessions and throttles only."""
    return datetime.now(UTC)
