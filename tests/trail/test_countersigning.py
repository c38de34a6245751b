"""Units countersign heads under keys of their own; whoever signed once finds what was written anew afterwards."""

import base64
import json
import time
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import select

from heads import REWRITE, checked, entries, forge, sealed
from miaopu.core.audit import AuditEntry
from miaopu.people.roles import Role
from miaopu.trail import notes, witness
from seeded import Headers, World

PUBLIC = "/public/trail"


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half, as it is registered."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


async def registered(at: World, unit: str, role: Role) -> tuple[Ed25519PrivateKey, Headers, dict[str, object]]:
    """A unit's key, registered by its office."""
    headers, _ = await at.person(role, unit)
    key = Ed25519PrivateKey.generate()
    made = await at.client.post("/trail/keys", json={"public": public_of(key)}, headers=headers)
    assert made.status_code == 201, made.text
    return key, headers, made.json()


async def newest(client: httpx.AsyncClient) -> notes.Note:
    """The newest head, as anybody gets it."""
    answer = await client.get(f"{PUBLIC}/heads/0/note")
    assert answer.headers["content-type"].startswith("text/plain")
    return notes.read(answer.text)


def line_of(note: notes.Note, name: object, key: Ed25519PrivateKey, off: int = 0) -> dict[str, str]:
    """What a unit's tool sends."""
    return {"line": notes.countersign(note.text, str(name), key, int(time.time()) + off).line()}


async def test_heads_keys_and_proofs_are_public_and_hold_nothing_but_numbers_and_units(at: World) -> None:
    await at.person(Role.STUDENT, "no2", "斯琴高娃")
    one = await sealed(at.app)
    await entries(at.app, 400)
    two = await sealed(at.app)
    page = await at.client.get(f"{PUBLIC}/heads")
    assert [head["size"] for head in page.json()["items"]] == [two.size, one.size]
    shown = (await at.client.get(f"{PUBLIC}/heads/{one.size}")).json()
    keys = (await at.client.get(f"{PUBLIC}/keys")).json()
    known = {key["kid"]: base64.b64decode(key["public"]) for key in keys["keys"]}
    assert notes.signer(notes.read(shown["note"]), known) == one.kid
    proof = (await at.client.get(f"{PUBLIC}/consistency", params={"old": one.size, "new": two.size})).json()
    path = [base64.b64decode(node) for node in proof["path"]]
    assert witness.merkle.consistent(one.size, two.size, one.root, two.root, path)
    wrong = await at.client.get(f"{PUBLIC}/consistency", params={"old": one.size + 1, "new": two.size})
    assert wrong.status_code == 404
    assert (await at.client.get(f"{PUBLIC}/heads/{one.size + 1}")).status_code == 404
    everything = page.text + json.dumps([shown, keys, proof], ensure_ascii=False)
    assert "斯琴高娃" not in everything


async def test_a_unit_registers_its_key_and_its_countersignature_stands_in_the_note(at: World) -> None:
    key, headers, own = await registered(at, "hohhot", Role.CITY_OFFICE)
    await sealed(at.app)
    note = await newest(at.client)
    path = f"{PUBLIC}/heads/{note.head.size}/countersignatures"
    # No account is asked: the signature says who it is.
    sent = await at.client.post(path, json=line_of(note, own["name"], key))
    assert (sent.status_code, sent.json()["name"]) == (201, own["name"])
    again = await at.client.post(path, json=line_of(note, own["name"], key))
    assert again.json()["received_at"] == sent.json()["received_at"]
    signed = (await newest(at.client)).signed
    assert notes.holds(note.text, signed[1], key.public_key().public_bytes_raw())
    listed = (await at.client.get(f"{PUBLIC}/heads")).json()["items"][0]["countersigned"]
    assert [one["unit_name"] for one in listed] == [at.units["hohhot"].name]
    found = await checked(at.app)
    assert (found.whole, found.countersignatures) == (True, 1)
    # Another unit neither sees the key among its own nor retires it.
    others, _ = await at.person(Role.UNIVERSITY, "imnu")
    assert (await at.client.get("/trail/keys", headers=others)).json()["total"] == 0
    retire = f"/trail/keys/{own['id']}/retire"
    assert (await at.client.post(retire, json={"version": 1}, headers=others)).status_code == 404
    assert (await at.client.post(retire, json={"version": 1}, headers=headers)).status_code == 200
    await entries(at.app, 1)
    await sealed(at.app)
    later = await newest(at.client)
    late = await at.client.post(
        f"{PUBLIC}/heads/{later.head.size}/countersignatures", json=line_of(later, own["name"], key)
    )
    assert (late.status_code, late.json()["code"]) == (422, "countersignature_wrong")


async def test_what_is_no_true_countersignature_is_refused(at: World) -> None:
    key, _, own = await registered(at, "imnu", Role.UNIVERSITY)
    other, _, _ = await registered(at, "hohhot", Role.CITY_OFFICE)
    await sealed(at.app)
    first = await newest(at.client)
    await entries(at.app, 3)
    await sealed(at.app)
    note = await newest(at.client)
    path = f"{PUBLIC}/heads/{note.head.size}/countersignatures"
    for wrong in (
        line_of(note, own["name"], other),
        line_of(first, own["name"], key),
        line_of(note, own["name"], key, off=-86_400),
        {"line": notes.sign(note.head, key).line()},
        {"line": "x" * 100},
    ):
        answer = await at.client.post(path, json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "countersignature_wrong"), wrong
    assert (await at.client.post(path, json=line_of(note, own["name"], key))).status_code == 201
    back = await at.client.post(
        f"{PUBLIC}/heads/{first.head.size}/countersignatures", json=line_of(first, own["name"], key)
    )
    assert (back.status_code, back.json()["code"]) == (409, "countersigned_later")


@pytest.mark.parametrize("given", ["", "AAAA", "x" * 44, base64.b64encode(b"\x01" * 33).decode()])
async def test_what_is_no_key_is_not_registered(at: World, given: str) -> None:
    headers, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await at.client.post("/trail/keys", json={"public": given}, headers=headers)).status_code == 422


async def test_a_key_belongs_to_one_unit(at: World) -> None:
    key, headers, _ = await registered(at, "hohhot", Role.CITY_OFFICE)
    again = await at.client.post("/trail/keys", json={"public": public_of(key)}, headers=headers)
    assert again.json()["errors"][0]["code"] == "key_registered"


async def rewritten(app: FastAPI, before: int, *more: str) -> None:
    """The oldest entries written anew, the heads and nodes taken away, everything sealed anew."""
    async with app.state.database.session() as session:
        rows = select(AuditEntry).order_by(AuditEntry.id).offset(before - 2).limit(1)
        victim = await session.scalar(rows)
        assert victim is not None
    again = ("DELETE FROM audit_tree_heads", "DELETE FROM audit_tree_nodes", *more)
    await forge(app, REWRITE.format(lane=victim.lane, seq=victim.seq), *again)


async def test_a_rewritten_trail_is_found_by_a_countersignature_and_gets_no_other_one(at: World) -> None:
    key, _, own = await registered(at, "hohhot", Role.CITY_OFFICE)
    first = await sealed(at.app)
    note = await newest(at.client)
    path = f"{PUBLIC}/heads/{first.size}/countersignatures"
    assert (await at.client.post(path, json=line_of(note, own["name"], key))).status_code == 201
    await entries(at.app, 5)
    await rewritten(at.app, first.size)
    await sealed(at.app)
    found = await checked(at.app)
    assert found.broken == []
    assert found.first is not None
    assert (found.first.kind, found.first.size, found.first.whose) == ("witnessed", first.size, own["name"])
    forged = await newest(at.client)
    answer = await at.client.post(
        f"{PUBLIC}/heads/{forged.head.size}/countersignatures", json=line_of(forged, own["name"], key)
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "head_inconsistent")
    # The office's button says the same.
    office, _ = await at.person(Role.ASSOCIATION, "association")
    told = (await at.client.get("/oversight/chain", headers=office)).json()
    assert (told["whole"], told["countersignatures"], told["broken"]) == (False, 1, [])
    assert {"kind": "witnessed", "size": first.size, "whose": own["name"]} in told["faults"]


async def test_the_tool_of_a_unit_keeps_what_it_saw_and_refuses_what_contradicts_it(at: World, tmp_path: Path) -> None:
    file, state = tmp_path / "key.pem", tmp_path / "seen.json"
    headers, _ = await at.person(Role.UNIVERSITY, "imnu")
    public = witness.new_key(file)
    assert file.stat().st_mode & 0o077 == 0
    key = witness.read_key(file)
    await sealed(at.app)
    with pytest.raises(witness.Refused, match="not registered"):
        await witness.countersign(at.client, key, None)
    assert (await at.client.post("/trail/keys", json={"public": public}, headers=headers)).status_code == 201
    witness.keep(state, await witness.countersign(at.client, key, None))
    await entries(at.app, 300)
    await sealed(at.app)
    witness.keep(state, await witness.countersign(at.client, key, witness.load(state)))
    seen = witness.load(state)
    assert seen is not None
    kept = notes.read(seen.note)
    assert (await checked(at.app)).countersignatures == 2
    await entries(at.app, 300)
    # Everything inside is taken away or written anew, the countersignatures with it.
    await rewritten(at.app, kept.head.size, "DELETE FROM countersignatures")
    await sealed(at.app)
    assert (await checked(at.app)).whole
    with pytest.raises(witness.Refused, match="is none any more"):
        await witness.countersign(at.client, key, seen)
    assert (await checked(at.app, seen.note)).first is not None


async def test_a_head_under_another_key_than_the_one_first_seen_is_not_signed(at: World, tmp_path: Path) -> None:
    headers, _ = await at.person(Role.UNIVERSITY, "imnu")
    public = witness.new_key(tmp_path / "key.pem")
    await at.client.post("/trail/keys", json={"public": public}, headers=headers)
    await sealed(at.app)
    key = witness.read_key(tmp_path / "key.pem")
    seen = await witness.countersign(at.client, key, None)
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    with pytest.raises(witness.Refused, match="not signed by a key"):
        await witness.countersign(at.client, key, witness.Seen(dict.fromkeys(seen.keys, other), seen.note))


async def test_the_regions_office_makes_a_head_at_once_and_nobody_else(at: World) -> None:
    office, _ = await at.person(Role.REGION_OFFICE, "region")
    made = await at.client.post("/trail/heads", headers=office)
    assert (made.status_code, made.json()["made"]) == (201, True)
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await at.client.post("/trail/heads", headers=city)).status_code == 403
    registering = await at.client.post("/trail/keys", json={"public": "A" * 44}, headers=office)
    assert registering.status_code == 403
