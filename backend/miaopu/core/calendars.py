"""One appointment as a calendar file (RFC 5545), for the calendars of phones and desks."""

from datetime import datetime

from icalendar import Calendar, Event

from miaopu.core import clock

ICS = "text/calendar"


def event(
    uid: str, starts_at: datetime, ends_at: datetime | None, title: str, place: str, text: str = "", sequence: int = 0
) -> bytes:
    """A calendar with one event. The same `uid` with a higher `sequence` moves what somebody has already put down."""
    made = Event()
    made.add("uid", f"{uid}@miaopu")
    made.add("dtstamp", clock.now())
    made.add("dtstart", starts_at)
    if ends_at is not None:
        made.add("dtend", ends_at)
    made.add("summary", title)
    made.add("location", place)
    made.add("sequence", sequence)
    if text:
        made.add("description", text)
    book = Calendar()
    book.add("prodid", "-//Miaopu//miaopu//")
    book.add("version", "2.0")
    book.add_component(made)
    return bytes(book.to_ical())
