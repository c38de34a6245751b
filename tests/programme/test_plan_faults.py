"""A document that is no plan is refused, and each fault names its key."""

from pathlib import Path

import pytest

import miaopu
from miaopu.programme.plan import PlanError, check_plan_file, load_plan

SHIPPED = Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml"
TEXT = SHIPPED.read_text("utf-8")
PLAN = load_plan(TEXT)


def faults(*changes: tuple[str, str]) -> dict[str, str]:
    """Key → message of the faults of the shipped plan with these texts changed."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(PlanError) as wrong:
        load_plan(text)
    return {e.key: e.message for e in wrong.value.errors}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("places = 25", "places = 26", "places"),
        ("places = 25", "places = 0", "cities[1].places"),
        ('division = "150100"', 'division = "1501"', "cities[0].division"),
        # No city of GB/T 2260; 1599 would lie in the region.
        ('division = "150100"', 'division = "159900"', "cities[0].division"),
        ('city = "baotou"', 'city = "ordos"', "universities[3].city"),
        ('subjects = ["biology"]', 'subjects = ["botany"]', "universities[1].subjects"),
        ('code = "imau"', 'code = "imnu"', "universities"),
        ('code = "tongliao"', 'code = "baotou"', "cities"),
        ('code = "physics"', 'code = "chemistry"', "subjects"),
        (
            'subjects_without_exam = ["computing"]',
            'subjects_without_exam = ["go"]',
            "eligibility.subjects_without_exam",
        ),
        ("overall_rank_percent = 15", "overall_rank_percent = 150", "eligibility.overall_rank_percent"),
        ("capacity = 5", "capacity = 0", "mentors.capacity"),
        ("night_from = 22", "night_from = 24", "oversight.night_from"),
        ("passes_all_from = 20", "passes_all_from = 0", "oversight.passes_all_from"),
        ("lean_points = 5", "lean_points = 0", "oversight.lean_points"),
        ('team_degree = "master"', 'team_degree = "magister"', "mentors.team_degree"),
        ('required_evidence = ["degree"]', 'required_evidence = ["crown"]', "mentors.required_evidence"),
        ('code = "title"', 'code = "standing"', "mentors.evidence"),
        ("maximum = 3", "maximum = 0", "choices.maximum"),
        ("interview_weight = 60", "interview_weight = 61", "totals.interview_weight"),
        ("ratio = 3\n", "ratio = 0.5\n", "cutoff.ratio"),
        ('kind = "level"\nweight = 0', 'kind = "level"\nweight = 1', "interview.dimensions"),
        (
            'required_materials = ["topic_report"',
            'required_materials = ["poem"',
            "evaluations.annual.required_materials",
        ),
        ("warn_below = 2.5", "warn_below = 3.5", "cutoff.warn_below"),
        ("warn_above = 3.5", "warn_above = 2.5", "cutoff.warn_above"),
        ("excellent_from = 85", "excellent_from = 185", "evaluations.final.excellent_from"),
        ('code = "set_books"', 'code = "discussion"', "training.activities"),
        ('scope = "city_subject"', 'scope = "district"', "cutoff.scope"),
        ("{serial:05d}", "{serie:05d}", "numbering.registration"),
        ("{serial:05d}", "{year}", "numbering.registration"),
        ('calendar = "CN"\n', "holidays = [2024-01-01]\nmake_up_days = [2024-01-01]\n", "make_up_days"),
        ("qualified_from = 60", "qualified_from = 90", "evaluations.final.qualified_from"),
        ("opens_on = 2024-03-15", "opens_on = 2024-05-15", "stages[9].closes_on"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Hulunbuir"', "timezone"),
        ("ends_on = 2024-12-31", "ends_on = 2023-12-31", "ends_on"),
        ("due_days = 7", "due_dates = 7", "growth.due_dates"),
        ("due_days = 7\n", "", "growth.due_days"),
        ('required = ["learned"]', 'required = ["wished"]', "growth.required[0]"),
        ('"did", "learned", "hard"', '"did", "hard"', "growth.required"),
        ("photos = 6", "photos = 21", "growth.photos"),
        ("RZ{year}{serial:05d}", "RZ{year}", "numbering.growth_log"),
        ("year = 2024", "year = = 2024", "toml"),
    ],
)
def test_a_fault_names_its_key(old: str, new: str, key: str) -> None:
    assert key in faults((old, new))


CAP = """
[[pairing.caps]]
code = "{code}"
zh = "上限"
en = "A cap"
universities = {universities}
subjects = {subjects}
limit = 10
"""


def capped(*caps: tuple[str, list[str], list[str]]) -> str:
    """The shipped plan with caps of (code, universities, subjects)."""
    written = "".join(CAP.format(code=c, universities=u, subjects=s).replace("'", '"') for c, u, s in caps)
    return TEXT.replace("[training] # P9", f"{written}\n[training] # P9", 1)


def test_p3_nested_caps_over_universities_and_subjects_are_taken() -> None:
    plan = load_plan(capped(("one", ["imnu"], []), ("maths", ["imnu"], ["mathematics"]), ("other", ["imau"], [])))
    assert [cap.code for cap in plan.pairing.caps] == ["one", "maths", "other"]


def test_p3_caps_that_cross_are_refused_because_no_stable_pairing_may_exist() -> None:
    with pytest.raises(PlanError) as wrong:
        load_plan(capped(("one", ["imnu"], []), ("maths", [], ["mathematics"])))
    (fault, *_) = [e for e in wrong.value.errors if e.key == "pairing.caps[0]"]
    assert "crosses pairing.caps[1]" in fault.message
    assert "Biró" in fault.message
    # A subject over all universities crosses the cities as well.
    assert any(e.key == "pairing.caps[1]" and "cities." in e.message for e in wrong.value.errors)


def test_p3_a_cap_names_what_the_plan_has() -> None:
    with pytest.raises(PlanError) as wrong:
        load_plan(capped(("one", ["nowhere"], ["mathematics"]), ("two", ["imau"], ["mathematics"])))
    keys = {e.key for e in wrong.value.errors}
    assert {"pairing.caps[0].universities", "pairing.caps[1]"} <= keys


def test_a_missing_stage_is_named() -> None:
    cut = TEXT[TEXT.rindex("[[stages]]") :]
    assert faults((cut, "")) == {"stages": "acceptance is missing"}


def test_every_fault_is_reported_at_once() -> None:
    found = faults(("capacity = 5", "capacity = 0"), ("due_days = 7", "due_days = 0"), ("ratio = 3\n", "\n"))
    assert {"mentors.capacity", "growth.due_days", "cutoff.ratio"} <= set(found)


def test_a_final_criterion_without_weight_is_told_under_criteria() -> None:
    zeroed = [(f'en = "{c.en}"\n', f'en = "{c.en}"\nweight = 0\n') for c in PLAN.evaluations.final.criteria]
    head, tail = TEXT.split("[evaluations.final]")
    for old, new in zeroed:
        assert old in tail
        tail = tail.replace(old, new, 1)
    with pytest.raises(PlanError) as wrong:
        load_plan(head + "[evaluations.final]" + tail)
    assert [e.key for e in wrong.value.errors] == ["evaluations.final.criteria"]


def test_checking_a_file_lists_its_faults_and_none_for_a_plan(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(TEXT.replace("places = 100", "places = 99"), "utf-8")
    assert check_plan_file(SHIPPED) == []
    assert [e.key for e in check_plan_file(broken)] == ["places"]
