"""The list of OWASP ASVS 5.0, levels 1 and 2: every item with an answer, and every named test there.

`asvs.csv` is written down and reviewed. Its words:

    kept            a test shows it, or a reason says why it needs none
    partly          as kept, and a reason says what is missing
    not kept        a reason says what is missing
    not applicable  a reason says why: the platform has nothing of the kind

`evidence` is tests (`tests/room/test_file.py::test_name`, of the pages the file alone), `; ` between, then a reason.
`pytest -s tests/trust` prints the counts.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("asvs.csv")
COLUMNS = ["item", "level", "what", "answer", "evidence"]
ANSWERS = ("kept", "partly", "not kept", "not applicable")
ITEM = re.compile(r"V(\d+)(?:\.(\d+)\.(\d+))?")
PYTHON = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
PAGES = re.compile(r"frontend/(?:test|e2e)/[\w.-]+\.(?:test\.tsx?|spec\.ts)")
LONGEST = 100
REASON = "reason: "
# Items of level 1 and of level 2 in each chapter of the release 5.0.0; the seven of WebRTC (V17) stand in one row.
CHAPTERS = {
    1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12), 8: (4, 3), 9: (4, 3),
    10: (5, 24), 11: (3, 11), 12: (3, 6), 13: (1, 12), 14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `place` is its number as it sorts."""

    item: str
    level: str
    what: str
    answer: str
    evidence: str

    @property
    def place(self) -> tuple[int, ...]:
        found = ITEM.fullmatch(self.item)
        return tuple(int(part or 0) for part in found.groups()) if found else ()

    @property
    def tests(self) -> list[str]:
        named = self.evidence.partition(REASON)[0].removesuffix("; ")
        return named.split("; ") if named else []

    @property
    def reason(self) -> str:
        return self.evidence.partition(REASON)[2].strip()


def rows() -> list[Row]:
    with LIST.open(encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file))
    assert header == COLUMNS
    assert {len(line) for line in lines} == {len(COLUMNS)}
    return [Row(*line) for line in lines]


ROWS = rows()


@cache
def text_of(path: str) -> str:
    file = ROOT / path
    return file.read_text("utf-8") if file.is_file() else ""


def fault_of(test: str) -> str | None:
    """What is wrong with the name of a test; None where it is there."""
    if PAGES.fullmatch(test):
        return None if text_of(test) else "no such file"
    found = PYTHON.fullmatch(test)
    if found is None:
        return "no name of a test"
    return None if re.search(rf"^\s*(?:async )?def {found[2]}\(", text_of(found[1]), re.MULTILINE) else "no such test"


def test_every_row_is_well_formed() -> None:
    for row in ROWS:
        assert row.place, row
        assert row.level in ("1", "2"), row
        assert 0 < len(row.what) <= LONGEST, row
        assert row.answer in ANSWERS, row
        assert all(field == field.strip() and "\n" not in field for field in (row.what, row.evidence)), row


def test_items_are_named_once_and_in_their_order() -> None:
    places = [row.place for row in ROWS]
    assert places == sorted(set(places))


def test_every_item_of_both_levels_has_its_row() -> None:
    found = Counter((row.place[0], row.level) for row in ROWS)
    assert {chapter: (found[chapter, "1"], found[chapter, "2"]) for chapter in CHAPTERS} == CHAPTERS
    assert sum(found.values()) == sum(map(sum, CHAPTERS.values()))


def test_every_test_that_is_named_is_there() -> None:
    faults = [f"{row.item} {test}: {fault}" for row in ROWS for test in row.tests if (fault := fault_of(test))]
    assert faults == []


def test_a_test_that_is_not_there_is_found() -> None:
    assert fault_of("tests/trust/test_asvs.py::test_every_row_is_well_formed") is None
    assert fault_of("frontend/test/storage.test.ts") is None
    assert fault_of("tests/trust/test_asvs.py::test_nobody_wrote") == "no such test"
    assert fault_of("tests/trust/test_nowhere.py::test_nobody_wrote") == "no such test"
    assert fault_of("frontend/test/nowhere.test.ts") == "no such file"
    assert fault_of("frontend/src/main.tsx") == "no name of a test"


def test_every_answer_has_a_test_or_a_reason_and_a_gap_always_a_reason() -> None:
    for row in ROWS:
        assert row.reason or (row.answer == "kept" and row.tests), row
        if row.answer in ("not kept", "not applicable"):
            assert row.tests == [], row


def test_the_counts_of_each_chapter_are_printed() -> None:
    found = Counter((row.place[0], row.answer) for row in ROWS)
    lines = [f"{'':8}" + "".join(f"{answer:>16}" for answer in ANSWERS)]
    for chapter in CHAPTERS:
        lines.append(f"V{chapter:<7}" + "".join(f"{found[chapter, answer]:>16}" for answer in ANSWERS))
    sums = [sum(found[chapter, answer] for chapter in CHAPTERS) for answer in ANSWERS]
    print("\n" + "\n".join([*lines, f"{'':8}" + "".join(f"{one:>16}" for one in sums)]))
    assert sum(sums) == len(ROWS)
