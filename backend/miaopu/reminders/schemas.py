"""What the endpoints of the outbox, the preferences and the groups take and answer."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from miaopu.core.problem import Language
from miaopu.core.read import PageOf
from miaopu.people.roles import Role
from miaopu.programme.flow import RecordOf
from miaopu.programme.plan_reminders import ReminderChannel
from miaopu.reminders.channels import RobotKind

BatchState = Literal["waiting", "held", "released", "cancelled"]
BatchAction = Literal["release", "hold", "cancel"]
BatchKind = Literal["reminder", "announcement"]
DeliveryState = Literal["waiting", "sent", "failed", "void"]
MailMode = Literal["at_once", "daily", "off"]
# Those of the plan's part `reminders`; a test holds the two together.
RuleCode = Literal[
    "log_due",
    "review_waiting",
    "meetings_short",
    "plan_missing",
    "initial_due",
    "midterm_due",
    "dossier_due",
    "opinion_due",
    "registration_waiting",
    "consent_missing",
    "meeting_next",
    "trip_consent",
    "escalation_due",
    "problem_overdue",
]
# Deliberately simple: whether an address lives is found out by the code that is sent there.
MailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
    ),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\r\n]+$")]


class BatchItem(BaseModel):
    """What goes, or went, to several people together; `count` are those who are still meant."""

    id: uuid.UUID
    kind: BatchKind
    rule: RuleCode | None
    unit_name: str
    heading: str
    count: int
    undelivered: int
    prepared_at: datetime
    goes_at: datetime | None
    gone_at: datetime | None
    state: BatchState
    state_since: datetime
    version: int


class BatchPage(PageOf):
    items: list[BatchItem]


class GroupTold(BaseModel):
    """A group that was told how many."""

    name: str
    kind: RobotKind
    state: DeliveryState
    error: str | None


class BatchRecord(RecordOf, BatchItem):
    """One batch; its people are at `/recipients`."""

    text: str
    channels: list[ReminderChannel]
    author_name: str | None
    taken_out: int
    groups: list[GroupTold]


class RecipientItem(BaseModel):
    """One line of a batch. `mail` is how the mail to this person went, `error` why not."""

    id: uuid.UUID
    name: str
    unit_name: str | None
    about: str
    reachable: bool = Field(description="has a confirmed address and wants mails")
    mail: DeliveryState | None
    error: str | None
    told_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None


class RecipientPage(PageOf):
    items: list[RecipientItem]


class TakeOut(BaseModel):
    """Lines that shall not go."""

    messages: list[uuid.UUID] = Field(min_length=1, max_length=1000)


class TakenOut(BaseModel):
    taken_out: int


class Audience(BaseModel):
    """Whom an announcement is for: people with one of the roles, narrowed."""

    roles: list[Role] = Field(min_length=1, max_length=14)
    city: uuid.UUID | None = None
    unit: uuid.UUID | None = None
    mentor: uuid.UUID | None = None
    in_training: bool = False


class AnnouncementForm(Audience):
    """An announcement, which waits in the outbox until it is released."""

    title: Line
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    channels: list[Literal["mail", "group"]] = ["mail"]


class Listener(BaseModel):
    account_id: uuid.UUID
    name: str
    unit_name: str


class Listeners(PageOf):
    """Those whom a choice means."""

    items: list[Listener]


class PreferencesShown(BaseModel):
    """How one is reached besides the inbox; addresses are masked."""

    mode: MailMode
    digest_hour: int
    sms: bool
    language: Language
    mail: str | None
    mail_failed_at: datetime | None
    asked: str | None = Field(description="an address that waits for its code")
    phone: bool = Field(description="the account has a phone number")
    version: int


class PreferencesForm(BaseModel):
    mode: MailMode
    digest_hour: int = Field(ge=0, le=23)
    sms: bool = False
    language: Language
    version: int = Field(ge=0)


class AddressForm(BaseModel):
    mail: MailAddress


class CodeForm(BaseModel):
    code: str = Field(pattern=r"^\s*\d{6}\s*$")


class MailSettings(BaseModel):
    """What a link in a mail shows without signing in."""

    mail: str | None
    mode: MailMode
    digest_hour: int


class MailModeForm(BaseModel):
    mode: MailMode


class GroupItem(BaseModel):
    """A group's robot; its address and secret never leave."""

    id: uuid.UUID
    kind: RobotKind
    group_name: str
    unit_name: str
    host: str
    signed: bool
    active: bool
    registered_at: datetime
    version: int


class GroupPage(PageOf):
    items: list[GroupItem]


class GroupForm(BaseModel):
    kind: RobotKind
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    secret: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class GroupEdit(BaseModel):
    active: bool
    version: int = Field(ge=1)


class Tested(BaseModel):
    """What came of a test message."""

    sent: bool
    error: str | None
