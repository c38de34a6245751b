"""Verbs around heads: published with every signature, proved, countersigned by units under keys of their own."""

import base64
import binascii
import uuid
from collections.abc import Mapping
from datetime import timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock, merkle
from miaopu.core.audit import Act
from miaopu.core.db import Database, new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.core.read import Reader
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.programme.queries import ask_version
from miaopu.trail import notes, queries
from miaopu.trail.models import Countersignature, CountersignerKey, TreeHead
from miaopu.trail.schemas import Consistency, CountersignerShown, KeyForm, RetireForm
from miaopu.trail.tree import Torn, Tree

# A witness's clock may be this far off.
SKEW = timedelta(minutes=10)


async def note(reads: Reader, keys: Mapping[str, bytes], size: int) -> str:
    """The signed note of a head, countersignatures among its lines; 0 asks for the newest. Raises 404."""
    rows = await reads.rows(queries.note_parts(), size_of_head=size)
    if not rows or rows[0]["kid"] not in keys:
        raise not_found()
    text = rows[0]["text"]
    origin, public = text.split("\n", 1)[0], keys[rows[0]["kid"]]
    lines = [notes.Signed(origin, notes.key_id(origin, public, notes.LOG), rows[0]["signature"])]
    for row in rows:
        if row["raw"] is not None:
            short = notes.key_id(row["name"], row["public"], notes.WITNESS)
            lines.append(notes.Signed(row["name"], short, row["raw"]))
    return notes.note_of(text, lines)


async def consistency(database: Database, old: int, new: int) -> Consistency:
    """The proof that the tree of `new` leaves begins with that of `old`. Raises 404 for sizes that no head has."""
    async with database.session() as session:
        tree = await Tree.at(session)
        if old not in tree.sizes or new not in tree.sizes or old > new:
            raise not_found()
        path = await tree.consistency(old, new)
    return Consistency(old=old, new=new, path=[notes.base64_of(node) for node in path])


async def register(tx: Tx, form: KeyForm, origin: str) -> CountersignerKey:
    """A key of the actor's unit. Raises 403; 422 for what is no Ed25519 key, or is registered already."""
    require(tx.actor, Permission.TRAIL_COUNTERSIGN)
    try:
        public = base64.b64decode(form.public, validate=True)
        Ed25519PublicKey.from_public_bytes(public)
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as wrong:
        raise invalid(FieldError("/public", "no_public_key")) from wrong
    if await tx.session.scalar(select(CountersignerKey.id).where(CountersignerKey.public == public)):
        raise invalid(FieldError("/public", "key_registered"))
    unit = await tx.session.get(Unit, tx.actor.unit_id)
    assert unit is not None
    made = CountersignerKey(
        id=new_id(),
        unit_id=unit.id,
        name=f"{origin}/{unit.code}",
        public=public,
        registered_by=tx.actor.account_id,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("countersigner_key.register"))
    await tx.session.flush()
    return made


async def shown(tx: Tx, key: CountersignerKey) -> CountersignerShown:
    """A key of the actor's own unit, as it is answered."""
    unit = await tx.session.get(Unit, key.unit_id)
    last = await tx.session.scalar(select(func.max(Countersignature.size)).where(Countersignature.key_id == key.id))
    return CountersignerShown(
        id=key.id,
        unit_id=key.unit_id,
        unit_name=unit.name if unit else "",
        name=key.name,
        public=notes.base64_of(key.public),
        registered_at=key.registered_at,
        retired_at=key.retired_at,
        last_size=last,
        version=key.version,
    )


async def retire(tx: Tx, key_id: uuid.UUID, form: RetireForm) -> CountersignerKey:
    """A key is used no more; what it signed stands. Raises 404, 403, 409 `stale`, `wrong_state`."""
    found = await tx.session.get(CountersignerKey, key_id)
    if found is None or found.unit_id != tx.actor.unit_id:
        raise not_found()
    require(tx.actor, Permission.TRAIL_COUNTERSIGN)
    ask_version(found, form.version)
    if found.retired_at is not None:
        raise Problem("wrong_state", 409, state="retired")
    found.retired_at = clock.now()
    audit.note(tx.session, found, Act("countersigner_key.retire"))
    await tx.session.flush()
    return found


async def countersign(session: AsyncSession, size: int, line: str) -> tuple[str, Countersignature]:
    """Take a unit's signature of a head. The signature itself says who it is: no account is asked.

    Raises:
        Problem: 404; 422 `countersignature_wrong` for a line that is no true signature of this head by a registered
            key, or of another time; 409 `countersigned_later` after a newer head, `head_inconsistent` where the head
            does not begin with what the key signed before.
    """
    head = await session.get(TreeHead, size)
    if head is None:
        raise not_found()
    signed, key = await _true(session, head, line)
    # One after the other: what was signed before is asked under this lock.
    await session.execute(select(CountersignerKey.id).where(CountersignerKey.id == key.id).with_for_update())
    last = await session.scalar(
        select(Countersignature)
        .where(Countersignature.key_id == key.id)
        .order_by(Countersignature.size.desc())
        .limit(1)
    )
    if last is not None and last.size >= size:
        if last.size == size and last.text == head.text:
            return key.name, last
        raise Problem("countersigned_later", 409, size=last.size)
    if last is not None and not await _follows(session, last, head):
        raise Problem("head_inconsistent", 409, size=last.size)
    made = Countersignature(id=new_id(), key_id=key.id, size=size, text=head.text, raw=signed.raw)
    session.add(made)
    audit.record(session, Act("countersigner_key.countersign"), "countersigner_key", key.id, size=size)
    await session.flush()
    return key.name, made


async def _true(session: AsyncSession, head: TreeHead, line: str) -> tuple[notes.Signed, CountersignerKey]:
    try:
        signed = notes.signed_of(line)
    except ValueError as wrong:
        raise Problem("countersignature_wrong", 422) from wrong
    keys = await session.scalars(
        select(CountersignerKey).where(CountersignerKey.name == signed.name, CountersignerKey.retired_at.is_(None))
    )
    for key in keys:
        witness = signed.key_id == notes.key_id(key.name, key.public, notes.WITNESS)
        if witness and notes.holds(head.text, signed, key.public):
            seconds = int.from_bytes(signed.raw[: notes.TIME])
            if abs(seconds - clock.real_now().timestamp()) > SKEW.total_seconds():
                break
            return signed, key
    raise Problem("countersignature_wrong", 422)


async def _follows(session: AsyncSession, last: Countersignature, head: TreeHead) -> bool:
    """Whether the head begins with what was signed before: proved from the copy that was signed, not from the table."""
    before = notes.read(last.text + "\n").head
    try:
        path = await (await Tree.at(session)).consistency(before.size, head.size)
    except (ValueError, KeyError, Torn):
        return False
    return merkle.consistent(before.size, head.size, before.root, head.root, path)
