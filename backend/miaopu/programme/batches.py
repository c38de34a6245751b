"""One act on many things: each is done or refused by itself, as if taken alone; a trial of it changes nothing."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core import audit
from miaopu.core.problem import Language, Problem, say
from miaopu.people.acting import Tx

T = TypeVar("T")


class BatchOf(BaseModel):
    """Many things at once. With `trial` nothing is done: the answer says what would be."""

    ids: list[uuid.UUID] = Field(min_length=1, max_length=200)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None
    trial: bool = False


class BatchLine(BaseModel):
    """One thing of a batch; with what stands in the way, where something does."""

    id: uuid.UUID
    number: str
    name: str
    code: str = ""
    message: str = ""


class BatchDone(BaseModel):
    """Which the act touches, and which not and why."""

    done: list[BatchLine]
    refused: list[BatchLine]


async def batch(
    tx: Tx,
    form: BatchOf,
    language: Language,
    load: Callable[[uuid.UUID], Awaitable[T]],
    line_of: Callable[[T], BatchLine],
    act: Callable[[T], Awaitable[Any]],
) -> BatchDone:
    """Take an act on each in turn.

    Args:
        load: finds a thing the actor sees; raises 404.
        line_of: how it is called in the answer.
        act: the same verb as for one alone.
    """
    done: list[BatchLine] = []
    refused: list[BatchLine] = []
    for thing_id in dict.fromkeys(form.ids):
        try:
            thing = await load(thing_id)
        except Problem as problem:
            refused.append(_refused(BatchLine(id=thing_id, number="", name=""), problem, language))
            continue
        line = line_of(thing)
        try:
            async with audit.attempt(tx.session, keep=not form.trial):
                await act(thing)
        except Problem as problem:
            refused.append(_refused(line, problem, language))
            continue
        done.append(line)
    return BatchDone(done=done, refused=refused)


def _refused(line: BatchLine, problem: Problem, language: Language) -> BatchLine:
    detail = say(language, f"{problem.code}_detail", problem.params)
    said = say(language, problem.code, problem.params) if detail.endswith("_detail") else detail
    return line.model_copy(update={"code": problem.code, "message": said})
