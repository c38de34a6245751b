"""Mentors put forward, reviewed, approved, appointed (P6–P8, P12). In other rooms `mentor_id` is a nomination's id."""

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import NAME, one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.papers import Paper
from miaopu.programme.plan import StageCode

STATES = (
    "draft",
    "recommended",
    "city_reviewed",
    "profile_submitted",
    "region_reviewed",
    "approved",
    "on_notice",
    "appointed",
    "rejected",
)
# A student may choose a mentor from the city's first review on (reading A7).
CHOOSABLE = STATES[STATES.index("city_reviewed") : STATES.index("rejected")]
S = StageCode.NOMINATION
FLOW = Flow(
    thing="nomination",
    states=STATES,
    edges=(
        Edge(("draft",), "recommend", "recommended", P.NOMINATION_RECOMMEND, S),
        Edge(("recommended",), "pass_first_review", "city_reviewed", P.NOMINATION_FIRST_REVIEW, S),
        Edge(("recommended",), "return_to_university", "draft", P.NOMINATION_FIRST_REVIEW, S, needs_reason=True),
        Edge(("recommended",), "reject_first_review", "rejected", P.NOMINATION_FIRST_REVIEW, S, needs_reason=True),
        Edge(("city_reviewed",), "submit_profile", "profile_submitted", P.NOMINATION_PROFILE, S),
        Edge(("profile_submitted",), "pass_second_review", "region_reviewed", P.NOMINATION_SECOND_REVIEW, S),
        Edge(
            ("profile_submitted",), "return_to_mentor", "city_reviewed", P.NOMINATION_SECOND_REVIEW, S,
            needs_reason=True,
        ),
        Edge(
            ("profile_submitted",), "reject_second_review", "rejected", P.NOMINATION_SECOND_REVIEW, S,
            needs_reason=True,
        ),
        # Two recorded decisions, one of each organiser: the second of them makes it `approved`.
        Edge(("region_reviewed",), "approve", "approved", P.NOMINATION_APPROVE, S, form=True),
        Edge(
            ("region_reviewed",), "return_for_review", "profile_submitted", P.NOMINATION_APPROVE, S,
            needs_reason=True,
        ),
        Edge(("approved",), "publish", "on_notice", P.NOMINATION_PUBLISH, S),
        Edge(("on_notice",), "appoint", "appointed", P.NOMINATION_APPOINT),
        Edge(("on_notice",), "uphold_objection", "rejected", P.NOMINATION_APPOINT, needs_reason=True),
    ),
)  # fmt: skip


class Nomination(Stateful, Base):
    """A professor put forward by a university for one subject of one cycle; once appointed, the mentor."""

    __tablename__ = "nominations"
    __thing__ = "nomination"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "university_id", "subject"],
            ["cycle_cells.cycle_id", "cycle_cells.university_id", "cycle_cells.subject"],
        ),
        UniqueConstraint("cycle_id", "university_id", "subject", "name"),
        UniqueConstraint("letter_number"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        # A state and its facts go together: an appointed mentor has a letter, a published one a period.
        CheckConstraint("state <> 'appointed' OR letter_number IS NOT NULL", name="appointed_has_letter"),
        CheckConstraint("state <> 'on_notice' OR notice_ends_at IS NOT NULL", name="notice_has_end"),
        Index("ix_nominations_city_state", "cycle_id", "city_id", "state"),
    )

    university_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    subject: Mapped[str] = mapped_column(String(32))
    # The mentor's own account, invited after the city's first review.
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME))
    name_key: Mapped[str] = mapped_column(String(400))
    standing: Mapped[str] = mapped_column(String(40))
    standing_reason: Mapped[str] = mapped_column(String(1000), default="")
    degree: Mapped[str] = mapped_column(String(20))
    # "In principle": without a doctorate a reason is given and the second review grants it, visibly (P7).
    degree_reason: Mapped[str] = mapped_column(String(1000), default="")
    degree_exception_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(40))
    department: Mapped[str] = mapped_column(String(100), default="")
    research: Mapped[str] = mapped_column(String(2000), default="")
    introduction: Mapped[str] = mapped_column(String(4000), default="")
    capacity: Mapped[int] = mapped_column(Integer)
    # Students given to the mentor (P8); whoever gives one locks this row first.
    taken: Mapped[int] = mapped_column(Integer, default=0)
    opinion: Mapped[str] = mapped_column(String(2000), default="")
    notice_began_at: Mapped[datetime | None]
    notice_ends_at: Mapped[datetime | None]
    letter_number: Mapped[str | None] = mapped_column(String(60))
    letter_code: Mapped[str | None] = mapped_column(String(40), unique=True)
    appointed_at: Mapped[datetime | None]


class TeamMember(Row, Base):
    """A member of a mentor's team: a master's degree or an associate-senior title or above (P7, hard)."""

    __tablename__ = "team_members"
    __thing__ = "team_member"
    __trail__ = ("nomination", "nomination_id")
    __table_args__ = (UniqueConstraint("nomination_id", "name"),)

    nomination_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"), index=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME))
    unit_name: Mapped[str] = mapped_column(String(100))
    degree: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(40))
    title_level: Mapped[str] = mapped_column(String(20))
    duty: Mapped[str] = mapped_column(String(200), default="")
    # By the mentor's leave: reviews logs, records meetings, and of which students (all where none are named).
    may_review: Mapped[bool] = mapped_column(default=False)
    may_record: Mapped[bool] = mapped_column(default=True)
    students: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(Uuid))


class Evidence(Paper):
    """A scanned proof of a mentor's standing, degree or title (P6, P7): one file of each kind the plan names."""

    __tablename__ = "mentor_evidence"
    __thing__ = "mentor_evidence"
    __trail__ = ("nomination", "nomination_id")
    __table_args__ = (UniqueConstraint("nomination_id", "kind"),)

    nomination_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))


class Approval(Row, Base):
    """One organiser's approval of a nomination (审定); both are needed, by two different organisers."""

    __tablename__ = "nomination_approvals"
    __thing__ = "nomination_approval"
    __trail__ = ("nomination", "nomination_id")
    __table_args__ = (UniqueConstraint("nomination_id", "role"),)

    nomination_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
