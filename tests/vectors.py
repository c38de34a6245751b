"""Writes frontend/test/heads.json: notes and a receipt by which the pages' checks are held to those of the server.

Run it when the form of notes or receipts changes: `PYTHONPATH=backend python tests/vectors.py`.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from miaopu.core import merkle
from miaopu.trail import notes
from miaopu.trail.receipt_file import leaf_of

FILE = Path(__file__).parents[1] / "frontend" / "test" / "heads.json"
ORIGIN, UNIT = "miaopu.example/trail", "miaopu.example/trail/hohhot"
LOG = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
VALUE = '{"absent":false,"kind":"mark","mark":"77.50","registration":"2024HO00002"}'
SIZES = (4, 5, 8, 13)
TIME = 1_790_000_000


def made() -> dict[str, Any]:
    """Heads over the first leaves of one list, proofs between each two, and a receipt in the last."""
    salt, entry = b"\x07" * 32, b"\x08" * 32
    commitment = hashlib.sha256(salt + VALUE.encode()).digest()
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(SIZES[-1])]
    leaves[9] = leaf_of(entry, commitment)
    edge, nodes = merkle.Edge(), {(0, n): leaf for n, leaf in enumerate(leaves)}
    heads = []
    for size in SIZES:
        edge.extend(leaves[edge.size : size], lambda level, at, node: nodes.__setitem__((level, at), node))
        head = notes.Head(ORIGIN, size, edge.root(), datetime(2026, 9, 1, tzinfo=UTC), (size,))
        signed = [notes.sign(head, LOG), notes.countersign(head.text(), UNIT, WITNESS, TIME)]
        heads.append(notes.note_of(head.text(), signed))

    def proof(ranges: list[tuple[int, int]]) -> list[str]:
        return [notes.base64_of(node) for node in merkle.proved(ranges, nodes.__getitem__)]

    proofs = [
        {"old": old, "new": new, "path": proof(merkle.consistency(old, new))}
        for old in SIZES
        for new in SIZES
        if old < new
    ]
    keys = [{"name": ORIGIN, "public": _public(LOG)}, {"name": UNIT, "public": _public(WITNESS)}]
    receipt = {
        "form": "miaopu-receipt-1", "kind": "mark", "value": VALUE, "salt": notes.base64_of(salt),
        "commitment": commitment.hex(), "entry": notes.base64_of(entry), "index": 9, "size": SIZES[-1],
        "path": proof(merkle.inclusion(9, SIZES[-1])), "note": heads[-1], "keys": keys,
    }  # fmt: skip
    return {"heads": heads, "proofs": proofs, "receipt": receipt, "pem": _pem(WITNESS), "time": TIME}


def _public(key: Ed25519PrivateKey) -> str:
    return notes.base64_of(key.public_key().public_bytes_raw())


def _pem(key: Ed25519PrivateKey) -> str:
    # PKCS #8 of an Ed25519 key: a fixed head (RFC 8410) and the 32 bytes.
    raw = bytes.fromhex("302e020100300506032b657004220420") + key.private_bytes_raw()
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(raw).decode()}\n-----END PRIVATE KEY-----\n"


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), ensure_ascii=False, indent=2) + "\n", "utf-8")
