"""Receipts of what a family handed in or was told: made of a commitment and the tree of heads (P16a)."""

import uuid

from sqlalchemy import exists, select

from miaopu.core.audit import AuditEntry
from miaopu.core.db import Database
from miaopu.core.problem import Problem, not_found
from miaopu.people.acting import Reads
from miaopu.registrations.commitments import Commitment
from miaopu.trail import notes, service
from miaopu.trail.models import Countersignature, CountersignerKey, TreeHead
from miaopu.trail.queries import receipt_owner
from miaopu.trail.receipt_file import KeyNamed, Receipt
from miaopu.trail.sealing import Ring
from miaopu.trail.tree import Tree


async def receipt(database: Database, reads: Reads, ring: Ring, registration_id: uuid.UUID, one: uuid.UUID) -> Receipt:
    """The receipt of one commitment.

    Raises:
        Problem: 404 for who is not the student or the guardian, and for what was forgotten; 409 `not_sealed_yet`
            until the head of the day is made.
    """
    rows = await reads.rows(receipt_owner(reads.actor.role), id=registration_id, receipt=one)
    if not rows:
        raise not_found()
    async with database.session() as session:
        found = await session.get(Commitment, one)
        entry = await session.scalar(
            select(AuditEntry).where(
                AuditEntry.thing_type == "registration",
                AuditEntry.thing_id == registration_id,
                AuditEntry.part_type == "commitment",
                AuditEntry.part_id == one,
                AuditEntry.action == "commitment.make",
            )
        )
        if found is None or found.value is None or found.salt is None or entry is None:
            raise not_found()
        tree = await Tree.at(session)
        index = tree.index(entry.lane, entry.seq)
        if index is None:
            raise Problem("not_sealed_yet", 409)
        # A head that units countersigned says more than a newer one.
        signed = exists().where(Countersignature.size == TreeHead.size)
        size = await session.scalar(
            select(TreeHead.size).where(TreeHead.size > index).order_by(signed.desc(), TreeHead.size.desc()).limit(1)
        )
        assert size is not None
        path = await tree.inclusion(index, size)
        names = await session.execute(
            select(CountersignerKey.name, CountersignerKey.public)
            .join(Countersignature, Countersignature.key_id == CountersignerKey.id)
            .where(Countersignature.size == size)
        )
        note = await service.note(reads, ring.public, size)
        origin = note.split("\n", 1)[0]
        named = [*((origin, raw) for raw in ring.public.values()), *((row.name, row.public) for row in names)]
    return Receipt(
        kind=found.kind,
        value=found.value,
        salt=notes.base64_of(found.salt),
        commitment=found.commitment,
        entry=notes.base64_of(entry.hash),
        index=index,
        size=size,
        path=[notes.base64_of(node) for node in path],
        note=note,
        keys=[KeyNamed(name=name, public=notes.base64_of(raw)) for name, raw in named],
    )
