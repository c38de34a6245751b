"""Workbooks as people really make them: one set of rows, as xlsx, as CSV of Chinese Excel, and (kept) as .xls.

The .xls files are made once by `python tests/imports/nasty.py` where xlwt is installed; nothing else needs it.
"""

import csv
import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from stdnum.cn import ric

FILES = Path(__file__).parent / "files"
Rows = Sequence[Sequence[Any]]


def identity(body: str) -> str:
    """A number of seventeen figures with its check digit."""
    return body + ric.calc_check_digit(body + "0")


ONE, TWO, THREE, FOUR, FIVE = (identity(f"99010120080505{n:03d}") for n in (1, 12, 123, 234, 345))
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")

# A title over all columns, a group over two of them, everything else merged downwards.
STUDENT_HEAD: Rows = [
    ["呼和浩特市第二中学报名汇总表"],
    ["序号", "姓名*", "身份证\n号＊", "学科*", "年级*", "入学年份*", "年级人数", "校内排名", None, "备注"],
    [None, None, None, None, None, None, None, "学科排名", "综合排名", None],
]
STUDENT_MERGED = ["A1:J1", "H2:I2", *(f"{column}2:{column}3" for column in "ABCDEFGJ")]
GOOD_STUDENTS: Rows = [
    [1, "那日苏", ONE, "数学", "１０", "2023年9月", "３４０", "12", None, "班长"],
    [2, "阿拉坦‧其其格 ", f" {TWO[:6]} {TWO[6:]}", " 物理", "高二", "二〇二二年九月一日", 340, None, "５０", ""],
    [3, "巴特尔•苏和", f"'{THREE}", "化 学", "高\n一", "2023级", "340", "１２", None, ""],
    [4, "孟和・ 巴雅尔", FOUR.translate(FULL_WIDTH), "生物", 10.0, date(2023, 9, 1), 340.0, 1, 2, "转入"],
]
BAD_STUDENTS: Rows = [
    [5, "李\n明", 1.5010220080505e17, "数学", 10, 2023, 340, 12, None, ""],
    [6, "王芳", FIVE[:-1] + ("1" if FIVE[-1] != "1" else "2"), "数学", 10, 2023, 340, 12, None, ""],
    [7, "赵敏", "990101200813051231", "体育", 10, 2023, 340, 12, None, ""],
    [8, "孙立", ONE, "数学", 10, 2023, 340, 12, None, ""],
    ["", "", FIVE, "数学", 9, "去年", 340, 12, None, ""],
    [None] * 10,
    [9, "周全", identity("99010120070101777"), "生物", 10, 2023, 100, 101, None, ""],
]
STUDENT_FAULTS = {
    (8, "identity_number"): "identity_rounded",
    (9, "identity_number"): "identity_check",
    (10, "identity_number"): "identity_date",
    (10, "subject"): "choice_word",
    (11, "identity_number"): "row_twice",
    (12, "name"): "missing",
    (12, "grade"): "choice_word",
    (12, "entry_year"): "int_parsing",
    (14, "subject_rank"): "rank_over_size",
}

MARK_NAMES = ("乌云高娃", "巴特尔·苏和", "陈䶮", *(f"学生{n}" for n in range(4, 13)))
MARK_HEAD: Rows = [
    ["数学学科潜质测试成绩", None, None, None, None, None],
    ["考生信息", None, None, "考试情况", None, None],
    ["准考证\n号 ", " 姓名＊", "考场", "成绩", "缺　考", "监考员"],
]
MARK_MERGED = ["A1:F1", "A2:C2", "D2:E2"]
GOOD_MARKS: Rows = [
    ["Ｔ２０２４ＨＯ００００１", "乌云高娃", "主楼301", "９２．５", None, "甲"],
    [" t2024ho 00002\n", "巴特尔‧苏和", "主楼301", 88.0, "否", "甲"],
    ["'T2024HO00003", " 陈䶮\n", "主楼302", "缺 考", None, "乙"],
    ["T2024HO00004", "", "主楼302", None, "√", "乙"],
    ["T2024HO00005", "学生5", "主楼303", "60分", "到考", "乙"],
]
BAD_MARKS: Rows = [
    ["T2024HO00006", "学生6", "主楼303", 101, None, ""],
    ["T2024HO00007", "学生7", "主楼304", 88.25, None, ""],
    ["T2024HO00007", "学生7", "主楼304", 88, None, ""],
    ["T9", "谁", "主楼304", 88, None, ""],
    ["T2024HO00008", "学生8", "主楼304", None, None, ""],
    ["T2024HO00009", "学生10", "主楼305", 70, None, ""],
    [None] * 6,
    ["T2024HO00010", "学生10", "主楼305", "九十", None, ""],
    ["T2024HO00011", "学生11", "主楼306", 90, "缺考", ""],
    ["", "学生12", "主楼306", 77.75, None, ""],
    ["T2024HO00012", "学生12", "主楼306", -1, "也许", ""],
]
MARK_FAULTS = {
    (9, "mark"): "less_than_equal",
    (10, "mark"): "decimal_max_places",
    (11, "ticket_number"): "row_twice",
    (12, "ticket_number"): "unknown",
    (13, "mark"): "mark_or_absent",
    (14, "name"): "name_differs",
    (16, "mark"): "decimal_parsing",
    (17, "mark"): "mark_or_absent",
    (18, "ticket_number"): "missing",
    (18, "mark"): "decimal_max_places",
    (19, "absent"): "yes_or_no",
}


def xlsx(rows: Rows, merged: Sequence[str] = ()) -> bytes:
    """A workbook of Excel 2007 and later."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def gb18030(rows: Rows) -> bytes:
    """CSV as Chinese Excel saves it: what the cells show, a long number as 1.50102E+17."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[_shown(cell) for cell in row] for row in rows])
    return out.getvalue().encode("gb18030")


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.5E}" if cell >= 1e11 else f"{cell:g}"
    return "" if cell is None else str(cell)


def _write_xls(name: str, rows: Rows, merged: Sequence[str]) -> None:
    import xlwt  # type: ignore[import-not-found]
    from openpyxl.utils import range_boundaries

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                sheet.write(r, c, cell, *([day] if isinstance(cell, date) else []))
    for cells in merged:
        left, top, right, bottom = (n - 1 for n in range_boundaries(cells))
        sheet.merge(top, bottom, left, right)
    book.save(str(FILES / name))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    _write_xls("students.xls", [*STUDENT_HEAD, *GOOD_STUDENTS, *BAD_STUDENTS], STUDENT_MERGED)
    _write_xls("marks.xls", [*MARK_HEAD, *GOOD_MARKS, *BAD_MARKS], MARK_MERGED)
