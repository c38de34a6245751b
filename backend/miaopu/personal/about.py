"""Which entries of the trail hold words about students, by the kind of data whose time ends them: the one list of it.

An entry says who did what to which thing, and why (`reason`), and what it changed (`changes`). Of who was erased the
first stays and the words go (`core.audit_erasing`). Marks, ranks, sheets of panels and what they were confirmed with
stay in words as long as the results that rest on them (`kept.KEPT`, "results").
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import aliased

from miaopu.activities.models import Activity, ActivityConsent, Participation
from miaopu.contacts.models import ContactThread
from miaopu.core.audit import AuditEntry
from miaopu.disclosures.models import Objection
from miaopu.evaluations.midterm_models import MidtermProblem, MidtermSession, MidtermSummary
from miaopu.evaluations.models import AnnualEvaluation, InitialEvaluation, MidtermEvaluation
from miaopu.exams.models import Recheck
from miaopu.growth.models import GrowthDraft, GrowthLog
from miaopu.interviews.models import PlaceOffer
from miaopu.pairings.changing_models import PlaceChange
from miaopu.pairings.models import Enrolment, Meeting, PairingRound
from miaopu.people.models import Account, Invitation
from miaopu.programme.plan_personal import RetentionKind
from miaopu.registrations.models import Registration
from miaopu.school.models import Lesson
from miaopu.training.appointments_models import Appointment
from miaopu.training.feedback_models import Feedback
from miaopu.training.models import Session, TrainingPlan

# Parts of a registration whose entries are a guardian's, and those that results rest on.
GUARDIANS = ("consent", "consent_word")
RESULTS = ("seat", "slot", "score_sheet", "interview_result", "commitment")
APPLIED = (Objection, PlaceOffer, Recheck)
TRAINED = (
    Activity, Appointment, AnnualEvaluation, ContactThread, Enrolment, Feedback, GrowthDraft, GrowthLog,
    InitialEvaluation, Lesson, Meeting, MidtermEvaluation, MidtermProblem, MidtermSession, MidtermSummary,
    PairingRound, PlaceChange, Session, TrainingPlan,
)  # fmt: skip


def entries(kind: RetentionKind, cycle_id: uuid.UUID) -> ColumnElement[bool]:
    """The entries whose words go with this kind of a cycle."""
    ours = select(Registration.id).where(Registration.cycle_id == cycle_id)
    part = AuditEntry.part_type
    if kind == "guardian":
        return _of("registration", ours) & part.in_(GUARDIANS)
    if kind == "application":
        written = _of("registration", ours) & (part.is_(None) | part.not_in((*GUARDIANS, *RESULTS)))
        return or_(written, *(_of(model.__thing__, within(model, cycle_id)) for model in APPLIED))
    if kind == "identity":
        return _people(cycle_id)
    guests = select(Participation.id).where(Participation.cycle_id == cycle_id)
    consents = _of(ActivityConsent.__trail__[0], guests) if ActivityConsent.__trail__ else false()
    return or_(consents, *(_of(model.__thing__, within(model, cycle_id)) for model in TRAINED))


def within(model: Any, cycle_id: uuid.UUID) -> Select[Any]:
    """The ids of a model's rows in a cycle, where it names the cycle or an enrolment in it."""
    if "cycle_id" in model.__table__.columns:
        return select(model.id).where(model.cycle_id == cycle_id)
    return select(model.id).where(model.enrolment_id.in_(select(Enrolment.id).where(Enrolment.cycle_id == cycle_id)))


def _of(thing: str, ids: Select[Any]) -> ColumnElement[bool]:
    return and_(AuditEntry.thing_type == thing, AuditEntry.thing_id.in_(ids))


def _people(cycle_id: uuid.UUID) -> ColumnElement[bool]:
    """Accounts of students and guardians, and what they were invited with; not of who is in another year as well."""
    here, other = aliased(Registration), aliased(Registration)
    mine = or_(here.account_id == Account.id, here.guardian_account_id == Account.id)
    elsewhere = or_(other.account_id == Account.id, other.guardian_account_id == Account.id)
    people = select(Account.id).where(
        select(here.id).where(here.cycle_id == cycle_id, mine).exists(),
        ~select(other.id).where(other.cycle_id != cycle_id, elsewhere).exists(),
    )
    invited = select(Invitation.id).where(Invitation.account_id.in_(people))
    return or_(_of("account", people), _of("invitation", invited))
