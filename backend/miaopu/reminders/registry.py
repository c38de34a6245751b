"""The rules: each is one SELECT of the causes that stand now, over all open cycles; here is how one is declared.

A rule's SELECT reads from `p` (cycle_id, zone, ends_on, rule: its own part of the plan, training: P9's numbers) and
`:now`, and gives cycle_id, city_id (whose office can hold it; NULL: the region's), thing_type, thing_id, occasion (the
last moment of the rule that was reached), title (for the inbox only: mails never carry it), due_at, `accounts` (jsonb:
role → account) and `units` (jsonb: role → unit whose members of that role are told). Who of these is told is the
plan's to say.
"""

from dataclasses import dataclass

RULES: dict[str, "Rule"] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its key in the plan's part `reminders`."""

    code: str
    causes: str


def rule(code: str, causes: str) -> Rule:
    """Register a rule. Raises ValueError for a code that is taken."""
    if code in RULES:
        raise ValueError(f"two rules {code}")
    RULES[code] = Rule(code, causes)
    return RULES[code]


def reached(*moments: tuple[str, str, str]) -> str:
    """A lateral `o` (label, at): the last of the moments reached by now; no row before the first.

    Args:
        moments: key of the rule's list of days, moment they are counted from, and `+` or `-`.
    """
    each = " UNION ALL ".join(
        f"SELECT '{key}_' || d.value AS label, ({start}) {sign} d.value::int * interval '1 day' AS at "
        f"FROM jsonb_array_elements_text(p.rule -> '{key}') AS d"
        for key, start, sign in moments
    )
    return f"CROSS JOIN LATERAL (SELECT * FROM ({each}) AS m WHERE m.at <= :now ORDER BY m.at DESC LIMIT 1) AS o"


# Those around one student in training.
CIRCLE = (
    "jsonb_build_object('student', e.account_id, 'guardian', e.guardian_account_id, "
    "'guide_teacher', e.guide_teacher_account_id, 'mentor', n.account_id)"
)
UNITS = "jsonb_build_object('school', e.school_id, 'university', e.university_id, 'city_office', e.city_id)"
ENROLLED = """
    FROM p JOIN enrolments e ON e.cycle_id = p.cycle_id AND e.state = 'active'
    JOIN nominations n ON n.id = e.mentor_id
"""


def found(causes: str) -> str:
    """The CTEs `p`, `cause` and `found`: every standing cause with the people it is told to."""
    return f"""
    WITH p AS (
        SELECT * FROM jsonb_to_recordset(CAST(:plans AS jsonb))
            AS p(cycle_id uuid, zone text, ends_on date, rule jsonb, training jsonb)
    ), cause AS ({causes}), found AS MATERIALIZED (
        SELECT DISTINCT ON (c.thing_id, x.id, c.occasion) c.cycle_id, c.city_id, c.thing_type, c.thing_id, c.occasion,
               c.title, c.due_at, x.id AS account_id
        FROM cause c JOIN p USING (cycle_id) CROSS JOIN LATERAL (
            SELECT CAST(c.accounts ->> r.role AS uuid) AS account_id
            FROM jsonb_array_elements_text(p.rule -> 'to') AS r(role)
            UNION
            SELECT m.account_id FROM jsonb_array_elements_text(p.rule -> 'to') AS r(role)
            JOIN memberships m ON m.role = r.role AND m.unit_id = CAST(c.units ->> r.role AS uuid)
                AND m.ended_at IS NULL AND (m.cycle_id IS NULL OR m.cycle_id = c.cycle_id)
        ) AS a JOIN accounts x ON x.id = a.account_id AND x.active
        ORDER BY c.thing_id, x.id, c.occasion
    )
    """
