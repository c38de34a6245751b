"""The plan document: the shipped plan says what the plan of 2024 says, the second one says something else."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

import miaopu
from miaopu.programme.plan import Plan, StageCode, load_plan
from miaopu.programme.plan_base import Degree, TitleLevel
from miaopu.programme.plan_digest import plan_digest

SHIPPED = Path(miaopu.__file__).parent / "plans" / "nmg-2024.toml"
SECOND = Path(__file__).parents[1] / "plans" / "second.toml"
TEXT = SHIPPED.read_text("utf-8")
PLAN = load_plan(TEXT)
LOCAL = ZoneInfo("Asia/Shanghai")


def test_p1_there_are_five_subjects() -> None:
    assert [s.zh for s in PLAN.subjects] == ["数学", "物理", "化学", "生物", "计算机"]


def test_p2_nineteen_cells_of_university_and_subject_stand_as_in_the_plan() -> None:
    science = ("mathematics", "physics", "chemistry")
    five = (*science, "biology", "computing")
    assert {u.zh: (u.city, u.ministry_code, u.subjects) for u in PLAN.universities} == {
        "内蒙古师范大学": ("hohhot", "4115010135", (*science, "computing")),
        "内蒙古农业大学": ("hohhot", "4115010129", ("biology",)),
        "内蒙古工业大学": ("hohhot", "4115010128", (*science, "computing")),
        "内蒙古科技大学": ("baotou", "4115010127", five),
        "内蒙古民族大学": ("tongliao", "4115010136", five),
    }
    assert sum(len(u.subjects) for u in PLAN.universities) == 19


def test_p3_a_hundred_places_are_fifty_and_twice_twenty_five() -> None:
    assert PLAN.places == 100
    assert [(c.zh, c.division, c.places) for c in PLAN.cities] == [
        ("呼和浩特市", "150100", 50),
        ("包头市", "150200", 25),
        ("通辽市", "150500", 25),
    ]


def test_p5_the_cycle_is_january_to_december_and_returning_students_win_ties() -> None:
    assert (PLAN.starts_on, PLAN.ends_on) == (date(2024, 1, 1), date(2024, 12, 31))
    assert PLAN.totals.returning_wins_ties
    assert PLAN.pairing.returning_wins_ties


def test_p6_four_standings_are_named_and_another_needs_a_reason() -> None:
    assert [s.zh for s in PLAN.mentors.standings if s.main] == [
        "“长江学者”特聘教授",
        "国家杰出青年科学基金获得者",
        "国家级教学名师",
        "自治区级教学名师",
    ]
    assert [s.code for s in PLAN.mentors.standings if s.reason_required] == ["other"]


def test_p7_a_doctorate_for_mentors_and_a_master_or_associate_senior_title_for_the_team() -> None:
    assert PLAN.mentors.degree_in_principle is Degree.DOCTOR
    assert PLAN.mentors.team_degree is Degree.MASTER
    assert PLAN.mentors.team_title_level is TitleLevel.ASSOCIATE_SENIOR


def test_p6_p7_standing_degree_and_title_can_be_proved_and_the_degree_must_be() -> None:
    assert [kind.zh for kind in PLAN.mentors.evidence] == ["称号证明", "学位证书", "职称证书", "其他证明"]
    assert PLAN.mentors.required_evidence == ("degree",)


def test_p8_p9_p10_at_most_five_students_two_meetings_a_month_ten_campus_visits() -> None:
    assert PLAN.mentors.capacity == 5
    assert PLAN.training.meetings_per_month == 2
    assert PLAN.training.campus_visits == 10


def test_p12_both_organisers_approve_mentors() -> None:
    assert set(PLAN.mentors.approvals) == {"association", "education_department"}


def test_p13_grades_ten_and_eleven_within_ten_or_fifteen_percent() -> None:
    assert PLAN.eligibility.grades == (10, 11)
    assert [PLAN.eligibility.subject_rank_percent, PLAN.eligibility.overall_rank_percent] == [10, 15]


def test_p15_three_are_interviewed_for_each_place() -> None:
    assert PLAN.cutoff.ratio == 3
    assert PLAN.cutoff.warn_below < PLAN.cutoff.ratio < PLAN.cutoff.warn_above


def test_p16_eight_dimensions_of_which_personality_is_a_level_that_weighs_nothing() -> None:
    assert [d.zh for d in PLAN.interview.dimensions] == [
        "思想品德",
        "科学兴趣",
        "参与动机",
        "创新思维",
        "学习能力",
        "毅力耐力",
        "个性和心理",
        "基础知识和技能",
    ]
    levels = {d.zh: d.weight for d in PLAN.interview.dimensions if d.kind == "level"}
    assert levels == {"个性和心理": Decimal(0)}
    assert len(PLAN.interview.levels) == 3


def test_p16a_what_is_unusual_is_the_plans_and_an_older_document_without_it_stays_valid() -> None:
    part = re.search(r"(?s)\[oversight\].*?\n\n", TEXT)
    assert part is not None
    older = load_plan(TEXT.replace(part[0], ""))
    assert older.oversight == PLAN.oversight
    assert (PLAN.oversight.night_from, PLAN.oversight.night_until, PLAN.oversight.passes_all_from) == (22, 6, 20)


def test_p18_the_four_means_of_training_are_activities() -> None:
    means = {a.zh for a in PLAN.training.activities}
    assert {"学习指定书目", "学术讨论", "学术报告", "课题研究"} <= means


def test_p22_the_initial_evaluation_asks_for_state_topic_and_progress() -> None:
    assert [f.code for f in PLAN.evaluations.initial.fields] == ["training_state", "topic_choice", "progress"]


def test_p24_every_material_the_plan_lists_can_be_handed_in() -> None:
    listed = {"课题报告", "培养报告", "读书报告", "文献综述", "实验记录", "小论文"}
    assert listed == {m.zh for m in PLAN.evaluations.annual.materials}


def test_p25_the_final_judges_four_criteria_of_equal_weight() -> None:
    criteria = PLAN.evaluations.final.criteria
    assert [c.zh for c in criteria] == ["科学兴趣", "学科基础知识", "创新及科研潜质", "综合能力"]
    assert len({(c.weight, c.full_mark) for c in criteria}) == 1


def test_p26_excellent_and_qualified_get_certificates() -> None:
    assert set(PLAN.certificates.grades) == {"excellent", "qualified"}


def test_the_readings_of_open_questions_have_their_defaults() -> None:
    assert PLAN.cutoff.scope == "city_subject"
    assert PLAN.cutoff.ties == "all_in"
    assert [PLAN.totals.test_weight, PLAN.totals.interview_weight] == [40, 60]
    assert PLAN.written_test.second_review_gate == "before_test"
    assert (PLAN.choices.minimum, PLAN.choices.maximum, PLAN.choices.same_city_only) == (1, 3, True)
    assert PLAN.choices.from_first_review
    assert PLAN.eligibility.subjects_without_exam == ("computing",)
    assert PLAN.mentors.notice_working_days == PLAN.evaluations.midterm.objection_working_days == 5
    assert PLAN.training.counting_starts == "month_after_active"
    assert PLAN.growth.due_days == 7
    assert PLAN.growth.late_allowed
    assert PLAN.evaluations.final.experts_per_student == 3
    assert PLAN.evaluations.final.excellent_cap_percent is None
    assert PLAN.consents.required_under_age == 18


@pytest.mark.parametrize(
    ("stage", "opens", "closes"),
    [
        (StageCode.NOMINATION, "2023-12-11", "2023-12-31"),
        (StageCode.REGISTRATION, "2023-12-11", "2023-12-22"),
        (StageCode.REGISTRATION_REVIEW, "2023-12-11", "2023-12-25"),
        (StageCode.WRITTEN_TEST, "2023-12-21", "2023-12-31"),
        (StageCode.CUTOFF, "2024-01-01", "2024-01-10"),
        (StageCode.INTERVIEW, "2024-01-11", "2024-01-20"),
        (StageCode.PAIRING, "2024-01-16", "2024-01-28"),
        (StageCode.MEETING, "2024-01-16", "2024-01-31"),
        (StageCode.TRAINING, "2024-01-16", "2024-12-31"),
        (StageCode.INITIAL_EVALUATION, "2024-03-15", "2024-03-31"),
        (StageCode.MIDTERM_EVALUATION, "2024-06-10", "2024-06-30"),
        (StageCode.ANNUAL_EVALUATION, "2024-11-01", "2024-11-30"),
        (StageCode.FINAL_EVALUATION, "2024-12-01", "2025-01-15"),
        (StageCode.CERTIFICATES, "2024-12-15", "2025-01-31"),
        pytest.param(
            StageCode.ACCEPTANCE,
            "2024-11-01",
            "2024-12-31",
        ),
    ],
)
def test_every_window_stands_as_in_the_plan(stage: StageCode, opens: str, closes: str) -> None:
    window = PLAN.stage(stage)
    assert (window.opens_on.isoformat(), window.closes_on.isoformat()) == (opens, closes)


def test_the_stages_stand_in_the_order_of_the_plan() -> None:
    assert [s.code for s in PLAN.stages] == list(StageCode)


def test_before_april_ends_with_the_last_moment_of_march_in_local_time() -> None:
    assert PLAN.opens_at(StageCode.INITIAL_EVALUATION) == datetime(2024, 3, 15, tzinfo=LOCAL)
    assert PLAN.closes_at(StageCode.INITIAL_EVALUATION) == datetime(2024, 4, 1, tzinfo=LOCAL)
    assert PLAN.closes_at(StageCode.INITIAL_EVALUATION).utcoffset() is not None


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        ("2024-03-04T10:00+08:00", 5, "2024-03-12T00:00+08:00"),  # over one weekend
        ("2024-03-02T10:00+08:00", 1, "2024-03-05T00:00+08:00"),  # from a Saturday
        ("2024-03-03T17:00+00:00", 1, "2024-03-06T00:00+08:00"),  # already Monday where the region lies
        ("2024-04-03T10:00+08:00", 1, "2024-04-08T00:00+08:00"),  # the Sunday worked for Qingming
        ("2024-09-30T10:00+08:00", 2, "2024-10-10T00:00+08:00"),  # over the National Day holiday
    ],
)
def test_working_days_skip_weekends_and_holidays_and_count_worked_weekends(start: str, days: int, ends: str) -> None:
    assert PLAN.working_days_after(datetime.fromisoformat(start), days) == datetime.fromisoformat(ends)


def test_a_plan_comes_back_from_json_as_it_was() -> None:
    stored = json.loads(json.dumps(PLAN.model_dump(mode="json")))
    assert Plan.model_validate(stored) == PLAN
    assert plan_digest(Plan.model_validate(stored)) == plan_digest(PLAN)


def test_the_digest_ignores_comments_and_the_order_of_keys() -> None:
    plain = re.sub(r"(?m) *#.*$", "", TEXT)
    moved = plain.replace("year = 2024\n", "", 1)
    assert moved != plain
    assert plan_digest(load_plan("year = 2024\n" + moved)) == plan_digest(PLAN)


def test_the_digest_changes_with_a_number() -> None:
    assert plan_digest(load_plan(TEXT.replace("capacity = 5", "capacity = 4"))) != plan_digest(PLAN)


def test_the_digest_is_the_same_for_three_and_three_point_nought() -> None:
    same = load_plan(TEXT.replace("ratio = 3\n", "ratio = 3.0\n"))
    assert same == PLAN
    assert plan_digest(same) == plan_digest(PLAN)


def test_a_loaded_plan_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        PLAN.places = 101  # type: ignore[misc]


@pytest.mark.parametrize(
    "number",
    [
        lambda p: p.timezone,
        lambda p: p.places,
        lambda p: tuple(c.places for c in p.cities),
        lambda p: tuple(s.code for s in p.subjects),
        lambda p: p.mentors.capacity,
        lambda p: p.mentors.team_minimum,
        lambda p: p.eligibility.grades,
        lambda p: p.eligibility.subject_rank_percent,
        lambda p: p.eligibility.overall_rank_percent,
        lambda p: p.choices.maximum,
        lambda p: p.written_test.full_mark,
        lambda p: p.cutoff.ratio,
        lambda p: p.totals.test_weight,
        lambda p: len(p.interview.dimensions),
        lambda p: p.training.meetings_per_month,
        lambda p: p.training.campus_visits,
        lambda p: p.growth.due_days,
        lambda p: p.evaluations.annual.panel.judges,
        lambda p: p.evaluations.final.experts_per_student,
        lambda p: p.evaluations.final.excellent_from,
        lambda p: tuple((s.opens_on, s.closes_on) for s in p.stages),
    ],
)
def test_the_second_plan_differs_from_2024_in_every_number_a_journey_meets(
    number: Callable[[Plan], object],
) -> None:
    assert number(load_plan(SECOND.read_text("utf-8"))) != number(PLAN)


def test_the_second_plan_is_two_cities_three_subjects_and_twelve_places() -> None:
    second = load_plan(SECOND.read_text("utf-8"))
    assert (len(second.cities), len(second.subjects), second.places) == (2, 3, 12)
    assert second.cutoff.ratio == Decimal(2)
    assert {u.city for u in second.universities} == {c.code for c in second.cities}
