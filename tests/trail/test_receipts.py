"""Receipts: what a family handed in or was told can be shown later, by the family alone and without anybody's data."""

import base64
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from halls import Hall, sit
from heads import checked, entries, sealed
from miaopu.cli import main
from miaopu.core import audit, clock
from miaopu.core.audit import AuditEntry
from miaopu.core.db import new_id
from miaopu.core.files import StoredFile
from miaopu.nominations.models import Nomination
from miaopu.people.roles import Role
from miaopu.personal.targets import targets
from miaopu.registrations import commitments
from miaopu.registrations.commitments import Commitment
from miaopu.registrations.models import ApplicationMaterial, Registration
from miaopu.trail.receipt_file import Receipt, held
from seeded import World, turn_to


@pytest.fixture
async def hall(app: Any, client: Any) -> Hall:
    """A written test whose marks are published; the second student's is 77.5."""
    found = await sit(app, client)
    async with app.state.database.session() as session:
        for seat, mark in zip(found.seats, ("61", "77.5", None), strict=True):
            row = await session.merge(seat)
            row.mark, row.absent, row.second_absent = mark, mark is None, mark is None
            row.second_mark = mark
        sitting = await session.merge(found.sitting)
        sitting.locked_at = clock.now()
        await audit.commit(session)
    preview = await client.post("/exams/marks/publish/preview", headers=found.colleague)
    lines = [{"id": line["id"], "version": line["version"]} for line in preview.json()["lines"]]
    done = await client.post("/exams/marks/publish", json={"lines": lines}, headers=found.colleague)
    assert done.status_code == 200, done.text
    return found


async def receipt_of(hall: Hall, seat: int = 1) -> tuple[str, dict[str, Any]]:
    """The path of the student's one receipt, and its line in the list."""
    path = f"/registrations/{hall.seats[seat].registration_id}/receipts"
    (line,) = (await hall.at.client.get(path, headers=hall.student)).json()["items"]
    return f"{path}/{line['id']}", line


async def test_a_published_mark_has_a_receipt_that_holds_without_the_platform(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, line = await receipt_of(hall)
    assert (line["kind"], line["sealed"]) == ("mark", False)
    early = await hall.at.client.get(path, headers=hall.student)
    assert (early.status_code, early.json()["code"]) == (409, "not_sealed_yet")
    await sealed(hall.at.app)
    await entries(hall.at.app, 300)
    await sealed(hall.at.app)
    assert (await receipt_of(hall))[1]["sealed"] is True
    answer = await hall.at.client.get(path, headers=hall.student)
    receipt = Receipt.model_validate_json(answer.content)
    said = json.loads(receipt.value)
    assert (said["mark"], said["absent"], said["registration"]) == ("77.50", False, "2024HO00002")
    keys = dict(hall.at.app.state.paper_keys.public)
    assert held(receipt, keys).whole
    # The file says nothing of the two others who sat there; a mark is a text, and no part of a moment.
    for other in ("2024HO00001", "2024HO00003", "陈䶮", '"61'):
        assert other not in receipt.value + receipt.note
    file = tmp_path / "receipt.json"
    file.write_bytes(answer.content)
    monkeypatch.setattr("sys.argv", ["miaopu", "audit", "receipt", str(file)])
    assert main() == 0
    assert '"mark":"77.50"' in capsys.readouterr().out
    # Another mark, another salt, another place, another head, another key: nothing of it holds.
    changed = {
        "commitment": {"value": receipt.value.replace("77.50", "97.50")},
        "leaf": {"index": receipt.index + 1},
        "head": {"size": receipt.size + 1},
        "signature": {"note": receipt.note.replace("made 2", "made 1")},
    }
    for step, facts in changed.items():
        wrong = held(receipt.model_copy(update=facts), keys)
        assert wrong.steps[step] is False, step  # type: ignore[index]
        assert not wrong.whole
    assert not held(receipt, {"other": b"\x01" * 32}).whole
    file.write_text(receipt.model_copy(update=changed["commitment"]).model_dump_json())
    assert main() == 1


async def test_nobody_but_the_family_gets_a_receipt(hall: Hall) -> None:
    path, _ = await receipt_of(hall)
    await sealed(hall.at.app)
    other, _ = await hall.at.person(Role.STUDENT, "no2")
    guardian, account = await hall.at.person(Role.GUARDIAN, "no2")
    assert (await hall.at.client.get(path, headers=other)).status_code == 404
    assert (await hall.at.client.get(path.rsplit("/", 1)[0], headers=other)).status_code == 404
    assert (await hall.at.client.get(path, headers=guardian)).status_code == 404
    for office in (hall.office, (await hall.at.person(Role.REGION_OFFICE, "region"))[0]):
        assert (await hall.at.client.get(path, headers=office)).status_code == 403
    async with hall.at.app.state.database.session() as session:
        registration = await session.get(Registration, hall.seats[1].registration_id)
        registration.guardian_account_id = account.id
        await audit.commit(session)
    assert (await hall.at.client.get(path, headers=guardian)).status_code == 200
    # Another's receipt under one's own registration is not there either.
    _, mine = await receipt_of(hall)
    foreign = f"/registrations/{hall.seats[0].registration_id}/receipts/{mine['id']}"
    assert (await hall.at.client.get(foreign, headers=hall.student)).status_code == 404


async def test_the_trail_holds_the_commitment_and_neither_value_nor_salt(hall: Hall) -> None:
    async with hall.at.app.state.database.session() as session:
        rows = list(await session.scalars(select(Commitment)))
        made = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "commitment.make")))
    assert {entry.changes["commitment"][1] for entry in made} == {row.commitment for row in rows}
    assert len(rows) == 3
    for entry in made:
        assert entry.changes["value"] == entry.changes["salt"] == "changed"


async def test_what_was_forgotten_has_no_receipt_and_cannot_be_guessed_and_the_trail_stays_whole(hall: Hall) -> None:
    path, line = await receipt_of(hall)
    await sealed(hall.at.app)
    shown = (await hall.at.client.get(path, headers=hall.student)).json()
    value = json.loads(shown["value"])
    async with hall.at.app.state.database.session() as session:
        for target in targets("application", hall.at.cycle_id, hall.at.app.state.vault):
            blank = update(target.model).where(target.filled).values(dict(target.blank))
            await audit.bulk(session, blank, action="cycle.erased", thing_type="cycle", thing_id=hall.at.cycle_id)
        await audit.commit(session)
    assert (await hall.at.client.get(path, headers=hall.student)).status_code == 404
    assert (await receipt_of(hall))[1]["forgotten"] is True
    async with hall.at.app.state.database.session() as session:
        row = await session.get(Commitment, uuid.UUID(line["id"]))
        made = await session.scalars(select(AuditEntry).where(AuditEntry.part_id == row.id))
        told = json.dumps([entry.changes for entry in made])
    assert (row.value, row.salt) == (None, None)
    assert line["commitment"] in told
    for gone in (base64.b64decode(shown["salt"]).hex(), shown["salt"], "77.5"):
        assert gone not in told
    # Whoever guesses every mark there is does not find it: the salt is gone.
    guesses = (commitments.canonical({**value, "mark": f"{n / 2:.2f}"}) for n in range(201))
    assert line["commitment"] not in {hashlib.sha256(guess.encode()).hexdigest() for guess in guesses}
    await sealed(hall.at.app)
    assert (await checked(hall.at.app)).whole


async def test_p13_choices_are_bound_as_they_are_handed_in(at: World) -> None:
    turn_to("2023-12-13T10:00:00", at.plan)
    student, account = await at.person(Role.STUDENT, "no2", "那日苏")
    mentors = [
        Nomination(
            id=new_id(), cycle_id=at.cycle_id, state="city_reviewed", university_id=at.units["imnu"].id,
            city_id=at.units["hohhot"].id, subject="mathematics", name=name, name_key=name,
            standing=at.plan.mentors.standings[0].code, degree="doctor", title="教授", capacity=3,
        )
        for name in ("阿拉坦", "苏日娜")
    ]  # fmt: skip
    draft = Registration(
        id=new_id(), cycle_id=at.cycle_id, state="draft", serial=1, number="2024HO00001", account_id=account.id,
        school_id=at.units["no2"].id, city_id=at.units["hohhot"].id, name="那日苏", name_key="narisu",
        subject="mathematics", grade=10, entry_year=2023, year_size=1000, subject_rank=1, overall_rank=1,
        identity_index="ab" * 32, birth_year=1990, motivation="数学",
    )  # fmt: skip
    paper = StoredFile(
        id=new_id(), sha256="ab" * 32, size=1, content_type="image/png", name="成绩.png", uploaded_by=account.id
    )
    kinds = at.plan.application.required_materials
    materials = [ApplicationMaterial(registration_id=draft.id, kind=kind, file_id=paper.id) for kind in kinds]
    await at.add(draft, *mentors, paper, *materials)
    path = f"/registrations/{draft.id}"
    ranked = [str(mentor.id) for mentor in reversed(mentors)]
    saved = await at.client.patch(path, json={"version": 1, "choices": ranked}, headers=student)
    assert saved.status_code == 200, saved.text
    assert (await at.client.get(f"{path}/receipts", headers=student)).json()["total"] == 0
    form = {"version": saved.json()["version"]}
    done = await at.client.post(f"{path}/actions/submit", json=form, headers=student)
    assert done.status_code == 200, done.text
    await sealed(at.app)
    (one,) = (await at.client.get(f"{path}/receipts", headers=student)).json()["items"]
    receipt = Receipt.model_validate((await at.client.get(f"{path}/receipts/{one['id']}", headers=student)).json())
    assert held(receipt, at.app.state.paper_keys.public).whole
    assert [choice["mentor"] for choice in json.loads(receipt.value)["choices"]] == ["苏日娜", "阿拉坦"]
