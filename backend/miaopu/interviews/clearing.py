"""A guardian of a panellist's name may be a mere namesake: the office clears the match, or takes that back (P16)."""

from sqlalchemy import select

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid
from miaopu.interviews.conflict_rule import NAMESAKE
from miaopu.interviews.conflicts import candidates, matches, panellists
from miaopu.interviews.models import ClearedNamesake, Panel, ScoreSheet
from miaopu.interviews.schemas import ClearForm
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window
from miaopu.programme.plan import StageCode


async def clear(tx: Tx, panel: Panel, form: ClearForm) -> ClearedNamesake:
    """They are two people: the pair can be scheduled and scored again. Neither of them is told.

    Raises:
        Problem: 403; 409 `cleared_already`, `window_closed`; 422 `/registration_id` for a pair that does not match,
            `not_the_name_alone` for one that a declaration, school, team, number or account keeps apart as well.
    """
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    registration = next((r for r in await candidates(tx, panel) if r.id == form.registration_id), None)
    members = (await panellists(tx, [panel.id]))[panel.id]
    if registration is None or form.account_id not in members:
        raise invalid(FieldError("/registration_id", "unknown"))
    kinds = await matches(tx, [registration], [form.account_id])
    match = next((one for one in kinds if one.kind == NAMESAKE), None)
    if match is None:
        raise invalid(FieldError("/registration_id", "not_the_name_alone" if kinds else "unknown"))
    if match.cleared is not None:
        raise Problem("cleared_already", 409)
    made = ClearedNamesake(
        id=new_id(),
        registration_id=registration.id,
        account_id=form.account_id,
        reason=form.reason,
        cleared_by=tx.actor.account_id,
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("interview.clear_namesake", form.reason))
    await tx.session.flush()
    return made


async def restore(tx: Tx, panel: Panel, form: ClearForm) -> ClearedNamesake:
    """The clearing is taken back: the pair is in conflict again; a turn that stands has to be moved by the office.

    Raises:
        Problem: 403; 409 `not_cleared`, `scoring_began` once the panellist has scored the candidate, `window_closed`.
    """
    require(tx.actor, Permission.INTERVIEW_ARRANGE)
    await ask_window(tx.session, panel.cycle_id, StageCode.INTERVIEW)
    members = (await panellists(tx, [panel.id]))[panel.id]
    people = [r.id for r in await candidates(tx, panel)]
    pair = {"registration_id": form.registration_id, "account_id": form.account_id}
    found = await tx.session.scalar(select(ClearedNamesake).filter_by(**pair).with_for_update())
    if found is None or found.registration_id not in people or found.account_id not in members:
        raise Problem("not_cleared", 409)
    if await tx.session.scalar(select(ScoreSheet.id).filter_by(**pair).limit(1)) is not None:
        raise Problem("scoring_began", 409)
    audit.note(tx.session, found, Act("interview.restore_namesake", form.reason))
    await tx.session.delete(found)
    await tx.session.flush()
    return found
