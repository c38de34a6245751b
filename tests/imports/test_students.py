"""A school brings its students by workbook: as schools really write them, tried first, entered whole or not at all."""

import io
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import func, select
from stdnum.cn import ric

from miaopu.core import jobs
from miaopu.core.jobs import Job
from miaopu.people.access import Role
from miaopu.people.models import Account
from miaopu.registrations.models import Registration
from seeded import Headers, World, turn_to

HEADERS = ["姓名*", "身份证\n号＊", "学科*", "年级*", "入学年份*", "年级人数", "学科排名", "综合排名", "备注"]


def identity(body: str) -> str:
    """A number of seventeen figures with its check digit."""
    return body + ric.calc_check_digit(body + "0")


ONE, TWO, THREE = (identity(f"99010120080505{n:03d}") for n in (1, 12, 123))


def workbook(*rows: list[Any], title: bool = True) -> bytes:
    """A workbook as schools make them: a merged title above the headers, a column of their own."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append(["呼和浩特市第二中学报名汇总表"])
        sheet.merge_cells("A1:I1")
    sheet.append(HEADERS)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def worked(at: World, answer: httpx.Response, headers: Headers) -> dict[str, Any]:
    """The import, once its job is done."""
    assert answer.status_code in (200, 201), answer.text
    state = at.app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    for job_id in waiting:
        await jobs.execute(job_id, state.database, state.settings, state.files)
    found = (await at.client.get(f"/imports/{answer.json()['id']}", headers=headers)).json()
    assert found["job_state"] == "done", found
    return dict(found)


async def bring(at: World, headers: Headers, data: bytes, kind: str = "students", name: str = "报名.xlsx") -> Any:
    """A workbook brought and tried."""
    answer = await at.client.post(f"/imports/{kind}", files={"file": (name, data)}, headers=headers)
    return await worked(at, answer, headers)


async def count(at: World, model: Any) -> int:
    """How many rows there are."""
    async with at.app.state.database.session() as session:
        return int(await session.scalar(select(func.count()).select_from(model)) or 0)


@pytest.fixture
async def school(at: World) -> Headers:
    """The school's office while students register; the school takes part."""
    turn_to("2023-12-12T10:00:00", at.plan)
    region, _ = await at.person(Role.REGION_OFFICE, "region")
    form = {"school_id": str(at.units["no2"].id)}
    assert (await at.client.post(f"/cycles/{at.cycle_id}/schools", json=form, headers=region)).status_code == 201
    headers, _ = await at.person(Role.SCHOOL, "no2")
    return headers


NASTY = [
    ["那日苏", ONE, "数学", "１０", 2023.0, "３４０", "12", None, "班长"],
    ["阿拉坦‧其其格 ", f" {TWO[:6]} {TWO[6:]}", " 物理", "高二", "2022", 340, None, "５０", ""],
    ["李\n明", 1.5010220080505e17, "数学", 10, 2023, 340, 12, None, ""],
    ["王芳", THREE[:-1] + ("1" if THREE[-1] != "1" else "2"), "数学", 10, 2023, 340, 12, None, ""],
    ["赵敏", "990101200813051231", "体育", 10, 2023, 340, 12, None, ""],
    ["孙立", ONE, "数学", 10, 2023, 340, 12, None, ""],
    ["", THREE, "数学", 9, "去年", 340, 12, None, ""],
    [None] * 9,
    ["周全", identity("99010120070101777"), "生物", 10, 2023, 100, 101, None, ""],
]


async def test_every_fault_of_a_nasty_workbook_is_named_by_row_and_column_and_nothing_is_entered(
    at: World, school: Headers
) -> None:
    people = await count(at, Account)
    found = await bring(at, school, workbook(*NASTY))
    assert found["state"] == "faulty"
    faults = {(f["row"], f["column"]): (f["code"], f["message"]) for f in found["problems"]}
    codes = {key: code for key, (code, _) in faults.items()}
    assert codes == {
        (5, "identity_number"): "identity_rounded",
        (6, "identity_number"): "identity_check",
        (7, "identity_number"): "identity_date",
        (7, "subject"): "choice_word",
        (8, "identity_number"): "row_twice",
        (9, "name"): "missing",
        (9, "grade"): "choice_word",
        (9, "entry_year"): "int_parsing",
        (11, "subject_rank"): "rank_over_size",
    }
    assert "体育" in faults[7, "subject"][1]
    assert "第 3 行" in faults[8, "identity_number"][1]
    assert (found["rows"], found["faults"]) == (8, 9)
    assert await count(at, Registration) == 0
    assert await count(at, Account) == people


async def test_the_workbook_comes_back_with_its_faults_marked(at: World, school: Headers) -> None:
    found = await bring(at, school, workbook(*NASTY))
    answer = await at.client.get(f"/imports/{found['id']}/marked", headers=school)
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    said = {row: sheet.cell(row, len(HEADERS) + 1).value for row in range(3, 12)}
    assert said[3] is None
    assert "电子表格" in str(said[5])
    assert "校验位" in str(said[6])
    assert sheet.cell(6, 2).comment is not None
    assert sheet.cell(6, 1).value == "王芳"


async def test_a_sound_workbook_is_entered_whole_and_the_same_file_again_changes_nothing(
    at: World, school: Headers
) -> None:
    data = workbook(*NASTY[:2])
    tried = await bring(at, school, data)
    assert (tried["state"], tried["new"], tried["faults"]) == ("ready", 2, 0)
    assert await count(at, Registration) == 0
    entered = await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    assert (entered["state"], entered["new"]) == ("entered", 2)
    drafts = (await at.client.get("/registrations", headers=school)).json()["items"]
    assert {d["name"] for d in drafts} == {"那日苏", "阿拉坦·其其格"}
    assert {d["eligible"] for d in drafts} == {True}
    people = await count(at, Account)

    again = await bring(at, school, data)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 2)
    await worked(at, await at.client.post(f"/imports/{again['id']}/enter", headers=school), school)
    assert await count(at, Registration) == 2
    assert await count(at, Account) == people
    changed = await bring(at, school, workbook([*NASTY[0][:6], 20, *NASTY[0][7:]]))
    assert (changed["new"], changed["changed"], changed["same"]) == (0, 1, 0)


async def test_who_brought_which_file_stays_in_the_trail_with_the_file(at: World, school: Headers) -> None:
    data = workbook(*NASTY[:2])
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
    found = await bring(at, school, b"%PDF-1.4 not a workbook", name="x.pdf")
    assert found["state"] == "faulty"
    assert [(f["row"], f["column"]) for f in found["problems"]] == [(0, "")]
    headless = await bring(at, school, "姓名,学科\n那日苏,数学\n".encode("gb18030"), name="x.csv")
    assert [f["code"] for f in headless["problems"]] == ["workbook_headers_missing"]
    assert "身份证号" in headless["problems"][0]["message"]


async def test_students_who_were_imported_join_by_the_links_of_the_slips(at: World, school: Headers) -> None:
    tried = await bring(at, school, workbook(*NASTY[:2]))
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
    tried = await bring(at, school, workbook(*NASTY[:1]))
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=school), school)
    student, _ = await at.person(Role.STUDENT, "no2", "另一人")
    made = (await at.client.post("/registrations", headers=student)).json()
    edit = {"version": made["version"], "identity_number": ONE.lower()}
    refused = await at.client.patch(f"/registrations/{made['id']}", json=edit, headers=student)
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/identity_number", "identity_taken")]


async def test_ranks_are_computed_from_the_table_of_the_whole_year(at: World, school: Headers) -> None:
    """P13: ten students of a year; equal totals share a rank."""
    tried = await bring(at, school, workbook(*NASTY[:2]))
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
