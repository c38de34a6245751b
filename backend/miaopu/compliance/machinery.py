"""How the data are looked after: logs, keys, backups, and what the invariants find (PIPL 51; 《网络安全法》 21)."""

from sqlalchemy import MetaData

from miaopu.compliance.parts import Connection, Part, Period, part
from miaopu.core.sealing import sealed_columns
from miaopu.core.secrets import MARK, Vault
from miaopu.doctor.examining import INVARIANTS, examine

# Logs, and the column that says how old a row is; the trail is kept without end.
LOGS = (
    ("audit_entries", "at"), ("sign_ins", "created_at"), ("refresh_tokens", "issued_at"),
    ("idempotency_keys", "created_at"), ("attempts", "until"), ("outbox", "created_at"),
    ("support_sessions", "started_at"),
)  # fmt: skip
KEPT_FOR_EVER = ("audit_entries", "support_sessions")
# Invariants that are about people's data: agreed to, whole in the trail, and nobody in where they don't belong.
ABOUT_PEOPLE = frozenset(
    {
        "registrations.consent", "registrations.one_living", "tracking.consent", "cases.consent", "people.unit",
        "people.invited_once", "trail.whole", "trail.states", "trail.edges", "files.claimed", "files.named",
        "keys.complete",
    }
)  # fmt: skip


async def logs(connection: Connection, period: Period, months: int) -> Part:
    """Each log: for how many months it is kept by the plan (None: without end), its oldest row, what went."""
    swept = await connection.fetch(
        """
        SELECT f.key AS log, sum((f.value ->> 1)::bigint) AS gone FROM audit_entries a
        CROSS JOIN jsonb_each(a.changes) AS f WHERE a.action = 'retention.sweep' AND a.at >= $1 AND a.at < $2
        GROUP BY f.key
        """,
        period.since,
        period.until,
    )
    gone = {row["log"]: int(row["gone"]) for row in swept}
    rows = []
    for log, column in LOGS:
        (found,) = await connection.fetch(f"SELECT count(*) AS rows, min({column}) AS oldest FROM {log}")
        rows.append(
            {
                "log": log,
                "months": None if log in KEPT_FOR_EVER else months,
                "rows": found["rows"],
                "oldest": found["oldest"],
                "gone": gone.get(log, 0),
            }
        )
    return part("logs", ("log", "months", "rows", "oldest", "gone"), rows)


async def keys(connection: Connection, period: Period) -> Part:
    """Keys in the installation, and how often sealed values were sealed anew under another secret in the year."""
    rows = await connection.fetch(
        """
        SELECT 'signing' AS key, kid AS name, created_at, retired_at, NULL::bigint AS rows FROM signing_keys
        UNION ALL SELECT 'papers', kid, created_at, NULL, NULL FROM paper_keys
        UNION ALL SELECT 'resealed', a.changes #>> '{column,1}', min(a.at), max(a.at),
            sum((a.changes #>> '{rows,1}')::bigint)
        FROM audit_entries a WHERE a.action = 'keys.reseal' AND a.at >= $1 AND a.at < $2 GROUP BY 2
        ORDER BY 1 DESC, 3, 2
        """,
        period.since,
        period.until,
    )
    return part("keys", ("key", "name", "created_at", "retired_at", "rows"), rows)


async def sealed(connection: Connection, metadata: MetaData, vault: Vault) -> Part:
    """Every sealed column: how many values, and how many still hang on a former secret."""
    rows = []
    for one in sealed_columns(metadata):
        (found,) = await connection.fetch(
            f'SELECT count("{one.column.name}") AS rows, count(*) FILTER (WHERE '
            f'substring("{one.column.name}" FROM 1 FOR {MARK}) <> $1) AS older FROM "{one.table.name}"',
            vault.mark,
        )
        rows.append({"column": one.name, "rows": found["rows"], "older": found["older"]})
    return part("sealed", ("column", "rows", "older"), rows)


async def upkeep(connection: Connection, period: Period) -> Part:
    """Backups, drills of restoring, looks through the chain: runs of the year, the newest good one and its age."""
    rows = await connection.fetch(
        """
        SELECT k.kind AS upkeep,
            count(r.id) FILTER (WHERE r.began_at >= $1 AND r.began_at < $2) AS runs,
            count(r.id) FILTER (WHERE r.began_at >= $1 AND r.began_at < $2 AND NOT r.ok) AS failed,
            max(r.ended_at) FILTER (WHERE r.ok) AS well_at,
            floor(extract(epoch FROM now() - max(r.ended_at) FILTER (WHERE r.ok)) / 86400)::int AS age_days
        FROM unnest(ARRAY['backup', 'drill', 'chain']) WITH ORDINALITY AS k(kind, n)
        LEFT JOIN upkeep_runs r ON r.kind = k.kind GROUP BY k.kind, k.n ORDER BY k.n
        """,
        period.since,
        period.until,
    )
    return part("upkeep", ("upkeep", "runs", "failed", "well_at", "age_days"), rows)


async def faults(connection: Connection, language: str) -> Part:
    """The invariants on people's data with what breaks each of them now; ids, never names."""
    asked = [one for one in INVARIANTS if one.code in ABOUT_PEOPLE]
    rows = [
        {
            "invariant": one.invariant.code,
            "sentence": one.invariant.zh if language == "zh-CN" else one.invariant.en,
            "source": one.invariant.source,
            "broken": one.count,
            "ids": ", ".join(one.ids),
        }
        for one in await examine(connection, None, asked)
    ]
    return part("faults", ("invariant", "sentence", "source", "broken", "ids"), rows)
