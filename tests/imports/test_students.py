"""A school brings its students by workbook: as schools really write them, tried first, entered whole or not at all."""

import io

import openpyxl
import pytest
from nasty import (
    BAD_STUDENTS,
    FILES,
    GOOD_STUDENTS,
    ONE,
    STUDENT_FAULTS,
    STUDENT_HEAD,
    STUDENT_MERGED,
    Rows,
    gb18030,
    xlsx,
)

from brought import bring, codes, count, counts, enter, marked, worked
from miaopu.people.models import Account
from miaopu.people.roles import Role
from miaopu.registrations.models import Registration
from papers import pdf
from seeded import Headers, World, turn_to

GOOD = xlsx([*STUDENT_HEAD, *GOOD_STUDENTS], STUDENT_MERGED)
ALL = [*STUDENT_HEAD, *GOOD_STUDENTS, *BAD_STUDENTS]
NAMES = ["那日苏", "阿拉坦·其其格", "巴特尔·苏和", "孟和·巴雅尔"]


def workbook(rows: Rows) -> bytes:
    """The school's own sheet with these rows."""
    return xlsx([*STUDENT_HEAD, *rows], STUDENT_MERGED)


@pytest.fixture
async def school(at: World) -> Headers:
    """The school's office while students register; the school takes part."""
    turn_to("2023-12-12T10:00:00", at.plan)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    form = {"school_id": str(at.units["no2"].id)}
    assert (await at.client.post(f"/cycles/{at.cycle_id}/schools", json=form, headers=region)).status_code == 201
    headers, _ = await at.person(Role.SCHOOL, "no2")
    return headers


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("报名.xlsx", xlsx(ALL, STUDENT_MERGED)),
        ("报名.csv", gb18030(ALL)),
        ("报名.xls", (FILES / "students.xls").read_bytes()),
    ],
)
async def test_every_fault_of_a_nasty_file_is_named_by_row_and_column_and_nothing_is_entered(
    at: World, school: Headers, name: str, data: bytes
) -> None:
    people = await count(at, Account)
    found = await bring(at, school, data, name=name)
    assert found["state"] == "faulty"
    assert codes(found) == STUDENT_FAULTS
    said = {(f["row"], f["column"]): f["message"] for f in found["problems"]}
    assert "体育" in said[10, "subject"]
    assert "第 4 行" in said[11, "identity_number"]
    assert "电子表格" in said[8, "identity_number"]
    assert (found["rows"], found["faults"]) == (10, len(STUDENT_FAULTS))
    assert await count(at, Registration) == 0
    assert await count(at, Account) == people

    # The answer is the same sheet: red where a fault is, and in words at the end of its row.
    sheet = await marked(at, school, found)
    width = len(STUDENT_HEAD[1])
    assert [sheet.cell(1, 1).value, sheet.cell(3, 8).value, sheet.cell(3, width + 1).value] == [
        "呼和浩特市第二中学报名汇总表",
        "学科排名",
        "问题说明",
    ]
    places = {"name": 2, "identity_number": 3, "subject": 4, "grade": 5, "entry_year": 6, "subject_rank": 8}
    red = {
        (row, column)
        for row in range(1, 15)
        for column in range(1, width + 1)
        if sheet.cell(row, column).fill.fgColor.rgb == "FFF8D7D3"
    }
    assert red == {(row, places[column]) for row, column in STUDENT_FAULTS}
    for (row, column), message in said.items():
        assert message in str(sheet.cell(row, width + 1).value)
        comment = sheet.cell(row, places[column]).comment
        assert comment is not None
        assert comment.text == message
    assert all(sheet.cell(row, width + 1).value is None for row in (4, 5, 6, 7, 13))
    assert sheet.cell(9, 2).value == "王芳"


async def test_a_sound_workbook_is_entered_whole_and_the_same_file_again_changes_nothing(
    at: World, school: Headers
) -> None:
    tried = await bring(at, school, GOOD)
    assert (tried["state"], counts(tried), tried["faults"]) == ("ready", (4, 0, 0), 0)
    assert await count(at, Registration) == 0
    entered = await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    assert (entered["state"], entered["new"]) == ("entered", 4)
    drafts = (await at.client.get("/registrations", headers=school)).json()["items"]
    assert sorted(d["name"] for d in drafts) == sorted(NAMES)
    assert {d["eligible"] for d in drafts} == {True}
    records = [(await at.client.get(f"/registrations/{d['id']}", headers=school)).json() for d in drafts]
    assert {r["name"]: (r["grade"], r["entry_year"]) for r in records} == dict(
        zip(NAMES, [(10, 2023), (11, 2022), (10, 2023), (10, 2023)], strict=True)
    )
    people = await count(at, Account)

    again = await enter(at, school, GOOD)
    assert counts(again) == (0, 0, 4)
    assert await count(at, Registration) == 4
    assert await count(at, Account) == people
    changed = await bring(at, school, workbook([[*GOOD_STUDENTS[0][:7], 20, *GOOD_STUDENTS[0][8:]]]))
    assert counts(changed) == (0, 1, 0)


async def test_the_middle_dot_of_a_name_is_one_however_it_is_typed(at: World, school: Headers) -> None:
    await enter(at, school, workbook([GOOD_STUDENTS[2]]))
    number, name, *rest = GOOD_STUDENTS[2]
    for dot in "•‧∙⋅・･·．●᛫":
        typed = str(name).replace("•", f" {dot}")
        found = await bring(at, school, workbook([[number, typed, *rest]]))
        assert counts(found) == (0, 0, 1), (dot, found["problems"])


async def test_a_row_with_the_number_of_a_registration_changes_what_it_fills_in_and_nothing_else(
    at: World, school: Headers
) -> None:
    await enter(at, school, GOOD)
    drafts = (await at.client.get("/registrations", headers=school)).json()["items"]
    numbers = {d["name"]: d["number"] for d in drafts}
    head = ["报名号", "姓名", "综合排名"]
    changed = await enter(at, school, xlsx([head, [numbers["那日苏"], "", 21], [numbers["孟和·巴雅尔"], "", 2]]))
    assert counts(changed) == (0, 1, 1)
    wrong = await bring(
        at, school, xlsx([head, ["2024HO99999X", "", 21], [numbers["那日苏"], "那日", 1], ["", "谁", 1]])
    )
    assert codes(wrong) == {
        (2, "number"): "unknown",
        (3, "name"): "other_name",
        **{(4, c): "missing" for c in ("identity_number", "subject", "grade", "entry_year", "year_size")},
    }


async def test_who_brought_which_file_stays_in_the_trail_with_the_file(at: World, school: Headers) -> None:
    data = workbook(GOOD_STUDENTS[:2])
    found = await bring(at, school, data)
    kept = await at.client.get(f"/imports/{found['id']}/file", headers=school)
    assert kept.content == data
    trail = (await at.client.get(f"/imports/{found['id']}/trail", headers=school)).json()["items"]
    assert [entry["action"] for entry in trail] == ["import.bring", "import.tried"]
    others, _ = await at.person(Role.CITY_OFFICE, "baotou")
    assert (await at.client.get(f"/imports/{found['id']}", headers=others)).status_code == 404
    assert (await at.client.get(f"/imports/{found['id']}/file", headers=others)).status_code == 404
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    assert (await at.client.get(f"/imports/{found['id']}", headers=city)).status_code == 200
    enter = await at.client.post(f"/imports/{found['id']}/enter", headers=city)
    assert enter.status_code == 403


async def test_a_file_that_is_no_workbook_is_told_as_a_fault_of_the_file(at: World, school: Headers) -> None:
    found = await bring(at, school, pdf("not a workbook"), name="x.pdf")
    assert found["state"] == "faulty"
    assert [(f["row"], f["column"]) for f in found["problems"]] == [(0, "")]
    headless = await bring(at, school, "姓名,学科\n那日苏,数学\n".encode("gb18030"), name="x.csv")
    assert [f["code"] for f in headless["problems"]] == ["workbook_headers_missing"]
    assert "身份证号" in headless["problems"][0]["message"]


async def test_students_who_were_imported_join_by_the_links_of_the_slips(at: World, school: Headers) -> None:
    tried = await bring(at, school, workbook(GOOD_STUDENTS[:2]))
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    form = {"unit_id": str(at.units["no2"].id), "role": "student"}
    first = await at.client.post("/invitations/slips", json=form, headers=school)
    second = await at.client.post("/invitations/slips", json=form, headers=school)
    links = []
    for answer in (first, second):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert {row[0] for row in rows} == {"那日苏", "阿拉坦·其其格"}
        links.append({str(row[0]): str(row[1]).rsplit("/", 1)[1] for row in rows})
    old, new = links[0]["那日苏"], links[1]["那日苏"]
    assert (await at.client.get(f"/public/invitations/{old}")).status_code == 404
    joined = await at.client.post(
        f"/public/invitations/{new}/accept", json={"login": "narisu", "password": "a long enough password"}
    )
    assert joined.status_code == 200, joined.text
    me = {"authorization": f"Bearer {joined.json()['access_token']}"}
    own = (await at.client.get("/registrations", headers=me)).json()
    assert [item["name"] for item in own["items"]] == ["那日苏"]
    third = await at.client.post("/invitations/slips", json=form, headers=school)
    sheet = openpyxl.load_workbook(io.BytesIO(third.content)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["阿拉坦·其其格"]


async def test_one_person_registers_once_a_cycle_whatever_the_school(at: World, school: Headers) -> None:
    tried = await bring(at, school, workbook(GOOD_STUDENTS[:1]))
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    student, _ = await at.person(Role.STUDENT, "no2", "另一人")
    made = (await at.client.post("/registrations", headers=student)).json()
    edit = {"version": made["version"], "identity_number": ONE.lower()}
    refused = await at.client.patch(f"/registrations/{made['id']}", json=edit, headers=student)
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/identity_number", "identity_taken")]


async def test_ranks_are_computed_from_the_table_of_the_whole_year(at: World, school: Headers) -> None:
    """P13: ten students of a year; equal totals share a rank."""
    tried = await bring(at, school, workbook(GOOD_STUDENTS[:2]))
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    lines = [f"同学{n},,{500 + n},{90 + n}," for n in range(8)]
    table = "\n".join(["姓名,身份证号,总成绩,数学,物理", f"那日苏,{ONE},505,140,", "阿拉坦·其其格,,507,,70", *lines])
    tried = await bring(at, school, table.encode("gb18030"), "ranks", "年级.csv")
    assert (tried["state"], tried["changed"]) == ("ready", 2), tried
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    drafts = (await at.client.get("/registrations", headers=school)).json()["items"]
    records = {}
    for draft in drafts:
        records[draft["name"]] = (await at.client.get(f"/registrations/{draft['id']}", headers=school)).json()
    first, second = records["那日苏"], records["阿拉坦·其其格"]
    # 507 twice, 506, 505 twice: the fourth place, shared.
    assert (first["year_size"], first["overall_rank"], first["subject_rank"]) == (10, 4, 1)
    assert (second["overall_rank"], second["subject_rank"]) == (1, 1)
    assert second["eligible"] is True
    assert "年级.csv" in first["rank_basis"]


async def test_only_a_school_brings_students(at: World, school: Headers) -> None:
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    answer = await at.client.post("/imports/students", files={"file": ("x.csv", b"a")}, headers=university)
    assert answer.status_code == 403
    sheet = await at.client.get("/imports/templates/students", headers=school)
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["姓名*", "身份证号*", "学科*"]
    validations = book.worksheets[0].data_validations.dataValidation
    assert len(validations) == 2
