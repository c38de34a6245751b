"""Totals and the verdict of the interview (P16), to be checked by hand: Decimals only, rounded half up, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Literal

from miaopu.exams.rules import lot


@dataclass(frozen=True, slots=True)
class PanelScore:
    """A panel's score of one student in percent: the mean of its members, and their spread (highest − lowest)."""

    mean: Decimal
    spread: Decimal


def panel_score(members: Sequence[Decimal]) -> PanelScore:
    """Mean and spread of the members' scores. Raises ValueError for an empty panel."""
    if not members:
        raise ValueError("nobody scored")
    return PanelScore(sum(members, Decimal(0)) / len(members), max(members) - min(members))


def total(
    mark: Decimal, full_mark: int, interview: Decimal, test_weight: Decimal, interview_weight: Decimal, decimals: int
) -> Decimal:
    """Test and interview in percent, weighted (weights add up to 100), rounded half up."""
    found = (mark / full_mark * 100 * test_weight + interview * interview_weight) / 100
    # Thirds (three members, a full mark of 150) are cut after 28 digits: that error goes first, or a half goes down.
    return round(found, 15).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Entrant:
    """One who was interviewed. `draw` is the pseudonym, which the lot is drawn by."""

    key: str
    draw: str
    total: Decimal
    mark: Decimal
    returning: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the order, and what it means."""

    key: str
    rank: int
    outcome: Literal["selected", "reserve", "not_selected"]


def order(entrants: Sequence[Entrant], seed: str, *, returning_wins_ties: bool) -> list[Entrant]:
    """Highest total first; a tie goes to who returns (P5), then to the higher mark, then to a published lot."""
    return sorted(
        entrants,
        key=lambda e: (-e.total, not (returning_wins_ties and e.returning), -e.mark, lot(seed, e.draw)),
    )


def verdict(
    entrants: Sequence[Entrant], places: int, reserves_per_place: Decimal, seed: str, *, returning_wins_ties: bool
) -> list[Placed]:
    """The first `places` are selected, the next are the reserve, the others are not selected."""
    reserves = int((reserves_per_place * places).to_integral_value(ROUND_CEILING))
    placed = []
    for rank, entrant in enumerate(order(entrants, seed, returning_wins_ties=returning_wins_ties), start=1):
        outcome: Literal["selected", "reserve", "not_selected"] = "not_selected"
        if rank <= places:
            outcome = "selected"
        elif rank <= places + reserves:
            outcome = "reserve"
        placed.append(Placed(entrant.key, rank, outcome))
    return placed
