"""What is blanked, and which files go, when the time of a kind of data is over.

Rows stay, and with them states, marks, results and receipts: what is published, and each certificate, must go on
to verify. They lose what tells who somebody was or what they wrote (PIPL 47; 《儿童个人信息网络保护规定》 20).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CheckConstraint, ColumnElement, Select, case, func, or_, select

from miaopu.activities.models import ActivityConsent, Participation
from miaopu.alumni.models import AlumniGuest
from miaopu.contacts.models import ContactPost, ContactThread
from miaopu.core.files import StoredFile
from miaopu.core.secrets import Vault
from miaopu.disclosures.models import Objection
from miaopu.evaluations.midterm_models import MidtermProblem, MidtermSummary
from miaopu.evaluations.models import InitialEvaluation, MidtermEvaluation
from miaopu.exams.models import Recheck
from miaopu.growth.models import GrowthDraft, GrowthLog
from miaopu.interviews.models import Slot
from miaopu.notices.models import Notice
from miaopu.pairings.changing_models import PlaceChange, PlaceChangeVoice
from miaopu.pairings.models import Enrolment, Pair, PairingRound
from miaopu.personal.about import APPLIED, within
from miaopu.personal.models import Correction
from miaopu.programme.plan_personal import RetentionKind
from miaopu.registrations.commitments import Commitment
from miaopu.registrations.models import ApplicationMaterial, Consent, Registration
from miaopu.registrations.words_models import ConsentWord
from miaopu.training.feedback_models import Feedback
from miaopu.training.models import PlanEdition, StepProgress, TrainingPlan

DASH = "—"
TEXTS = ("reading", "discussed", "heard", "did", "learned", "hard", "next_steps")


@dataclass(frozen=True, slots=True)
class Target:
    """Rows of one table that still hold something, and what they hold afterwards."""

    model: Any
    filled: ColumnElement[bool]
    blank: Mapping[str, Any]


def targets(kind: RetentionKind, cycle_id: uuid.UUID, vault: Vault) -> tuple[Target, ...]:
    """Everything of this kind in a cycle. A row that was blanked is not found again."""
    ours = select(Registration.id).where(Registration.cycle_id == cycle_id)
    if kind == "identity":
        nothing = dict.fromkeys(("identity_sealed", "identity_index", "birth_year", "sex"))
        held = [getattr(Registration, name).is_not(None) for name in nothing]
        return (Target(Registration, (Registration.cycle_id == cycle_id) & or_(*held), nothing),)
    if kind == "guardian":
        # Who agreed, when, to which text stays as a fact without a name (PIPL 14).
        blank = {"guardian_name": "", "phone_sealed": vault.seal(""), "phone_index": None, "address": ""}
        went = select(Participation.id).where(Participation.cycle_id == cycle_id)
        said = ConsentWord.registration_id.in_(ours) & (ConsentWord.address != "")
        return (
            Target(Consent, Consent.registration_id.in_(ours) & (Consent.guardian_name != ""), blank),
            Target(ConsentWord, said, {"address": ""}),
            _emptied(ActivityConsent, ActivityConsent.participation_id.in_(went), "address"),
        )
    if kind == "application":
        bound = Commitment.registration_id.in_(ours) & Commitment.value.is_not(None)
        about = Notice.thing_type.in_(("registration", *(model.__thing__ for model in APPLIED)))
        return (
            _emptied(Registration, Registration.cycle_id == cycle_id, "interests", "motivation", "rank_basis"),
            # Without value and salt a commitment in the trail says nothing any more.
            Target(Commitment, bound, {"value": None, "salt": None}),
            _emptied(Correction, Correction.registration_id.in_(ours), "text", "answer"),
            _emptied(
                Objection, Objection.cycle_id == cycle_id, "about", "text", "contact", "answer", contact_sealed=None
            ),
            _emptied(Recheck, Recheck.cycle_id == cycle_id, "reason", "answer"),
            _emptied(Slot, Slot.registration_id.in_(ours), "missed_reason"),
            _emptied(Notice, (Notice.cycle_id == cycle_id) & about, "title", "reason"),
        )
    return _trained(cycle_id)


def _trained(cycle_id: uuid.UUID) -> tuple[Target, ...]:
    trained = select(Enrolment.id).where(Enrolment.cycle_id == cycle_id)
    plans = select(TrainingPlan.id).where(TrainingPlan.cycle_id == cycle_id)

    def here(model: Any) -> ColumnElement[bool]:
        return cast(ColumnElement[bool], model.id.in_(within(model, cycle_id)))

    return (
        _emptied(GrowthLog, here(GrowthLog), *TEXTS, "review"),
        _emptied(GrowthDraft, here(GrowthDraft), *TEXTS),
        _emptied(ContactPost, ContactPost.thread_id.in_(within(ContactThread, cycle_id)), "text", "withdrawn_reason"),
        _emptied(ContactThread, here(ContactThread), "title"),
        _emptied(Feedback, here(Feedback), answers={}),
        _emptied(TrainingPlan, here(TrainingPlan), "topic", "aims", "co_mentor_part", steps=[]),
        _emptied(PlanEdition, PlanEdition.plan_id.in_(plans), "topic", "aims", "co_mentor_part", steps=[]),
        _emptied(StepProgress, StepProgress.plan_id.in_(plans), "note"),
        _emptied(InitialEvaluation, here(InitialEvaluation), opinions={}),
        _emptied(
            MidtermEvaluation,
            here(MidtermEvaluation),
            *("opinion", "questions", "second_half", "reason", "objection"),
            judgements={},
        ),
        _emptied(MidtermSummary, here(MidtermSummary), lines=[]),
        _emptied(PlaceChange, here(PlaceChange), "text"),
        _emptied(PlaceChangeVoice, PlaceChangeVoice.change_id.in_(within(PlaceChange, cycle_id)), "text"),
        _emptied(Participation, here(Participation), "reason", "decision_reason", "student_line"),
        _emptied(MidtermProblem, here(MidtermProblem), "text", "solution"),
        _emptied(Pair, Pair.round_id.in_(within(PairingRound, cycle_id)), "reason"),
        _emptied(AlumniGuest, AlumniGuest.enrolment_id.in_(trained), "message"),
        _emptied(Notice, Notice.cycle_id == cycle_id, "title", "reason"),
    )


def _emptied(model: Any, where: ColumnElement[bool], *texts: str, **others: Any) -> Target:
    """Texts become empty, and a dash where the table asks for one beside its state; `others` get what is given."""
    columns = model.__table__.columns
    held = [columns[name].not_in(("", DASH)) for name in texts] + [
        columns[name].is_distinct_from(value) for name, value in others.items()
    ]
    bound = {str(rule.sqltext) for rule in model.__table__.constraints if isinstance(rule, CheckConstraint)}
    blank: dict[str, Any] = {}
    for name in texts:
        column = columns[name]
        left = DASH if any(f"{name} <> ''" in rule for rule in bound) else ""
        blank[name] = case((column.in_(("", DASH)), column), else_=None if column.nullable else left)
    return Target(model, where & or_(*held), {**blank, **others})


def held_files(kind: RetentionKind, cycle_id: uuid.UUID) -> Select[StoredFile] | None:
    """The files of this kind that are still there: an erased one has no name any more."""
    ids: Any
    if kind == "application":
        ids = (
            select(ApplicationMaterial.file_id)
            .join(Registration, Registration.id == ApplicationMaterial.registration_id)
            .where(Registration.cycle_id == cycle_id)
        )
    elif kind == "growth":
        trained = select(Enrolment.id).where(Enrolment.cycle_id == cycle_id)
        ids = select(func.unnest(GrowthLog.photos)).where(GrowthLog.enrolment_id.in_(trained))
        ids = ids.union(
            select(GrowthLog.file_id).where(GrowthLog.enrolment_id.in_(trained), GrowthLog.file_id.is_not(None)),
            select(func.unnest(GrowthDraft.photos)).where(GrowthDraft.enrolment_id.in_(trained)),
        )
    else:
        return None
    return select(StoredFile).where(StoredFile.id.in_(ids), StoredFile.name != "").order_by(StoredFile.id)
