"""The second factor: codes by time (RFC 6238) and recovery codes, each good once (ASVS 5.0 6.5.1-6.5.5)."""

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from dataclasses import dataclass

import pyotp
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import clock
from miaopu.core.secrets import Vault
from miaopu.people.models import SecondFactor

STEP = 30
# Steps before the present one that count as well: a code that is typed as its half minute ends is under way for a
# moment, for which RFC 6238 5.2 allows one step. None after it: nothing that is on its way comes early, and phones set
# their clocks by the network; who is told "wrong" by a clock that runs ahead has the right code seconds later.
LATE = 1
ISSUER = "苗圃"
RECOVERY_CODES = 10
# 15 bytes are 24 letters of base32 and 120 bits: enough to be kept as a plain (keyed) hash (6.5.2).
RECOVERY_BYTES = 15
CODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator needs: the secret in base32, and the same as an `otpauth:` address."""

    secret: str
    uri: str


def new_factor(login: str, secret: str = "") -> SetUp:
    """A fresh secret (160 bits, RFC 4226 4), or the given one again, for a login."""
    secret = secret or pyotp.random_base32()
    return SetUp(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


def step_of(secret: str, code: str, after: int) -> int | None:
    """The time step whose code this is, later than `after`; None for a wrong, an old or a used one."""
    typed = re.sub(r"\s", "", code)
    if not CODE.fullmatch(typed):
        return None
    present = int(clock.real_now().timestamp()) // STEP
    found = None
    for step in range(present - LATE, present + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP), typed) and step > after:
            found = step
    return found


async def factor_of(session: AsyncSession, account_id: uuid.UUID) -> SecondFactor | None:
    """Somebody's factor, locked: two requests with one code are one after the other."""
    found: SecondFactor | None = await session.scalar(
        select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update()
    )
    return found


def accepts(vault: Vault, factor: SecondFactor, code: str) -> bool:
    """True for a code of the authenticator or a recovery code that was not used yet; from now on it is."""
    step = step_of(vault.open(factor.secret_sealed), code, factor.last_step)
    if step is not None:
        factor.last_step = step
        return True
    hashed = _recovery_hash(factor.account_id, code)
    if hashed not in factor.recovery:
        return False
    factor.recovery = [left for left in factor.recovery if left != hashed]
    return True


def new_recovery(account_id: uuid.UUID) -> tuple[list[str], list[str]]:
    """Recovery codes as they are shown once (`ABCD-EFGH-…`), and the hashes that are kept of them."""
    texts = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    shown = ["-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in texts]
    return shown, [_recovery_hash(account_id, text) for text in texts]


def _recovery_hash(account_id: uuid.UUID, code: str) -> str:
    # A plain hash, so that it outlives the installation's secret: nobody guesses 120 random bits (ASVS 5.0 6.5.2).
    typed = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(f"recovery-code:{account_id.hex}:{typed}".encode()).hexdigest()
