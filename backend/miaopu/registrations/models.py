"""A student's registration, and its whole way through the selection (P13–P16): every edge is on this page."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core import clock
from miaopu.core.db import Base, Row, Stateful
from miaopu.core.sealing import SEALED, blind
from miaopu.people.models import NAME, one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.papers import Paper
from miaopu.programme.plan import StageCode as S
from miaopu.registrations.rules import new_receipt, pseudonym

STATES = (
    "draft",
    "submitted",
    "school_recommended",
    "city_recommended",
    "eligible",
    "seated",
    "tested",
    "absent",
    "shortlisted",
    "not_shortlisted",
    "interviewed",
    "selected",
    "reserve",
    "not_selected",
    "paired",
    "filed",
    "enrolled",
    "withdrawn",
    "rejected",
)
# Still in, or was to the end: one person has one of these in a cycle.
LIVING = tuple(state for state in STATES if state not in ("withdrawn", "rejected"))
# On the list of those to be interviewed, or beyond it.
SINCE_SHORTLIST = (
    "shortlisted", "interviewed", "selected", "reserve", "not_selected", "paired", "filed", "enrolled",
)  # fmt: skip
# Who has one of the places.
PLACED = ("selected", "paired", "filed", "enrolled")
# Every state before enrolment from which a student can still withdraw.
WITHDRAWABLE = tuple(
    s for s in STATES if s not in ("absent", "not_shortlisted", "not_selected", "enrolled", "withdrawn", "rejected")
)
FLOW = Flow(
    thing="registration",
    states=STATES,
    edges=(
        # Registration and its three reviews, in order (P13)
        Edge(("draft",), "submit", "submitted", P.REGISTRATION_WRITE, S.REGISTRATION),
        Edge(("submitted",), "recommend", "school_recommended", P.REGISTRATION_RECOMMEND, S.REGISTRATION_REVIEW),
        Edge(
            ("submitted",), "return_from_school", "draft", P.REGISTRATION_RECOMMEND, S.REGISTRATION_REVIEW,
            needs_reason=True,
        ),
        Edge(
            ("submitted",), "reject_by_school", "rejected", P.REGISTRATION_RECOMMEND, S.REGISTRATION_REVIEW,
            needs_reason=True,
        ),
        Edge(
            ("school_recommended",), "pass_city_review", "city_recommended", P.REGISTRATION_CITY_REVIEW,
            S.REGISTRATION_REVIEW,
        ),
        Edge(
            ("school_recommended",), "return_from_city", "draft", P.REGISTRATION_CITY_REVIEW,
            S.REGISTRATION_REVIEW, needs_reason=True,
        ),
        Edge(
            ("school_recommended",), "reject_by_city", "rejected", P.REGISTRATION_CITY_REVIEW,
            S.REGISTRATION_REVIEW, needs_reason=True,
        ),
        Edge(
            ("city_recommended",), "pass_second_review", "eligible", P.REGISTRATION_SECOND_REVIEW,
            S.REGISTRATION_REVIEW,
        ),
        Edge(
            ("city_recommended",), "return_from_region", "draft", P.REGISTRATION_SECOND_REVIEW,
            S.REGISTRATION_REVIEW, needs_reason=True,
        ),
        Edge(
            ("city_recommended",), "reject_by_region", "rejected", P.REGISTRATION_SECOND_REVIEW,
            S.REGISTRATION_REVIEW, needs_reason=True,
        ),
        Edge(WITHDRAWABLE, "withdraw", "withdrawn", P.REGISTRATION_WRITE, needs_reason=True, aside=True),
        # The written test (P14): seats are given, marks are published
        Edge(("eligible",), "seat", "seated", P.EXAM_ARRANGE, S.WRITTEN_TEST, form=True),
        Edge(("seated",), "publish_mark", "tested", P.EXAM_MARK, S.WRITTEN_TEST, form=True),
        Edge(("seated",), "mark_absent", "absent", P.EXAM_MARK, S.WRITTEN_TEST, form=True),
        # The cutoff (P15)
        Edge(("tested",), "shortlist", "shortlisted", P.CUTOFF_CONFIRM, S.CUTOFF, form=True),
        Edge(("tested",), "leave_out", "not_shortlisted", P.CUTOFF_CONFIRM, S.CUTOFF, form=True),
        # The interview and its verdict (P16)
        Edge(("shortlisted",), "interview", "interviewed", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
        Edge(("shortlisted",), "miss_interview", "not_selected", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
        Edge(("interviewed",), "select", "selected", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
        Edge(("interviewed",), "reserve", "reserve", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
        Edge(("interviewed",), "not_select", "not_selected", P.INTERVIEW_DECIDE, S.INTERVIEW, form=True),
        # A place that falls free goes to the next of the reserve, who says yes or no (P16)
        Edge(("reserve",), "move_up", "selected", P.PLACE_ACCEPT, form=True),
        Edge(("reserve",), "give_up_place", "not_selected", P.PLACE_ACCEPT, form=True),
        # What an upheld objection puts right on a published list (P16a)
        Edge(
            ("not_shortlisted",), "admit_on_objection", "shortlisted", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("shortlisted",), "strike_on_objection", "not_shortlisted", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("reserve", "not_selected"), "select_on_objection", "selected", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("selected", "not_selected"), "reserve_on_objection", "reserve", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        Edge(
            ("selected", "reserve"), "not_select_on_objection", "not_selected", P.OBJECTION_ANSWER,
            needs_reason=True, form=True, aside=True,
        ),
        # Pairing, filing, enrolment
        Edge(("selected", "reserve"), "pair", "paired", P.PAIRING_CONFIRM, S.PAIRING, form=True),
        Edge(("paired",), "file", "filed", P.PAIRING_FILE, S.PAIRING, form=True),
        Edge(("filed",), "enrol", "enrolled", P.PAIRING_FILE, S.PAIRING, form=True),
    ),
)  # fmt: skip


class Registration(Stateful, Base):
    """One student's registration in one cycle. Ranks and year size are recorded; percentages are computed."""

    __tablename__ = "registrations"
    __thing__ = "registration"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "subject"], ["cycle_subjects.cycle_id", "cycle_subjects.code"]),
        UniqueConstraint("cycle_id", "account_id"),
        UniqueConstraint("cycle_id", "number"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("year_size >= 1", name="year_size"),
        CheckConstraint("subject_rank BETWEEN 1 AND year_size", name="subject_rank"),
        CheckConstraint(one_of("sex", ("female", "male")), name="sex"),
        CheckConstraint("overall_rank BETWEEN 1 AND year_size", name="overall_rank"),
        Index("ix_registrations_city_subject_state", "cycle_id", "city_id", "subject", "state"),
        Index("ix_registrations_school_state", "cycle_id", "school_id", "state"),
        Index("ix_registrations_identity", "identity_index"),
        Index(
            "uq_registrations_identity",
            "cycle_id",
            "identity_index",
            unique=True,
            postgresql_where="state NOT IN ('withdrawn', 'rejected')",
        ),
    )

    # Public number of the registration: what lists show instead of a name.
    number: Mapped[str] = mapped_column(String(40))
    serial: Mapped[int] = mapped_column(Integer)
    # Known to the family alone: who holds it finds the own line in the public data of the selection (P16a).
    receipt: Mapped[str] = mapped_column(String(40), default=new_receipt, info={"personal": True})
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    guardian_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    city_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(NAME))
    name_key: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str | None] = mapped_column(String(32))
    # The grade at the time of registering; the entry year lets any later grade be derived.
    grade: Mapped[int | None] = mapped_column(Integer)
    entry_year: Mapped[int | None] = mapped_column(Integer)
    identity_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    identity_index: Mapped[str | None] = mapped_column(String(64), info=blind("identity", "identity_sealed"))
    birth_year: Mapped[int | None] = mapped_column(Integer, info={"personal": True})
    # Read off the identity number (GB 11643), to be counted and never listed.
    sex: Mapped[str | None] = mapped_column(String(6), info={"personal": True})
    year_size: Mapped[int | None] = mapped_column(Integer)
    subject_rank: Mapped[int | None] = mapped_column(Integer)
    overall_rank: Mapped[int | None] = mapped_column(Integer)
    rank_basis: Mapped[str] = mapped_column(String(200), default="")
    # The table of the whole year group that the ranks were computed from, where the school brought one.
    rank_import_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("imports.id"))
    school_statement: Mapped[bool] = mapped_column(default=False)
    # The verdict by P13 as `rules.judge` found it when the draft was last saved.
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info={"personal": True})
    returning: Mapped[bool] = mapped_column(default=False)
    accepts_adjustment: Mapped[bool] = mapped_column(default=True)
    interests: Mapped[str] = mapped_column(String(4000), default="", info={"personal": True})
    motivation: Mapped[str] = mapped_column(String(4000), default="", info={"personal": True})
    submitted_at: Mapped[datetime | None]

    @property
    def pseudonym(self) -> str:
        """Whom the public data call this student, and what every draw after the written test is made by."""
        return pseudonym(self.receipt)


class MentorChoice(Base):
    """A mentor a student chose, in order of preference."""

    __tablename__ = "mentor_choices"
    __thing__ = "mentor_choice"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (
        UniqueConstraint("registration_id", "mentor_id"),
        CheckConstraint("rank >= 1", name="rank"),
        Index("ix_mentor_choices_mentor", "mentor_id"),
    )

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(Integer, primary_key=True)
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))


class ApplicationMaterial(Paper):
    """A paper of the registration: one file of each kind the plan names."""

    __tablename__ = "application_materials"
    __thing__ = "application_material"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (UniqueConstraint("registration_id", "kind"),)

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))


class Consent(Row, Base):
    """A guardian's consent: which text, when, from where; each purpose on its own (PIPL 14, 23, 25, 31)."""

    __tablename__ = "consents"
    __thing__ = "consent"
    __trail__ = ("registration", "registration_id")
    __table_args__ = (UniqueConstraint("token_hash"),)

    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    guardian_name: Mapped[str] = mapped_column(String(NAME), info={"personal": True})
    relation: Mapped[str] = mapped_column(String(20))
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    # To find that a guardian sits on a panel (P16), without opening the number.
    phone_index: Mapped[str | None] = mapped_column(String(64), info=blind("phone", "phone_sealed"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    text_version: Mapped[str] = mapped_column(String(40))
    # Of the text as it was when the guardian agreed (`words_models.AgreedText`).
    text_digest: Mapped[str | None] = mapped_column(ForeignKey("consent_texts.digest"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="", info={"personal": True})
    publication: Mapped[bool] = mapped_column(default=False)
    national_programme: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]
