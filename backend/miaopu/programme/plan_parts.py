"""The parts of a plan document (see `plan.py`)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from stdnum import numdb

from miaopu.core.problem import Language
from miaopu.programme.plan_year import CheckIn

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
Percent = Annotated[Decimal, Field(gt=0, le=100)]
OfHundred = Annotated[Decimal, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Weight = Annotated[Decimal, Field(ge=0)]


def _division(code: str) -> str:
    """A province, or a city of one, of GB/T 2260; none begins with 99, which is free for exercises."""
    if not code.startswith("99"):
        found = numdb.get("cn/loc").info(code)
        if len(found) < 2 or (code[2:] != "0000" and not found[1][1]):
            raise ValueError("no division of GB/T 2260")
    return code


Division = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260"), AfterValidator(_division)]


class StageCode(StrEnum):
    """The stages of a cycle, in the plan's order (六、培养程序; 七、考核评价)."""

    NOMINATION = "nomination"
    REGISTRATION = "registration"
    REGISTRATION_REVIEW = "registration_review"
    WRITTEN_TEST = "written_test"
    CUTOFF = "cutoff"
    INTERVIEW = "interview"
    PAIRING = "pairing"
    MEETING = "meeting"
    TRAINING = "training"
    INITIAL_EVALUATION = "initial_evaluation"
    MIDTERM_EVALUATION = "midterm_evaluation"
    ANNUAL_EVALUATION = "annual_evaluation"
    FINAL_EVALUATION = "final_evaluation"
    CERTIFICATES = "certificates"
    ACCEPTANCE = "acceptance"


class Degree(StrEnum):
    """Academic degrees, lowest first (GB/T 6864)."""

    NONE = "none"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class TitleLevel(StrEnum):
    """Levels of professional titles, lowest first (GB/T 8561): 副高级以上 is associate_senior or above."""

    NONE = "none"
    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    ASSOCIATE_SENIOR = "associate_senior"
    SENIOR = "senior"


class Part(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Two(Part):
    """The same in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def by_language(self) -> dict[Language, str]:
        """For a sentence that names it, whoever reads it."""
        return {"zh-CN": self.zh, "en": self.en}


class Named(Two):
    """Something with a code and its names."""

    code: Code


class Region(Two):
    division: Division


class Subject(Named):
    """P1"""


class City(Named):
    """P3: places of a city."""

    division: Division
    places: Positive
    # Where it stands in a schematic picture of the region, in percent from the left and from the top: no map with
    # boundaries, which would need a review number (审图号).
    x: OfHundred | None = None
    y: OfHundred | None = None

    @model_validator(mode="after")
    def _is_placed_by_both(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x, y: a place needs both")
        return self


class University(Named):
    """P2: which subjects it offers; it lies in one city."""

    ministry_code: str = Field(default="", pattern=r"^(\d{10})?$")
    city: str
    subjects: tuple[str, ...] = Field(min_length=1)


class Eligibility(Part):
    """P13"""

    grades: tuple[Positive, ...] = Field(min_length=1)
    subject_rank_percent: Percent
    overall_rank_percent: Percent
    subjects_without_exam: tuple[str, ...] = ()
    # How many students a school may recommend; no limit where the plan sets none.
    school_quota: Positive | None = None
    exceptions: Literal[False] = False


def _all_known(key: str, codes: tuple[str, ...], named: tuple[Named, ...]) -> None:
    known = {one.code for one in named}
    for code in codes:
        if code not in known:
            raise ValueError(f"{key}: unknown {code}")


class Choices(Part):
    """P13: ranked choices of mentors."""

    minimum: Positive
    maximum: Positive
    same_city_only: bool
    adjustment_offered: bool
    from_first_review: Literal[True]

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError("maximum: is smaller than minimum")
        return self


class Application(Part):
    """P13: the materials a student hands in with the registration (按要求提交申报材料)."""

    materials: tuple[Named, ...] = ()
    required_materials: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_materials", self.required_materials, self.materials)
        return self


class Standing(Named):
    """A class of mentor (P6); `main` ones are what mentors should mainly be."""

    main: bool
    reason_required: bool


class Mentors(Part):
    """P6–P8, P12"""

    standings: tuple[Standing, ...] = Field(min_length=1)
    degree_in_principle: Degree
    team_degree: Degree
    team_title_level: TitleLevel
    team_minimum: Count
    capacity: Positive
    notice_working_days: Positive
    approvals: tuple[Literal["association", "education_department"], ...] = Field(min_length=1)
    # Scanned proofs of a mentor's standing, degree and title, and which of them the profile cannot do without.
    evidence: tuple[Named, ...] = ()
    required_evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_evidence", self.required_evidence, self.evidence)
        return self


class PaperPart(Named):
    """A part of the paper that is marked on its own."""

    full_mark: Positive


class WrittenTest(Part):
    """P14"""

    full_mark: Positive
    decimals: Literal[0, 1, 2]
    parts: tuple[PaperPart, ...] = ()
    # How long after the publication a student may ask that the own mark be looked at again.
    recheck_working_days: Positive = 3
    second_review_gate: Literal["before_test"]
    papers: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.parts and sum(part.full_mark for part in self.parts) != self.full_mark:
            raise ValueError("parts: their full marks do not add up to full_mark")
        return self

    @property
    def part_marks(self) -> dict[str, int]:
        """The full mark of each part by its code."""
        return {part.code: part.full_mark for part in self.parts}


Ties = Literal["all_in", "returning_first", "ladder", "lottery"]


class Cutoff(Part):
    """P15"""

    scope: Literal["city_subject"]
    ratio: Annotated[Decimal, Field(ge=1)]
    warn_below: Decimal
    warn_above: Decimal
    ties: Ties
    # What else the region may choose for a line, seeing first what each would mean.
    ties_offered: tuple[Ties, ...] = ()
    # Parts of the paper by which the ladder breaks ties, the weightiest first.
    ladder: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _around(self) -> Self:
        if "ladder" in (self.ties, *self.ties_offered) and not self.ladder:
            raise ValueError("ladder: names no part of the paper")
        if self.warn_below > self.ratio:
            raise ValueError("warn_below: lies above ratio")
        if self.warn_above < self.ratio:
            raise ValueError("warn_above: lies below ratio")
        return self


class Dimension(Named):
    """A dimension of a rubric. A `level` has a comment and three steps, never a number, and weighs nothing."""

    kind: Literal["score", "level"] = "score"
    full_mark: Positive = 100
    weight: Weight = Decimal(1)


def _weights(dimensions: tuple[Dimension, ...], key: str) -> None:
    if sum(d.weight for d in dimensions if d.kind == "score") <= 0:
        raise ValueError(f"{key}: the weights of the scored ones add up to nothing")
    if any(d.kind == "level" and d.weight != 0 for d in dimensions):
        raise ValueError(f"{key}: a level must weigh 0")


class Interview(Part):
    """P16"""

    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    # Fewer than two judges are one person's opinion.
    panel_minimum: Annotated[int, Field(ge=2)]
    # Which figure of a panel counts; the others are shown beside it. `trim` scores at each end fall away if `trimmed`.
    method: Literal["mean", "trimmed", "coefficient", "additive"] = "mean"
    trim: Positive = 1
    # How long a reserve whose turn it is may think about the place.
    accept_working_days: Positive = 2
    levels: tuple[Named, ...] = Field(min_length=3, max_length=3)
    extra_forms: tuple[Named, ...] = ()
    outlier_points: Annotated[Decimal, Field(gt=0)]
    reserves_per_place: Annotated[Decimal, Field(ge=0)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _weights(self.dimensions, "dimensions")
        if self.method == "trimmed" and self.panel_minimum < 2 * self.trim + 1:
            raise ValueError("trim: a panel of the smallest size would have no score left")
        return self


class Totals(Part):
    """How test and interview make the total."""

    test_weight: Weight
    interview_weight: Weight
    decimals: Literal[0, 1, 2, 3, 4]
    returning_wins_ties: bool

    @model_validator(mode="after")
    def _hundred(self) -> Self:
        if self.test_weight + self.interview_weight != 100:
            raise ValueError("interview_weight: the two weights must add up to 100")
        return self


class PairingCap(Named):
    """At most `limit` students with the mentors of some universities in some subjects together (P2, P8).

    An empty list means all of them.
    """

    universities: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    limit: Positive


class Pairing(Part):
    """P8, P12a"""

    returning_wins_ties: bool
    co_mentors: bool
    # Besides a mentor's capacity and a city's places; they are nested, or the plan is refused.
    caps: tuple[PairingCap, ...] = ()


class Training(Part):
    """P9, P10, P17–P20"""

    meetings_per_month: Positive
    campus_visits: Positive
    counting_starts: Literal["month_after_active", "month_of_active"]
    activities: tuple[Named, ...] = Field(min_length=1)
    check_in: CheckIn = CheckIn()
    refill_places: Literal[False] = False


LogField = Literal["reading", "discussed", "heard", "did", "learned", "hard", "next_steps"]


class Growth(Part):
    """P11"""

    due_days: Positive
    late_allowed: bool
    # How long a log may wait for its review before the board shows it.
    review_days: Positive = 7
    reviewers: tuple[Literal["mentor", "team_member"], ...] = Field(min_length=1)
    # What a log asks, in this order: the means of P18 first, of which one at least was used; then what came of it.
    fields: tuple[LogField, ...] = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")
    one_of: tuple[LogField, ...] = ("reading", "discussed", "heard", "did")
    required: tuple[LogField, ...] = ("learned",)
    # The most photos with one log.
    photos: Annotated[int, Field(ge=0, le=20)] = 6

    @model_validator(mode="after")
    def _asked(self) -> Self:
        for key in ("one_of", "required"):
            for code in getattr(self, key):
                if code not in self.fields:
                    raise ValueError(f"{key}: {code} is not among fields")
        return self


class Initial(Part):
    """P22"""

    fields: tuple[Named, ...] = Field(min_length=1)


class Midterm(Part):
    """P23"""

    objection_working_days: Positive
    two_people: Literal[True]
    # How long a talk of a report session is, where the city says nothing else.
    talk_minutes: Positive = 15
    # What the mentor's team judges, each with a level and a reason.
    dimensions: tuple[Named, ...] = Field(
        default=(
            Named(code="topic_progress", zh="课题进展", en="Progress of the topic"),
            Named(code="participation", zh="参与培养情况", en="Taking part in the training"),
            Named(code="research_potential", zh="创新及科研潜质", en="Potential for innovation and research"),
            Named(code="report", zh="汇报与答问", en="Report and answers"),
        ),
        min_length=1,
    )
    levels: tuple[Named, ...] = Field(
        default=(
            Named(code="above", zh="超出预期", en="Above what was expected"),
            Named(code="as_expected", zh="达到预期", en="As expected"),
            Named(code="behind", zh="未达预期", en="Behind"),
        ),
        min_length=2,
    )


class CityPanel(Part):
    """P24: judges in the city who score the dossiers before it recommends; the plan of 2024 asks for none."""

    # How many judge each dossier; 0: no panel.
    judges: Annotated[int, Field(ge=0, le=9)] = 0
    criteria: tuple[Dimension, ...] = ()
    # How far, in points of a hundred, a score may lie from the other judges' before it is marked.
    outlier_points: Annotated[Decimal, Field(gt=0)] = Decimal(15)

    @model_validator(mode="after")
    def _scored(self) -> Self:
        if self.judges:
            _weights(self.criteria, "criteria")
        return self


class Annual(Part):
    """P24"""

    materials: tuple[Named, ...] = Field(min_length=1)
    required_materials: tuple[str, ...]
    mentor_levels: tuple[Named, ...] = Field(min_length=2)
    panel: CityPanel = CityPanel()

    @model_validator(mode="after")
    def _known(self) -> Self:
        _all_known("required_materials", self.required_materials, self.materials)
        return self


class Final(Part):
    """P25"""

    criteria: tuple[Dimension, ...] = Field(min_length=1)
    experts_per_student: Positive
    own_mentor_recused: bool
    excellent_from: OfHundred
    qualified_from: OfHundred
    excellent_cap_percent: Percent | None = None
    # Whether experts judge a work without whose it is: names, school, city and mentor are not told to them.
    blind: bool = False
    # How far, in points of a hundred, a score may lie from the other experts' before it is marked.
    outlier_points: Annotated[Decimal, Field(gt=0)] = Decimal(15)

    @model_validator(mode="after")
    def _lines(self) -> Self:
        if self.qualified_from > self.excellent_from:
            raise ValueError("qualified_from: lies above excellent_from")
        _weights(self.criteria, "criteria")
        return self


class Evaluations(Part):
    initial: Initial
    midterm: Midterm
    annual: Annual
    final: Final


class Certificates(Part):
    """P26"""

    grades: tuple[Literal["excellent", "qualified"], ...] = Field(min_length=1)


class PublicLists(Part):
    """What a public list of students may show, and how a public notice (公示) runs (P16a).

    `columns` are those of the final list. Lists of the selection show the registration number alone.
    """

    columns: tuple[Literal["masked_name", "number", "university", "subject", "mentor"], ...]
    without_consent: Literal["number", "masked_name"]
    notice_working_days: Positive = 5
    # Within which an objection is answered.
    answer_working_days: Positive = 5
    # Of fewer people than this, marks under pseudonyms would say whose they are: such a group is left out.
    smallest_group: Annotated[int, Field(ge=2)] = 3


class ConsentText(Two):
    """A text a guardian agrees to, by its version."""

    version: str


class Tracking(Part):
    """P29–P31: how long former students are followed, and what they agree to."""

    years: Positive
    consent: ConsentText = ConsentText(
        version="1",
        zh="本人同意参加培养的学校记录本人升学、专业、科研与就业去向，供学校、所在盟市、自治区管理办公室查看；升入试点高校的，"
        "该校可见；同意所在盟市邀请本人参加活动。可随时撤回：撤回后去向记录即被删除，不再跟踪、不再邀请。",
        en="I agree that the school at which I took part records where I study, my major, research and work, for the "
        "school, its city and the region's office to see, and for one of the programme's universities when I am at "
        "it; and that the city asks me to activities. I can withdraw this at any time: the records are then deleted, "
        "and I am neither followed nor asked any more.",
    )


class Supervision(Part):
    """P28: how experts supervise, and what who is named in a model case agrees to."""

    means: tuple[Named, ...] = Field(
        default=(
            Named(code="files", zh="查阅培养档案", en="Training files read"),
            Named(code="reports", zh="听取工作报告", en="Reports heard"),
            Named(code="interviews", zh="开展调研访谈", en="Interviews held"),
        ),
        min_length=1,
    )
    consent: ConsentText = ConsentText(
        version="1",
        zh="本人（本人监护的学生）在该案例中被提及，同意将该案例在平台公开页面上发布。可随时撤回，撤回后即不再公开。",
        en="I am (or the student whose guardian I am is) named in this case and agree that it stands on the platform's "
        "public page. I can withdraw this at any time; it is then public no more.",
    )


class Consents(Part):
    participation: ConsentText
    publication: ConsentText
    national_programme: ConsentText
    required_under_age: Positive


Hour = Annotated[int, Field(ge=0, le=23)]


class Oversight(Part):
    """P16a: from what on something in the selection is shown to its supervisors as unusual."""

    # Local hours: from `night_from` on, and before `night_until`; the same hour twice means that no hour is night.
    night_from: Hour = 22
    night_until: Hour = 6
    # So many reviews of one kind by one person, without a single return or rejection.
    passes_all_from: Positive = 20
    # Points (of a hundred) by which a panellist lies above or below the others on the average of so many sheets.
    lean_points: Annotated[Decimal, Field(gt=0)] = Decimal(5)
    lean_from_sheets: Positive = 3


def _numbers(pattern: str) -> str:
    try:
        first, second = (pattern.format(year=2000, city="", subject="", serial=serial) for serial in (1, 2))
    except (KeyError, IndexError, ValueError) as wrong:
        raise ValueError("only {year}, {city}, {subject} and {serial:05d} can stand in it") from wrong
    if first == second:
        raise ValueError("without {serial} every number would be the same")
    return pattern


Pattern = Annotated[str, AfterValidator(_numbers)]


class Numbering(Part):
    """Formats of numbers: {year}, {city}, {subject}, {serial} with its width."""

    registration: Pattern
    letter: Pattern
    ticket: Pattern
    certificate: Pattern
    filing: Pattern = "BA-{year}-{city}-{serial:03d}"
    # A city's summary of the mid-term evaluation, filed with the region (P23).
    midterm_filing: Pattern = "ZQ-{year}-{city}-{serial:03d}"
    # The receipt of a growth log that was handed in (P11).
    growth_log: Pattern = "RZ{year}{serial:05d}"


class StageWindow(Named):
    """A stage with its local dates, both inclusive."""

    code: StageCode
    opens_on: date
    closes_on: date

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.opens_on > self.closes_on:
            raise ValueError("closes_on: is before opens_on")
        return self
