"""Units, accounts, memberships, invitations, sign-ins and the keys that sign tokens."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row
from miaopu.core.sealing import SEALED, blind
from miaopu.people.roles import Role, UnitKind

# 民委发〔2016〕33号: name fields hold at least 50 characters.
NAME = 100
# A second step: a code is asked for, or a factor has to be set up first.
STEPS = ("verify", "set_up")


def one_of(column: str, values: type[Role] | type[UnitKind] | tuple[str, ...]) -> str:
    """CHECK text: the column holds one of the values."""
    listed = ", ".join(f"'{value!s}'" for value in values)
    return f"{column} IN ({listed})"


class Unit(Row, Base):
    """An organisation. `city_id` is the city it lies in (itself for a city, None for the region's own)."""

    __tablename__ = "units"
    __thing__ = "unit"
    __table_args__ = (CheckConstraint(one_of("kind", UnitKind), name="kind"),)

    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    city_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(NAME))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    # Unified social credit code (GB 32100), where the unit has one.
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class Account(Row, Base):
    """A person who can sign in. `name_key` is the pinyin by which names sort."""

    __tablename__ = "accounts"
    __thing__ = "account"
    __table_args__ = (
        Index("uq_accounts_login", func.lower(text("login")), unique=True),
        Index("ix_accounts_phone_index", "phone_index"),
    )

    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(NAME))
    name_key: Mapped[str] = mapped_column(String(400))
    password_hash: Mapped[str | None] = mapped_column(String(200), info={"personal": True})
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    phone_index: Mapped[str | None] = mapped_column(String(64), info=blind("phone", "phone_sealed"))
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.real_now)


class Membership(Row, Base):
    """A role in a unit, in one cycle or (None) in all of them."""

    __tablename__ = "memberships"
    __thing__ = "membership"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        UniqueConstraint("account_id", "role", "unit_id", "cycle_id", postgresql_nulls_not_distinct=True),
        Index("ix_memberships_unit_role", "unit_id", "role"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cycles.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]


class Invitation(Row, Base):
    """A one-time link by which a unit gives a person a role. Only the hash of the link is kept."""

    __tablename__ = "invitations"
    __thing__ = "invitation"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cycles.id"))
    role: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(NAME))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.real_now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))


class SignIn(Base):
    """A family of refresh tokens: one sign-in on one device. Revoked as a whole."""

    __tablename__ = "sign_ins"
    __audit__ = False
    __table_args__ = (Index("ix_sign_ins_revoked_at", "revoked_at", postgresql_where="revoked_at IS NOT NULL"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    membership_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("memberships.id"))
    # The year chosen on this device; the present one where none was.
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cycles.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(String(40))
    agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    # Of the secret that a device keeps: by it a device is known again.
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    # When the second step was taken in this family; None where it never was.
    second_step_at: Mapped[datetime | None]


class SecondFactor(Row, Base):
    """Somebody's authenticator (RFC 6238). `last_step` is the last time step that was used: a code works once."""

    __tablename__ = "second_factors"
    __thing__ = "second_factor"
    __trail__ = ("account", "account_id")
    __table_args__ = (UniqueConstraint("account_id"),)

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    last_step: Mapped[int] = mapped_column(BigInteger, info={"personal": True})
    # Hashes of the recovery codes that are left.
    recovery: Mapped[list[str]] = mapped_column(ARRAY(String(64)), info={"personal": True})
    set_up_at: Mapped[datetime] = mapped_column(default=clock.real_now)


class Challenge(Base):
    """A second step that is asked for: by its token's hash, for one account, once, for minutes.

    Without a sign-in it ends in a new one; with one it is for that family: to act in a membership, or to set up a
    factor. `secret_sealed` is the secret of a factor that is being set up.
    """

    __tablename__ = "sign_in_challenges"
    __audit__ = False
    __table_args__ = (CheckConstraint(one_of("step", STEPS), name="step"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    sign_in_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sign_ins.id"), index=True)
    membership_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("memberships.id"))
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cycles.id"))
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordLink(Row, Base):
    """A one-time link by which somebody who cannot sign in chooses a new password. Only its hash is kept."""

    __tablename__ = "password_links"
    __thing__ = "password_link"
    __trail__ = ("account", "account_id")

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # None: by the command line (`resets.by_operator`).
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.real_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RefreshToken(Base):
    """One refresh token of a family, by its hash. `used_at` is its last use (see `sessions.refresh`)."""

    __tablename__ = "refresh_tokens"
    __audit__ = False

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sign_in_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_ins.id"), index=True)
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SigningKey(Base):
    """A key pair for access tokens. The newest signs; older ones verify until `retired_at`."""

    __tablename__ = "signing_keys"
    __audit__ = False

    kid: Mapped[str] = mapped_column(String(40), primary_key=True)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    public_pem: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
