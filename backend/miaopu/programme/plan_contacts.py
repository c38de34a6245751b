"""The parts of a plan document on the contact chain (P21), on leaving in the middle and on a change of mentor."""

from typing import Literal

from miaopu.programme.plan_base import Named, Part, Positive
from miaopu.programme.plan_public import Pattern

ChangePart = Literal["mentor", "new_mentor", "guardian", "school", "university", "city_office"]
LEAVING_REASONS = (
    Named(code="illness", zh="健康原因", en="Illness"),
    Named(code="moving", zh="转学或搬迁", en="Moving"),
    Named(code="own_wish", zh="个人意愿", en="Own wish"),
    Named(code="other", zh="其他", en="Other"),
)
CHANGE_REASONS = (
    Named(code="direction", zh="研究方向调整", en="Another direction of research"),
    Named(code="mentor_absent", zh="导师不能继续指导", en="The mentor cannot go on"),
    Named(code="other", zh="其他", en="Other"),
)


class Leaving(Part):
    """Leaving in the middle of one's own will: no mark against the student."""

    confirmed_by: tuple[Literal["mentor", "school", "city_office"], ...]
    reasons: tuple[Named, ...] = LEAVING_REASONS
    number: Pattern = "TC-{year}-{city}-{serial:03d}"


class Contacts(Part):
    """Threads around a student (P21)."""

    # How many working days the city or the region has to answer what is brought before it.
    answer_working_days: Positive = 3
    posts_per_hour: Positive = 30
    files_per_post: Positive = 6
    # A thread with a student who has no guide teacher or guardian named yet: the city takes their place in it, or
    # they have to be named before it is opened.
    without_circle: Literal["city", "named_first"] = "city"


class MentorChange(Part):
    """A change of mentor in the middle of the year."""

    reasons: tuple[Named, ...] = CHANGE_REASONS
    # The old mentor is heard and cannot stop it; everybody else among these agrees or refuses.
    confirmed_by: tuple[ChangePart, ...] = ("mentor", "new_mentor", "university", "city_office")
    heard: tuple[ChangePart, ...] = ("mentor",)
    number: Pattern = "GD-{year}-{city}-{serial:03d}"
    # Not filed while an evaluation of the student is under way: who began it ends it.
    wait_for_evaluations: bool = True
