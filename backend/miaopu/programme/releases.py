"""What was prepared quietly is published all at once, as it was previewed, by somebody else (P16a)."""

import uuid
from collections.abc import Collection, Iterable
from typing import Protocol

from miaopu.core.problem import Problem


class Seen(Protocol):
    """A thing in a version, as the preview showed it and as it is."""

    @property
    def id(self) -> uuid.UUID: ...

    @property
    def version(self) -> int: ...


def ask_release(
    ready: Collection[Seen], seen: Iterable[Seen], prepared_by: Iterable[uuid.UUID | None], actor: uuid.UUID
) -> None:
    """Ask whether these may go out now.

    Args:
        ready: all that waits.
        seen: what was looked at in the preview.
        prepared_by: who had a hand in any of it.

    Raises:
        Problem: 409 `nothing_to_release`, `stale` when something has changed since, `needs_another_person`.
    """
    if not ready:
        raise Problem("nothing_to_release", 409)
    if {(one.id, one.version) for one in ready} != {(one.id, one.version) for one in seen}:
        raise Problem("stale", 409)
    if actor in set(prepared_by):
        raise Problem("needs_another_person", 409)
