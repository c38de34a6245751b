"""Who was not let in: a line of the log each, and a count by kind and hour for the status page (ASVS 5.0 16.3.1)."""

import logging
import uuid
from datetime import timedelta
from typing import Literal

from miaopu.core import clock
from miaopu.core.db import Database
from miaopu.core.throttle import count

Refusal = Literal[
    "wrong_password",
    "wrong_second_code",
    "wrong_password_inside",
    "too_many_sign_ins",
    "too_many_codes",
    "refresh_reused",
]
# Buckets of the counts, `refused:KIND:HOUR` (UTC); each is over after a week.
BUCKET = "refused:"
SHOWN = timedelta(days=7)
NO_LIMIT = 2**31 - 1
log = logging.getLogger("miaopu.security")


async def refused_entry(database: Database, kind: Refusal, account: uuid.UUID | None, address: str) -> None:
    """Somebody was not let in: the account's id where it is known, and where it came from.

    Never the login as it was typed: people type their passwords there.
    """
    fields = {"event": kind, "account": str(account) if account else None, "address": address}
    log.warning("refused entry", extra={"fields": fields})
    hour = clock.real_now().strftime("%Y%m%d%H")
    await count(database, f"{BUCKET}{kind}:{hour}", limit=NO_LIMIT, window=SHOWN)
