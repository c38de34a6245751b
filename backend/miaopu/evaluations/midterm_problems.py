"""Verbs of problems (P23): raised with an owner and a day, solved with words, opened again for a reason."""

import uuid

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.evaluations.midterm_models import PROBLEM_FLOW, MidtermProblem
from miaopu.evaluations.midterm_problem_queries import visible_problems
from miaopu.evaluations.midterm_schemas import ProblemAction, ProblemForm
from miaopu.evaluations.service import circle
from miaopu.nominations.models import Nomination
from miaopu.notices.service import holders, tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import may, require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Move, move
from miaopu.programme.queries import load, plan_of


async def raise_problem(tx: Tx, form: ProblemForm) -> MidtermProblem:
    """A problem of a student in training; its owner is told. Raises 404, 409, 422."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    if enrolment.state != "active":
        raise Problem("wrong_state", 409, state=enrolment.state)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    if form.due_on < plan.local_day(clock.now()):
        raise invalid(FieldError("/due_on", "in_the_past"))
    owners = await _owners(tx, enrolment, Role(form.owner_role))
    if not owners:
        raise invalid(FieldError("/owner_role", "nobody_there"))
    found = MidtermProblem(
        id=new_id(), cycle_id=enrolment.cycle_id, state="open", enrolment_id=enrolment.id, text=form.text,
        owner_role=form.owner_role, due_on=form.due_on, raised_by=tx.actor.account_id,
    )  # fmt: skip
    tx.session.add(found)
    await tx.session.flush()
    await tell(
        tx.session, [a for a in owners if a != tx.actor.account_id], "midterm_problem.created",
        thing_type="midterm_problem", thing_id=found.id, cycle_id=found.cycle_id,
        title=f"{enrolment.number} {enrolment.name}", reason=form.text,
    )  # fmt: skip
    return found


async def _owners(tx: Tx, enrolment: Enrolment, role: Role) -> list[uuid.UUID]:
    """The accounts of whom a role names around this student."""
    units = {
        Role.SCHOOL: enrolment.school_id,
        Role.UNIVERSITY: enrolment.university_id,
        Role.CITY_OFFICE: enrolment.city_id,
    }
    if role in units:
        return await holders(tx.session, role, units[role])
    mentor = await tx.session.get(Nomination, enrolment.mentor_id)
    person = {
        Role.MENTOR: mentor.account_id if mentor else None,
        Role.STUDENT: enrolment.account_id,
        Role.GUIDE_TEACHER: enrolment.guide_teacher_account_id,
    }[role]
    return [person] if person else []


async def act(tx: Tx, problem_id: uuid.UUID, action: ProblemAction, form: Move) -> MidtermProblem:
    """Say how it was solved, or open it again; those around the student are told. Raises as `flow.move`."""
    found = await load(tx, MidtermProblem, visible_problems(tx.actor.role), problem_id)
    permission = PROBLEM_FLOW.permission(action)
    require(tx.actor, permission)
    # As `midterm_problem_queries.answers` offers it.
    if not may(tx.actor.role, Permission.PROBLEM_RAISE) and found.owner_role != tx.actor.role.value:
        raise Problem("forbidden", 403, permission=permission.value)
    if found.state == "open" and action == "solve" and (form.reason or "").strip():
        found.solution, found.solved_at = form.reason or "", clock.now()
    elif found.state == "solved" and action == "reopen":
        found.solution, found.solved_at = "", None
    _, told = await circle(tx, found.enrolment_id)
    await move(tx, PROBLEM_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    return found
