"""Universities' own sign-in: which provider a unit trusts, and who is who there."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, and_
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.core.sealing import SEALED

# OpenID Connect Core 1.0, 2: a subject has at most 255 characters.
SUBJECT = 255
ADDRESS = 500


class SsoProvider(Row, Base):
    """The OpenID provider of a unit. Nobody signs in by it before the region's office has confirmed it."""

    __tablename__ = "sso_providers"
    __thing__ = "sso_provider"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), unique=True)
    issuer: Mapped[str] = mapped_column(String(ADDRESS))
    client_id: Mapped[str] = mapped_column(String(200))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    # Which claim says who it is, for the person's own eyes when linking; never used to find an account.
    name_claim: Mapped[str] = mapped_column(String(64), default="name")
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]


# A provider by which people come in.
WORKING: ColumnElement[bool] = and_(SsoProvider.active, SsoProvider.confirmed_at.is_not(None))


class SsoIdentity(Row, Base):
    """Who somebody is at a provider: the pair of issuer and subject, linked by that person's own act."""

    __tablename__ = "sso_identities"
    __thing__ = "sso_identity"
    __table_args__ = (Index("uq_sso_identities_who", "issuer", "subject", unique=True),)

    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sso_providers.id"), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(ADDRESS))
    subject: Mapped[str] = mapped_column(String(SUBJECT), info={"personal": True})
    label: Mapped[str] = mapped_column(String(200), default="", info={"personal": True})
    linked_at: Mapped[datetime] = mapped_column(default=clock.real_now)
