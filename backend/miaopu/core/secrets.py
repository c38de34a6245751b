"""Sealing of what must not be readable in the database, and blind indexes to find it again.

AES-256-GCM with a fresh nonce for each value; the index is HMAC-SHA-256 under a key of its own
(NIST SP 800-38D, RFC 2104). Both keys are derived from the installation's one secret (RFC 5869).

A secret can be followed by another (ASVS 5.0, 11.2.2, 13.3.4): the newest seals, and every one that is named opens.
A sealed value says under which secret it was made, so that what still hangs on an old one can be counted.
"""

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from miaopu.settings import Settings

NONCE = 12
# Before a value that names its secret: this, then four bytes of the secret's own name. Older values begin with a nonce.
FORM = b"mp1"
NAME = 4
MARK = len(FORM) + NAME
CODE_BYTES = 16


class _Key:
    """What is derived from one secret."""

    def __init__(self, secret_hex: str) -> None:
        secret = bytes.fromhex(secret_hex)
        if len(secret) < 32:
            raise ValueError("the installation's secret needs at least 32 bytes")
        self.cipher = AESGCM(_derive(secret, b"miaopu seal"))
        self.index_key = _derive(secret, b"miaopu blind index")
        self.mark = FORM + _derive(secret, b"miaopu key name")[:NAME]

    def index(self, purpose: str, text: str) -> str:
        return hmac.new(self.index_key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


class Vault:
    """Seals and opens short texts. Holds the derived keys, nothing else.

    Args:
        secret_hex: the installation's secret, 32 bytes or more as hex.
        former: secrets that were used before it; they open, and seal nothing any more.
    """

    def __init__(self, secret_hex: str, *former: str) -> None:
        self._newest = _Key(secret_hex)
        self._all = (self._newest, *(_Key(one) for one in former))

    @property
    def mark(self) -> bytes:
        """With what every value begins that is sealed under the newest secret (`MARK` bytes)."""
        return self._newest.mark

    def seal(self, text: str) -> bytes:
        """Mark, nonce and ciphertext of `text`; never the same twice."""
        key, nonce = self._newest, os.urandom(NONCE)
        return key.mark + nonce + key.cipher.encrypt(nonce, text.encode(), key.mark)

    def open(self, sealed: bytes) -> str:
        """The text again. Raises cryptography's InvalidTag when it was altered, or its secret is not named any more."""
        for key in self._all:
            if sealed.startswith(key.mark):
                try:
                    return _opened(key, sealed[MARK:], key.mark)
                except InvalidTag:
                    # An older value may begin like this by chance; the cipher itself tells which it is.
                    break
        for key in self._all:
            try:
                return _opened(key, sealed, None)
            except (InvalidTag, ValueError):
                continue
        raise InvalidTag

    def index(self, purpose: str, text: str) -> str:
        """Keyed hash for finding equal values without storing them (hex, 64 characters); what is kept in a row."""
        return self._newest.index(purpose, text)

    def indexes(self, purpose: str, text: str) -> tuple[str, ...]:
        """The same under every secret, the newest first: what is looked for while rows are being sealed anew."""
        return tuple(key.index(purpose, text) for key in self._all)

    def knows(self, purpose: str, text: str, mac: str, length: int | None = None) -> bool:
        """True where `mac` (or its first `length` characters) is the text's index under any of the secrets."""
        given = mac.encode()
        # Every one is compared, so that the time says nothing.
        return sum(hmac.compare_digest(one[:length].encode(), given) for one in self.indexes(purpose, text)) > 0


def new_code() -> str:
    """A code by which somebody without an account opens one thing: 128 random bits in 22 signs (ASVS 5.0 V11.5.1)."""
    return secrets.token_urlsafe(CODE_BYTES)


def vault_of(settings: Settings) -> Vault:
    """The vault of an installation."""
    former = (one.get_secret_value() for one in settings.former_secrets)
    return Vault(settings.secret.get_secret_value(), *former)


def _opened(key: _Key, sealed: bytes, bound: bytes | None) -> str:
    return key.cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound).decode()


def _derive(secret: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=label).derive(secret)
