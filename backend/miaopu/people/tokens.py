"""Access tokens: ES256 only, keys by id, ten minutes; and the opaque secrets of links and cookies.

python-jose accepts what it is told to accept; so the algorithm is one explicit name, the key is chosen by
its id from our own table, `exp` is required, and its JWE is never used (RFC 8725).
"""

import hashlib
import secrets
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import JWTError, jwt
from jose.exceptions import JOSEError

from miaopu.core.problem import Problem
from miaopu.people.access import Actor
from miaopu.people.roles import Role

ALGORITHM = "ES256"
LIFETIME = 600
ISSUER = "miaopu"
# What a token is for (RFC 7519 4.1.3, ASVS 5.0 9.2.3): a key that once signs something else makes no way in here.
AUDIENCE = "miaopu-api"
KEPT = 4096


@dataclass(slots=True)
class KeyRing:
    """The keys in force. `signing` names the newest; `public` holds all that still verify."""

    signing: str = ""
    private_pem: str = ""
    public: dict[str, str] = field(default_factory=dict)
    _seen: OrderedDict[str, tuple[float, Actor]] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """Drop remembered tokens (after a rotation)."""
        self._seen.clear()


def new_key() -> tuple[str, str, str]:
    """A fresh pair: key id, private PEM, public PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    return uuid.uuid4().hex, private, public


def issue(ring: KeyRing, actor: Actor, sign_in_id: uuid.UUID, lifetime: int = LIFETIME) -> str:
    """A signed token that says who is asking, through which membership."""
    moment = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(actor.account_id),
        "sid": str(sign_in_id),
        "mid": str(actor.membership_id),
        "role": actor.role.value,
        "unit": str(actor.unit_id),
        "city": str(actor.city_id) if actor.city_id else None,
        "cycle": str(actor.cycle_id) if actor.cycle_id else None,
        "support": str(actor.support_id) if actor.support_id else None,
        "iat": moment,
        "exp": moment + lifetime,
    }
    token: str = jwt.encode(claims, ring.private_pem, algorithm=ALGORITHM, headers={"kid": ring.signing})
    return token


def read(ring: KeyRing, token: str) -> Actor:
    """Who a token speaks for. Raises Problem 401 `unauthenticated` for anything but a valid one.

    A verified token is remembered until it expires: the same token is sent with every request.
    """
    seen = ring._seen.get(token)
    if seen is not None and seen[0] > time.time():
        return seen[1]
    claims = verified(ring, token)
    actor = Actor(
        account_id=uuid.UUID(claims["sub"]),
        membership_id=uuid.UUID(claims["mid"]),
        role=Role(claims["role"]),
        unit_id=uuid.UUID(claims["unit"]),
        city_id=uuid.UUID(claims["city"]) if claims["city"] else None,
        cycle_id=uuid.UUID(claims["cycle"]) if claims["cycle"] else None,
        sign_in_id=uuid.UUID(claims["sid"]),
        support_id=uuid.UUID(claims["support"]) if claims.get("support") else None,
    )
    ring._seen[token] = (float(claims["exp"]), actor)
    if len(ring._seen) > KEPT:
        ring._seen.popitem(last=False)
    return actor


def verified(ring: KeyRing, token: str) -> dict[str, Any]:
    """The claims of a token whose signature, algorithm, key, issuer, audience and expiry are all right. Raises 401."""
    try:
        header = jwt.get_unverified_header(token)
        public = ring.public.get(str(header.get("kid")))
        if header.get("alg") != ALGORITHM or not public:
            raise JWTError("unknown algorithm or key")
        claims: dict[str, Any] = jwt.decode(
            token,
            public,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            # The library takes a token that names no audience for everybody's.
            options={"require_exp": True, "require_sub": True, "require_iat": True, "require_aud": True},
        )
    except (JOSEError, ValueError, KeyError) as wrong:
        raise Problem("unauthenticated", 401) from wrong
    return claims


def new_secret() -> tuple[str, bytes]:
    """A secret for a link or a cookie (256 bits) and the hash that is kept of it."""
    secret = secrets.token_urlsafe(32)
    return secret, secret_hash(secret)


def secret_hash(secret: str) -> bytes:
    """SHA-256; enough for secrets of full entropy."""
    return hashlib.sha256(secret.encode()).digest()
