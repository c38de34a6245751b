"""The tool of a unit that countersigns heads: it keeps the last it saw, and signs none that contradicts it.

It trusts nothing of the installation but the address and, after the first time, the key it saw then: that the newest
head begins with the kept one is computed here, from the proof.
"""

import base64
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from miaopu.core import merkle
from miaopu.trail import notes


class Refused(Exception):
    """The head is not to be signed. The message says why."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness keeps between two times: the installation's keys as first seen, and the last signed note."""

    keys: dict[str, str]
    note: str


def new_key(file: Path) -> str:
    """A private key in a new file that its owner alone reads (PEM, PKCS #8); returns the public half, base64."""
    file.touch(mode=0o600, exist_ok=False)
    key = Ed25519PrivateKey.generate()
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return notes.base64_of(key.public_key().public_bytes_raw())


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key of a PEM file. Raises Refused for another kind of key."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (TypeError, ValueError) as wrong:
        raise Refused(f"{file}: {wrong}") from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"{file}: not an Ed25519 key")
    return key


def load(file: Path) -> Seen | None:
    """What was kept; None the first time."""
    return Seen(**json.loads(file.read_text("utf-8"))) if file.exists() else None


def keep(file: Path, seen: Seen) -> None:
    """Keep it: whole or not at all."""
    beside = file.with_name(file.name + ".new")
    beside.write_text(json.dumps(asdict(seen), ensure_ascii=False, indent=1), "utf-8")
    beside.replace(file)


async def countersign(http: httpx.AsyncClient, key: Ed25519PrivateKey, seen: Seen | None) -> Seen:
    """Look at the newest head, prove that nothing of the kept one was changed, sign it, hand the signature in.

    Args:
        http: a client whose base is the API's address.
        seen: what was kept the last time.

    Raises:
        Refused: the head contradicts the kept one, lacks its signature, or the key is not registered.
        httpx.HTTPError: the installation is not there.
    """
    told = await _json(http, "/public/trail/keys")
    public = notes.base64_of(key.public_key().public_bytes_raw())
    name = next((k["name"] for k in told["countersigners"] if k["public"] == public and not k["retired_at"]), None)
    if name is None:
        raise Refused(f"this key is not registered: {public}")
    answer = await http.get("/public/trail/heads/0/note")
    answer.raise_for_status()
    try:
        note = notes.read(answer.text)
    except notes.NotANote as wrong:
        raise Refused(str(wrong)) from wrong
    known = seen.keys if seen else {one["kid"]: one["public"] for one in told["keys"]}
    if notes.signer(note, {kid: base64.b64decode(raw) for kid, raw in known.items()}) is None:
        raise Refused(f"head {note.head.size}: not signed by a key that was seen the first time")
    if seen is not None:
        await _ask_consistent(http, notes.read(seen.note), note)
    line = notes.countersign(note.text, name, key, int(time.time()))
    sent = await http.post(f"/public/trail/heads/{note.head.size}/countersignatures", json={"line": line.line()})
    if sent.status_code >= 400:
        raise Refused(sent.json().get("title", sent.text))
    own = [one for one in note.signed if one.name == note.head.origin]
    return Seen(known, notes.note_of(note.text, [*own, line]))


async def _ask_consistent(http: httpx.AsyncClient, before: notes.Note, after: notes.Note) -> None:
    old, new = before.head, after.head
    path: list[bytes] = []
    if old.size < new.size:
        answer = await http.get("/public/trail/consistency", params={"old": old.size, "new": new.size})
        if answer.status_code >= 400:
            raise Refused(f"head {old.size} was signed here and is none any more")
        path = [base64.b64decode(node) for node in answer.json()["path"]]
    same = old.origin == new.origin
    if not same or not merkle.consistent(old.size, new.size, old.root, new.root, path):
        raise Refused(f"head {new.size} does not begin with head {old.size}, which was signed here: keep both")


async def _json(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    answer.raise_for_status()
    return answer.json()
