"""Verbs of a draft (P11): saved from any device, never over what another one saved; its photos."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.files import JPEG, PNG, StoredFile
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.growth.models import FLOW, GrowthDraft, GrowthLog
from miaopu.growth.queries import TEXTS
from miaopu.growth.schemas import DraftForm, DraftShown, PhotoItem
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.programme.queries import plan_of
from miaopu.training.models import Attendance


@dataclass(slots=True)
class Written:
    """All there is of one student and session; the attendance is locked, so that devices take turns."""

    attendance: Attendance
    enrolment: Enrolment
    log: GrowthLog | None
    draft: GrowthDraft | None


async def written(tx: Tx, session_id: uuid.UUID) -> Written:
    """What the actor wrote of a session and may go on writing.

    Raises:
        Problem: 404 for a session the actor was not at; 409 `wrong_state` once the training has ended,
            `log_handed_in` with its receipt when the log waits for review or was accepted.
    """
    found = (
        await tx.session.execute(
            select(Attendance, Enrolment)
            .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
            .where(
                Attendance.session_id == session_id,
                Attendance.mode != "absent",
                Enrolment.cycle_id == cycle_of(tx.actor),
                visible_enrolments(tx.actor.role),
            )
            .with_for_update(of=Attendance),
            scope(tx.actor),
        )
    ).first()
    if found is None:
        raise not_found()
    attendance, enrolment = found
    if enrolment.state != "active":
        raise Problem("wrong_state", 409, state=enrolment.state)
    log = await tx.session.scalar(select(GrowthLog).filter_by(enrolment_id=enrolment.id, session_id=session_id))
    if log is not None and FLOW.edge(log.state, "submit") is None:
        raise Problem("log_handed_in", 409, log_id=str(log.id), receipt_number=log.receipt_number or "")
    draft = await tx.session.scalar(select(GrowthDraft).filter_by(enrolment_id=enrolment.id, session_id=session_id))
    return Written(attendance, enrolment, log, draft)


async def save(tx: Tx, session_id: uuid.UUID, form: DraftForm) -> GrowthDraft:
    """Keep the draft as it now stands. Raises as `written`; 409 `stale` with what another device saved; 422."""
    at = await written(tx, session_id)
    await ask_draft(tx, at, form.version)
    draft = at.draft
    if draft is None:
        draft = at.draft = GrowthDraft(id=new_id(), enrolment_id=at.enrolment.id, session_id=session_id, photos=[])
        tx.session.add(draft)
    await take_photos(tx, at, form.photos, "growth_draft", draft.id)
    for name in TEXTS:
        setattr(draft, name, getattr(form, name))
    if draft.photos != form.photos:
        draft.photos = form.photos
    if draft.version is None or tx.session.is_modified(draft):
        draft.saved_at = clock.now()
        audit.note(tx.session, draft, Act("growth_draft.save"))
    await tx.session.flush()
    return draft


async def ask_draft(tx: Tx, at: Written, version: int) -> None:
    """Raises 409 `stale` with the server's copy where the device saw another version of the draft."""
    if (at.draft.version if at.draft else 0) != version:
        raise Problem("stale", 409, current=await current(tx, at))


async def current(tx: Tx, at: Written) -> dict[str, Any] | None:
    """The server's copy, as `DraftShown`: the draft, else the returned log; None where there is neither."""
    of = at.draft or at.log
    if of is None:
        return None
    names = dict(
        (await tx.session.execute(select(StoredFile.id, StoredFile.name).where(StoredFile.id.in_(of.photos)))).all()
    )
    return DraftShown(
        version=at.draft.version if at.draft else 0,
        saved_at=at.draft.saved_at if at.draft else None,
        photos=[PhotoItem(id=photo, name=names[photo]) for photo in of.photos if photo in names],
        **{name: getattr(of, name) for name in TEXTS},
    ).model_dump(mode="json")


async def take_photos(tx: Tx, at: Written, photos: list[uuid.UUID], thing_type: str, thing_id: uuid.UUID) -> None:
    """Claim photos for a draft or a log: newly sent ones, those of a draft, and those the returned log has.

    Raises:
        Problem: 422 for too many, for one that is not there or not the actor's, for what is no JPEG or PNG.
    """
    plan = await plan_of(tx.session, at.enrolment.cycle_id)
    if len(photos) > plan.growth.photos:
        raise invalid(FieldError("/photos", "too_long", {"max_length": plan.growth.photos}))
    of_log = at.log.photos if at.log else []
    faults = []
    for i, photo_id in enumerate(photos):
        # What the log has stays the log's: the draft that takes it up again may be given up.
        if photo_id in of_log:
            continue
        # Another device may bring back what this one took out: it still belongs to the draft.
        of_draft = StoredFile.claimed_type == "growth_draft"
        try:
            file = await files.claim(tx.session, photo_id, tx.actor.account_id, thing_type, thing_id, held=of_draft)
        except Problem:
            faults.append(FieldError(f"/photos/{i}", "unknown"))
            continue
        if file.content_type not in (JPEG, PNG):
            faults.append(FieldError(f"/photos/{i}", "photo_type"))
    if len(set(photos)) != len(photos):
        faults.append(FieldError("/photos", "photo_twice"))
    if faults:
        raise invalid(*faults)
