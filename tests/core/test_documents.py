"""Letters, tickets, certificates and forms: their words, their glyphs, their pages."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from miaopu.core import documents
from miaopu.core.document_data import CertificateData, FormData, LetterData, Opinion, TicketData
from miaopu.core.problem import Language, Problem

pytestmark = pytest.mark.skipif(not any(documents.font_dir().glob("*.ttf")), reason="make fonts has not run")

PROGRAMME = "2031年云岭省青少年科学英才培养计划"
ISSUERS = ("内蒙古自治区科学技术协会", "内蒙古自治区教育厅")
LETTER = LetterData(
    "阿拉坦其其格",
    "内蒙古大学",
    "数学",
    "2024年9月至2025年8月",
    "D-0007",
    "2024年9月1日",
    ISSUERS,
    "https://x.cn/c/7Q4M",
    PROGRAMME,
)
CERTIFICATE = CertificateData(
    "乌云高娃", "呼和浩特市第二中学", "化学", "阿拉坦其其格", "内蒙古大学", "2024年度", "优秀", "C-0118",
    "2025年6月30日", ISSUERS, "https://x.cn/c/7Q4M", PROGRAMME,
)  # fmt: skip
TICKET = TicketData(
    "巴特尔·苏和", "R-0391", "150100240391", "呼和浩特市第二中学", "数学", "呼和浩特", "主楼301", "17",
    "大学西街235号", "2024年10月19日9:00", ("请携带身份证件。",), PROGRAMME,
)  # fmt: skip
FORM = FormData(
    "巴特尔·苏和", "R-0391", "呼和浩特市第二中学", "数学", "2024年9月20日",
    (("年级", "高二"),), (("兴趣与特长", "数论。\n组合数学。"),), (Opinion("学校意见", sealed=True),), PROGRAMME,
)  # fmt: skip
# 40 characters: long names with middle dots, and rare characters of the general table (通用规范汉字表).
LONG = "阿卜杜热合曼·买买提吐尔逊·奥斯曼江·阿布都热依木江·伊敏江·䶮㛃喆犇𬭎𬍛龘䴖㐂"
RARE = "䶮㛃𬭎𬍛𫖯𣲗𬜬龘䴖㐂"


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in reader(pdf).pages).split())


def glyphs_are_all_there(pdf: bytes) -> bool:
    """No page shows glyph 0 (.notdef): every two-byte code of every text string is looked at."""
    for page in reader(pdf).pages:
        content = page.get_contents()
        assert content is not None
        for operands, operator in content.operations:
            strings = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            for piece in strings:
                if isinstance(piece, str | bytes):
                    raw = getattr(piece, "original_bytes", piece)
                    if any(raw[i : i + 2] == b"\0\0" for i in range(0, len(raw), 2)):
                        return False
    return True


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("make", "data", "expected"),
    [
        (documents.appointment_letter, LETTER, ("阿拉坦其其格", "内蒙古大学", "D-0007", PROGRAMME, *ISSUERS)),
        (documents.certificate, CERTIFICATE, ("乌云高娃", "优秀", "C-0118", "阿拉坦其其格", *ISSUERS)),
        (
            documents.admission_ticket,
            TICKET,
            ("巴特尔·苏和", "150100240391", "主楼301", "17", "请携带身份证件"),
        ),
        (documents.registration_form, FORM, ("巴特尔·苏和", "R-0391", "高二", "组合数学", "学校意见")),
    ],
)
def test_a_document_says_what_it_must_on_one_page(
    make: Callable[[Any, Language], bytes], data: Any, expected: tuple[str, ...], language: Language
) -> None:
    pdf = make(data, language)
    assert len(reader(pdf).pages) == 1
    for word in expected:
        assert word in words_of(pdf)
    about = reader(pdf).metadata
    assert about is not None
    assert data.name in str(about.title)


@pytest.mark.parametrize("name", [LONG, RARE, "Nurbakyt Ömürzak-uulu", "·".join(["乌"] * 20)])
def test_long_and_rare_names_fit_and_have_every_glyph(name: str) -> None:
    assert len(LONG) == 40
    for pdf in (
        documents.appointment_letter(replace(LETTER, name=name)),
        documents.certificate(replace(CERTIFICATE, name=name)),
        documents.admission_ticket(replace(TICKET, name=name)),
        documents.registration_form(replace(FORM, name=name)),
    ):
        assert len(reader(pdf).pages) == 1
        assert name.replace(" ", "") in words_of(pdf)
        assert glyphs_are_all_there(pdf)


def test_a_character_that_no_font_has_is_refused_and_named() -> None:
    with pytest.raises(Problem) as refused:
        documents.certificate(replace(CERTIFICATE, name="乌\U0003f0ff云"))
    assert refused.value.code == "document_glyph_missing"
    assert refused.value.params["characters"] == "\U0003f0ff"
    unguarded = documents.render("certificate", replace(CERTIFICATE, name="乌\U0003f0ff云"), "zh-CN", pdf_standards=[])
    assert not glyphs_are_all_there(unguarded)


def test_a_name_cannot_become_markup_or_another_fact() -> None:
    pdf = documents.certificate(replace(CERTIFICATE, name="#{grade} *x* $y$ {school} @z"))
    assert "#{grade}*x*$y${school}@z" in words_of(pdf)


def test_p13_a_form_as_most_are_with_all_four_boxes_is_one_page_and_only_offices_seal() -> None:
    boxes = [("本人承诺", False), ("监护人意见", False), ("学校意见", True), ("盟市意见", True)]
    facts = tuple((f"事项{n}", "12 / 340 (3.5%)") for n in range(6))
    texts = (
        ("选报导师", "1. 甲\n2. 乙\n3. 丙"),
        ("兴趣", "数论。"),
        ("动机", "想在实验室里学习。" * 6),
        ("材料", "成绩证明"),
    )
    opinions = tuple(Opinion(heading, sealed) for heading, sealed in boxes)
    pdf = documents.registration_form(replace(FORM, facts=facts, texts=texts, opinions=opinions))
    assert len(reader(pdf).pages) == 1
    assert (words_of(pdf).count("单位盖章"), words_of(pdf).count("签字")) == (2, 4)


def test_a_long_form_runs_over_more_pages() -> None:
    pdf = documents.registration_form(replace(FORM, texts=(("计划", "每周六到实验室。\n" * 120),)))
    assert len(reader(pdf).pages) > 1


def test_certificates_are_landscape_and_made_quickly() -> None:
    documents.certificate(CERTIFICATE)
    began = time.perf_counter()
    for number in range(50):
        pdf = documents.certificate(replace(CERTIFICATE, number=f"C-{number}"))
    assert (time.perf_counter() - began) / 50 < 0.2
    box = reader(pdf).pages[0].mediabox
    assert box.width > box.height
