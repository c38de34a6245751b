"""The papers of a registration: files that are handed in, and the form to print, sign and scan (P13)."""

import json
import uuid

from sqlalchemy import select

from miaopu.core import audit, clock, documents, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.documents import FormData, Opinion
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.people.access import Permission, require
from miaopu.people.acting import Reads, Tx
from miaopu.programme.plan import Plan
from miaopu.programme.plan_parts import Two
from miaopu.programme.queries import load, plan_in_force, plan_of
from miaopu.registrations import queries
from miaopu.registrations.models import ApplicationMaterial, Registration
from miaopu.registrations.queries import visible
from miaopu.registrations.schemas import MaterialForm, RegistrationRecord


async def hand_in(tx: Tx, registration_id: uuid.UUID, kind: str, form: MaterialForm) -> ApplicationMaterial:
    """A file of one kind; another one takes its place. Raises 404, 403, 409 once the draft is submitted."""
    registration = await _draft(tx, registration_id)
    plan = await plan_of(tx.session, registration.cycle_id)
    if kind not in {material.code for material in plan.application.materials}:
        raise not_found()
    await files.claim(tx.session, form.file_id, tx.actor.account_id, "registration", registration.id)
    found = await _of_kind(tx, registration, kind)
    if found is None:
        found = ApplicationMaterial(id=new_id(), registration_id=registration.id, kind=kind, file_id=form.file_id)
        tx.session.add(found)
    found.file_id, found.at = form.file_id, clock.now()
    audit.note(tx.session, found, Act("registration.hand_in"))
    await tx.session.flush()
    return found


async def take_back(tx: Tx, registration_id: uuid.UUID, kind: str) -> None:
    """Take a paper out of the draft again. Raises 404, 403, 409."""
    registration = await _draft(tx, registration_id)
    found = await _of_kind(tx, registration, kind)
    if found is None:
        raise not_found()
    audit.note(tx.session, found, Act("registration.take_back"))
    await tx.session.delete(found)
    await tx.session.flush()


async def _draft(tx: Tx, registration_id: uuid.UUID) -> Registration:
    registration = await load(tx, Registration, visible(tx.actor.role), registration_id)
    require(tx.actor, Permission.REGISTRATION_WRITE)
    if registration.state != "draft":
        raise Problem("wrong_state", 409, state=registration.state)
    return registration


async def _of_kind(tx: Tx, registration: Registration, kind: str) -> ApplicationMaterial | None:
    found: ApplicationMaterial | None = await tx.session.scalar(
        select(ApplicationMaterial).where(
            ApplicationMaterial.registration_id == registration.id, ApplicationMaterial.kind == kind
        )
    )
    return found


async def form(reads: Reads, registration_id: uuid.UUID, language: Language) -> tuple[str, bytes]:
    """A name for the file, and the registration as an official form with boxes to sign and seal. Raises 404."""
    answer = await reads.record(queries.record(reads.actor.role), id=registration_id)
    record = RegistrationRecord.model_validate(json.loads(bytes(answer.body)))
    plan = await plan_in_force(reads)
    made = documents.registration_form(_form_data(record, plan, language), language)
    return say(language, "registration_form.file", {"name": record.name}), made


def _form_data(record: RegistrationRecord, plan: Plan, language: Language) -> FormData:
    def named(two: Two) -> str:
        return two.en if language == "en" else two.zh

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
