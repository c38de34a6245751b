"""How anything changes state: edges as data, and the one function that takes them.

A room declares its edges (from, action, to, permission, stage, needs a reason?). `move` alone assigns a state:
it asks the permission, compares the version the caller saw, finds the edge, asks the stage's window, demands the
reason, records the act and tells those concerned. `offers` turns the same table into the actions that a reader
can take now, inside the statement of a read; so no screen repeats a rule.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import (
    String,
    column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, Problem
from miaopu.notices.service import tell
from miaopu.people.access import require, roles_with
from miaopu.people.acting import Tx
from miaopu.people.identity import NO_NUMBER
from miaopu.people.models import Membership
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.plan import StageCode

cycles = table("cycles", column("id"), column("plan", JSONB))
stages = table("stages", column("cycle_id"), column("code", String), column("opens_at"), column("closes_at"))


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow. `form` marks an act that carries data and so has an endpoint of its own.

    `aside` marks one that nobody waits for: it ends a thing early, or puts right what was published.
    """

    sources: tuple[str, ...]
    action: str
    target: str
    permission: Permission
    stage: StageCode | None = None
    needs_reason: bool = False
    form: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The states and edges of one kind of thing."""

    thing: str
    states: tuple[str, ...]
    edges: tuple[Edge, ...]

    def edge(self, state: str, action: str) -> Edge | None:
        """The edge that `action` takes from `state`."""
        return next((e for e in self.edges if e.action == action and state in e.sources), None)

    def permission(self, action: str) -> Permission:
        """What an action needs. Raises KeyError for an unknown one."""
        for edge in self.edges:
            if edge.action == action:
                return edge.permission
        raise KeyError(action)

    def permissions(self, actions: Iterable[str]) -> dict[str, Permission]:
        """What each of some actions needs (for the contract)."""
        return {action: self.permission(action) for action in actions}

    def next_roles(self, state: str) -> tuple[Role, ...]:
        """Whose turn it is in a state."""
        wanted = [e.permission for e in self.edges if state in e.sources and not e.aside]
        return tuple(r for r in Role if any(r in roles_with(p) for p in wanted))


def simple_actions(flow: Flow) -> tuple[str, ...]:
    """The acts that carry nothing but a version and a reason: those of `/actions/{action}`."""
    return tuple(dict.fromkeys(e.action for e in flow.edges if not e.form))


class Moves(Protocol):
    """What `move` asks of a thing."""

    id: Any
    state: Any
    state_since: Any
    version: Any

    @property
    def cycle_id(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who is told: the owners' accounts, and by role the unit whose turn may come. `title` names the thing."""

    title: str = ""
    owners: Sequence[uuid.UUID | None] = ()
    units: Mapping[Role, uuid.UUID | None] = field(default_factory=dict)


# A number of a person is nothing that a reason needs, and the trail keeps it.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), NO_NUMBER]


class Move(BaseModel):
    """An act on a thing: the version the caller saw, and the reason where one is asked for."""

    version: int = Field(ge=1)
    reason: Reason | None = None


class Moved(BaseModel):
    """Where the thing stands now."""

    id: uuid.UUID
    state: str
    version: int


class ActionOffer(BaseModel):
    """An act of this reader's role on this record; `blocked_by` says why it cannot be taken now."""

    action: str
    needs_reason: bool
    form: bool = Field(description="takes data: has an endpoint of its own")
    available: bool
    blocked_by: Literal["not_open_yet", "closed"] | None
    stage: StageCode | None
    opens_at: datetime | None
    closes_at: datetime | None


class RecordOf(BaseModel):
    """What every record has besides its facts."""

    id: uuid.UUID
    state: str
    state_since: datetime
    version: int
    actions: list[ActionOffer]
    waiting_for: list[Role]


async def move(
    tx: Tx,
    flow: Flow,
    thing: Moves,
    action: str,
    *,
    version: int | None,
    reason: str | None = None,
    concerned: Concerned | None = None,
) -> None:
    """Take an edge. The caller has loaded `thing` through `visible(actor)` (the first gate, 404).

    Args:
        version: what the caller saw; None only where a batch act has read the thing in this transaction.

    Raises:
        Problem: 403 `forbidden`; 409 `stale`, `wrong_state`, `window_closed`; 422 `reason_missing`.
    """
    require(tx.actor, flow.permission(action))
    if version is not None and thing.version != version:
        raise Problem("stale", 409, version=thing.version)
    edge = flow.edge(thing.state, action)
    if edge is None:
        raise Problem("wrong_state", 409, state=thing.state, action=action)
    require(tx.actor, edge.permission)
    if edge.stage is not None:
        await ask_window(tx.session, thing.cycle_id, edge.stage)
    if edge.needs_reason and not (reason or "").strip():
        raise Problem("reason_missing", 422, errors=[FieldError("/reason", "missing")])
    before, thing.state, thing.state_since = thing.state, edge.target, clock.now()
    act = Act(f"{flow.thing}.{action}", reason, before, edge.target)
    audit.note(tx.session, thing, act)
    await tx.session.flush()
    if concerned is not None:
        await _tell(tx, flow, thing, act, concerned)


async def ask_window(session: AsyncSession, cycle_id: uuid.UUID, stage: StageCode) -> None:
    """Raises 409 `window_closed` with the window when the stage is not open now."""
    known: dict[Any, Any] = session.info.setdefault("windows", {})
    if (cycle_id, stage) not in known:
        row = (
            await session.execute(
                select(stages.c.opens_at, stages.c.closes_at).where(
                    stages.c.cycle_id == cycle_id, stages.c.code == stage.value
                )
            )
        ).first()
        known[(cycle_id, stage)] = tuple(row) if row else (None, None)
    opens, closes = known[(cycle_id, stage)]
    if opens is None or not opens <= clock.now() < closes:
        zone = ZoneInfo(
            await session.scalar(select(cycles.c.plan["timezone"].astext).where(cycles.c.id == cycle_id)) or "UTC"
        )
        raise Problem(
            "window_closed",
            409,
            stage=stage.value,
            opens_at=opens.isoformat() if opens else "",
            closes_at=closes.isoformat() if closes else "",
            opens=_locally(opens, zone),
            closes=_locally(closes, zone, ends=True),
        )


def _locally(moment: datetime | None, zone: ZoneInfo, *, ends: bool = False) -> str:
    """A moment as people of the programme say it; what ends at a midnight ends at 24:00 of the day before."""
    if moment is None:
        return "—"
    local = moment.astimezone(zone)
    if ends and (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


async def _tell(tx: Tx, flow: Flow, thing: Moves, act: Act, concerned: Concerned) -> None:
    accounts: list[uuid.UUID] = [a for a in concerned.owners if a is not None and a != tx.actor.account_id]
    turns = [(role, concerned.units[role]) for role in flow.next_roles(thing.state) if role in concerned.units]
    if turns:
        held = [
            (Membership.role == role.value)
            & (Membership.unit_id == unit if unit is not None else Membership.unit_id.is_not(None))
            for role, unit in turns
        ]
        found = await tx.session.scalars(select(Membership.account_id).where(or_(*held), Membership.ended_at.is_(None)))
        accounts += [a for a in found if a != tx.actor.account_id]
    await tell(
        tx.session,
        accounts,
        act.action,
        thing_type=flow.thing,
        thing_id=thing.id,
        cycle_id=thing.cycle_id,
        title=concerned.title,
        reason=act.reason,
    )
