"""`miaopu audit`: make a head, go over the whole trail."""

import argparse
import asyncio
import base64

import httpx

from miaopu.core.db import Database
from miaopu.core.room import API
from miaopu.core.secrets import vault_of
from miaopu.evaluations import signatures
from miaopu.settings import MissingSecret, Settings, from_environment
from miaopu.terminal import say
from miaopu.trail import notes, witness
from miaopu.trail.checking import Checked, Fault, check
from miaopu.trail.receipt_file import STEPS, Receipt, held
from miaopu.trail.sealing import newest, origin_of, seal

RECEIPT_STEPS = {
    "commitment": "value and salt give the commitment",
    "leaf": "the commitment's entry stands in the tree",
    "head": "the head is of that tree",
    "signature": "the head is signed by the installation",
}
# Seconds for one answer of an installation.
TIMEOUT = 60.0
FAULTS = {
    "head": "head {size}: is not the root over the entries as they are now",
    "signature": "head {size}{whose}: is not signed by a key of this installation",
    "text": "head {size}: what was signed and what stands beside it differ",
    "countersignature": "head {size}{whose}: the countersignature is not of its key",
    "witnessed": "head {size}{whose}: was countersigned, and is not the root over the entries as they are now",
    "outside": "head {size}{whose}: was kept outside, and is not the root over the entries as they are now",
    "gap": "head {size}: entries that it counted are missing",
    "node": "head {size}: stored hashes that proofs are made of are not those of the entries",
}


def seal_now(_args: argparse.Namespace) -> int:
    """Make a head of the trail over everything until now and print it as a signed note."""
    settings = _named()

    async def once() -> str | None:
        database = Database(settings)
        try:
            ring = await signatures.load(database, vault_of(settings))
            made = await seal(database, ring, origin_of(settings))
            if made is None:
                async with database.session() as session:
                    made = await newest(session)
            return notes.note_of(made.text, [made.signed(ring.public[made.kid])]) if made else None
        finally:
            await database.close()

    made = asyncio.run(once())
    if made is None:
        say("the trail is empty")
        return 1
    say(made.rstrip("\n"))
    return 0


def verify_trail(args: argparse.Namespace) -> int:
    """Go over the trail: chain, heads, signatures, countersignatures, and heads that were kept outside."""
    outside: list[tuple[str, notes.Note]] = []
    for file in args.heads:
        try:
            outside += [(file.name, note) for note in notes.read_all(file.read_text("utf-8"))]
        except (OSError, UnicodeDecodeError, notes.NotANote) as wrong:
            say(f"{file}: {wrong}")
            return 2
    settings = _named()

    async def once() -> Checked:
        database = Database(settings)
        try:
            ring = await signatures.load(database, vault_of(settings))
            async with database.session() as session:
                return await check(session, ring.public, outside)
        finally:
            await database.close()

    return tell(asyncio.run(once()))


def make_key(args: argparse.Namespace) -> int:
    """Make a private key for countersigning in a new file and print the public half, which is registered."""
    try:
        say(witness.new_key(args.file))
    except OSError as wrong:
        say(f"{args.file}: {wrong.strerror}")
        return 2
    return 0


def countersign(args: argparse.Namespace) -> int:
    """Countersign the newest head of an installation, unless it contradicts the last that was signed here."""
    state = args.state or args.key.with_suffix(".seen.json")

    async def once() -> witness.Seen:
        base = args.url.rstrip("/") + API
        async with httpx.AsyncClient(base_url=base, timeout=TIMEOUT) as http:
            return await witness.countersign(http, witness.read_key(args.key), witness.load(state))

    try:
        seen = asyncio.run(once())
    except witness.Refused as refused:
        say(f"REFUSED: {refused}")
        return 1
    except (OSError, httpx.HTTPError) as away:
        say(str(away))
        return 2
    witness.keep(state, seen)
    say(seen.note.rstrip("\n"))
    return 0


def check_receipt(args: argparse.Namespace) -> int:
    """Whether a receipt holds: the file alone is asked, no database and no network."""
    try:
        receipt = Receipt.model_validate_json(args.file.read_bytes())
        trusted = {one: base64.b64decode(one, validate=True) for one in args.key} or None
    except (OSError, ValueError) as wrong:
        say(f"{args.file}: {wrong}")
        return 2
    found = held(receipt, trusted)
    say(receipt.value)
    for step in STEPS:
        say(f"{RECEIPT_STEPS[step]}: {'yes' if found.steps[step] else 'NO'}")
    for name in found.countersigned:
        say(f"countersigned by {name}")
    if trusted is None:
        say("no --key was given: compare the key in the file with the one that is published")
    return 0 if found.whole else 1


def tell(found: Checked) -> int:
    """Print what was found; 0 when the trail is whole."""
    say(f"entries {found.entries}, of them {found.sealed} in {found.heads} heads")
    say(f"countersignatures {found.countersignatures}, heads from outside {found.outside}")
    for _, lane, seq in found.broken[:20]:
        say(f"lane {lane}, entry {seq}: does not fit the one before it")
    for fault in found.faults:
        say(told(fault))
    if found.first is not None:
        say(f"the first head that no longer fits: {found.first.size}; what was altered is older than it")
    say("whole" if found.whole else "BROKEN")
    return 0 if found.whole else 1


def told(fault: Fault) -> str:
    """A fault in words."""
    return FAULTS[fault.kind].format(size=fault.size, whose=f" ({fault.whose})" if fault.whose else "")


def _named() -> Settings:
    settings = from_environment()
    if not settings.database_url:
        raise MissingSecret("MIAOPU_DATABASE_URL")
    return settings
