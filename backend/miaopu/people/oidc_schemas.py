"""What the paths of single sign-on take and answer."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from miaopu.people.oidc_models import ADDRESS
from miaopu.people.sign_in_schemas import GivenPassword

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class SsoForm(BaseModel):
    """Where a university's people sign in. Without a secret the one before stays."""

    issuer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=ADDRESS)]
    client_id: Short
    client_secret: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    name_claim: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")] = "name"
    active: bool = True
    version: int | None = Field(default=None, description="of what is replaced; none for the first")


class VersionForm(BaseModel):
    version: int


class SsoProviderItem(BaseModel):
    """A unit's provider as its office and the region's see it; the secret is never shown."""

    id: uuid.UUID
    unit_id: uuid.UUID
    unit_name: str
    issuer: str
    client_id: str
    name_claim: str
    active: bool
    confirmed_at: datetime | None
    version: int


class SsoProviderList(BaseModel):
    items: list[SsoProviderItem]
    total: int


class SsoChoice(BaseModel):
    """One university to choose on the sign-in page."""

    id: uuid.UUID
    unit_id: uuid.UUID
    name: str
    name_en: str


class SsoChoices(BaseModel):
    items: list[SsoChoice]
    total: int


class SsoStartForm(BaseModel):
    provider_id: uuid.UUID


class SsoLinkForm(SsoStartForm):
    """A link opens the account from then on: one's password is asked for first (ASVS 5.0 7.5.1)."""

    password: GivenPassword


class SsoAddress(BaseModel):
    """Where to send the browser."""

    address: str


class SsoFinishForm(BaseModel):
    """What the provider sent back in the address."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    state: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    iss: Annotated[str, StringConstraints(max_length=ADDRESS)] | None = None


class SsoIdentityItem(BaseModel):
    """One's own identity at a university."""

    id: uuid.UUID
    unit_name: str
    label: str
    linked_at: datetime


class SsoIdentityList(BaseModel):
    items: list[SsoIdentityItem]
    total: int
