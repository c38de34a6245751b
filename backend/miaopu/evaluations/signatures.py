"""What a certificate's QR carries besides its address: its facts, signed (Ed25519, RFC 8032), true without a database.

`KID.FACTS.SIGNATURE`, the last two in base64url (RFC 4648, without padding). It stands behind the `#` of the
address: a browser sends that to nobody by itself, so no log of a server holds the name.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select

from miaopu.core import clock
from miaopu.core.db import Database
from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault
from miaopu.evaluations.certificates_models import PaperKey

FORM = "miaopu-certificate-1"


@dataclass(frozen=True, slots=True)
class PaperRing:
    """The key that signs, and the public keys of all papers ever signed, 32 bytes each, by their ids."""

    kid: str
    private: Ed25519PrivateKey
    public: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says, as it is signed."""

    number: str
    code: str
    name: str
    subject: str
    grade: str
    university: str
    year: int
    issued_on: date


async def load(database: Database, vault: Vault) -> PaperRing:
    """The keys of this installation; makes the first."""
    async with database.session() as session:
        # Two processes that start together on a new installation make one key, not two.
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("paper_keys"))))
        rows = list(await session.scalars(select(PaperKey).order_by(PaperKey.created_at)))
        if not rows:
            key = Ed25519PrivateKey.generate()
            made = PaperKey(
                kid=secrets.token_hex(4),
                private_sealed=vault.seal(key.private_bytes_raw().hex()),
                public=key.public_key().public_bytes_raw(),
                created_at=clock.real_now(),
            )
            session.add(made)
            await session.commit()
            rows = [made]
    newest = rows[-1]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vault.open(newest.private_sealed)))
    return PaperRing(newest.kid, private, {row.kid: row.public for row in rows})


def signed(ring: PaperRing, facts: Facts) -> str:
    """The text behind the `#`. The same facts give the same text: Ed25519 draws nothing."""
    body = json.dumps(
        [FORM, facts.number, facts.code, facts.name, facts.subject, facts.grade, facts.university, facts.year,
         facts.issued_on.isoformat()],
        ensure_ascii=False, separators=(",", ":"),
    ).encode()  # fmt: skip
    return f"{ring.kid}.{_text(body)}.{_text(ring.private.sign(body))}"


def read(public: Mapping[str, bytes], given: str) -> Facts:
    """The facts of such a text. Raises Problem 422 `signature_invalid` for a changed one or an unknown key."""
    try:
        kid, body, signature = given.strip().lstrip("#").split(".")
        raw = _bytes(body)
        Ed25519PublicKey.from_public_bytes(public[kid]).verify(_bytes(signature), raw)
        form, number, code, name, subject, grade, university, year, day = json.loads(raw)
        if form != FORM:
            raise ValueError(form)
        return Facts(number, code, name, subject, grade, university, int(year), date.fromisoformat(day))
    except (KeyError, ValueError, InvalidSignature, binascii.Error) as wrong:
        raise Problem("signature_invalid", 422) from wrong


def published(ring: PaperRing) -> dict[str, Any]:
    """The public keys for whoever checks papers with tools of their own (RFC 7517, RFC 8037)."""
    keys = [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": _text(raw)}
        for kid, raw in ring.public.items()
    ]
    return {"keys": keys}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
