"""Eligibility (P13), to be checked by hand: whole numbers only, no rounding, no exceptions; receipts (P16a)."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

# Without the letters that are taken for digits (Crockford's base 32).
RECEIPT = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RuleCode = Literal["grade", "subject_rank", "overall_rank", "school_statement"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands: ranks start at 1, `year_size` is the number of students of the year."""

    grade: int
    year_size: int
    subject_rank: int | None
    overall_rank: int | None
    school_statement: bool = False


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule: what was reached (percent, rounded up so that a miss never looks like a hit), the limit, met or not."""

    code: RuleCode
    met: bool
    reached: Decimal | None
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Eligible or not, with every rule that was looked at."""

    eligible: bool
    rules: tuple[RuleResult, ...]


def within(rank: int, year_size: int, percent: Decimal) -> bool:
    """True when rank × 100 ≤ percent × year size: exactly at the line passes (reading A10)."""
    return rank * 100 <= percent * year_size


def percentage(rank: int, year_size: int) -> Decimal:
    """rank ÷ year size in percent, two decimals, rounded up."""
    return (Decimal(rank * 100) / Decimal(year_size)).quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def judge(
    standing: Standing,
    *,
    grades: Collection[int],
    subject_percent: Decimal,
    overall_percent: Decimal,
    subject_has_exam: bool,
) -> Verdict:
    """P13: the grade, and the subject's rank or the overall rank; without an exam in it, the school's statement.

    Raises:
        ValueError: a rank outside 1…year_size.
    """
    rules = [RuleResult("grade", standing.grade in grades, None, None)]
    ways: list[RuleResult] = []
    for code, rank, limit in (
        ("subject_rank", standing.subject_rank, subject_percent),
        ("overall_rank", standing.overall_rank, overall_percent),
    ):
        if rank is None:
            continue
        if not 1 <= rank <= standing.year_size:
            raise ValueError(f"{code} {rank} is outside 1..{standing.year_size}")
        reached = percentage(rank, standing.year_size)
        met = within(rank, standing.year_size, limit)
        ways.append(RuleResult(code, met, reached, limit))  # type: ignore[arg-type]
    if not subject_has_exam and standing.school_statement:
        ways.append(RuleResult("school_statement", True, None, None))
    rules += ways
    return Verdict(rules[0].met and any(way.met for way in ways), tuple(rules))


def competition_ranks(marks: Sequence[Decimal]) -> list[int]:
    """The rank of each mark among all: 1 and the number of higher ones, so that equal marks share a rank."""
    place = {mark: i for i, mark in reversed(list(enumerate(sorted(marks, reverse=True), start=1)))}
    return [place[mark] for mark in marks]


def net_changes(entries: Sequence[Mapping[str, object]]) -> dict[str, tuple[object, object]]:
    """First before and last after of each field over many changes, oldest first; what came back to itself is none.

    A personal field is only ever "changed": its values are not in the trail.
    """
    found: dict[str, tuple[object, object]] = {}
    for entry in entries:
        for field, change in entry.items():
            before, after = change if isinstance(change, list) and len(change) == 2 else (None, change)
            found[field] = (found[field][0] if field in found else before, after)
    return {field: pair for field, pair in found.items() if pair[0] != pair[1]}


def new_receipt() -> str:
    """Eighty random bits in four groups of four, to be read and typed by people."""
    drawn = "".join(secrets.choice(RECEIPT) for _ in range(16))
    return "-".join(drawn[i : i + 4] for i in range(0, 16, 4))


def pseudonym(receipt: str) -> str:
    """The public name that a receipt leads to, and that leads to no receipt: 64 bits of SHA-256, in hex."""
    plain = "".join(c for c in receipt.upper() if c in RECEIPT)
    return hashlib.sha256(f"miaopu:{plain}".encode()).hexdigest()[:16]
