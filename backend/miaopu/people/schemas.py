"""What people's endpoints take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.read import PageOf
from miaopu.people.identity import CreditCode
from miaopu.people.models import Invitation
from miaopu.people.names import PersonName
from miaopu.people.password_rules import LONGEST, SHORTEST
from miaopu.people.roles import Role, UnitKind

Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=64, pattern=r"^[\w.@+-]+$")]
Password = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]
# `invited`: not taken up yet; `disabled`: by an office, and nobody comes in by it.
AccountState = Literal["active", "invited", "disabled"]
UnitName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class SignInForm(BaseModel):
    login: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AccessGranted(BaseModel):
    """A token to send as `Authorization: Bearer`; the refresh token went out as an HttpOnly cookie."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="seconds")
    membership_id: uuid.UUID
    role: Role


class SecondStepAsked(BaseModel):
    """Not in yet: `token` answers at `/public/second-step` (`verify`), or sets a factor up first (`set_up`)."""

    step: Literal["verify", "set_up"]
    token: str
    expires_in: int = Field(description="seconds")


class SwitchForm(BaseModel):
    membership_id: uuid.UUID
    cycle_id: uuid.UUID | None = None


class PasswordForm(BaseModel):
    old_password: str = Field(max_length=200)
    new_password: Password


class Done(BaseModel):
    """A short yes."""

    done: bool = True


class InvitationForm(BaseModel):
    unit_id: uuid.UUID
    role: Role
    name: PersonName
    cycle_id: uuid.UUID | None = Field(default=None, description="only for this cycle; else for all")


class SlipsForm(BaseModel):
    """Whose links to make anew: everybody of a role in a unit who has not joined yet."""

    unit_id: uuid.UUID
    role: Role


class InvitationMade(BaseModel):
    """The one-time link, shown once; hand it to the person it is for."""

    id: uuid.UUID
    account_id: uuid.UUID
    token: str
    link: str
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation, secret: str, public_url: str) -> "InvitationMade":
        """The answer for an invitation that was just made."""
        return cls(
            id=invitation.id,
            account_id=invitation.account_id or uuid.UUID(int=0),
            token=secret,
            link=f"{public_url}/i/{secret}",
            expires_at=invitation.expires_at,
        )


class InvitationShown(BaseModel):
    """What the invited person sees before accepting."""

    name: str
    role: Role
    unit_name: str
    expires_at: datetime
    sso_provider_id: uuid.UUID | None = Field(description="the unit's own sign-in, by which it can be accepted")


class AcceptForm(BaseModel):
    login: Login
    password: Password


class MembershipForm(BaseModel):
    """One more role for somebody who already has an account."""

    login: str = Field(max_length=64)
    role: Role
    unit_id: uuid.UUID
    cycle_id: uuid.UUID | None = None


class UnitForm(BaseModel):
    parent_id: uuid.UUID
    kind: UnitKind
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=64, pattern=r"^[\w.-]+$")]
    name: UnitName
    name_en: str = Field(default="", max_length=200)
    credit_code: CreditCode = Field(default=None, description="GB 32100")


class UnitItem(BaseModel):
    id: uuid.UUID
    parent_id: uuid.UUID | None
    city_id: uuid.UUID | None
    kind: UnitKind
    code: str
    name: str
    name_en: str
    credit_code: str | None
    active: bool
    members: int


class UnitRecord(UnitItem):
    """One unit; `invites` and `founds` are what the reader may do here."""

    invites: list[Role]
    founds: list[UnitKind]


class UnitPage(PageOf):
    items: list[UnitItem]


class MemberItem(BaseModel):
    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    role: Role
    unit_id: uuid.UUID
    unit_name: str
    cycle_id: uuid.UUID | None
    accepted: bool
    account_state: AccountState
    ended_at: datetime | None


class MemberPage(PageOf):
    items: list[MemberItem]
