"""The part of a plan document that says who is reminded of what, when, and by which ways (督促, P9, P11, P17–P24).

A line in the inbox is always made; `channels` names what goes out besides.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from miaopu.programme.plan_base import Part, Positive

Days = tuple[Positive, ...]
ReminderChannel = Literal["mail", "sms", "group"]
RemindedRole = Literal[
    "student", "guardian", "guide_teacher", "mentor", "school", "university", "city_office", "region_office"
]


class ReminderRule(Part):
    """What every rule has: whether it runs, whom it tells, and how besides the inbox."""

    on: bool = True
    to: tuple[RemindedRole, ...] = Field(min_length=1)
    channels: tuple[ReminderChannel, ...] = ("mail",)


class LogDue(ReminderRule):
    """P11: days after the meeting, before the log's due date, and after it."""

    to: tuple[RemindedRole, ...] = ("student",)
    days_after_meeting: Days = (3,)
    before: Days = (1,)
    after: Days = (1, 7)


class Waiting(ReminderRule):
    """Days that something has been waiting for somebody."""

    days: Days


class Closing(ReminderRule):
    """Days before a stage closes."""

    before: Days


class MonthDay(ReminderRule):
    """P9: the local day of the month at which a mentor is told who will have met too seldom."""

    to: tuple[RemindedRole, ...] = ("mentor",)
    day_of_month: Annotated[int, Field(ge=1, le=28)] = 20


class ReviewQueue(ReminderRule):
    """P13: registrations that have waited so many days, told again every so many, and before the window closes."""

    to: tuple[RemindedRole, ...] = ("school", "city_office", "region_office")
    waiting_days: Positive = 2
    again_days: Positive = 2
    before: Days = (1,)


class Due(ReminderRule):
    """Days before something is due, and after it was."""

    before: Days = (1,)
    after: Days = (1, 3)


class Overdue(ReminderRule):
    """Days after the day by which something was to be done."""

    after: Days = (1, 7)


class Reminders(Part):
    """Rules, quiet hours (local), and how long an automatic batch can be held before it goes."""

    # A batch to several people waits so many minutes of office hours.
    batch_minutes: Annotated[int, Field(ge=0, le=2880)] = 60
    office_from: time = time(9)
    office_until: time = time(18)
    working_days_only: bool = False
    # Nothing leaves the platform from then on, and before then; the same time twice means no quiet hours.
    quiet_from: time = time(21)
    quiet_until: time = time(7, 30)
    quiet_weekends: bool = False

    log_due: LogDue = LogDue()
    review_waiting: Waiting = Waiting(to=("mentor",), days=(7, 14))
    meetings_short: MonthDay = MonthDay()
    plan_missing: Waiting = Waiting(to=("mentor",), days=(14, 28))
    initial_due: Closing = Closing(to=("mentor",), before=(7, 1))
    midterm_due: Closing = Closing(to=("mentor",), before=(7, 1))
    dossier_due: Closing = Closing(to=("student",), before=(7, 1))
    opinion_due: Closing = Closing(to=("mentor",), before=(3, 1))
    registration_waiting: ReviewQueue = ReviewQueue()
    consent_missing: Closing = Closing(to=("student",), before=(3, 1))

    meeting_next: Closing = Closing(to=("student", "guardian"), before=(1,))
    trip_consent: Closing = Closing(to=("guardian",), before=(7, 2))
    escalation_due: Due = Due(to=("city_office", "region_office"))
    # Of those named here, whoever the problem was given to.
    problem_overdue: Overdue = Overdue(to=("student", "guide_teacher", "mentor", "school", "university", "city_office"))

    @model_validator(mode="after")
    def _office(self) -> Self:
        if self.office_from >= self.office_until:
            raise ValueError("office_until: must be after office_from")
        return self
