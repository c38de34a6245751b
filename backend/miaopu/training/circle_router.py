"""Paths of the mentor's leave to the team, and of feedback at the plan's fixed points."""

import uuid

from fastapi import Response

from miaopu.core.door import Door
from miaopu.core.read import Created
from miaopu.core.room import Room
from miaopu.people.acting import Reading, Writing, cycle_of, needs, tells
from miaopu.people.permissions import Permission
from miaopu.programme.queries import plan_in_force
from miaopu.training import feedback, team
from miaopu.training.feedback_schemas import FeedbackAsked, FeedbackForm, Feedbacks, FeedbackSums

teams = Room(prefix="/team", tags=["training"], route_class=Door)
feedbacks = Room(prefix="/feedback", tags=["training"], route_class=Door)
P = Permission


@teams.get("", operation_id="team_list", response_model=team.Leaves, **needs(P.TEAM_READ))
async def list_team(reads: Reading) -> Response:
    """The members of one's own team, and what each may do."""
    return await reads.list(team.listed(reads.actor.role))


@teams.put("/{member_id}/leave", operation_id="team_give_leave", **tells(P.TEAM_LEAVE))
async def give(tx: Writing, member_id: uuid.UUID, form: team.LeaveForm) -> Created:
    """Give or take back leave."""
    return Created.model_validate(await team.give(tx, member_id, form), from_attributes=True)


@feedbacks.get("", operation_id="feedback_list", response_model=Feedbacks, **needs(P.FEEDBACK_READ))
async def list_feedback(reads: Reading) -> Response:
    """Feedback that the reader sees."""
    cycle_of(reads.actor)
    return await reads.list(feedback.listed(reads.actor.role))


@feedbacks.get("/asked", operation_id="feedback_asked", **needs(P.FEEDBACK_WRITE))
async def asked(reads: Reading) -> FeedbackAsked:
    """What is asked of the reader now: the point, its questions, the students, and what was answered already."""
    cycle_of(reads.actor)
    return await feedback.asked(reads)


@feedbacks.get("/sums", operation_id="feedback_sums", response_model=FeedbackSums, **needs(P.FEEDBACK_SUMS))
async def sums(reads: Reading) -> Response:
    """Means of what students say of the mentoring, where enough have answered."""
    plan = await plan_in_force(reads)
    return await reads.list(feedback.sums(reads.actor.role), least=plan.feedback.smallest_group)


@feedbacks.put("", operation_id="feedback_write", **tells(P.FEEDBACK_WRITE))
async def write(tx: Writing, form: FeedbackForm) -> Created:
    """Write one's feedback of a point, or correct it while the point lasts."""
    return Created.model_validate(await feedback.write(tx, form), from_attributes=True)
