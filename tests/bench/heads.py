"""What heads cost over a long trail: `python tests/bench/heads.py [entries]` prints seconds; makes its own database.

Entries are put in past the triggers, a lane at a time, with a true chain's shape and random hashes: what is measured
is the tree, not the chain.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from miaopu.core import merkle
from miaopu.core.db import Database
from miaopu.core.secrets import Vault
from miaopu.evaluations import signatures
from miaopu.trail.checking import _recomputed
from miaopu.trail.sealing import seal
from miaopu.trail.tree import Tree
from postgres import fresh_database
from settled import test_settings

FILL = """
INSERT INTO audit_entries (lane, seq, previous, hash, at, recorded_at, action, thing_type, changes)
SELECT n % 8, n / 8 + 1, '', sha256(n::text::bytea), now(), now(), 'bench', 'bench', '{}'
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint) - 1) n
"""
HEADS = "UPDATE audit_heads h SET seq = (SELECT coalesce(max(seq), 0) FROM audit_entries e WHERE e.lane = h.lane)"
DAY = 20_000


async def fill(database: Database, first: int, last: int) -> None:
    """Entries in eight lanes."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(FILL), {"first": first, "last": last})
        await connection.execute(text(HEADS))


async def measure(url: str, entries: int) -> None:
    """Print what each step takes."""
    settings = test_settings(url, Path(tempfile.mkdtemp()))
    database = Database(settings)
    ring = await signatures.load(database, Vault(settings.secret.get_secret_value()))
    await fill(database, 0, entries)
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE audit_entries"))

    began = time.perf_counter()
    first = await seal(database, ring, "bench/trail")
    assert first is not None
    print(f"first head over {first.size} entries: {time.perf_counter() - began:.2f} s")
    await fill(database, entries, entries + DAY)
    began = time.perf_counter()
    second = await seal(database, ring, "bench/trail")
    assert second is not None
    print(f"the next day's, {DAY} more: {time.perf_counter() - began:.3f} s")
    async with database.session() as session:
        began = time.perf_counter()
        path = await (await Tree.at(session)).inclusion(entries // 3, second.size)
        print(f"inclusion proof of {len(path)} nodes: {1000 * (time.perf_counter() - began):.1f} ms")
        began = time.perf_counter()
        path = await (await Tree.at(session)).consistency(first.size, second.size)
        print(f"consistency proof of {len(path)} nodes: {1000 * (time.perf_counter() - began):.1f} ms")
        assert merkle.consistent(first.size, second.size, first.root, second.root, path)
        began = time.perf_counter()
        anew = await _recomputed(session, [first, second], {first.size, second.size})
        assert anew.roots == {first.size: first.root, second.size: second.root}
        print(f"both heads computed anew: {time.perf_counter() - began:.2f} s")
        nodes = await session.execute(
            text("SELECT count(*), pg_total_relation_size('audit_tree_nodes') FROM audit_tree_nodes")
        )
        print("nodes kept: {} rows, {} bytes".format(*nodes.one()))
    await database.close()


if __name__ == "__main__":
    url = fresh_database()
    asyncio.run(measure(url, int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
