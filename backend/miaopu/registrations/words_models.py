"""What was agreed to, word by word, and what a family said when the text was changed later (PIPL 14)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.people.models import one_of

DECISIONS = ("given", "refused")
SIDES = ("student", "guardian")


class AgreedText(Base):
    """A consent's text by its digest: SHA-256 (hex) of version, Chinese and English, a line each, in UTF-8.

    The digest stands in the trail with each consent, so that a row that was altered here does not fit it any more.
    """

    __tablename__ = "consent_texts"
    __audit__ = False

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str]
    en: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(default=clock.now)


class ConsentRevision(Row, Base):
    """Another text for a year that is under way, whose plan stands: those in it are asked again.

    Without one the text of the plan is in force; else the newest.
    """

    __tablename__ = "consent_revisions"
    __thing__ = "consent_revision"
    __trail__ = ("cycle", "cycle_id")
    __table_args__ = (UniqueConstraint("cycle_id", "text_version"),)

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cycles.id"))
    text_version: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str]
    en: Mapped[str]
    # What is new since the version before, for those who are asked again.
    changes_zh: Mapped[str]
    changes_en: Mapped[str]
    released_at: Mapped[datetime] = mapped_column(default=clock.now)
    released_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))


class ConsentWord(Row, Base):
    """What a student or guardian said when asked again; never changed, a later word is another row."""

    __tablename__ = "consent_words"
    __thing__ = "consent_word"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        CheckConstraint(one_of("decision", DECISIONS), name="decision"),
        CheckConstraint(one_of("side", SIDES), name="side"),
        Index("ix_consent_words_registration", "registration_id", "side", "text_version"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    side: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[str] = mapped_column(String(40))
    text_digest: Mapped[str] = mapped_column(ForeignKey("consent_texts.digest"))
    decision: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(64), info={"personal": True})
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
