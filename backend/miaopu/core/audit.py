"""The trail: what changed, by whom, why; written with the change, chained by hash, never altered.

Three guards keep it whole. The session collects every changed object and `seal` writes the entries last,
in the same transaction. A constraint trigger on every audited table refuses, at commit, a transaction that
changed a row and wrote no entry; that holds for bulk statements, COPY and psql too. A trigger on the trail
chains each row to the one before it in its lane and refuses UPDATE, DELETE and TRUNCATE.

Lanes: one chain for all would let only one transaction at a time commit, so there are a few, and one
transaction writes to one lane only (hence no deadlock between them).
"""

import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Executable,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    event,
    insert,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from miaopu.core import clock
from miaopu.core.db import AuditedSession, Base

LANES = 8
CHANGED = "changed"


class AuditEntry(Base):
    """One act on one thing. `changes` maps a field to [before, after], or to "changed" where it is personal."""

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


FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE head audit_heads%ROWTYPE;
    BEGIN
        NEW.lane := pg_backend_pid() % (SELECT count(*) FROM audit_heads);
        SELECT * INTO STRICT head FROM audit_heads WHERE lane = NEW.lane FOR UPDATE;
        NEW.seq := head.seq + 1;
        NEW.previous := head.hash;
        NEW.hash := audit_hash(NEW);
        UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE lane = NEW.lane;
        PERFORM set_config('miaopu.audited', 'yes', true);
        RETURN NEW;
    END $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_hash(e audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $body$
        SELECT sha256(e.previous || convert_to(jsonb_build_array(
            e.lane, e.seq, extract(epoch FROM e.at), extract(epoch FROM e.recorded_at), e.account_id,
            e.membership_id, e.role, e.action, e.thing_type, e.thing_id, e.part_type, e.part_id,
            e.from_state, e.to_state, e.reason, e.changes, e.request_id)::text, 'UTF8'))
    $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'MP002';
    END $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_required() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF coalesce(current_setting('miaopu.audited', true), '') <> 'yes' THEN
            RAISE EXCEPTION 'a change of % was not recorded in the trail', TG_TABLE_NAME
                USING ERRCODE = 'MP001';
        END IF;
        RETURN NULL;
    END $body$
    """,
    "CREATE TRIGGER audit_chain BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_chain()",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    f"INSERT INTO audit_heads SELECT lane, 0, sha256('') FROM generate_series(0, {LANES - 1}) AS lane",
)


DROP_FUNCTIONS = tuple(
    f"DROP FUNCTION IF EXISTS {function} CASCADE"
    for function in ("audit_chain()", "audit_append_only()", "audit_required()", "audit_hash(audit_entries)")
)


def guard(table: str) -> str:
    """The statement that makes a table's changes need an entry; for migrations."""
    return (
        f"CREATE CONSTRAINT TRIGGER audit_required AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required()"
    )


async def install(connection: AsyncConnection, tables: Iterable[str]) -> None:
    """Functions, triggers and lanes on a schema made without migrations (used by tests of single parts)."""
    # audit_hash is used by audit_chain; plpgsql resolves it at run time, so the order does not matter.
    for statement in (*FUNCTIONS, *map(guard, sorted(tables))):
        await connection.execute(text(statement))


BROKEN = text(
    """
    SELECT e.id, e.lane, e.seq FROM (
        SELECT a.*, lag(a.hash) OVER w AS expected_previous, lag(a.seq) OVER w AS expected_seq,
               a.ctid IS NOT NULL AS present FROM audit_entries a WINDOW w AS (PARTITION BY lane ORDER BY seq)
    ) e JOIN audit_entries r ON r.id = e.id
    WHERE r.hash <> audit_hash(r) OR r.previous <> coalesce(e.expected_previous, sha256(''))
       OR r.seq <> coalesce(e.expected_seq, 0) + 1
    UNION ALL
    SELECT NULL, h.lane, h.seq FROM audit_heads h
    WHERE h.seq <> (SELECT coalesce(max(seq), 0) FROM audit_entries a WHERE a.lane = h.lane)
    """
)


async def broken_links(session: AsyncSession) -> list[tuple[int | None, int, int]]:
    """Entries that do not fit the chain, and lanes whose end is missing: empty when the trail is whole."""
    return [(row.id, row.lane, row.seq) for row in await session.execute(BROKEN)]
