"""The sealed stream, and the folder of backups."""

import io
import os
from pathlib import Path

import pytest

from miaopu.operations.backup import forget_old
from miaopu.operations.sealing import CHUNK, Damaged, Sealer, unsealed


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_a_sealed_stream_opens_to_what_was_written_and_no_chunk_can_be_moved(size: int) -> None:
    key, data, out = os.urandom(32), os.urandom(size), io.BytesIO()
    sealer = Sealer(out, key)
    sealer.write(data)
    sealer.close()
    sealed = out.getvalue()
    assert b"".join(unsealed(io.BytesIO(sealed), key)) == data
    head, step = 80, CHUNK + 16
    chunks = [sealed[at : at + step] for at in range(head, len(sealed), step)]
    orders = [chunks[:-1], [*chunks, chunks[-1]]]
    if len(chunks) > 2:
        orders += [[chunks[1], chunks[0], *chunks[2:]], chunks[1:], [chunks[0], *chunks]]
    for order in orders:
        with pytest.raises(Damaged):
            list(unsealed(io.BytesIO(sealed[:head] + b"".join(order)), key))


def test_only_the_newest_backups_are_kept(tmp_path: Path) -> None:
    for day in range(1, 8):
        (tmp_path / f"miaopu-2026010{day}T010000Z.miaopu").touch()
    (tmp_path / "notes.txt").touch()
    left = tmp_path / "miaopu-20260101T010000Z.miaopu.part"
    left.touch()
    os.utime(left, (0, 0))
    forget_old(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(f"miaopu-2026010{day}T010000Z.miaopu" for day in (5, 6, 7)),
        "notes.txt",
    ]
