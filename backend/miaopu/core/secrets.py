"""Sealing of what must not be readable in the database, and blind indexes to find it again.

AES-256-GCM with a fresh nonce for each value; the index is HMAC-SHA-256 under a key of its own
(NIST SP 800-38D, RFC 2104). Both keys are derived from the installation's one secret (RFC 5869).
"""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals and opens short texts. Holds the derived keys, nothing else."""

    def __init__(self, secret_hex: str) -> None:
        secret = bytes.fromhex(secret_hex)
        if len(secret) < 32:
            raise ValueError("the installation's secret needs at least 32 bytes")
        self._cipher = AESGCM(_derive(secret, b"miaopu seal"))
        self._index_key = _derive(secret, b"miaopu blind index")

    def seal(self, text: str) -> bytes:
        """Nonce and ciphertext of `text`; never the same twice."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The text again. Raises cryptography's InvalidTag when it was altered."""
        return self._cipher.decrypt(sealed[:12], sealed[12:], None).decode()

    def index(self, purpose: str, text: str) -> str:
        """Keyed hash for finding equal values without storing them (hex, 64 characters)."""
        return hmac.new(self._index_key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def _derive(secret: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=label).derive(secret)
