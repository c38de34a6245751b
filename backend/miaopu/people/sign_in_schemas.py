"""What the second step, one's own sign-ins and the help for others take and answer."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from miaopu.people.schemas import AccessGranted, Password

Token = Annotated[str, StringConstraints(min_length=1, max_length=64)]
# Six figures, or a recovery code with its hyphens; blanks are passed over.
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class StepForm(BaseModel):
    """The token of a `SecondStepAsked`, and a code of the authenticator or a recovery code."""

    token: Token
    code: Code


class TokenForm(BaseModel):
    """The token of a `SecondStepAsked` whose step is `set_up`."""

    token: Token


class FactorSecret(BaseModel):
    """For the authenticator: the secret in base32, the same as an `otpauth:` address, and that as a QR code (SVG)."""

    secret: str
    uri: str
    qr: str


class RecoveryCodes(BaseModel):
    """Shown this once; each opens one sign-in instead of the authenticator."""

    recovery_codes: list[str]


class FactorConfirmed(RecoveryCodes):
    granted: AccessGranted


class SetUpForm(BaseModel):
    """One's password, and a code where there is a factor already."""

    password: GivenPassword
    code: Code | None = None


class CodeForm(BaseModel):
    code: Code


class RemoveForm(BaseModel):
    password: GivenPassword
    code: Code


class FactorState(BaseModel):
    """One's own second factor; `needed`: one of one's roles does not act without."""

    set_up_at: datetime | None
    recovery_left: int
    needed: bool


class SignInItem(BaseModel):
    """One of one's own sign-ins. `browser` and `system` are empty where the device names none we know."""

    id: uuid.UUID
    browser: str
    system: str
    address: str
    created_at: datetime
    last_used_at: datetime
    current: bool


class SignIns(BaseModel):
    """`proof_needed`: ending one asks for the password, for no second step was taken just now."""

    items: list[SignInItem]
    proof_needed: bool


class ProofForm(BaseModel):
    """One's password; none where a second step was just taken."""

    password: GivenPassword | None = None


class ReasonForm(BaseModel):
    reason: Reason


class ResetLinkMade(BaseModel):
    """The one-time link, shown once; hand it to the person it is for."""

    link: str
    expires_at: datetime


class ResetLinkShown(BaseModel):
    """Whose password a link is for."""

    name: str
    login: str
    expires_at: datetime


class NewPasswordForm(BaseModel):
    password: Password
