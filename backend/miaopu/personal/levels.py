"""What a panel said of personality and psychology, deleted for those not selected (P16)."""

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.core import audit, clock
from miaopu.disclosures.models import UNANSWERED, Disclosure, Objection
from miaopu.interviews.models import Result, ScoreSheet
from miaopu.pairings.models import Enrolment, PairingRound
from miaopu.registrations.models import Registration


async def sweep_levels(session: AsyncSession) -> int:
    """Empty the level and its comment where nothing depends on them any more; returns how many sheets were emptied.

    That is when the list's notice is over and no objection to it waits for its answer. Who is in reserve may still be
    called up until the city's pairing is filed.
    """
    notice_over = exists(
        select(Disclosure.id).where(
            Disclosure.kind == "selected",
            Disclosure.state == "standing",
            Disclosure.cycle_id == Registration.cycle_id,
            Disclosure.city_id == Registration.city_id,
            Disclosure.subject == Registration.subject,
            Disclosure.ends_at < clock.now(),
            ~exists(
                select(Objection.id).where(Objection.disclosure_id == Disclosure.id, Objection.state.in_(UNANSWERED))
            ),
        )
    )
    filed = exists(
        select(PairingRound.id).where(
            PairingRound.cycle_id == Registration.cycle_id,
            PairingRound.city_id == Registration.city_id,
            PairingRound.state == "filed",
        )
    )
    enrolled = exists(select(Enrolment.id).where(Enrolment.registration_id == Registration.id))
    left = (
        select(Registration.id)
        .join(Result, Result.registration_id == Registration.id)
        .where(notice_over, ~enrolled, or_(Result.outcome == "not_selected", (Result.outcome == "reserve") & filed))
    )
    told = or_(ScoreSheet.level.is_not(None), ScoreSheet.level_comment != "")
    which = (told, ScoreSheet.registration_id.in_(left))
    if await session.scalar(select(exists(select(ScoreSheet.id).where(*which)))) is not True:
        return 0
    return await audit.bulk(
        session,
        update(ScoreSheet).where(*which).values(level=None, level_comment=""),
        action="score_sheet.forget_level",
        thing_type="retention",
        thing_id=None,
    )
