"""Which acts of the trail are decisions of the selection, and which of them are unusual by themselves (P16a).

The edges of the rooms' flows say most of it; what is no edge (marks locked, seats drawn anew) is named here.
"""

from collections.abc import Collection
from dataclasses import dataclass

from miaopu.disclosures.models import OBJECTION_FLOW
from miaopu.exams.models import CUTOFF_FLOW, RECHECK_FLOW
from miaopu.interviews.models import OFFER_FLOW
from miaopu.interviews.models import ROUND_FLOW as INTERVIEW_FLOW
from miaopu.nominations.models import FLOW as NOMINATION_FLOW
from miaopu.pairings.models import ROUND_FLOW as PAIRING_FLOW
from miaopu.people.permissions import Permission as P
from miaopu.programme.flow import Flow
from miaopu.registrations.models import FLOW as REGISTRATION_FLOW


def _acts(flow: Flow, permissions: Collection[P] | None = None, *, stops: bool | None = None) -> tuple[str, ...]:
    """The acts of a flow that need one of these permissions; with `stops` those that ask for a reason, or not."""
    return tuple(
        dict.fromkeys(
            f"{flow.thing}.{edge.action}"
            for edge in flow.edges
            if (permissions is None or edge.permission in permissions) and stops in (None, edge.needs_reason)
        )
    )


@dataclass(frozen=True, slots=True)
class Review:
    """One kind of review: what lets a thing go on, and what sends it back or ends it."""

    kind: str
    passes: tuple[str, ...]
    stops: tuple[str, ...]


def _review(kind: str, flow: Flow, permission: P, *, passes: tuple[str, ...] = ()) -> Review:
    return Review(
        kind,
        passes or _acts(flow, {permission}, stops=False),
        _acts(flow, {permission}, stops=True),
    )


REVIEWS = (
    _review("nomination_first_review", NOMINATION_FLOW, P.NOMINATION_FIRST_REVIEW),
    _review("nomination_second_review", NOMINATION_FLOW, P.NOMINATION_SECOND_REVIEW),
    # Each organiser's own word; the edge follows from the last of them.
    _review("nomination_approval", NOMINATION_FLOW, P.NOMINATION_APPROVE, passes=("nomination.approve_one",)),
    _review("school_recommendation", REGISTRATION_FLOW, P.REGISTRATION_RECOMMEND),
    _review("city_review", REGISTRATION_FLOW, P.REGISTRATION_CITY_REVIEW),
    _review("second_review", REGISTRATION_FLOW, P.REGISTRATION_SECOND_REVIEW),
)
_OF_NOMINATIONS = {
    P.NOMINATION_RECOMMEND, P.NOMINATION_FIRST_REVIEW, P.NOMINATION_SECOND_REVIEW, P.NOMINATION_PUBLISH,
    P.NOMINATION_APPOINT,
}  # fmt: skip
_OF_REGISTRATIONS = {P.REGISTRATION_RECOMMEND, P.REGISTRATION_CITY_REVIEW, P.REGISTRATION_SECOND_REVIEW}

# What each stage decides. What a release does to each student follows from it and is no decision of its own.
DECISIONS: dict[str, tuple[str, ...]] = {
    "nomination": (
        *_acts(NOMINATION_FLOW, _OF_NOMINATIONS),
        "nomination.approve_one",
        *_acts(NOMINATION_FLOW, {P.NOMINATION_APPROVE}, stops=True),
    ),
    "registration_review": ("registration.state_fitness", *_acts(REGISTRATION_FLOW, _OF_REGISTRATIONS)),
    "written_test": (
        "sitting.reseat",
        "seat.place",
        "sitting.lock",
        "sitting.unlock",
        "sitting.publish",
        *_acts(RECHECK_FLOW),
    ),
    "cutoff": (
        "cutoff.split_places",
        "cutoff.propose",
        "cutoff.set_line",
        "cutoff.set_ties",
        "cutoff.announce",
        "cutoff.draw",
        *_acts(CUTOFF_FLOW),
    ),
    "interview": (
        "interview.declare",
        "interview.draw_anew",
        "interview.change_turn",
        "interview.miss",
        "interview.reopen_sheet",
        *_acts(INTERVIEW_FLOW),
        "place_offer.call_up",
        *_acts(OFFER_FLOW),
    ),
    "pairing": ("pairing.propose", "pairing.change", "pairing.add", *_acts(PAIRING_FLOW)),
    # 公示、异议、复核: what is said against a list, and what puts it right.
    "notice": (*_acts(OBJECTION_FLOW), "disclosure.correct"),
    "window": ("stage.extend",),
}
ACTIONS = tuple(action for of in DECISIONS.values() for action in of)

# Acts that always are worth a look, whoever takes them and when: each has its reason.
FLAGS: dict[str, tuple[str, ...]] = {
    "window_extended": ("stage.extend",),
    "line_set": ("cutoff.set_line", "cutoff.set_ties"),
    "pair_changed": ("pairing.change", "pairing.add"),
    "drawn_anew": ("sitting.reseat", "interview.draw_anew"),
    "turn_changed": ("seat.place", "interview.change_turn"),
    "opened_again": ("sitting.unlock", "cutoff.reopen", "interview.reopen_sheet", "interview_round.reopen"),
    "list_corrected": ("disclosure.correct",),
    "late_mark": ("recheck.confirm",),
}
# By the clock of the plan's time zone.
TIMES = ("night", "day_off")

# What a role must be able to read to be led to the record of a decision.
READS: dict[str, P] = {
    "nomination": P.NOMINATION_READ,
    "registration": P.REGISTRATION_READ,
    "sitting": P.EXAM_READ,
    "recheck": P.RECHECK_READ,
    "cutoff": P.CUTOFF_READ,
    "interview_round": P.INTERVIEW_ROUND,
    "place_offer": P.PLACE_READ,
    "pairing": P.PAIRING_READ,
    "objection": P.DISCLOSURE_READ,
    "disclosure": P.DISCLOSURE_READ,
    "cycle": P.CYCLE_READ,
}
