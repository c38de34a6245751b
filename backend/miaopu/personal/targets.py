"""What is blanked, and which files go, when the time of a kind of data is over.

Rows stay, and with them states, marks, results and receipts: what is published, and each certificate, must go on
to verify. They lose what tells who somebody was or what they wrote (PIPL 47; 《儿童个人信息网络保护规定》 20).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from miaopu.contacts.models import ContactPost, ContactThread
from miaopu.core.files import StoredFile
from miaopu.core.secrets import Vault
from miaopu.growth.models import GrowthDraft, GrowthLog
from miaopu.pairings.models import Enrolment
from miaopu.programme.plan_personal import RetentionKind
from miaopu.registrations.commitments import Commitment
from miaopu.registrations.models import ApplicationMaterial, Consent, Registration
from miaopu.registrations.words_models import ConsentWord
from miaopu.training.feedback_models import Feedback

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
    trained = select(Enrolment.id).where(Enrolment.cycle_id == cycle_id)
    if kind == "identity":
        nothing = dict.fromkeys(("identity_sealed", "identity_index", "birth_year", "sex"))
        held = [getattr(Registration, name).is_not(None) for name in nothing]
        return (Target(Registration, (Registration.cycle_id == cycle_id) & or_(*held), nothing),)
    if kind == "guardian":
        # Who agreed, when, to which text stays as a fact without a name (PIPL 14).
        blank = {"guardian_name": "", "phone_sealed": vault.seal(""), "phone_index": None, "address": ""}
        said = ConsentWord.registration_id.in_(ours) & (ConsentWord.address != "")
        return (
            Target(Consent, Consent.registration_id.in_(ours) & (Consent.guardian_name != ""), blank),
            Target(ConsentWord, said, {"address": ""}),
        )
    if kind == "application":
        written = (Registration.interests != "") | (Registration.motivation != "")
        bound = Commitment.registration_id.in_(ours) & Commitment.value.is_not(None)
        return (
            Target(Registration, (Registration.cycle_id == cycle_id) & written, {"interests": "", "motivation": ""}),
            # Without value and salt a commitment in the trail says nothing any more.
            Target(Commitment, bound, {"value": None, "salt": None}),
        )
    posts = ContactPost.thread_id.in_(select(ContactThread.id).where(ContactThread.cycle_id == cycle_id))
    return (
        Target(GrowthLog, GrowthLog.enrolment_id.in_(trained) & _written(GrowthLog), dict.fromkeys(TEXTS, "")),
        Target(GrowthDraft, GrowthDraft.enrolment_id.in_(trained) & _written(GrowthDraft), dict.fromkeys(TEXTS, "")),
        Target(ContactPost, posts & (ContactPost.text != ""), {"text": ""}),
        Target(ContactThread, (ContactThread.cycle_id == cycle_id) & (ContactThread.title != ""), {"title": ""}),
        Target(Feedback, Feedback.enrolment_id.in_(trained) & (Feedback.answers != {}), {"answers": {}}),
    )


def _written(model: Any) -> ColumnElement[bool]:
    return or_(*(getattr(model, name) != "" for name in TEXTS))


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
