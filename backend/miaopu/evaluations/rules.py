"""The final's scores and grades (P25), to be checked by hand: Decimals only, rounded half up, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

Grade = Literal["excellent", "qualified", "unqualified"]


@dataclass(frozen=True, slots=True)
class Finalist:
    """One finalist and the experts' scores in percent."""

    key: str
    scores: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """A finalist's mean in percent, and the grade it makes."""

    key: str
    mean: Decimal
    grade: Grade


def mean(scores: Sequence[Decimal]) -> Decimal:
    """What a work's scores come to."""
    return (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def grades(
    finalists: Sequence[Finalist],
    *,
    excellent_from: Decimal,
    qualified_from: Decimal,
    excellent_cap_percent: Decimal | None,
    students: int,
) -> list[Graded]:
    """The grades of all finalists, best first. `students` is what a cap on excellent is a percentage of.

    Where the cap cuts through equal means all of them are left below it: nobody is above an equal.
    """
    means = {f.key: mean(f.scores) for f in finalists}
    ranked = sorted(means, key=lambda key: (-means[key], key))
    allowed = len(ranked)
    if excellent_cap_percent is not None:
        allowed = int((excellent_cap_percent * students / 100).to_integral_value(ROUND_FLOOR))
    first_out = means[ranked[allowed]] if allowed < len(ranked) else None
    found = []
    for key in ranked:
        grade: Grade = "unqualified"
        if means[key] >= excellent_from and (first_out is None or means[key] > first_out):
            grade = "excellent"
        elif means[key] >= qualified_from:
            grade = "qualified"
        found.append(Graded(key, means[key], grade))
    return found
