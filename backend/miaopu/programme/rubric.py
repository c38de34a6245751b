"""Scoring by a rubric of the plan (P16, P25): to be checked by hand, Decimals only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from miaopu.core.problem import FieldError
from miaopu.programme.plan_base import Dimension


@dataclass(frozen=True, slots=True)
class Scale:
    """One scored dimension: its full mark and its weight."""

    full_mark: int
    weight: Decimal


def scales_of(dimensions: Sequence[Dimension]) -> dict[str, Scale]:
    """The scored dimensions of a rubric; a level is never a number."""
    return {d.code: Scale(d.full_mark, d.weight) for d in dimensions if d.kind == "score"}


def percent(scores: Mapping[str, Decimal], scales: Mapping[str, Scale]) -> Decimal:
    """One person's score in percent: weighted mean of score ÷ full mark.

    Raises:
        ValueError: a dimension is missing, unknown, or outside 0…full mark.
    """
    if set(scores) != set(scales):
        raise ValueError("the dimensions do not match")
    total = Decimal(0)
    for code, scale in scales.items():
        if not 0 <= scores[code] <= scale.full_mark:
            raise ValueError(code)
        total += scores[code] / scale.full_mark * scale.weight
    return total * 100 / sum(s.weight for s in scales.values())


def faults(scores: Mapping[str, Decimal], scales: Mapping[str, Scale]) -> list[FieldError]:
    """What is wrong with scores that were sent, each at its dimension."""
    found = [FieldError(f"/scores/{code}", "missing") for code in scales if code not in scores]
    found += [FieldError(f"/scores/{code}", "enum") for code in scores if code not in scales]
    found += [
        FieldError(f"/scores/{code}", "less_than_equal", {"le": scales[code].full_mark})
        for code, value in scores.items()
        if code in scales and value > scales[code].full_mark
    ]
    return found
