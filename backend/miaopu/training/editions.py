"""Editions of a training plan, and what became of its steps from one to the next (P17)."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from miaopu.core.problem import not_found
from miaopu.people.acting import Reads
from miaopu.training import queries
from miaopu.training.schemas import PlanEditions, PlanEditionShown, StepChange, StepShown

TEXTS = ("topic", "aims", "co_mentor_part")
FIELDS = ("activity", "title", "detail", "month", "milestone", "led_by")


def compare(before: Sequence[StepShown], after: Sequence[StepShown]) -> list[StepChange]:
    """What was added, changed and removed; a step is the same by its id, whatever it says and wherever it stands."""
    known = {step.id: step for step in before}
    found: list[StepChange] = []
    for step in after:
        old = known.pop(step.id, None)
        if old is None:
            found.append(StepChange(change="added", step=step, before=None))
        elif any(getattr(old, name) != getattr(step, name) for name in FIELDS):
            found.append(StepChange(change="changed", step=step, before=old))
    return found + [StepChange(change="removed", step=step, before=None) for step in known.values()]


async def shown(reads: Reads, plan_id: uuid.UUID) -> PlanEditions:
    """Every edition, the last first. Raises 404."""
    text = await reads.text(queries.plan_editions(reads.actor.role), id=plan_id)
    if text is None:
        raise not_found()
    items: list[Mapping[str, Any]] = json.loads(text)["items"]
    made: list[PlanEditionShown] = []
    for row in items:
        steps = [StepShown.model_validate(step) for step in row["steps"]]
        last = made[-1] if made else None
        made.append(
            PlanEditionShown(
                **{**row, "steps": steps},
                changed=[name for name in TEXTS if last and getattr(last, name) != row[name]],
                changes=compare(last.steps, steps) if last else [],
            )
        )
    return PlanEditions(items=made[::-1], total=len(made))
