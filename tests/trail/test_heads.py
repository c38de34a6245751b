"""Heads of the trail: made over everything, proved from, and what finds that an old entry was written anew."""

import asyncio
import base64
import json
from itertools import pairwise
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import vectors
from heads import REWRITE, checked, entries, forge, note, sealed
from miaopu.core import merkle
from miaopu.core.audit import AuditEntry
from miaopu.trail import clockwork, notes
from miaopu.trail.models import TreeHead, TreeNode
from miaopu.trail.receipt_file import Receipt, held
from miaopu.trail.sealing import newest, origin_of, seal, seal_daily
from miaopu.trail.tree import Tree


async def test_a_head_of_one_day_begins_with_that_of_the_day_before_and_every_entry_is_in_it(app: FastAPI) -> None:
    made = []
    for number in (1, 3, 300, 700, 50):
        # Several connections at once: several lanes.
        await asyncio.gather(*(entries(app, number) for _ in range(3)))
        made.append(await sealed(app))
    async with app.state.database.session() as session:
        tree = await Tree.at(session)
        for old, new in pairwise(made):
            path = await tree.consistency(old.size, new.size)
            assert merkle.consistent(old.size, new.size, old.root, new.root, path)
        last = made[-1]
        every = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
        assert last.size == len(every)
        places = {tree.index(entry.lane, entry.seq) for entry in every}
        assert places == set(range(len(every)))
        assert len({entry.lane for entry in every}) > 1
        for entry in every[:: len(every) // 40]:
            at = tree.index(entry.lane, entry.seq)
            assert at is not None
            path = await tree.inclusion(at, last.size)
            assert merkle.included(merkle.leaf_hash(entry.hash), at, last.size, path, last.root)
        assert len(list(await session.scalars(select(TreeNode)))) > last.size >> 8
    found = await checked(app, *(note(app, head) for head in made))
    assert (found.whole, found.heads, found.outside, found.sealed) == (True, 5, 5, last.size)


async def test_a_head_is_made_once_a_day_and_not_for_nothing(app: FastAPI) -> None:
    state = app.state
    given: tuple[Any, ...] = (state.database, state.paper_keys, origin_of(state.settings))
    assert await seal(*given) is None
    await entries(app, 2)
    two = await asyncio.gather(seal_daily(*given), seal_daily(*given))
    assert sorted(head.size for head in two if head) == [2]
    await entries(app, 2)
    assert await seal_daily(*given) is None
    assert (await sealed(app)).size == 4


@pytest.mark.parametrize("table", ["audit_tree_heads", "audit_tree_nodes"])
async def test_heads_only_grow(app: FastAPI, table: str) -> None:
    await entries(app, 300)
    await sealed(app)
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with app.state.database.engine.begin() as connection:
                await connection.execute(text(statement))


async def forged(app: FastAPI) -> list[TreeHead]:
    """Three heads; then an entry of the second day is written anew, and the chain behind it."""
    heads = []
    for _ in range(3):
        await entries(app, 20)
        heads.append(await sealed(app))
    async with app.state.database.session() as session:
        victim = await session.scalar(select(AuditEntry).order_by(AuditEntry.id).offset(heads[0].size + 4).limit(1))
        assert victim is not None
    assert (await checked(app)).whole
    await forge(app, REWRITE.format(lane=victim.lane, seq=victim.seq))
    return heads


async def test_an_entry_written_anew_with_its_whole_chain_is_found_by_the_heads(app: FastAPI) -> None:
    heads = await forged(app)
    found = await checked(app)
    # The chain says nothing: it was computed anew.
    assert found.broken == []
    assert [(f.kind, f.size) for f in found.faults] == [("head", heads[1].size), ("head", heads[2].size)]
    assert found.first is not None
    assert found.first.size == heads[1].size


async def test_a_head_written_anew_lacks_a_signature(app: FastAPI) -> None:
    heads = await forged(app)
    async with app.state.database.session() as session:
        anew = merkle.Edge()
        rows = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.lane, AuditEntry.seq)))
    # As far as a forger gets: one head, over everything, with the right root and an old signature.
    anew.extend(merkle.leaf_hash(row.hash) for row in rows)
    head = notes.read(note(app, heads[-1])).head
    said = notes.Head(head.origin, anew.size, anew.root(), head.made_at, head.ends).text()
    await forge(
        app,
        f"DELETE FROM audit_tree_heads WHERE size < {anew.size}",
        f"UPDATE audit_tree_heads SET root = '\\x{anew.root().hex()}', text = '{said}'",
    )
    found = await checked(app)
    assert [(f.kind, f.size) for f in found.faults] == [("signature", anew.size)]


async def test_heads_taken_away_and_sealed_anew_are_found_by_one_that_somebody_kept(app: FastAPI) -> None:
    heads = await forged(app)
    kept = [note(app, head) for head in heads]
    await forge(app, "DELETE FROM audit_tree_heads", "DELETE FROM audit_tree_nodes")
    again = await sealed(app)
    assert again.size == heads[-1].size
    # Inside the database nothing is left that could tell: the installation itself has signed the forged trail.
    assert (await checked(app)).whole
    assert (await checked(app, kept[0])).first is None
    found = await checked(app, *kept)
    assert found.first is not None
    assert (found.first.kind, found.first.size, found.first.whose) == ("outside", heads[1].size, "a.txt")
    assert not found.whole


async def test_entries_cut_off_at_the_end_are_found(app: FastAPI) -> None:
    heads = await forged(app)
    await forge(
        app,
        f"DELETE FROM audit_entries WHERE id > (SELECT min(id) + {heads[1].size} FROM audit_entries)",
        "UPDATE audit_heads h SET (seq, hash) = (SELECT coalesce(max(seq), 0), coalesce((array_agg(hash ORDER BY seq "
        "DESC))[1], sha256('')) FROM audit_entries e WHERE e.lane = h.lane)",
    )
    assert ("gap", heads[2].size) in [(f.kind, f.size) for f in (await checked(app)).faults]


def test_a_note_that_was_changed_is_no_note_of_its_key() -> None:
    key = notes.Ed25519PrivateKey.generate()
    public = {"k": key.public_key().public_bytes_raw()}
    head = notes.Head("miaopu.example/trail", 5, b"\x01" * 32, notes.datetime(2026, 9, 1, tzinfo=notes.UTC), (2, 3))
    made = notes.note_of(head.text(), [notes.sign(head, key), notes.countersign(head.text(), "w", key, 1_790_000_000)])
    assert notes.signer(notes.read(made), public) == "k"
    assert [notes.holds(head.text(), line, public["k"]) for line in notes.read(made).signed] == [True, True]
    for wrong in (made.replace("\n5\n", "\n6\n"), made.replace("lanes 2 3", "lanes 3 2")):
        assert notes.signer(notes.read(wrong), public) is None
    for broken in (made.replace("\n5\n", "\n05\n"), "", "x\n\n", made.replace(notes.DASH, "- ")):
        with pytest.raises(notes.NotANote):
            notes.read(broken)
    assert [one.head.size for one in notes.read_all(made + made + "\n" + made)] == [5, 5, 5]
    assert base64.b64encode(b"\x01" * 32).decode() in made


def test_the_file_by_which_the_pages_are_tested_is_what_the_server_makes() -> None:
    assert json.loads(vectors.FILE.read_text("utf-8")) == vectors.made()
    receipt = Receipt.model_validate(vectors.made()["receipt"])
    assert held(receipt, {"log": base64.b64decode(receipt.keys[0].public)}).whole
    assert held(receipt).countersigned == (vectors.UNIT,)


async def test_the_worker_makes_the_head_of_the_day_and_what_fails_is_tried_again(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    await entries(app, 3)
    # A trail whose lanes say more than there is cannot be sealed: the clockwork goes on, and seals once it is whole.
    await forge(app, "UPDATE audit_heads SET seq = seq + 1 WHERE lane = 0")
    monkeypatch.setattr(clockwork, "ASKED_EVERY", 0.1)
    stop = asyncio.Event()
    turning = asyncio.create_task(clockwork.keep_sealing(app.state.database, app.state.settings, stop))
    await asyncio.sleep(0.5)
    assert not turning.done()
    async with app.state.database.session() as session:
        assert await newest(session) is None
        await session.rollback()
        await forge(app, "UPDATE audit_heads SET seq = seq - 1 WHERE lane = 0")
        async with asyncio.timeout(10):
            while (made := await newest(session)) is None:
                await session.rollback()
                await asyncio.sleep(0.1)
    stop.set()
    await turning
    assert made.size == 3
    assert (await checked(app)).whole
