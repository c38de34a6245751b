"""Passwords: argon2id in a small pool of threads, so that a storm of sign-ins does not stop everything else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's smallest recommended set for argon2id; about 17 ms on the machines this runs on.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# Verified for unknown accounts too, so that the time tells nobody which logins exist.
NOBODY = HASHER.hash("nobody has this password")


async def hashed(password: str) -> str:
    """The argon2id hash."""
    return await asyncio.get_running_loop().run_in_executor(_threads, HASHER.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """True when the password is the one behind the hash; takes as long when there is no hash."""
    right = await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored or NOBODY, password)
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """True for a hash of other parameters than are in force (ASVS 5.0 11.2.2)."""
    return HASHER.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
