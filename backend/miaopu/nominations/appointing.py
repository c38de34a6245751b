"""From approval to the letter: the public notice, what stands in its way, the number (P12)."""

from sqlalchemy import func, select

from miaopu.core import clock
from miaopu.core.problem import Problem
from miaopu.core.secrets import new_code
from miaopu.disclosures import service as disclosures
from miaopu.disclosures.schemas import DisclosedLine
from miaopu.disclosures.service import Shown
from miaopu.nominations.models import Approval, Nomination
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle
from miaopu.programme.plan import Plan


async def ask_notice(tx: Tx, nomination: Nomination) -> None:
    """Raises 409 `notice_running` before the period is over, `objection_open` while one waits."""
    if nomination.notice_ends_at is None or clock.now() < nomination.notice_ends_at:
        ends = nomination.notice_ends_at.isoformat() if nomination.notice_ends_at else ""
        raise Problem("notice_running", 409, ends_at=ends)
    await disclosures.ask_no_objection(tx.session, "mentor", [nomination.id])


async def put_on_notice(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    """The public notice with what the approvals rested on (P12)."""
    university = await tx.session.get(Unit, nomination.university_id)
    assert university is not None
    line = DisclosedLine(
        name=nomination.name,
        university_name=university.name,
        title=nomination.title,
        standing=next(s.zh for s in plan.mentors.standings if s.code == nomination.standing),
    )
    approvals = await tx.session.scalars(
        select(Approval).where(Approval.nomination_id == nomination.id).order_by(Approval.at)
    )
    facts = ("degree", "degree_reason", "standing", "standing_reason", "title", "capacity", "opinion")
    evidence = {
        **{name: getattr(nomination, name) for name in facts},
        "approvals": [{"role": a.role, "at": a.at.isoformat()} for a in approvals],
    }
    listed = await disclosures.disclose(
        tx,
        "mentor",
        nomination.id,
        nomination.subject,
        Shown([line], evidence),
        cycle_id=nomination.cycle_id,
        city_id=nomination.city_id,
        days=plan.mentors.notice_working_days,
    )
    nomination.notice_began_at, nomination.notice_ends_at = listed.began_at, listed.ends_at


async def take_down(tx: Tx, nomination: Nomination, reason: str) -> None:
    """The notice of a mentor whom an upheld objection ended, replaced by an edition without the line."""
    listed = await disclosures.standing(tx.session, "mentor", nomination.id, nomination.subject)
    objections = await disclosures.upheld(tx.session, listed) if listed else []
    if listed is None or not objections:
        raise Problem("no_upheld_objection", 409)
    await disclosures.republish(tx, listed, reason, Shown([], listed.evidence), objections)


async def issue_letter(tx: Tx, plan: Plan, nomination: Nomination) -> None:
    """The next number of the cycle's letters, and the code of its public check."""
    # The cycle's row is locked so that no two letters get one number.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == nomination.cycle_id).with_for_update())
    issued = await tx.session.scalar(
        select(func.count()).select_from(Nomination).where(
            Nomination.cycle_id == nomination.cycle_id, Nomination.letter_number.is_not(None)
        )
    )  # fmt: skip
    nomination.letter_number = plan.number(plan.numbering.letter, serial=(issued or 0) + 1)
    nomination.letter_code = new_code()
    nomination.appointed_at = clock.now()
