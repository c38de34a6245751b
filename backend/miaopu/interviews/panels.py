"""Verbs of panels (P16): mentors of a subject who hear its candidates, and the round that their verdicts make up."""

import secrets
import uuid

from sqlalchemy import select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, invalid
from miaopu.interviews.models import InterviewRound, Panel, PanelMember
from miaopu.interviews.queries import visible_panels
from miaopu.interviews.schemas import PanelForm
from miaopu.nominations.models import CHOOSABLE, Nomination
from miaopu.people.acting import Tx, cycle_of
from miaopu.programme.flow import ask_window
from miaopu.programme.models import CycleSubject
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import load, plan_of


async def create_panel(tx: Tx, form: PanelForm) -> Panel:
    """A panel of mentors of the subject, of one's own city. Raises 409 outside the window, 422."""
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.INTERVIEW)
    if await tx.session.get(CycleSubject, (cycle_id, form.subject)) is None:
        raise invalid(FieldError("/subject", "enum"))
    plan = await plan_of(tx.session, cycle_id)
    if len(set(form.mentor_ids)) < plan.interview.panel_minimum:
        raise invalid(FieldError("/mentor_ids", "too_short", {"min_length": plan.interview.panel_minimum}))
    if form.starts_at <= clock.now():
        raise invalid(FieldError("/starts_at", "future"))
    for i, pause in enumerate(form.breaks):
        if pause.until <= pause.since:
            raise invalid(FieldError(f"/breaks/{i}/until", "after_start"))
    mentors = {
        m.id: m for m in await tx.session.scalars(select(Nomination).where(Nomination.id.in_(set(form.mentor_ids))))
    }
    for i, mentor_id in enumerate(form.mentor_ids):
        mentor = mentors.get(mentor_id)
        if (
            mentor is None
            or (mentor.cycle_id, mentor.city_id, mentor.subject) != (cycle_id, tx.actor.city_id, form.subject)
            or mentor.state not in CHOOSABLE
            or mentor.account_id is None
        ):
            raise invalid(FieldError(f"/mentor_ids/{i}", "panel_mentor"))
    await round_of(tx, form.subject)
    facts = form.model_dump(exclude={"mentor_ids", "breaks"})
    breaks = [[pause.since.isoformat(), pause.until.isoformat()] for pause in form.breaks]
    panel = Panel(id=new_id(), cycle_id=cycle_id, city_id=tx.actor.city_id, breaks=breaks, **facts)
    tx.session.add(panel)
    await tx.session.flush()
    tx.session.add_all(
        PanelMember(id=new_id(), panel_id=panel.id, mentor_id=m.id, account_id=m.account_id) for m in mentors.values()
    )
    await tx.session.flush()
    return panel


async def round_of(tx: Tx, subject: str) -> InterviewRound:
    """The round of a subject in one's own city, locked; made with its seed when it is asked for first."""
    here = {"cycle_id": cycle_of(tx.actor), "city_id": tx.actor.city_id, "subject": subject}
    found = await tx.session.scalar(select(InterviewRound).filter_by(**here).with_for_update())
    if found is None:
        found = InterviewRound(id=new_id(), state="arranging", seed=secrets.token_hex(8), **here)
        tx.session.add(found)
        await tx.session.flush()
    return found


async def load_panel(tx: Tx, panel_id: uuid.UUID) -> Panel:
    """A panel that the actor sees. Raises 404."""
    return await load(tx, Panel, visible_panels(tx.actor.role), panel_id)
