"""Plan: how long what is known about people is kept (PIPL 19, 47; 《网络安全法》21)."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from miaopu.programme.plan_base import Part, Positive

# A month of `technical_months`: the longest, so that none is kept for less.
MONTH = timedelta(days=31)
RetentionKind = Literal["identity", "guardian", "application", "growth"]


class Retention(Part):
    """Years after the cycle's last day; what results and certificates rest on has no end, and no name in public."""

    # Identity numbers: by these a student is found again in the next years (P5), and after them by nobody.
    identity_years: Positive = 5
    # Guardians' names and phones.
    guardian_years: Positive = 3
    # What was written and handed in to apply.
    application_years: Positive = 3
    # Growth logs, messages and feedback of the training year.
    growth_years: Positive = 10
    # Sign-ins, messages that were sent, kept answers of the interface: the law wants six months at least.
    technical_months: Annotated[int, Field(ge=6)] = 12

    def years(self, kind: RetentionKind) -> int:
        """After how many years this kind is erased."""
        found: int = getattr(self, f"{kind}_years")
        return found
