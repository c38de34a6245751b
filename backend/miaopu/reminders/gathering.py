"""What the clock does with the rules: new causes become messages, causes that are gone end theirs."""

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.people.models import Unit
from miaopu.people.roles import UnitKind
from miaopu.programme.models import Cycle
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_of
from miaopu.reminders import rules_ahead, rules_stages, rules_training
from miaopu.reminders.models import Batch
from miaopu.reminders.registry import RULES, Rule, found
from miaopu.reminders.rules import after_office_minutes

# Importing them registers them.
ROOMS = (rules_training, rules_stages, rules_ahead)

STEP = """
, gone AS (
    UPDATE outbox_messages m SET ended_at = :now
    WHERE m.rule = :code AND m.ended_at IS NULL AND NOT EXISTS (
        SELECT FROM found f
        WHERE (f.cycle_id, f.thing_id, f.account_id, f.occasion) = (m.cycle_id, m.thing_id, m.account_id, m.occasion)
    )
), made AS (
    INSERT INTO outbox_messages
        (id, cycle_id, account_id, rule, thing_type, thing_id, occasion, title, channels, due_at, created_at)
    SELECT gen_random_uuid(), f.cycle_id, f.account_id, :code, f.thing_type, f.thing_id, f.occasion,
           left(f.title, 200), ARRAY(SELECT jsonb_array_elements_text(p.rule -> 'channels')), f.due_at, :now
    FROM found f JOIN p USING (cycle_id)
    ON CONFLICT DO NOTHING
    RETURNING id, cycle_id, account_id, thing_id, occasion, channels
)
SELECT DISTINCT made.id, made.cycle_id, made.account_id, made.channels, f.city_id
FROM made JOIN found f USING (cycle_id, account_id, thing_id, occasion)
"""


async def open_plans(session: AsyncSession) -> dict[uuid.UUID, Plan]:
    """The plans of all open cycles."""
    open_ids = (await session.scalars(select(Cycle.id).where(Cycle.state == "open"))).all()
    return {cycle_id: await plan_of(session, cycle_id) for cycle_id in open_ids}


async def gather(session: AsyncSession) -> int:
    """Run every rule; returns how many messages were made. Two workers at once wait for each other here."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('miaopu.reminders', 0))"))
    plans = await open_plans(session)
    made = 0
    for rule in RULES.values():
        statement = text(found(rule.causes) + STEP)
        given = {"plans": _numbers(rule, plans), "now": clock.now(), "code": rule.code}
        rows = (await session.execute(statement, given)).all()
        made += len(rows)
        groups: dict[tuple[uuid.UUID, uuid.UUID | None], list[Any]] = defaultdict(list)
        for row in rows:
            groups[(row.cycle_id, row.city_id)].append(row)
        for (cycle_id, city_id), group in groups.items():
            if len({row.account_id for row in group}) > 1:
                await _batch(session, rule, plans[cycle_id], cycle_id, city_id, group)
    return made


def _numbers(rule: Rule, plans: dict[uuid.UUID, Plan]) -> str:
    """What a rule's SELECT reads of the plans that have it on, as JSON."""
    rows = []
    for cycle_id, plan in plans.items():
        part = getattr(plan.reminders, rule.code)
        if part.on:
            rows.append(
                {
                    "cycle_id": str(cycle_id),
                    "zone": plan.timezone,
                    "ends_on": plan.ends_on.isoformat(),
                    "rule": part.model_dump(mode="json"),
                    "training": plan.training.model_dump(
                        mode="json", include={"meetings_per_month", "counting_starts"}
                    ),
                }
            )
    return json.dumps(rows)


async def _batch(
    session: AsyncSession,
    rule: Rule,
    plan: Plan,
    cycle_id: uuid.UUID,
    city_id: uuid.UUID | None,
    group: Sequence[Any],
) -> None:
    """More than one person: a batch that the office can hold while it waits."""
    part = plan.reminders
    unit_id = city_id or await session.scalar(select(Unit.id).where(Unit.kind == UnitKind.REGION.value).limit(1))
    release_at = after_office_minutes(
        clock.now(),
        part.batch_minutes,
        plan.zone,
        part.office_from,
        part.office_until,
        plan.is_working_day if part.working_days_only else lambda _: True,
    )
    batch = Batch(
        id=new_id(),
        cycle_id=cycle_id,
        state="waiting",
        kind="reminder",
        rule=rule.code,
        unit_id=unit_id,
        channels=list(group[0].channels),
        release_at=release_at,
    )
    session.add(batch)
    await session.flush()
    await session.execute(
        text("UPDATE outbox_messages SET batch_id = :batch WHERE id = ANY(:ids)"),
        {"batch": batch.id, "ids": [row.id for row in group]},
    )
