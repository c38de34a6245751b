"""Papers of a thing: one file of each kind that the plan names, handed in, looked at, taken back; what is missing.

A room keeps a table of its own (a `Paper` with the column that `__trail__` names) and decides who may change the
papers, and when. They are looked at in the page, so only what a page can show is taken.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import Base, Row, new_id
from miaopu.core.files import StoredFile
from miaopu.core.problem import FieldError, invalid, not_found
from miaopu.core.read import Rows
from miaopu.people.acting import Tx
from miaopu.programme.plan_base import Named
from miaopu.programme.queries import rows_json


class Paper(Row, Base):
    """What every paper has; a room's table adds whose it is."""

    __abstract__ = True

    kind: Mapped[str] = mapped_column(String(32))
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("files.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


P = TypeVar("P", bound=Paper)


class PaperForm(BaseModel):
    """A file that was uploaded before."""

    file_id: uuid.UUID


class PaperItem(BaseModel):
    """A paper of a record: its kind (the plan has the name) and what file it is."""

    kind: str
    file_id: uuid.UUID
    file_name: str
    content_type: str
    size: int
    at: datetime


async def hand_in(tx: Tx, table: type[P], thing_id: uuid.UUID, kinds: Sequence[Named], kind: str, form: PaperForm) -> P:
    """A file of one kind; another one takes its place. Raises 404 for a kind the plan has not, 422 `paper_type`."""
    if kind not in {one.code for one in kinds}:
        raise not_found()
    thing, owner = _whose(table)
    file = await files.claim(tx.session, form.file_id, tx.actor.account_id, thing, thing_id)
    if file.content_type not in files.SHOWN:
        raise invalid(FieldError("/file_id", "paper_type"))
    found = await _of_kind(tx, table, thing_id, kind)
    if found is None:
        found = table(id=new_id(), kind=kind, **{owner: thing_id})
        tx.session.add(found)
    found.file_id, found.at = file.id, clock.now()
    audit.note(tx.session, found, Act(f"{thing}.hand_in"))
    await tx.session.flush()
    return found


async def take_back(tx: Tx, table: type[P], thing_id: uuid.UUID, kind: str) -> None:
    """Take a paper out again. Raises 404."""
    found = await _of_kind(tx, table, thing_id, kind)
    if found is None:
        raise not_found()
    audit.note(tx.session, found, Act(f"{_whose(table)[0]}.take_back"))
    await tx.session.delete(found)
    await tx.session.flush()


async def kinds_of(tx: Tx, table: type[P], thing_id: uuid.UUID) -> set[str]:
    """The kinds that are there."""
    return set(await tx.session.scalars(select(table.kind).where(_owner(table) == thing_id)))


def missing(
    kinds: Sequence[Named], required: Sequence[str], given: Collection[str], pointer: str = ""
) -> list[FieldError]:
    """A fault for each required kind that is not given, named in the reader's language; at `pointer`/kind."""
    named = {one.code: one for one in kinds}
    return [
        FieldError(f"{pointer}/{code}", "paper_missing", {"paper": named[code].by_language})
        for code in required
        if code not in given
    ]


def listed(table: type[P], thing_id: Any) -> Any:
    """The papers of a record (`PaperItem`s), the oldest first, for a column of its statement."""
    return rows_json(
        select(
            table.kind,
            table.file_id,
            StoredFile.name.label("file_name"),
            StoredFile.content_type,
            StoredFile.size,
            table.at,
        )
        .join(StoredFile, StoredFile.id == table.file_id)
        .where(_owner(table) == thing_id)
        .order_by(table.at)
    )


def file_of(table: type[P], thing: Any) -> Rows:
    """The file of kind `:kind`, joined to the thing it belongs to; the room says which and who sees it."""
    return (
        select(*files.columns())
        .join(table, table.file_id == StoredFile.id)
        .join(thing, thing.id == _owner(table))
        .where(table.kind == bindparam("kind", type_=String))
    )


async def _of_kind(tx: Tx, table: type[P], thing_id: uuid.UUID, kind: str) -> P | None:
    found: P | None = await tx.session.scalar(select(table).where(_owner(table) == thing_id, table.kind == kind))
    return found


def _whose(table: type[Paper]) -> tuple[str, str]:
    assert table.__trail__ is not None
    return table.__trail__


def _owner(table: type[Paper]) -> Any:
    return getattr(table, _whose(table)[1])
