"""Sign-in by a university's provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), state and nonce.

What a flow must remember (RFC 9700, 2.1 and 4.7) goes sealed into a short-lived cookie of the browser that began it: a
code that comes back in another browser opens nothing. An identity is issuer and subject, never a mail address.
"""

import json
import secrets
import time
import uuid
from base64 import b64encode
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidTag
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault
from miaopu.people.oidc_http import Refused, call
from miaopu.people.oidc_models import SUBJECT, SsoProvider
from miaopu.settings import Settings

# Signatures with a key pair only: a shared secret as key is the classical confusion (RFC 8725, 3.1).
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY_SECONDS = 120
FLOW_SECONDS = 600
KEPT_SECONDS = 3600
# An unknown key makes us look again, but not at every forged token.
KEYS_AGAIN_SECONDS = 60
VERIFIER_BYTES = 48
# Endpoints that must be there (OpenID Connect Discovery 1.0, 3).
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one way to the provider and back must remember.

    `account_id` where a link is made, `invitation` (hash of its link, in hex) where one is taken up; else empty.
    """

    provider_id: str
    state: str
    nonce: str
    verifier: str
    until: float
    account_id: str = ""
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Someone:
    """Who the provider says it is."""

    issuer: str
    subject: str
    label: str


@dataclass(slots=True)
class Known:
    """What is kept of an issuer: its metadata, its keys, and when each was read (monotonic seconds)."""

    metadata: dict[str, Any]
    read_at: float
    keys: KeySet | None = None
    keys_at: float = 0.0


class Providers:
    """Metadata and keys of the issuers, kept for an hour in each process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, Known] = {}

    async def metadata(self, issuer: str) -> dict[str, Any]:
        """The issuer's own description. Raises 503 `sso_away`; Refused for an address that is not called."""
        known = self._known.get(issuer)
        if known is None or time.monotonic() - known.read_at > KEPT_SECONDS:
            status, found = await call(self._settings, "GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
            # Discovery, 4.3: a document that speaks for another issuer is worth nothing.
            whole = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in ENDPOINTS)
            if status != 200 or not whole or found.get("issuer") != issuer:
                raise Problem("sso_away", 503)
            known = self._known[issuer] = Known(found, time.monotonic())
        return known.metadata

    async def keys(self, issuer: str, *, again: bool = False) -> KeySet:
        """The issuer's public keys; read anew when they are old, or `again` (at most once a minute)."""
        address = (await self.metadata(issuer))["jwks_uri"]
        known = self._known[issuer]
        age = time.monotonic() - known.keys_at
        if known.keys is None or age > (KEYS_AGAIN_SECONDS if again else KEPT_SECONDS):
            status, found = await call(self._settings, "GET", address)
            if status != 200 or not isinstance(found, dict):
                raise Problem("sso_away", 503)
            try:
                known.keys, known.keys_at = KeySet.import_key_set(found), time.monotonic()  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as wrong:
                raise Problem("sso_away", 503) from wrong
        return known.keys


def redirect_uri(settings: Settings) -> str:
    """The one page to which a provider sends people back."""
    return f"{settings.public_url.rstrip('/')}/sso"


async def begin(
    providers: Providers,
    settings: Settings,
    vault: Vault,
    provider: SsoProvider,
    account_id: uuid.UUID | None = None,
    invitation: bytes = b"",
) -> tuple[str, str]:
    """The address at the provider, and the sealed flow for the cookie."""
    try:
        metadata = await providers.metadata(provider.issuer)
    except Refused as refused:
        raise Problem("sso_away", 503) from refused
    flow = Flow(
        provider_id=str(provider.id),
        # The page that people come back to reads from it which of the three it is.
        state=("link." if account_id else "join." if invitation else "in.") + secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(VERIFIER_BYTES),
        until=time.time() + FLOW_SECONDS,
        account_id=str(account_id or ""),
        invitation=invitation.hex(),
    )
    address = prepare_grant_uri(
        metadata["authorization_endpoint"],
        provider.client_id,
        "code",
        redirect_uri=redirect_uri(settings),
        scope="openid profile",
        state=flow.state,
        nonce=flow.nonce,
        code_challenge=create_s256_code_challenge(flow.verifier),
        code_challenge_method="S256",
    )
    return str(address), vault.seal(json.dumps(asdict(flow))).hex()


def opened(vault: Vault, cookie: str | None, state: str) -> Flow:
    """The flow that this browser began and this answer belongs to. Raises 400 `sso_failed`."""
    try:
        flow = Flow(**json.loads(vault.open(bytes.fromhex(cookie or ""))))
    except (InvalidTag, ValueError, TypeError) as strange:
        raise Problem("sso_failed", 400) from strange
    if time.time() > flow.until or not secrets.compare_digest(flow.state.encode(), state.encode()):
        raise Problem("sso_failed", 400)
    return flow


async def finish(
    providers: Providers,
    settings: Settings,
    vault: Vault,
    provider: SsoProvider,
    flow: Flow,
    *,
    code: str,
    issuer: str | None,
) -> Someone:
    """Change the code into who it is.

    Args:
        issuer: the parameter `iss` of the answer, where the provider sent one (RFC 9207).

    Raises:
        Problem: 400 `sso_failed` for every doubt; 503 `sso_away`.
    """
    try:
        metadata = await providers.metadata(provider.issuer)
        named = metadata.get("authorization_response_iss_parameter_supported") is True
        if (named or issuer is not None) and issuer != provider.issuer:
            raise Problem("sso_failed", 400)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri(settings)}
        form["code_verifier"] = flow.verifier
        headers = {"content-type": "application/x-www-form-urlencoded"}
        secret = vault.open(provider.secret_sealed)
        if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            # RFC 6749, 2.3.1: both are form-encoded before they are joined.
            pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": provider.client_id, "client_secret": secret}
        status, found = await call(settings, "POST", metadata["token_endpoint"], body=urlencode(form), headers=headers)
        token = found.get("id_token") if isinstance(found, dict) else None
        if status != 200 or not isinstance(token, str):
            raise Problem("sso_failed", 400)
        return await someone(providers, provider, token, flow.nonce)
    except Refused as refused:
        raise Problem("sso_away", 503) from refused


async def someone(
    providers: Providers, provider: SsoProvider, token: str, nonce: str, *, now: int | None = None
) -> Someone:
    """Who an ID token is about, once signature, issuer, audience, nonce and time are right (Core, 3.1.3.7).

    Raises:
        Problem: 400 `sso_failed`.
    """
    try:
        try:
            read = jwt.decode(token, await providers.keys(provider.issuer), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            read = jwt.decode(token, await providers.keys(provider.issuer, again=True), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": provider.client_id},
        )
        claims.validate(now=now, leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise Problem("sso_failed", 400) from wrong
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT:
        raise Problem("sso_failed", 400)
    return Someone(provider.issuer, subject, str(claims.get(provider.name_claim) or "")[:200])
