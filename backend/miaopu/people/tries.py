"""How often a password may be tried: by account and by address, over all processes and after a crash (ASVS 6.3.1).

A stranger who keeps failing at somebody's login stops neither for longer than the window, nor at all the owner on a
device that has been signed in with before: a known device has a count of its own (OWASP's device cookies).
"""

import ipaddress
import uuid
from datetime import timedelta

from sqlalchemy import Select, exists, select

from miaopu.core.db import Database
from miaopu.core.throttle import ask, clear, count
from miaopu.people.models import SignIn

TRIES = 6
TRY_WINDOW = timedelta(minutes=15)
# What one household or office is given of IPv6.
NETWORK = 64


async def ask_tries(database: Database, login: str, device: bytes | None = None) -> None:
    """Count a try at a login's password, wherever it is asked for, at once. Raises 429 after six in the window.

    Args:
        device: hash of the device's secret, where this login was signed in with it before (`known`).
    """
    await count(database, _bucket(login, device), limit=TRIES, window=TRY_WINDOW)


async def tries_over(database: Database, login: str, device: bytes | None = None) -> None:
    """The password was right: tries are counted anew."""
    await clear(database, _bucket(login, device))


async def ask_address(database: Database, address: str, limit: int) -> None:
    """Raises 429 where one address has failed too often in the window, at whatever logins."""
    await ask(database, _network(address), limit=limit)


async def failed_from(database: Database, address: str) -> None:
    """A wrong password came from this address. Never raises: the answer is already decided."""
    await count(database, _network(address), limit=2**31, window=TRY_WINDOW)


def known_device(account_id: uuid.UUID, device: bytes) -> Select[tuple[bool]]:
    """Statement: whether an account was signed in with on this device before."""
    return select(exists().where(SignIn.account_id == account_id, SignIn.device_hash == device))


def _bucket(login: str, device: bytes | None) -> str:
    return f"sign-in:{login.strip().lower()}" + (f":{device.hex()}" if device else "")


def _network(address: str) -> str:
    """One count for an IPv4 address, one for all that a household has of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"sign-in-from:{address}"
    length = NETWORK if found.version == 6 else found.max_prefixlen
    return f"sign-in-from:{ipaddress.ip_network((found, length), strict=False)}"
