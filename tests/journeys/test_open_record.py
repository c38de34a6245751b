"""The published record of a walked selection: recomputed by anybody, joined to nobody (P16a)."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from miaopu.disclosures.models import Disclosure
from miaopu.openness import document as d
from miaopu.openness.verifying import verify
from miaopu.registrations.models import Registration
from miaopu.registrations.rules import pseudonym
from years import Year

Json = dict[str, Any]


@pytest.fixture(scope="module")
async def record(year: Year) -> Json:
    """The newest file, as anybody downloads it."""
    answer = await year.http.get(f"/public/cycles/{year.world.plan.code}/record")
    assert answer.status_code == 200
    found: Json = json.loads(answer.text)
    return found


def told(file: Path, record: Json) -> tuple[int, str]:
    """What `miaopu verify` answers to a record."""
    file.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "miaopu.cli", "verify", str(file)], capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout


async def test_p16a_miaopu_verify_recomputes_the_published_file_and_everything_agrees(
    record: Json, tmp_path: Path
) -> None:
    code, said = told(tmp_path / "record.json", record)
    assert code == 0, said
    assert "全部核验一致" in said
    parts = {check.part for check in verify(d.SelectionRecord.model_validate(record))}
    assert parts == {
        "seal", "plan", "seeds", "seating", "line", "groups", "totals", "outcomes", "pairing", "limits", "places",
    }  # fmt: skip


async def test_p16a_miaopu_verify_finds_one_changed_mark_and_says_whose(record: Json, tmp_path: Path) -> None:
    changed = json.loads(json.dumps(record))
    best = max(changed["verdicts"][0]["people"], key=lambda p: float(p["total"] or 0))
    best["mark"] = str(float(best["mark"]) - 1)
    code, said = told(tmp_path / "record.json", changed)
    assert code == 1
    assert best["person"] in said
    assert "有不一致之处" in said


def _first(record: Json, part: str) -> Json:
    found: Json = record[part][0]
    return found


def _selected(record: Json) -> Json:
    found: Json = next(p for p in _first(record, "verdicts")["people"] if p["outcome"] == "selected")
    return found


def _drawn(record: Json) -> Json:
    found: Json = next(p for one in record["verdicts"] for p in one["people"] if p["given"] == "drawn")
    return found


CHANGES: dict[str, tuple[str, Callable[[Json], object]]] = {
    "a seat": ("seating", lambda r: _first(r, "seating")["seats"][0].update(seat=999)),
    "the seed of a sitting": ("seeds", lambda r: _first(r, "seating").update(seed="0123456789abcdef")),
    "the plan": ("plan", lambda r: r["plan"].update(source=r["plan"]["source"].replace("ratio = ", "ratio = 1"))),
    "a line": ("line", lambda r: _first(r, "lines").update(computed_line="1")),
    "who is in": ("line", lambda r: _first(r, "lines")["people"][0].update(
        inside=not _first(r, "lines")["people"][0]["inside"])),
    "a judge's score": ("totals", lambda r: _selected(r)["sheets"][0].update(score="1.5")),
    "a total": ("totals", lambda r: _selected(r).update(total="99.9")),
    "an outcome": ("outcomes", lambda r: _selected(r).update(outcome="reserve")),
    "the seed of the interviews": ("seeds", lambda r: _first(r, "verdicts").update(seed="feed")),
    "a place before a panel": ("groups", lambda r: _drawn(r).update(position=_drawn(r)["position"] + 1)),
    "a proposed mentor": ("pairing", lambda r: _first(r, "pairings")["pairs"][0].update(proposed="M999")),
    "a mentor changed without a reason": ("pairing", lambda r: _first(r, "pairings")["pairs"][0].update(
        mentor="M999", by_hand=False)),
    "a place": ("places", lambda r: _first(r, "pairings")["students"][0].update(
        place=_first(r, "pairings")["students"][0]["place"] + 7)),
}  # fmt: skip


async def test_p16a_a_digit_that_changes_no_outcome_breaks_the_seal(record: Json) -> None:
    changed = json.loads(json.dumps(record))
    lowest = min(changed["lines"][0]["people"], key=lambda p: float(p["mark"]))
    lowest["mark"] = str(float(lowest["mark"]) - 0.5)
    differing = {c.part for c in verify(d.SelectionRecord.model_validate(changed)) if c.agrees is False}
    assert "seal" in differing


@pytest.mark.parametrize("what", CHANGES)
async def test_p16a_a_change_anywhere_in_the_file_is_found_in_its_part(what: str, record: Json) -> None:
    part, change = CHANGES[what]
    changed = json.loads(json.dumps(record))
    change(changed)
    assert changed != record
    # Even where somebody makes a new seal for the changed file.
    resealed = d.sealed(d.SelectionRecord.model_validate(changed))
    differing = {check.part for check in verify(resealed) if check.agrees is False}
    assert part in differing
    assert "seal" not in differing


async def test_p16a_the_page_verifies_the_published_file_and_one_that_somebody_brings(year: Year, record: Json) -> None:
    path = f"/public/cycles/{year.world.plan.code}/record"
    published = (await year.http.get(f"{path}/checks")).json()
    assert (published["agrees"], published["published"]) == (True, record["number"])
    same = (await year.http.post("/public/verify", content=(await year.http.get(path)).content)).json()
    assert (same["agrees"], same["published"], same["digest"]) == (True, record["number"], published["digest"])
    changed = json.loads(json.dumps(record))
    changed["lines"][0]["people"][0]["mark"] = "0.5"
    found = (await year.http.post("/public/verify", json=changed)).json()
    assert (found["agrees"], found["published"]) == (False, None)
    broken = await year.http.post("/public/verify", json={"format": "miaopu-selection/1"})
    assert broken.status_code == 422
    assert broken.json()["code"] == "not_a_record"
    assert (await year.http.post("/public/verify", content=b"\xff\xfe no json")).status_code == 422


async def test_p16a_who_holds_a_receipt_finds_the_own_line_and_nobody_else_is_given_one(
    year: Year, record: Json
) -> None:
    marks = {p["person"]: p["mark"] for line in record["lines"] for p in line["people"]}
    found = 0
    for student in year.world.students[:12]:
        mine = (await student.person.all("/registrations"))[0]
        shown = await student.person.get(f"/registrations/{mine['id']}")
        office = await year.world.region.office.get(f"/registrations/{mine['id']}")
        assert office["receipt"] is None
        if (person := pseudonym(shown["receipt"])) in marks:
            seat = (await student.person.all("/exams/seats"))[0]
            assert float(marks[person]) == float(seat["mark"])
            found += 1
        # Typed in small letters and without strokes it is the same.
        assert pseudonym(shown["receipt"].lower().replace("-", " ")) == pseudonym(shown["receipt"])
    assert found >= 5


async def test_p16a_public_files_cannot_be_joined_to_a_person(year: Year, record: Json) -> None:
    async with year.app.state.database.session() as session:
        people = list(await session.scalars(select(Registration)))
        listed = list(await session.scalars(select(Disclosure).where(Disclosure.kind.in_(("shortlist", "selected")))))
    # What could leak is there: everybody has a number, a name, a receipt and ids.
    apart = json.dumps([record["lines"], record["verdicts"], record["pairings"], record["notices"]])
    for person in people:
        for secret in (person.number, person.name, person.receipt, str(person.id), str(person.account_id)):
            assert secret not in apart
    assert not any(str(one.thing_id) in apart for one in listed)
    # Numbers and pseudonyms share no order: both are sorted by themselves.
    for line in record["lines"]:
        assert [p["person"] for p in line["people"]] == sorted(p["person"] for p in line["people"])
    # Join by all that lists by number and the data both say: every group is large enough, or not in the data.
    numbers = {p.pseudonym: p.number for p in people}
    on_list: dict[str, set[str]] = {"shortlist": set(), "selected": set()}
    for one in listed:
        on_list[one.kind] |= {x["number"] for x in one.lines}
    groups: Counter[tuple[Any, ...]] = Counter()
    for line in record["lines"]:
        for p in line["people"]:
            number = numbers[p["person"]]
            said = tuple(number in on_list[kind] for kind in ("shortlist", "selected"))
            groups[(line["city"], line["subject"], *said)] += 1
    assert groups
    assert min(groups.values()) >= year.world.plan.public_lists.smallest_group
    # The small group of this year is left out, and the file says so.
    small = {(w["city"], w["subject"]) for w in record["withheld"] if w["part"] == "marks"}
    assert small
    assert not small & {(line["city"], line["subject"]) for line in (*record["lines"], *record["verdicts"])}


async def test_p16a_who_supervises_gets_the_complete_file_and_that_it_was_taken_is_in_the_trail(year: Year) -> None:
    association = year.world.organisers[0]
    records = await association.all("/records")
    assert [r["number"] for r in records] == [2, 1]
    whole = await association.post(f"/records/{records[0]['id']}/complete")
    assert whole["withheld"] == []
    assert all(check.agrees for check in verify(d.SelectionRecord.model_validate(whole)))
    trail = await year.world.region.office.get(f"/cycles/{year.world.cycle}/trail")
    assert any(entry["action"] == "record.hand_out" for entry in trail["items"])
    city = next(iter(year.world.cities.values()))
    refused = await year.http.post(
        f"/records/{records[0]['id']}/complete", headers={"authorization": f"Bearer {city.office.token}"}
    )
    assert refused.status_code == 403


async def test_p16a_a_record_that_says_nothing_new_is_not_published_again(year: Year) -> None:
    trial = await year.world.region.office.post("/records/trial")
    answer = await year.http.post(
        "/records", headers={"authorization": f"Bearer {year.world.region.office.token}"}, json={}
    )
    assert (trial["unchanged"], answer.status_code, answer.json()["code"]) == (True, 409, "record_unchanged")


async def test_p16a_the_page_of_a_cycle_shows_plan_windows_numbers_and_seeds(year: Year) -> None:
    plan = year.world.plan
    cycles = (await year.http.get("/public/cycles")).json()["items"]
    assert [c["code"] for c in cycles] == [plan.code]
    shown = (await year.http.get(f"/public/cycles/{plan.code}")).json()
    assert [s["code"] for s in shown["stages"]] == [s.code.value for s in plan.stages]
    assert shown["plan_source"] == year.world.source
    assert shown["numbers"]["total"]["selected"] == plan.places
    for seed in shown["seeds"]:
        assert hashlib.sha256(seed["seed"].encode()).hexdigest() == seed["digest"]
    assert {s["what"] for s in shown["seeds"]} == {"seating", "groups"}
