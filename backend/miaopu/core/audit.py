"""The trail: what changed, by whom, why; written with the change, chained by hash, never altered.

Three guards keep it whole. The session collects every changed object and `seal` writes the entries last,
in the same transaction. A constraint trigger on every audited table refuses, at commit, a transaction that
changed a row and wrote no entry; that holds for bulk statements, COPY and psql too. A trigger on the trail
chains each row to the one before it in its lane and refuses UPDATE, DELETE and TRUNCATE (`core.audit_guards`).

Words of people, `reason` and `changes`, stand in the chain as a salted digest: they can be emptied when their time is
over, and the chain goes on to verify (`core.audit_erasing`).

Lanes: one chain for all would let only one transaction at a time commit, so there are a few, and one
transaction writes to one lane only (hence no deadlock between them).
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Executable, Identity, Index, LargeBinary, SmallInteger, String, event, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.inspection import inspect
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from miaopu.core import clock
from miaopu.core.audit_guards import broken_links as broken_links
from miaopu.core.audit_guards import guard as guard
from miaopu.core.db import AuditedSession, Base

CHANGED = "changed"


class AuditEntry(Base):
    """One act on one thing. `changes` maps a field to [before, after], or to "changed" where it is personal.

    `digest` is of `salt`, `reason` and `changes`, and null in entries from before there was one. Where the words were
    erased, `salt` and `reason` are null and `changes` is {"erased": key of the erasure}.
    """

    __tablename__ = "audit_entries"
    __audit__ = False
    __table_args__ = (
        Index("ix_audit_entries_thing", "thing_type", "thing_id", "id"),
        Index("uq_audit_entries_lane", "lane", "seq", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lane: Mapped[int] = mapped_column(SmallInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    account_id: Mapped[uuid.UUID | None]
    membership_id: Mapped[uuid.UUID | None]
    role: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(80))
    thing_type: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[uuid.UUID | None]
    part_type: Mapped[str | None] = mapped_column(String(40))
    part_id: Mapped[uuid.UUID | None]
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None] = mapped_column(String(64))
    # The trigger fills them.
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The newest hash of each lane; its row lock is what puts the lane's entries in order."""

    __tablename__ = "audit_heads"
    __audit__ = False

    lane: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Who:
    """On whose behalf the session writes."""

    account_id: uuid.UUID | None = None
    membership_id: uuid.UUID | None = None
    role: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What is being done to a thing: gives the entry its name, reason and states."""

    action: str
    reason: str | None = None
    from_state: str | None = None
    to_state: str | None = None


def act_as(session: AsyncSession, who: Who) -> None:
    """Name the author of all that this session will write."""
    session.info["who"] = who


def note(session: AsyncSession, thing: Any, act: Act) -> None:
    """Name the act that the pending change of `thing` is part of (else it is `<thing>.created` and so on)."""
    session.info.setdefault("acts", {})[(thing.__thing__, thing.id)] = act


async def bulk(
    session: AsyncSession,
    statement: Executable,
    *,
    action: str,
    thing_type: str,
    thing_id: uuid.UUID | None,
    facts: dict[str, Any] | None = None,
    reason: str | None = None,
) -> int:
    """Run one statement that changes many rows, with one entry that says so; returns the number of rows.

    The only door for bulk statements on audited tables: others are refused by the session.
    """
    result = await session.execute(statement, execution_options={"audited": True})
    rows = int(getattr(result, "rowcount", -1))
    _pending(session.sync_session).append(
        _entry(Act(action, reason), thing_type, thing_id, None, None, {**(facts or {}), "rows": [None, rows]})
    )
    return rows


def record(session: AsyncSession, act: Act, thing_type: str, thing_id: uuid.UUID | None, **facts: Any) -> None:
    """An entry without a changed row: a personal detail was opened, a list exported, a plan read."""
    _pending(session.sync_session).append(
        _entry(act, thing_type, thing_id, None, None, {k: [None, v] for k, v in facts.items()})
    )


async def seal(session: AsyncSession) -> None:
    """Flush, then write the collected entries: the last statement before COMMIT, so that a lane is held briefly."""
    await session.flush()
    pending = _pending(session.sync_session)
    if not pending:
        return
    who: Who = session.info.get("who", Who())
    common = {
        "at": clock.now(),
        "recorded_at": clock.real_now(),
        "account_id": who.account_id,
        "membership_id": who.membership_id,
        "role": who.role,
        "request_id": who.request_id,
    }
    await session.execute(insert(AuditEntry.__table__), [{**common, **entry} for entry in pending])  # type: ignore[arg-type]
    pending.clear()


async def commit(session: AsyncSession) -> None:
    """Seal the trail and commit."""
    await seal(session)
    await session.commit()
    session.info.pop("acts", None)


@asynccontextmanager
async def attempt(session: AsyncSession, *, keep: bool = True) -> AsyncIterator[None]:
    """A savepoint: what fails in it (or is only tried: `keep` false) is taken back, with its entries."""
    nested = await session.begin_nested()
    pending = _pending(session.sync_session)
    before = len(pending)
    try:
        yield
        await session.flush()
    except BaseException:
        await nested.rollback()
        del pending[before:]
        raise
    if keep:
        await nested.commit()
    else:
        await nested.rollback()
        del pending[before:]


def _pending(session: Session) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.info.setdefault("entries", [])
    return found


def _entry(
    act: Act,
    thing_type: str,
    thing_id: uuid.UUID | None,
    part_type: str | None,
    part_id: uuid.UUID | None,
    changes: dict[str, Any],
) -> dict[str, Any]:
    return {
        "action": act.action,
        "thing_type": thing_type,
        "thing_id": thing_id,
        "part_type": part_type,
        "part_id": part_id,
        "from_state": act.from_state,
        "to_state": act.to_state,
        "reason": act.reason,
        "changes": changes,
        # The trigger fills these; they are NOT NULL.
        "lane": 0,
        "seq": 0,
        "previous": b"",
        "hash": b"",
    }


@event.listens_for(AuditedSession, "after_flush")
def _collect(session: Session, _context: UOWTransaction) -> None:
    for objects, verb in ((session.new, "created"), (session.dirty, "changed"), (session.deleted, "deleted")):
        for thing in objects:
            if type(thing).__audit__ and (verb != "changed" or session.is_modified(thing)):
                _pending(session).append(_describe(session, thing, verb))


def _describe(session: Session, thing: Any, verb: str) -> dict[str, Any]:
    kind: str = thing.__thing__ or thing.__tablename__
    own_id = getattr(thing, "id", None)
    act: Act = session.info.get("acts", {}).get((kind, own_id)) or Act(f"{kind}.{verb}")
    changes = _changes(thing, verb)
    if thing.__trail__ is None:
        return _entry(act, kind, own_id, None, None, changes)
    root, column = thing.__trail__
    return _entry(act, root, getattr(thing, column), kind, own_id, changes)


def _changes(thing: Any, verb: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    state = inspect(thing)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key in ("id", "version", "state_since"):
            continue
        history = state.attrs[attribute.key].history
        if verb == "changed" and not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = getattr(thing, attribute.key)
        if verb == "deleted":
            before, after = after, None
        if before is None and after is None:
            continue
        hidden = column.info.get("personal") or isinstance(column.type, LargeBinary)
        found[attribute.key] = CHANGED if hidden else [_plain(before), _plain(after)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


@event.listens_for(AuditedSession, "do_orm_execute")
def _refuse_silent_bulk(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    if table is None or state.execution_options.get("audited") or table.name not in audited_tables():
        return
    raise RuntimeError(f"a bulk statement on {table.name} must go through audit.bulk")


@cache
def audited_tables() -> frozenset[str]:
    """Names of the tables whose changes need an entry. To be asked when every room's tables are known."""
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if mapper.class_.__audit__
    )


def inner_parts() -> set[str]:
    """Kinds of parts whose entries are for the offices alone."""
    return {mapper.class_.__thing__ for mapper in Base.registry.mappers if mapper.class_.__inner__}
