"""The hall of the interviews, for every test of this room."""

from interviewed import hall, source

__all__ = ["hall", "source"]
