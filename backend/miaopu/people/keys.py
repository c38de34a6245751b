"""The signing keys: kept sealed in the database, newest signs, older ones verify until they are retired."""

import time
from datetime import timedelta
from typing import Any

from jose import jwt
from jose.exceptions import JOSEError
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from miaopu.core import clock
from miaopu.core.db import Database
from miaopu.core.secrets import Vault
from miaopu.people.models import SigningKey
from miaopu.people.tokens import LIFETIME, KeyRing, new_key

RELOAD_SECONDS = 5.0


async def load(database: Database, vault: Vault) -> KeyRing:
    """The keys in force; makes the first one on a new installation."""
    async with database.session() as session:
        rows = await _in_force(session)
        if not rows:
            await session.execute(insert(SigningKey).values(**_fresh(vault)).on_conflict_do_nothing())
            await session.commit()
            rows = await _in_force(session)
    newest = rows[0]
    return KeyRing(
        signing=newest.kid,
        private_pem=vault.open(newest.private_sealed),
        public={row.kid: row.public_pem for row in rows},
    )


async def rotate(database: Database, vault: Vault) -> str:
    """Add a key that signs from now on; the old ones verify until their last token has expired. Returns its id."""
    fresh = _fresh(vault)
    async with database.session() as session:
        await session.execute(
            update(SigningKey)
            .where(SigningKey.retired_at.is_(None))
            .values(retired_at=clock.real_now() + timedelta(seconds=2 * LIFETIME))
        )
        await session.execute(insert(SigningKey).values(**fresh))
        await session.commit()
    return str(fresh["kid"])


async def ring_for(state: Any, token: str) -> KeyRing:
    """The process's key ring, read again when a token names a key it does not know (another process rotated)."""
    ring: KeyRing = state.keys
    if token in ring._seen:
        return ring
    try:
        kid = str(jwt.get_unverified_header(token).get("kid"))
    except (JOSEError, ValueError):
        return ring
    if kid not in ring.public and time.monotonic() - state.keys_read > RELOAD_SECONDS:
        state.keys_read = time.monotonic()
        state.keys = await load(state.database, state.vault)
        return state.keys  # type: ignore[no-any-return]
    return ring


async def _in_force(session: Any) -> list[SigningKey]:
    rows = await session.scalars(
        select(SigningKey)
        .where(or_(SigningKey.retired_at.is_(None), SigningKey.retired_at > clock.real_now()))
        .order_by(SigningKey.created_at.desc())
    )
    return list(rows)


def _fresh(vault: Vault) -> dict[str, Any]:
    kid, private, public = new_key()
    return {
        "kid": kid,
        "private_sealed": vault.seal(private),
        "public_pem": public,
        "created_at": clock.real_now(),
    }
