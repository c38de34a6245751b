"""The papers of a registration: files that are handed in, and the form to print, sign and scan (P13)."""

import json
import uuid

from miaopu.core import documents
from miaopu.core.document_data import FormData, Opinion
from miaopu.core.problem import Language, Problem, say
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx
from miaopu.people.permissions import Permission
from miaopu.programme import papers
from miaopu.programme.papers import PaperForm
from miaopu.programme.plan import Plan
from miaopu.programme.plan_base import Two
from miaopu.programme.queries import load, plan_in_force, plan_of
from miaopu.registrations import queries
from miaopu.registrations.models import ApplicationMaterial, Registration
from miaopu.registrations.queries import visible
from miaopu.registrations.schemas import RegistrationRecord


async def hand_in(tx: Tx, registration_id: uuid.UUID, kind: str, form: PaperForm) -> ApplicationMaterial:
    """A file of one kind; another one takes its place. Raises 404, 403, 409 once the draft is submitted, 422."""
    registration = await _draft(tx, registration_id)
    plan = await plan_of(tx.session, registration.cycle_id)
    return await papers.hand_in(tx, ApplicationMaterial, registration.id, plan.application.materials, kind, form)


async def take_back(tx: Tx, registration_id: uuid.UUID, kind: str) -> None:
    """Take a paper out of the draft again. Raises 404, 403, 409."""
    registration = await _draft(tx, registration_id)
    await papers.take_back(tx, ApplicationMaterial, registration.id, kind)


async def _draft(tx: Tx, registration_id: uuid.UUID) -> Registration:
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, Permission.REGISTRATION_WRITE)
    if registration.state != "draft":
        raise Problem("wrong_state", 409, state=registration.state)
    return registration


async def form(reads: Reads, registration_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the registration as an official form with boxes to sign and seal. Raises 404."""
    answer = await reads.record(queries.record(reads.actor.role), id=registration_id)
    record = RegistrationRecord.model_validate(json.loads(bytes(answer.body)))
    plan = await plan_in_force(reads)
    made = documents.registration_form(_form_data(record, plan, language), language)
    return say(language, "registration_form.file", {"name": record.name}), made


def _form_data(record: RegistrationRecord, plan: Plan, language: Language) -> FormData:
    def named(two: Two) -> str:
        return two.by_language[language]

    def label(key: str) -> str:
        return say(language, f"registration_form.{key}", {})

    subject = next((named(s) for s in plan.subjects if s.code == record.subject), "")
    size = record.year_size or 0
    ranks = {
        name: f"{rank} / {size} ({rank * 100 / size:.1f}%)" if rank and size else "—"
        for name, rank in (("subject_rank", record.subject_rank), ("overall_rank", record.overall_rank))
    }
    choices = "\n".join(f"{c.rank}. {c.mentor_name} · {c.university_name}" for c in record.choices)
    given = any(consent.given_at for consent in record.consents)
    handed_in = [named(m) for m in plan.application.materials if m.code in {x.kind for x in record.materials}]
    submitted = plan.local_day(record.submitted_at).isoformat() if record.submitted_at else label("draft")
    return FormData(
        name=record.name,
        number=record.number,
        school=record.school_name,
        subject=subject,
        submitted=submitted,
        facts=(
            (label("grade"), str(record.grade or "—")),
            (label("entry_year"), str(record.entry_year or "—")),
            (label("subject_rank"), ranks["subject_rank"]),
            (label("overall_rank"), ranks["overall_rank"]),
            (label("adjustment"), label("yes" if record.accepts_adjustment else "no")),
            (label("consent"), label("yes" if given else "no")),
        ),
        texts=(
            (label("choices"), choices or "—"),
            (label("interests"), record.interests or "—"),
            (label("motivation"), record.motivation or "—"),
            (label("materials"), "、".join(handed_in) or "—"),
        ),
        opinions=tuple(
            Opinion(label(f"opinion_{who}"), sealed=who in ("school", "city"))
            for who in ("student", "guardian", "school", "city")
        ),
        programme=named(plan.title),
    )
