"""Workbooks of universities and cities: mentors, their teams, rooms of the written test."""

import io

import openpyxl
import pytest

from brought import bring, worked
from miaopu.core.problem import say
from miaopu.imports.kinds import KINDS
from miaopu.imports.moments import read_moment, read_year
from miaopu.people.roles import Role
from seeded import World, turn_to


def csv(*lines: str) -> bytes:
    """A CSV as Chinese Excel saves it."""
    return "\n".join(lines).encode("gb18030")


async def test_a_university_brings_its_mentors_and_then_their_teams(at: World) -> None:
    turn_to("2023-12-12T10:00:00", at.plan)
    university, _ = await at.person(Role.UNIVERSITY, "imnu")
    standing = next(s for s in at.plan.mentors.standings if not s.reason_required)
    subject = next(u for u in at.plan.universities if u.code == "imnu").subjects[0]
    zh = next(s.zh for s in at.plan.subjects if s.code == subject)
    head = "姓名,学科,导师类别,学位,学位说明,职称"
    wrong = csv(head, f"苏和,{zh},{standing.zh},硕士,,教授", f"白音,{zh},没有的类别,博士,,教授")
    tried = await bring(at, university, wrong, "mentors", "导师.csv")
    assert {(f["row"], f["column"], f["code"]) for f in tried["problems"]} == {
        (2, "degree_reason", "degree_reason"),
        (3, "standing", "choice_word"),
    }
    right = csv(head, f"苏和,{zh},{standing.zh},硕士,学科带头人,教授", f"白音,{zh},{standing.zh},博士,,教授")
    tried = await bring(at, university, right, "mentors", "导师.csv")
    assert (tried["state"], tried["new"]) == ("ready", 2), tried
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=university), university)
    found = (await at.client.get("/nominations", headers=university)).json()["items"]
    assert {(n["name"], n["state"]) for n in found} == {("苏和", "draft"), ("白音", "draft")}

    head = "导师姓名,成员姓名,单位,学位,职称级别,可代为审核日志"
    team = csv(head, "苏和,其木格,师大,学士,初级,是", "白音,巴根,师大,硕士,初级,否", "无此人,哈斯,师大,硕士,初级,否")
    tried = await bring(at, university, team, "team", "团队.csv")
    assert {(f["row"], f["column"], f["code"]) for f in tried["problems"]} == {
        (2, "degree", "team_rule"),
        (2, "title_level", "team_rule"),
        (4, "mentor_name", "unknown"),
    }
    tried = await bring(at, university, csv(head, "白音,巴根,师大,硕士,初级,否"), "team", "团队.csv")
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=university), university)
    mentor = next(n for n in found if n["name"] == "白音")
    record = (await at.client.get(f"/nominations/{mentor['id']}", headers=university)).json()
    assert [m["name"] for m in record["team"]] == ["巴根"]


async def test_a_city_brings_its_rooms_with_dates_as_people_write_them(at: World) -> None:
    turn_to("2023-12-22T10:00:00", at.plan)
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot")
    zh = at.plan.subjects[0].zh
    head = "学科,开始时间,结束时间,地点,考场,座位数"
    day = "2023年12月26日"
    sheet = csv(
        head,
        f"{zh},{day} 9:00,2023/12/26 11:00,第二中学,第1考场,30",
        f"{zh},2023-12-26 09:00:00,{day}11时,第二中学,第2考场,20",
        f"{zh},后天,{day} 11:00,第二中学,第3考场,20",
        f"{zh},{day} 9:00,{day} 11:00,第五中学,第4考场,20",
    )
    tried = await bring(at, city, sheet, "sittings", "考场.csv")
    assert {(f["row"], f["column"], f["code"]) for f in tried["problems"]} == {
        (4, "starts_at", "moment"),
        (5, "address", "sitting_differs"),
    }
    good = csv(head, *sheet.decode("gb18030").split("\n")[1:3])
    tried = await bring(at, city, good, "sittings", "考场.csv")
    assert (tried["state"], tried["new"]) == ("ready", 2)
    await worked(at, await at.client.post(f"/imports/{tried['id']}/enter", headers=city), city)
    sitting = (await at.client.get("/exams/sittings", headers=city)).json()["items"][0]
    assert (sitting["rooms"], sitting["capacity"], sitting["starts_at"][:16]) == (2, 50, "2023-12-26T01:00")
    again = await bring(at, city, good, "sittings", "考场.csv")
    assert (again["new"], again["same"]) == (0, 2)


async def test_every_template_carries_its_headers_choices_and_an_example_that_can_be_read(at: World) -> None:
    turn_to("2023-12-12T10:00:00", at.plan)
    whose = {
        "students": (Role.SCHOOL, "no2"),
        "ranks": (Role.SCHOOL, "no2"),
        "mentors": (Role.UNIVERSITY, "imnu"),
        "team": (Role.UNIVERSITY, "imnu"),
        "sittings": (Role.CITY_OFFICE, "hohhot"),
        "tracking": (Role.SCHOOL, "no2"),
    }
    # The template of marks is of a sitting: see test_marks.
    assert {*whose, "marks"} == set(KINDS)
    for kind, (role, unit) in whose.items():
        headers, _ = await at.person(role, unit)
        for language, name in (("zh-CN", "zh-CN"), ("en", "en")):
            answer = await at.client.get(f"/imports/templates/{kind}", headers={**headers, "accept-language": name})
            assert answer.status_code == 200, answer.text
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            titles = [str(cell.value) for cell in book.worksheets[0][1]]
            assert all(not title.startswith("sheet.") for title in titles), titles
            example = [cell.value for cell in book.worksheets[1][2]]
            assert len(example) == len(titles)
            assert say(language, f"sheet.{kind}.file", {}) != f"sheet.{kind}.file"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "2023年12月26日 9:00",
        "2023/12/26 9:00",
        "2023-12-26T09:00:00",
        "2023.12.26 9点",
        "２０２３年12月26日9时0分",
        "2023年12月26日（星期二）上午9：00",
        "二〇二三年十二月二十六日 上午九时",
        "二○二三年十二月廿六日".replace("廿六", "二十六") + " 早上九点",
    ],
)
def test_moments_are_read_in_the_local_time_of_the_plan(at: World, text: str) -> None:
    found = read_moment(text, at.plan.zone)
    assert found is not None
    assert found.isoformat() == "2023-12-26T09:00:00+08:00"


def test_afternoons_halves_and_years_are_read_and_nonsense_is_none(at: World) -> None:
    zone = at.plan.zone
    afternoon = [read_moment(text, zone) for text in ("2023年12月26日下午2点半", "二〇二三年十二月二十六日 14:30:00")]
    assert {found and found.isoformat() for found in afternoon} == {"2023-12-26T14:30:00+08:00"}
    for text in ("2023-13-26 9:00", "2023-12-26 25:00", "昨天", "12月26日"):
        assert read_moment(text, zone) is None, text
    years = ["2023", "２０２３年", "2023年9月", "2023级", "2023-09-01", "二〇二三年九月一日", "二零二三年"]
    assert {read_year(text) for text in years} == {"2023"}
    assert read_year("去年") == "去年"
