"""Verbs of enrolments (P12a, P19)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.problem import FieldError, invalid
from miaopu.nominations.models import Nomination
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.pairings.schemas import CoMentorForm, GuideForm
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.models import Membership
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned
from miaopu.programme.queries import ask_version, load, plan_of


def about(enrolment: Enrolment, mentor: Nomination | None = None) -> Concerned:
    """Whom an enrolment concerns: the family, the guide teacher, the mentor; school and city by their turn."""
    return Concerned(
        title=f"{enrolment.number} {enrolment.name}",
        owners=[
            enrolment.account_id,
            enrolment.guardian_account_id,
            enrolment.guide_teacher_account_id,
            mentor.account_id if mentor else None,
        ],
        units={Role.SCHOOL: enrolment.school_id, Role.CITY_OFFICE: enrolment.city_id, Role.REGION_OFFICE: None},
    )


async def set_guide(tx: Tx, enrolment_id: uuid.UUID, form: GuideForm) -> Enrolment:
    """The school names a student's guide teacher (P19, P21). Raises 404, 403, 409; 422 for anybody else."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    require(tx.actor, Permission.ENROLMENT_GUIDE)
    ask_version(enrolment, form.version)
    teacher = await tx.session.scalar(
        select(Membership.id).where(
            Membership.account_id == form.account_id,
            Membership.unit_id == enrolment.school_id,
            Membership.role == Role.GUIDE_TEACHER.value,
            Membership.ended_at.is_(None),
        )
    )
    if teacher is None:
        raise invalid(FieldError("/account_id", "unknown"))
    enrolment.guide_teacher_account_id = form.account_id
    audit.note(tx.session, enrolment, Act("enrolment.set_guide"))
    await tx.session.flush()
    return enrolment


async def set_co_mentor(tx: Tx, enrolment_id: uuid.UUID, form: CoMentorForm) -> Enrolment:
    """A second mentor of another subject, laboratory or university (P12a). Raises 404, 403, 409, 422."""
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), enrolment_id)
    require(tx.actor, Permission.PAIRING_PROPOSE)
    ask_version(enrolment, form.version)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    mentor = await tx.session.get(Nomination, form.mentor_id)
    if (
        not plan.pairing.co_mentors
        or mentor is None
        or mentor.id == enrolment.mentor_id
        or (mentor.cycle_id, mentor.state) != (enrolment.cycle_id, "appointed")
    ):
        raise invalid(FieldError("/mentor_id", "unknown"))
    enrolment.co_mentor_id = mentor.id
    audit.note(tx.session, enrolment, Act("enrolment.set_co_mentor", form.reason))
    await tx.session.flush()
    return enrolment
