"""Who read, or took away, more than the pages show (《未成年人网络保护条例》 36: each such read is recorded)."""

from miaopu.compliance.parts import Connection, Part, Period, part

# Acts that open a sealed detail, hand out a whole file or list, or look through somebody else's eyes.
ACTS = (
    "registration.reveal", "enrolment.archive", "record.hand_out", "unit.export", "support.begin", "support.read",
    "compliance_audit.fetch",
)  # fmt: skip
# What a job did has no membership: it was the one that its owner had.
_FROM = """
    FROM audit_entries a
    LEFT JOIN memberships m ON m.id = coalesce(a.membership_id, (
        SELECT x.id FROM memberships x WHERE x.account_id = a.account_id AND x.since <= a.at
        ORDER BY x.since DESC, x.id DESC LIMIT 1))
    LEFT JOIN units u ON u.id = m.unit_id
    WHERE a.action = ANY($1) AND a.at >= $2 AND a.at < $3
"""
_FACTS = """
    a.action, coalesce(a.role, m.role) AS role, u.name AS unit,
    coalesce(a.changes #>> '{field,1}', a.changes #>> '{import_kind,1}') AS field,
    a.changes #>> '{purpose,1}' AS purpose
"""


async def sums(connection: Connection, period: Period) -> Part:
    """By act, role, unit and purpose: how often, by how many people, about how many things."""
    rows = await connection.fetch(
        f"""
        SELECT {_FACTS}, count(*) AS times, count(DISTINCT a.account_id) AS people,
            count(DISTINCT a.thing_id) AS things {_FROM} GROUP BY 1, 2, 3, 4, 5 ORDER BY times DESC, 1, 2, 3, 4, 5
        """,
        list(ACTS),
        period.since,
        period.until,
    )
    return part("reads", ("action", "role", "unit", "field", "purpose", "times", "people", "things"), rows)


async def every(connection: Connection, period: Period) -> Part:
    """Each single one; the student by the registration's number, whoever read by name (they acted in office)."""
    rows = await connection.fetch(
        f"""
        SELECT a.at, {_FACTS}, (SELECT w.name FROM accounts w WHERE w.id = a.account_id) AS who, a.reason,
            a.changes #>> '{{path,1}}' AS path,
            (SELECT r.number FROM registrations r WHERE r.id = CASE a.thing_type
                WHEN 'registration' THEN a.thing_id
                WHEN 'enrolment' THEN (SELECT e.registration_id FROM enrolments e WHERE e.id = a.thing_id)
                WHEN 'account' THEN (SELECT o.id FROM registrations o WHERE o.account_id = a.thing_id
                                     ORDER BY o.id DESC LIMIT 1) END) AS number
        {_FROM} ORDER BY a.id
        """,
        list(ACTS),
        period.since,
        period.until,
    )
    heads = ("at", "action", "number", "field", "purpose", "reason", "who", "role", "unit", "path")
    return part("reads_list", heads, rows)
