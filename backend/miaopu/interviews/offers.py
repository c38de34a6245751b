"""A place that falls free goes to the next of the reserve, who answers until a moment (P16)."""

import uuid

from sqlalchemy import select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.problem import Problem
from miaopu.interviews.models import OFFER_FLOW, InterviewRound, PlaceOffer, Result
from miaopu.interviews.round_queries import free_places, visible_offers
from miaopu.interviews.round_schemas import OfferAction, RoundVersion
from miaopu.interviews.verdicts import load_round
from miaopu.notices.service import tell
from miaopu.people.access import require
from miaopu.people.acting import Tx
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.registrations.models import FLOW, Registration


async def call_up(tx: Tx, round_id: uuid.UUID, form: RoundVersion) -> PlaceOffer:
    """Offer a free place to the next of the reserve, in the published order.

    Raises:
        Problem: 404, 403, 409 `stale`, `wrong_state` before the publication, `no_free_place`, `no_reserve`.
    """
    found = await load_round(tx, round_id)
    require(tx.actor, Permission.INTERVIEW_DECIDE)
    await tx.session.execute(select(InterviewRound.id).where(InterviewRound.id == found.id).with_for_update())
    ask_version(found, form.version)
    if found.state != "released":
        raise Problem("wrong_state", 409, state=found.state)
    free = await tx.session.scalar(select(free_places()).where(InterviewRound.id == found.id))
    if not free or free < 0:
        raise Problem("no_free_place", 409)
    registration = await tx.session.scalar(
        select(Registration)
        .join(Result, Result.registration_id == Registration.id)
        .where(
            Registration.cycle_id == found.cycle_id,
            Registration.city_id == found.city_id,
            Registration.subject == found.subject,
            Registration.state == "reserve",
            Registration.id.not_in(select(PlaceOffer.registration_id)),
        )
        .order_by(Result.rank)
        .limit(1)
    )
    if registration is None:
        raise Problem("no_reserve", 409)
    plan = await plan_of(tx.session, found.cycle_id)
    made = PlaceOffer(
        id=new_id(),
        cycle_id=found.cycle_id,
        state="offered",
        round_id=found.id,
        registration_id=registration.id,
        until=plan.working_days_after(clock.now(), plan.interview.accept_working_days),
    )
    tx.session.add(made)
    audit.note(tx.session, made, Act("place_offer.call_up"))
    await tx.session.flush()
    await tell(
        tx.session,
        [a for a in (registration.account_id, registration.guardian_account_id) if a is not None],
        "place_offer.call_up",
        thing_type="place_offer",
        thing_id=made.id,
        cycle_id=found.cycle_id,
        title=registration.number or "",
    )
    return made


async def act(tx: Tx, offer_id: uuid.UUID, action: OfferAction, form: Move) -> PlaceOffer:
    """The student takes the place or gives it up; the office passes over who has not answered in time.

    Raises:
        Problem: as `move`; 409 `offer_over` for an answer after the moment, `offer_runs` for passing over before it.
    """
    made = await load(tx, PlaceOffer, visible_offers(tx.actor.role), offer_id)
    require(tx.actor, OFFER_FLOW.permission(action))
    over = clock.now() >= made.until
    if action == "accept" and over:
        raise Problem("offer_over", 409, until=made.until.isoformat())
    if action == "lapse" and not over:
        raise Problem("offer_runs", 409, until=made.until.isoformat())
    registration = await tx.session.get(Registration, made.registration_id)
    assert registration is not None
    about = Concerned(
        title=registration.number or "",
        owners=[registration.account_id, registration.guardian_account_id],
        units={Role.CITY_OFFICE: registration.city_id},
    )
    await move(tx, OFFER_FLOW, made, action, version=form.version, reason=form.reason, concerned=about)
    if action == "accept":
        await move(tx, FLOW, registration, "move_up", version=None, concerned=about)
    elif action == "decline":
        await move(tx, FLOW, registration, "give_up_place", version=None, reason=form.reason, concerned=about)
    return made
