"""What an invariant is: a sentence in both languages, the row of the plan it comes from, and what breaks it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """`sql` selects one column `id` (and may select more) of everything that breaks the sentence: no row is sound.

    `source` is a row of the programme (P1…P31) or of the architecture (the trail, jobs, files, keys). The numbers
    that a statement compares with come from the cycle's own plan document (`cycles.plan`), never from here.
    """

    code: str
    source: str
    zh: str
    en: str
    sql: str


def number(path: str) -> str:
    """SQL for a number of each cycle's plan, as a table of (id, n): read once, not anew for every row beside it."""
    return f"(SELECT id, (plan #>> '{{{path}}}')::numeric AS n FROM cycles OFFSET 0)"


def codes(path: str) -> str:
    """SQL for a list of codes of each cycle's plan, as a table of (id, code)."""
    return f"(SELECT id, jsonb_array_elements_text(coalesce(plan #> '{{{path}}}', '[]')) AS code FROM cycles OFFSET 0)"


# How a registration went on, for statements of several modules.
PLACED = "('selected', 'paired', 'filed', 'enrolled')"
SINCE_SHORTLIST = "('shortlisted', 'interviewed', 'selected', 'reserve', 'not_selected', 'paired', 'filed', 'enrolled')"
