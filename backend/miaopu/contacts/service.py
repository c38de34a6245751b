"""Verbs of the contact chain (P21): open, say, take back, read, bring before the city or the region, answer."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from miaopu.contacts.circle import circle
from miaopu.contacts.models import FLOW, ContactMark, ContactPost, ContactThread
from miaopu.contacts.queries import post_seen, visible, writers
from miaopu.contacts.schemas import PostForm, ThreadAction, ThreadForm, Withdrawal
from miaopu.core import audit, clock, files
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.notices.service import tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, scope
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.plan import Plan
from miaopu.programme.queries import ask_version, load, plan_of

HOUR = timedelta(hours=1)
# Which part of the circle each role belongs to; the offices are there anyway.
PART = {
    Role.MENTOR: "with_team",
    Role.TEAM_MEMBER: "with_team",
    Role.GUIDE_TEACHER: "with_guide",
    Role.SCHOOL: "with_guide",
    Role.GUARDIAN: "with_guardian",
    Role.STUDENT: "with_student",
}


async def open_thread(tx: Tx, form: ThreadForm) -> ContactThread:
    """A new thread with its first post.

    With the student come guide teacher and guardian, whatever was chosen; who opens it takes part.

    Raises:
        Problem: 404, 403; 409 `circle_incomplete` where the plan wants guide teacher and guardian named first;
            422 for files or mentions of others, 429 past the plan's posts of an hour.
    """
    require(tx.actor, Permission.CONTACT_WRITE)
    enrolment = await load(tx, Enrolment, visible_enrolments(tx.actor.role), form.enrolment_id)
    plan = await plan_of(tx.session, enrolment.cycle_id)
    own = PART.get(tx.actor.role)
    parts = {name: getattr(form, name) or name == own for name in set(PART.values())}
    if parts["with_student"]:
        parts |= {"with_guide": True, "with_guardian": True}
        named = enrolment.guide_teacher_account_id is not None and enrolment.guardian_account_id is not None
        if not named and plan.contacts.without_circle == "named_first":
            raise Problem("circle_incomplete", 409)
    thread = ContactThread(
        id=new_id(),
        cycle_id=enrolment.cycle_id,
        state="open",
        enrolment_id=enrolment.id,
        title=form.title,
        opened_by=tx.actor.account_id,
        opened_role=tx.actor.role.value,
        **parts,
    )
    tx.session.add(thread)
    audit.note(tx.session, thread, Act("contact_thread.open"))
    await tx.session.flush()
    people = await _people(tx, thread.id)
    await _say(tx, plan, thread, form, people)
    await _tell(tx, thread, people.keys() - set(form.mentions), "contact_thread.open")
    return thread


async def say_in(tx: Tx, thread_id: uuid.UUID, form: PostForm) -> ContactPost:
    """One more post. Raises 404; 403 for who only reads; 422, 429 as `open_thread`."""
    thread = await load(tx, ContactThread, visible(tx.actor.role), thread_id)
    require(tx.actor, Permission.CONTACT_WRITE)
    await _ask_part(tx, thread, Permission.CONTACT_WRITE)
    plan = await plan_of(tx.session, thread.cycle_id)
    return await _say(tx, plan, thread, form, await _people(tx, thread.id))


async def _ask_part(tx: Tx, thread: ContactThread, permission: Permission) -> None:
    """Who was the mentor before reads on and takes no part. Raises 403."""
    here = select(ContactThread.id).where(ContactThread.id == thread.id, writers(tx.actor.role))
    if (await tx.session.execute(here, scope(tx.actor))).first() is None:
        raise Problem("forbidden", 403, permission=permission.value)


async def _people(tx: Tx, thread_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = await tx.session.execute(circle(tx.actor.role), {**scope(tx.actor), "id": thread_id})
    return {row.account_id: row.name for row in rows}


async def _say(
    tx: Tx, plan: Plan, thread: ContactThread, form: PostForm, people: dict[uuid.UUID, str], act: str | None = None
) -> ContactPost:
    faults = [FieldError(f"/mentions/{i}", "unknown") for i, one in enumerate(form.mentions) if one not in people]
    if len(form.files) > plan.contacts.files_per_post:
        faults.append(FieldError("/files", "too_long", {"max_length": plan.contacts.files_per_post}))
    if faults:
        raise invalid(*faults)
    now = clock.now()
    said = await tx.session.scalar(
        select(func.count())
        .select_from(ContactPost)
        .where(ContactPost.account_id == tx.actor.account_id, ContactPost.at > now - HOUR)
    )
    if act is None and (said or 0) >= plan.contacts.posts_per_hour:
        raise Problem("too_many_requests", 429, retry_after=int(HOUR.total_seconds()))
    post = ContactPost(
        id=new_id(),
        thread_id=thread.id,
        account_id=tx.actor.account_id,
        role=tx.actor.role.value,
        text=form.text,
        mentions=list(dict.fromkeys(form.mentions)),
        files=list(form.files),
        act=act,
        at=now,
    )
    for i, file_id in enumerate(form.files):
        try:
            await files.claim(tx.session, file_id, tx.actor.account_id, "contact_post", post.id)
        except Problem as strange:
            raise invalid(FieldError(f"/files/{i}", "unknown")) from strange
    tx.session.add(post)
    audit.note(tx.session, post, Act("contact_thread.say"))
    await tx.session.flush()
    await _tell(tx, thread, form.mentions, "contact_thread.mention")
    return post


async def _tell(tx: Tx, thread: ContactThread, accounts: Any, kind: str) -> None:
    await tell(
        tx.session,
        [a for a in accounts if a != tx.actor.account_id],
        kind,
        thing_type="contact_thread",
        thing_id=thread.id,
        cycle_id=thread.cycle_id,
        title=thread.title,
    )


async def withdraw(tx: Tx, thread_id: uuid.UUID, post_id: uuid.UUID, form: Withdrawal) -> ContactPost:
    """Take back what one said: the trace stays, the text is for the city. Raises 404, 403, 409."""
    thread = await load(tx, ContactThread, visible(tx.actor.role), thread_id)
    require(tx.actor, Permission.CONTACT_WRITE)
    found = select(ContactPost).join(ContactThread, ContactThread.id == ContactPost.thread_id)
    seen = found.where(ContactPost.id == post_id, ContactThread.id == thread.id, post_seen(tx.actor.role))
    post: ContactPost | None = (await tx.session.execute(seen, scope(tx.actor))).scalar_one_or_none()
    if post is None:
        raise not_found()
    # What brought a thread before an office, and its answer, stand.
    if post.account_id != tx.actor.account_id or post.act is not None:
        raise Problem("forbidden", 403, permission=Permission.CONTACT_WRITE.value)
    ask_version(post, form.version)
    if post.withdrawn_at is not None:
        raise Problem("wrong_state", 409, state="withdrawn")
    post.withdrawn_at, post.withdrawn_reason = clock.now(), form.reason
    audit.note(tx.session, post, Act("contact_thread.withdraw", form.reason))
    await tx.session.flush()
    return post


async def mark_read(tx: Tx, thread_id: uuid.UUID) -> ContactThread:
    """Everything said so far was read by this person. Raises 404."""
    thread = await load(tx, ContactThread, visible(tx.actor.role), thread_id)
    values = {"id": new_id(), "version": 1, "thread_id": thread.id, "account_id": tx.actor.account_id}
    mark = insert(ContactMark).values(**values, read_at=clock.now())
    await tx.session.execute(
        mark.on_conflict_do_update(
            index_elements=[ContactMark.thread_id, ContactMark.account_id], set_={"read_at": mark.excluded.read_at}
        )
    )
    return thread


async def act(tx: Tx, thread_id: uuid.UUID, action: ThreadAction, form: Move) -> ContactThread:
    """Bring a thread before the city or the region, or answer it there: the answer closes what was asked.

    Raises as `flow.move`; 403 for a mentor of before.
    """
    thread = await load(tx, ContactThread, visible(tx.actor.role), thread_id)
    require(tx.actor, FLOW.permission(action))
    await _ask_part(tx, thread, FLOW.permission(action))
    plan, now = await plan_of(tx.session, thread.cycle_id), clock.now()
    enrolment = await tx.session.get(Enrolment, thread.enrolment_id)
    assert enrolment is not None
    ask_version(thread, form.version)
    if action in ("escalate", "raise"):
        thread.due_at, thread.answered_at = plan.working_days_after(now, plan.contacts.answer_working_days), None
        if action == "raise":
            thread.region_at = now
    else:
        thread.answered_at = now
    if FLOW.edge(thread.state, action) is None:
        raise Problem("wrong_state", 409, state=thread.state, action=action)
    # The words of the escalation and of the answer are posts; the trail and the notices do not repeat them.
    people: Sequence[uuid.UUID] = list(await _people(tx, thread.id))
    about = Concerned(thread.title, people, {Role.CITY_OFFICE: enrolment.city_id, Role.REGION_OFFICE: None})
    await move(tx, FLOW, thread, action, version=None, reason=form.reason, concerned=about)
    await _say(tx, plan, thread, PostForm(text=form.reason or ""), {}, action)
    return thread
