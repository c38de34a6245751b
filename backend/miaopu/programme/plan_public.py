"""The parts of a plan document on what is published, asked of families, looked after and numbered."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from miaopu.programme.plan_base import Hour, Named, Part, Positive, StageCode, Two


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
