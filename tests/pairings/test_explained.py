"""Pairs explained, weighed otherwise and filed, over a walked year (P3, P8, P16, P16a)."""

import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from miaopu.demo.journey.http import Person, Refused
from miaopu.pairings.field import digest
from years import Year


async def rounds(year: Year) -> list[dict[str, object]]:
    return await year.world.region.office.all("/pairings")  # type: ignore[no-any-return]


async def test_p16a_the_published_limits_of_every_round_give_every_place_again(year: Year) -> None:
    region = year.world.region.office
    seen = 0
    for one in await rounds(year):
        record = await region.get(f"/pairings/{one['id']}")
        explained = await region.get(f"/pairings/{one['id']}/explained")
        assert explained["reproduced"] is True
        assert len(explained["inputs_digest"]) == 64
        by_student = {s["registration_id"]: s for s in explained["students"]}
        for pair in record["pair_list"]:
            student = by_student[pair["registration_id"]]
            # Every choice above the one that was given has its reason, and no other.
            above = (pair["choice"] or 1 + len(student["reasons"])) - 1
            assert [r["choice"] for r in student["reasons"]] == list(range(1, above + 1))
            for reason in student["reasons"]:
                if reason["cause"] != "not_open" and reason["last_place"] is not None:
                    assert reason["last_place"] <= student["place"]
            seen += 1
    assert seen > 8


async def test_p16_nothing_asked_changes_nothing_and_another_split_says_who_would_move(year: Year) -> None:
    office = next(iter(year.world.cities.values())).office
    one = (await office.all("/pairings"))[0]
    same = await office.get(f"/pairings/{one['id']}/what-if")
    assert same["changes"] == []
    assert same["today"] == same["asked"]
    assert same["today"]["selected"] == sum(same["places"].values())
    subjects = sorted(s for s, n in same["places"].items() if n > 0)
    taken, given = subjects[0], next(s for s in same["places"] if s != subjects[0])
    split = [f"{taken}:{same['places'][taken] - 1}", f"{given}:{same['places'][given] + 1}"]
    other = await office.get(f"/pairings/{one['id']}/what-if", places=split)
    moved = {(c["subject"], c["outcome_now"], c["outcome_then"]) for c in other["changes"]}
    assert any(s == taken and before == "selected" and after != "selected" for s, before, after in moved)
    with pytest.raises(Refused) as refused:
        await office.get(f"/pairings/{one['id']}/what-if", places=[f"{taken}:{same['places'][taken] + 1}"])
    assert (refused.value.status, refused.value.about("/places")) == (422, True)
    with pytest.raises(Refused) as refused:
        await office.get(f"/pairings/{one['id']}/what-if", places=["alchemy:1"])
    assert refused.value.about("/places")
    by_test_alone = await office.get(f"/pairings/{one['id']}/what-if", test_weight="100")
    assert by_test_alone["asked"]["selected"] == same["today"]["selected"]
    assert Decimal(str(by_test_alone["test_weight"])) == 100


async def test_p16_the_list_is_filed_under_a_number_with_a_receipt_that_fits_it(year: Year) -> None:
    region = year.world.region.office
    numbers = set()
    for one in await rounds(year):
        record = await region.get(f"/pairings/{one['id']}")
        numbers.add(record["filing_number"])
        listed = sorted(record["pair_list"], key=lambda p: p["registration_number"])
        filed = [[p["registration_number"], p["mentor_id"], p["choice"], p["reason"]] for p in listed]
        assert record["filed_digest"] == digest(filed)
        filed[0][2] = 9
        assert record["filed_digest"] != digest(filed)
        headers = {"authorization": f"Bearer {region.token}"}
        pdf = await year.http.get(f"/pairings/{one['id']}/filing.pdf", headers=headers)
        assert pdf.content.startswith(b"%PDF-")
        sheet = await year.http.get(f"/pairings/{one['id']}/filing.xlsx", headers=headers)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
        assert {r[1] for r in rows[1:-1]} == {p["registration_number"] for p in listed}
        assert record["filed_digest"] in str(rows[-1][0])
    assert None not in numbers
    assert len(numbers) == len(await rounds(year))


async def test_p16_a_student_sees_why_and_of_others_only_numbers(year: Year) -> None:
    region = year.world.region.office
    record = await region.get(f"/pairings/{(await rounds(year))[0]['id']}")
    pair = max(record["pair_list"], key=lambda p: p["choice"] or 9)
    students = {s.registration: s.person for s in year.world.students}
    student = students[pair["registration_id"]]
    enrolment = (await student.all("/enrolments"))[0]
    mine = await student.get(f"/enrolments/{enrolment['id']}/pairing")
    assert mine["choice"] == pair["choice"]
    assert Decimal(str(mine["total"])) == Decimal(str(pair["total"]))
    assert all(r["mentor_name"] for r in mine["reasons"])
    others = [p["student_name"] for p in record["pair_list"] if p["student_name"] != pair["student_name"]]
    assert not any(name in str(mine) for name in others)
    other = next(p for p in record["pair_list"] if p["registration_id"] != pair["registration_id"])
    for somebody in (students[other["registration_id"]], year.world.anyone()):
        assert await status(somebody, f"/enrolments/{enrolment['id']}/pairing") in (401, 404)
    assert await status(student, f"/pairings/{record['id']}/explained") == 403


async def test_p16_a_city_explains_its_own_rounds_and_no_other(year: Year) -> None:
    first, second = list(year.world.cities.values())[:2]
    own = (await first.office.all("/pairings"))[0]
    for part in ("explained", "what-if", "filing.xlsx"):
        assert await status(second.office, f"/pairings/{own['id']}/{part}") == 404


async def status(who: Person, path: str) -> int:
    headers = {"authorization": f"Bearer {who.token}"} if who.token else {}
    return (await who.http.get(path, headers=headers)).status_code
