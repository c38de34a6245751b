"""What the platform knows of a student, beside the form of who writes an evaluation (P22, P23)."""

import uuid
from datetime import datetime

from fastapi import Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from miaopu.core.door import Door
from miaopu.core.read import Rows, as_record, kept
from miaopu.core.room import Room
from miaopu.evaluations.models import InitialEvaluation
from miaopu.evaluations.queries import visible_initial
from miaopu.growth.models import GrowthLog
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.acting import Reading, needs
from miaopu.people.permissions import Permission as P
from miaopu.people.roles import Role
from miaopu.programme.queries import ID, rows_json
from miaopu.training.models import Attendance, Session, TrainingPlan
from miaopu.training.queries import visible_plans

of_students = Room(prefix="/enrolments", tags=["initial_evaluation"], route_class=Door)


class InitialOpinions(BaseModel):
    """The mentor's opinion on the first months, which later evaluations read."""

    id: uuid.UUID
    state: str
    opinions: dict[str, str]


class SoFar(BaseModel):
    enrolment_id: uuid.UUID
    student_name: str
    topic: str | None = Field(description="of the training plan, where the reader sees it")
    meetings: int
    on_campus: int
    minutes: int
    last_meeting_at: datetime | None
    logs_handed_in: int
    logs_accepted: int
    logs_late: int
    initial: list[InitialOpinions] = Field(description="one at most")


@kept
def so_far(role: Role) -> Rows:
    """Meetings, logs, topic and initial opinions of one student (`id`) whom the reader sees."""
    topic = select(TrainingPlan.topic).where(TrainingPlan.enrolment_id == Enrolment.id, visible_plans(role))
    there = (
        select(Session.id)
        .join(Attendance, Attendance.session_id == Session.id)
        .where(Attendance.enrolment_id == Enrolment.id, Attendance.mode != "absent")
        .correlate(Enrolment)
    )
    logs = select(func.count()).select_from(GrowthLog).where(GrowthLog.enrolment_id == Enrolment.id)
    handed_in = GrowthLog.submitted_at.is_not(None)
    initial = rows_json(
        select(InitialEvaluation.id, InitialEvaluation.state, InitialEvaluation.opinions).where(
            InitialEvaluation.enrolment_id == Enrolment.id, visible_initial(role)
        )
    )
    return as_record(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.name.label("student_name"),
            topic.correlate(Enrolment).limit(1).scalar_subquery().label("topic"),
            there.with_only_columns(func.count()).scalar_subquery().label("meetings"),
            there.with_only_columns(func.count()).where(Session.on_campus).scalar_subquery().label("on_campus"),
            there.with_only_columns(func.coalesce(func.sum(Session.minutes), 0)).scalar_subquery().label("minutes"),
            there.with_only_columns(func.max(Session.starts_at)).scalar_subquery().label("last_meeting_at"),
            logs.where(handed_in).correlate(Enrolment).scalar_subquery().label("logs_handed_in"),
            logs.where(GrowthLog.state == "accepted").correlate(Enrolment).scalar_subquery().label("logs_accepted"),
            logs.where(handed_in, GrowthLog.late).correlate(Enrolment).scalar_subquery().label("logs_late"),
            initial.label("initial"),
        ).where(Enrolment.id == ID, visible_enrolments(role))
    )


@of_students.get(
    "/{enrolment_id}/so-far", operation_id="enrolments_so_far", response_model=SoFar, **needs(P.EVALUATION_READ)
)
async def get(reads: Reading, enrolment_id: uuid.UUID) -> Response:
    """What is known of a student's training, for who evaluates it."""
    return await reads.record(so_far(reads.actor.role), id=enrolment_id)
