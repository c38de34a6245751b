"""Heads of the trail's tree, who countersigns them, and their signatures.

Heads and signatures are no part of the trail (each would begin the next head): they are append-only by themselves,
and what holds them is outside: whoever keeps one of them.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, new_id
from miaopu.trail.notes import LOG, Signed, key_id

# Nodes over fewer leaves than 2 ** KEPT are computed from the entries when a proof asks for them.
KEPT = 8


class TreeHead(Base):
    """One sealing: the tree over all entries until then. `text` is what was signed and says the rest again."""

    __tablename__ = "audit_tree_heads"
    __audit__ = False
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    # The last sequence number of each lane that is in the tree.
    ends: Mapped[list[int]] = mapped_column(JSONB)
    # The complete subtrees at the right edge, the largest first: what it takes to append.
    edge: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str]
    kid: Mapped[str] = mapped_column(String(20))
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    def signed(self, public: bytes) -> Signed:
        """The signature as a line of the note, under the installation's key."""
        origin = self.text.split("\n", 1)[0]
        return Signed(origin, key_id(origin, public, LOG), self.signature)


class TreeNode(Base):
    """A complete subtree over 2 ** level leaves, so that a proof of a long trail reads a few rows and not all."""

    __tablename__ = "audit_tree_nodes"
    __audit__ = False

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class CountersignerKey(Row, Base):
    """A unit's public key, under which it countersigns heads; the private half is never here."""

    __tablename__ = "countersigner_keys"
    __thing__ = "countersigner_key"
    __table_args__ = (Index("ix_countersigner_keys_unit_id", "unit_id"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    # The name in the signatures' lines: the installation's, and the unit's code behind it.
    name: Mapped[str] = mapped_column(String(200))
    public: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    registered_at: Mapped[datetime] = mapped_column(default=clock.now)
    registered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    retired_at: Mapped[datetime | None]


class Countersignature(Base):
    """What a unit signed, with its own copy of the head's text: it stands even where the heads are taken away."""

    __tablename__ = "countersignatures"
    __audit__ = False
    __table_args__ = (Index("uq_countersignatures_key_size", "key_id", "size", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("countersigner_keys.id"))
    size: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str]
    # Eight bytes of time and the signature, as they stand in the note.
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(default=clock.real_now)
