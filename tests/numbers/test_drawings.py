"""The drawings hold what the tables show and nothing else; the annual report is made of them."""

import io
import re
from xml.etree import ElementTree

from pypdf import PdfReader
from test_pictures import add_school, shown

from interviewed import Hall
from miaopu.core.files import PDF, PNG, SVG
from miaopu.numbers.drawing import drawn
from miaopu.numbers.pictures import BY
from miaopu.numbers.schemas import Column, Numbers
from miaopu.people.roles import Role
from seeded import saved
from trained import Training


def said(drawing: str) -> list[str]:
    """Every text of a drawing, those that a pointer is told among them."""
    return [node.text or "" for node in ElementTree.fromstring(drawing).iter() if node.text]


async def test_p25_a_drawing_shows_every_number_of_its_table(hall: Hall) -> None:
    await add_school(hall.at, ("female", "male"), "第九<中学>&")
    picture = await shown(hall.at, "funnel", hall.first, by="school")
    texts = said(picture["drawing"])
    counts = [c["key"] for c in picture["columns"] if c["kind"] == "count"]
    for row in [*picture["rows"], picture["total"]]:
        for key in counts:
            assert str(row[key]) in texts
    assert "第九<中学>&" in texts
    assert said((await shown(hall.at, "marks", hall.first))["drawing"])[0] == "数学"
    region, _ = await hall.at.person(Role.REGION_OFFICE, "region")
    city_map = await shown(hall.at, "map", region)
    assert {"呼和浩特市", "包头市", "通辽市"} <= set(said(city_map["drawing"]))
    assert city_map["total"]["planned"] == hall.at.plan.places


async def test_p16a_what_is_hidden_in_the_table_is_not_drawn(hall: Hall) -> None:
    await add_school(hall.at, ("female", "male"))
    expert, _ = await hall.at.person(Role.EXPERT, "region")
    picture = await shown(hall.at, "funnel", expert, by="school")
    assert {row["registered"] for row in picture["rows"]} == {"*"}
    widths = {}
    for node in ElementTree.fromstring(picture["drawing"]).iter("{http://www.w3.org/2000/svg}rect"):
        title = next(iter(node)).text or ""
        widths[title] = float(node.attrib["width"])
    hidden = {title: width for title, width in widths.items() if title.endswith("*")}
    assert len(hidden) >= 2
    assert set(hidden.values()) == {0}
    # Nor can it be told from the bars beside it: no title tells a share of a hidden step.
    assert not [title for title in widths if "* ·" in title]


def test_a_picture_without_rows_has_no_drawing_and_every_picture_has_its_form() -> None:
    from datetime import UTC, datetime

    for code in BY:
        empty = Numbers(
            picture=code, title=code, by=None, columns=[Column(key="name", title="", kind="name")], rows=[], total=None,
            facts=[], as_of=datetime(2024, 1, 1, tzinfo=UTC), mark="*", hidden_below=None,
        )  # fmt: skip
        assert drawn(empty) == ""


async def test_p25_the_drawing_is_also_a_file_for_a_slide(hall: Hall) -> None:
    at = hall.at
    picture = await shown(at, "funnel", hall.first)
    vector = saved(await at.client.get("/numbers/funnel.svg", headers=hall.first), f"{SVG}; charset=utf-8")
    assert said(vector.decode()) == said(picture["drawing"])
    dots = saved(await at.client.get("/numbers/funnel.png", headers=hall.first), PNG)
    assert dots[16:20] == (768 * 2).to_bytes(4, "big")
    # Nothing was counted: the title alone, and no error.
    saved(await at.client.get("/numbers/results.png", headers=hall.first), PNG)


async def test_p27_the_annual_report_is_made_by_one_button_and_by_the_region_alone(hall: Hall) -> None:
    region, _ = await hall.at.person(Role.REGION_OFFICE, "region")
    assert (await hall.at.client.get("/numbers/report.pdf", headers=hall.first)).status_code == 403
    paper = PdfReader(io.BytesIO(saved(await hall.at.client.get("/numbers/report.pdf", headers=region), PDF)))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in paper.pages))
    for expected in ("2024年度报告", "内蒙古自治区管理办公室", "共有6名学生报名", "选拔漏斗（按盟市）", "1年度概况"):
        assert expected in text, expected
    # A chapter for the city where somebody registered, none for the others.
    assert "选拔漏斗（按学校）" in text
    assert text.count("选拔漏斗（按学校）") == 2
    english = {**region, "accept-language": "en"}
    paper = PdfReader(io.BytesIO(saved(await hall.at.client.get("/numbers/report.pdf", headers=english), PDF)))
    assert "Annual Report 2024" in " ".join(paper.pages[0].extract_text().split())


async def test_p27_the_report_holds_the_training_year(training: Training) -> None:
    await training.hand_in()
    region, _ = await training.at.person(Role.REGION_OFFICE, "region")
    answer = await training.at.client.get("/numbers/report.pdf", headers=region)
    paper = PdfReader(io.BytesIO(saved(answer, PDF)))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in paper.pages))
    for expected in ("面对面指导（按盟市）", "成长日志", "培养结果（按学科）"):
        assert expected in text, expected
