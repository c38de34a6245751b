"""Real workbooks in and out: what people send, what attackers send, what people get back."""

import io
import struct
import time
import zipfile
import zlib
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from miaopu.core.problem import Problem
from miaopu.core.sheets import normal
from miaopu.core.workbooks import CellProblem, mark_problems, read_rows, write_rows


def made(*rows: tuple[object, ...]) -> bytes:
    """A workbook as another program writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def code_of(data: bytes, **limits: int) -> str:
    with pytest.raises(Problem) as refused:
        read_rows(data, **limits)  # type: ignore[arg-type]
    return refused.value.code


def test_rows_keep_the_numbers_that_people_see() -> None:
    rows = read_rows(made((), ("姓名", "成绩"), ("乌云", 92.5), (), (None, None), ("巴特尔", 80)))
    assert [(r.number, r.cells) for r in rows] == [
        (3, {"姓名": "乌云", "成绩": "92.5"}),
        (6, {"姓名": "巴特尔", "成绩": "80"}),
    ]


def test_what_keyboards_add_is_taken_away() -> None:
    assert normal("  巴特尔•苏和\n") == "巴特尔·苏和"
    assert normal("阿布都．热依木・江") == "阿布都·热依木·江"
    assert normal("９２．５") == "92.5"
    assert normal("Ａ１２－３＠ｘ") == "A12-3@x"
    assert normal("第二中学（东校区），高二") == "第二中学（东校区），高二"
    assert normal("呼和浩特\r\n第二中学\u3000\u200b") == "呼和浩特 第二中学"


def test_numbers_and_dates_become_plain_text() -> None:
    row = read_rows(made(("a", "b", "c", "d"), (3.0, 0.1 + 0.2, datetime(2024, 10, 19), True)))[0]
    assert row.cells == {"a": "3", "b": "0.3", "c": "2024-10-19", "d": "TRUE"}


def test_a_title_line_and_loose_headers_are_understood() -> None:
    data = made(("推荐学生汇总表",), ("*姓 名", "学校(全称)"), ("乌云", "二中"))
    rows = read_rows(data, headers=["姓名", "学校（全称）"], required=["姓名"])
    assert rows[0].cells == {"姓名": "乌云", "学校（全称）": "二中"}
    assert rows[0].number == 3


def test_headers_of_merged_cells_are_read_from_all_their_lines() -> None:
    known = ["准考证号", "姓名", "成绩", "基础题", "探究题", "缺考"]
    groups = ("考生", None, "成绩", None, None, None)
    down = ("准考证号", "姓名", "成绩", None, None, "缺考")
    below = (None, None, "成绩", "基础题", "探究题", None)
    row = ("T1", "乌云", 90, 50, 40, None)
    for head in ((down, below), (groups, down, below), (groups, ("准考证号", "姓名", *below[2:5], "缺考"))):
        (read,) = read_rows(made(("学科", "数学", "姓名"), *head, row), headers=known)
        assert read.number == len(head) + 2
        assert read.cells == dict(zip(known, ["T1", "乌云", "90", "50", "40", ""], strict=True))


def test_a_word_in_the_rows_that_is_also_a_header_is_no_header() -> None:
    known = ["准考证号", "成绩", "缺考"]
    rows = read_rows(made(("准考证号", "成绩"), ("T1", "缺考"), (None, "缺考")), headers=known)
    assert [r.cells for r in rows] == [{"准考证号": "T1", "成绩": "缺考"}, {"准考证号": "", "成绩": "缺考"}]
    title = ("考场", "一", "缺考", "2")
    above = read_rows(made(title, ("准考证号", "成绩", "缺考", ""), ("T1", 1, "", "")), headers=[*known, "考场"])
    assert above[0].cells == {"准考证号": "T1", "成绩": "1", "缺考": ""}


def test_notes_under_the_table_beside_its_columns_are_no_rows() -> None:
    data = made(("姓名", "成绩"), ("乌云", 90), (None, None, None, "制表人：张三"))
    assert [r.number for r in read_rows(data, headers=["姓名", "成绩"])] == [2]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Problem) as refused:
        read_rows(made(("姓名",), ("乌云",)), headers=["姓名", "学校"], required=["姓名", "学校"])
    assert refused.value.code == "workbook_headers_missing"
    assert refused.value.params["missing"] == ["学校"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_of_every_usual_kind_is_read(encoding: str, separator: str) -> None:
    text = f'姓名{separator}备注\r\n䶮·乌云{separator}"两行\n文字{separator}"\r\n'
    rows = read_rows(text.encode(encoding))
    assert rows[0].cells == {"姓名": "䶮·乌云", "备注": f"两行 文字{separator}".strip()}


def test_hidden_sheets_are_passed_over() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        hidden = book.add_worksheet("h")
        hidden.write_row(0, 0, ["x"])
        shown = book.add_worksheet("s")
        shown.write_row(0, 0, ["姓名"])
        shown.write_row(1, 0, ["乌云"])
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
    assert read_rows(out.getvalue())[0].cells == {"姓名": "乌云"}


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing",
        b"\x00\x01\x02\x03",
        b"%PDF-1.7\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert code_of(data) == "workbook_unreadable"


def test_empty_twice_named_and_too_long_are_refused() -> None:
    assert code_of(b"") == "workbook_empty"
    assert code_of(made(("姓名",))) == "workbook_empty"
    assert code_of(made(("姓名", "姓名"), ("a", "b"))) == "workbook_header_twice"
    assert code_of(made(("姓名",), *[(f"n{i}",) for i in range(11)]), max_rows=10) == "workbook_too_long"
    assert len(read_rows(made(("姓名",), *[(f"n{i}",) for i in range(10)]), max_rows=10)) == 10


def bomb(size: int, *, declared: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to `size` bytes while it declares `declared`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    data = out.getvalue()
    if declared is not None:
        honest, lie = struct.pack("<I", size), struct.pack("<I", declared)
        crc, forged = (
            struct.pack("<I", zlib.crc32(b" " * size)),
            struct.pack("<I", zlib.crc32(b" " * declared)),
        )
        data = data.replace(honest, lie).replace(crc, forged)
    return data


def test_a_zip_bomb_is_refused_even_where_it_lies_about_its_size() -> None:
    assert code_of(bomb(20_000_000), max_unzipped=10_000_000) == "workbook_too_large"
    lying = bomb(20_000_000, declared=10)
    with zipfile.ZipFile(io.BytesIO(lying)) as archive:
        assert len(archive.read("xl/worksheets/sheet1.xml")) == 10
    assert code_of(lying, max_unzipped=10_000_000) == "workbook_too_large"


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1", "DA5"])
def test_two_cells_in_opposite_corners_are_refused(cell: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "姓名"
    sheet[cell] = "x"
    out = io.BytesIO()
    book.save(out)
    assert code_of(out.getvalue()) == "workbook_too_wide"


def test_a_workbook_written_is_read_again_and_holds_no_formula() -> None:
    written = write_rows(
        ["姓名", "学校（全称）", "成绩"],
        [["=1+1", "@SUM(A1)", 92.5], ["巴特尔·苏和", None, 7]],
        choices={"学校（全称）": [f"呼和浩特市第{i}中学" for i in range(200)]},
        examples=[["乌云", "二中", 90]],
    )
    rows = read_rows(written)
    assert rows[0].cells == {"姓名": "=1+1", "学校（全称）": "@SUM(A1)", "成绩": "92.5"}
    assert rows[1].cells == {"姓名": "巴特尔·苏和", "学校（全称）": "", "成绩": "7"}
    book = openpyxl.load_workbook(io.BytesIO(written))
    assert book["数据"]["A2"].data_type == "s"
    assert [s.sheet_state for s in book.worksheets] == ["visible", "visible", "hidden"]
    rule = book["数据"].data_validations.dataValidation[0]
    assert (rule.type, rule.formula1) == ("list", "'可选项'!$A$1:$A$200")


def test_faults_are_marked_in_the_workbook_that_was_sent() -> None:
    sent = made(("推荐学生汇总表",), ("姓名", "成绩"), ("乌云", 192), ("巴特尔", 80), (None, None), ("", "八十"))
    faults = [
        CellProblem(3, "成绩", "超过满分"),
        CellProblem(6, "姓名", "必填"),
        CellProblem(6, "成绩", "不是数"),
        CellProblem(4, "", "与第3行重复"),
    ]
    marked = mark_problems(sent, faults, headers=["姓名", "成绩"])
    sheet = openpyxl.load_workbook(io.BytesIO(marked))["数据"]
    assert sheet["C2"].value == "问题说明"
    assert sheet["B3"].value == 192
    assert sheet["B3"].comment is not None
    assert sheet["B3"].comment.text == "超过满分"
    assert sheet["B3"].fill.fgColor.rgb == "FFF8D7D3"
    assert sheet["B4"].fill.fgColor.rgb != "FFF8D7D3"
    assert sheet["C4"].value == "与第3行重复"
    assert sheet["A6"].comment is not None
    assert sheet["C6"].value == "姓名: 必填; 成绩: 不是数"
    again = mark_problems(marked, faults[:1], headers=["姓名", "成绩"])
    assert [c.value for c in openpyxl.load_workbook(io.BytesIO(again))["数据"][2]] == [
        "姓名",
        "成绩",
        "问题说明",
    ]
    assert openpyxl.load_workbook(io.BytesIO(again))["数据"]["C6"].value is None


def test_fifty_thousand_rows_are_read_within_seconds() -> None:
    headers = [f"列{i}" for i in range(10)]
    data = write_rows(headers, ([f"考生{n}", *range(9)] for n in range(50_000)))
    began = time.perf_counter()
    rows = read_rows(data)
    assert len(rows) == 50_000
    assert time.perf_counter() - began < 10
