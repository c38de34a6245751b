"""Meetings that are to come (P9, P10): when, where, with whom; held, they become sessions."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from miaopu.core.db import Base, Row, Stateful
from miaopu.people.models import one_of
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Edge, Flow
from miaopu.programme.plan import StageCode as S

APPOINTMENT_STATES = ("planned", "held", "called_off")
APPOINTMENT_FLOW = Flow(
    thing="appointment",
    states=APPOINTMENT_STATES,
    edges=(
        Edge(("planned",), "hold", "held", P.SESSION_RECORD, S.TRAINING, form=True),
        Edge(("planned",), "call_off", "called_off", P.SESSION_RECORD, S.TRAINING, needs_reason=True, aside=True),
    ),
)


class Appointment(Stateful, Base):
    """A meeting of the training that is planned, with the students asked to it."""

    __tablename__ = "appointments"
    __thing__ = "appointment"
    __table_args__ = (
        CheckConstraint(one_of("state", APPOINTMENT_STATES), name="state"),
        CheckConstraint("minutes >= 1", name="minutes"),
        CheckConstraint("(state = 'held') = (session_id IS NOT NULL)", name="held_has_session"),
        Index("ix_appointments_mentor", "mentor_id", "starts_at"),
    )

    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nominations.id"))
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")
    # How to get there, or the address of a remote meeting.
    directions: Mapped[str] = mapped_column(String(1000), default="")
    on_campus: Mapped[bool]
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("training_sessions.id"), unique=True)


class AppointmentGuest(Row, Base):
    """A student asked to a meeting, and when they checked in at its door."""

    __tablename__ = "appointment_guests"
    __thing__ = "appointment_guest"
    __trail__ = ("appointment", "appointment_id")
    __table_args__ = (UniqueConstraint("appointment_id", "enrolment_id"),)

    appointment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("appointments.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolments.id"), index=True)
    checked_in_at: Mapped[datetime | None]
