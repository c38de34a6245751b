"""Certificates as they were issued, revoked and replaced, and the keys that sign what their QR carries (P26)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.core.sealing import SEALED
from miaopu.people.models import one_of


class Certificate(Row, Base):
    """A certificate as issued (P26): what it says never changes with later data.

    One that was revoked stays, with its reason; who gets another paper has a new line that names the old one.
    """

    __tablename__ = "certificates"
    __thing__ = "certificate"
    __table_args__ = (
        # One valid paper for each student.
        Index(
            "uq_certificates_valid_enrolment_id",
            "enrolment_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_certificates_enrolment_id", "enrolment_id"),
        UniqueConstraint("cycle_id", "serial"),
        UniqueConstraint("number"),
        UniqueConstraint("code"),
        UniqueConstraint("replaces_id"),
        CheckConstraint(one_of("grade", ("excellent", "qualified")), name="grade"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason = '')", name="revoked_with_reason"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"))
    serial: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(60))
    # Random, for the public check: nobody finds a certificate by counting.
    code: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(32))
    mentor_name: Mapped[str] = mapped_column(String(100))
    university_name: Mapped[str] = mapped_column(String(100))
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    # What the QR carries: the facts above, signed when the paper was issued.
    signature: Mapped[str] = mapped_column(String(1500), default="")
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(500), default="")
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificates.id"))


class PaperKey(Base):
    """An Ed25519 key whose signatures papers carry. The newest signs; papers live long, so no key is ever dropped."""

    __tablename__ = "paper_keys"
    __audit__ = False

    kid: Mapped[str] = mapped_column(String(16), primary_key=True)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
