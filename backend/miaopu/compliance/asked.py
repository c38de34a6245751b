"""What families agreed to and asked for, and what was erased (PIPL 14, 15, 44–47)."""

from miaopu.compliance.parts import Connection, Part, Period, part
from miaopu.personal.schemas import DueList


async def consents(connection: Connection, period: Period) -> Part:
    """Guardians' consents to taking part, by programme year and version of the text."""
    rows = await connection.fetch(
        """
        SELECT c.year AS cycle, k.text_version AS text_version,
            count(*) FILTER (WHERE k.asked_at >= $1 AND k.asked_at < $2) AS asked,
            count(*) FILTER (WHERE k.given_at >= $1 AND k.given_at < $2) AS given,
            count(*) FILTER (WHERE k.withdrawn_at >= $1 AND k.withdrawn_at < $2) AS withdrawn,
            count(*) FILTER (WHERE k.given_at < $2 AND (k.withdrawn_at IS NULL OR k.withdrawn_at >= $2)) AS in_force,
            count(*) FILTER (WHERE k.given_at < $2 AND k.publication) AS publication,
            count(*) FILTER (WHERE k.given_at < $2 AND k.national_programme) AS national_programme
        FROM consents k JOIN registrations r ON r.id = k.registration_id JOIN cycles c ON c.id = r.cycle_id
        WHERE k.asked_at < $2 GROUP BY c.year, c.id, k.text_version ORDER BY c.year, c.id, k.text_version
        """,
        period.since,
        period.until,
    )
    heads = (
        "cycle", "text_version", "asked", "given", "withdrawn", "in_force", "publication", "national_programme",
    )  # fmt: skip
    return part("consents", heads, rows)


async def words(connection: Connection, period: Period) -> Part:
    """Separate consents: activities, being followed after the year, being named in a published case."""
    rows = await connection.fetch(
        """
        SELECT w.about, w.text_version, w.decision, count(*) AS times FROM (
            SELECT 'activity' AS about, text_version, decision, said_at FROM activity_consents
            UNION ALL SELECT 'after', text_version, decision, said_at FROM alumni_consents
            UNION ALL SELECT 'again', text_version, decision, said_at FROM consent_words
            UNION ALL SELECT 'case', NULL, said, said_at FROM model_case_people WHERE said IS NOT NULL
        ) AS w WHERE w.said_at >= $1 AND w.said_at < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """,
        period.since,
        period.until,
    )
    return part("words", ("about", "text_version", "decision", "times"), rows)


async def corrections(connection: Connection, period: Period) -> Part:
    """Requests to put something right that were asked or answered in the year, or still wait. Not what they say."""
    rows = await connection.fetch(
        """
        SELECT r.number, k.field, k.asked_at, k.answered_at,
            CASE WHEN k.answered_at IS NULL THEN 'waiting' WHEN k.granted THEN 'granted' ELSE 'refused' END AS outcome
        FROM corrections k JOIN registrations r ON r.id = k.registration_id
        WHERE k.asked_at < $2 AND (k.answered_at IS NULL OR k.answered_at >= $1 OR k.asked_at >= $1)
        ORDER BY k.asked_at, k.id
        """,
        period.since,
        period.until,
    )
    return part("corrections", ("number", "field", "asked_at", "answered_at", "outcome"), rows)


async def erasures(connection: Connection, period: Period) -> Part:
    """Erasures when the time was over: which two people, and how much went."""
    rows = await connection.fetch(
        """
        SELECT c.year AS cycle, e.kind, e.due_on, e.proposed_at, p.name AS proposed_by, e.confirmed_at,
            f.name AS confirmed_by, e.done_at, e.rows, e.files
        FROM erasures e JOIN cycles c ON c.id = e.cycle_id JOIN accounts p ON p.id = e.proposed_by
        LEFT JOIN accounts f ON f.id = e.confirmed_by
        WHERE e.proposed_at < $2 AND (e.done_at IS NULL OR e.done_at >= $1) ORDER BY e.proposed_at, e.id
        """,
        period.since,
        period.until,
    )
    heads = (
        "cycle", "kind", "due_on", "proposed_at", "proposed_by", "confirmed_at", "confirmed_by", "done_at", "rows",
        "files",
    )  # fmt: skip
    return part("erasures", heads, rows)


async def exports(connection: Connection, period: Period) -> Part:
    """How often people took their own data along, by role (PIPL 45)."""
    rows = await connection.fetch(
        """
        SELECT role, count(*) AS times, count(DISTINCT account_id) AS people FROM audit_entries
        WHERE action = 'account.export_data' AND at >= $1 AND at < $2 GROUP BY role ORDER BY role
        """,
        period.since,
        period.until,
    )
    return part("exports", ("role", "times", "people"), rows)


def overdue(found: DueList) -> Part:
    """What could be erased today and is not yet: the time of its kind is over."""
    rows = [
        {
            "programme": item.title,
            "kind": item.kind,
            "due_on": item.due_on,
            "rows": item.rows,
            "files": item.files,
            "state": "confirmed" if item.confirmed else "proposed" if item.erasure_id else "open",
        }
        for item in found.items
    ]
    return part("overdue", ("programme", "kind", "due_on", "rows", "files", "state"), rows)
