"""What is held, table by table, and about how many minors (PIPL 51, 54; 《未成年人网络保护条例》 37)."""

from typing import Any

from sqlalchemy import Column, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from miaopu.compliance.parts import Connection, Part, Period, part
from miaopu.core.audit_guards import ERASED
from miaopu.core.db import Base
from miaopu.personal.kept import KEPT, Kept
from miaopu.personal.schemas import KeptTable

# A child in the sense of the law, and a minor (PIPL 31; 《民法典》 17).
CHILD, ADULT = 14, 18


def kinds(told: KeptTable) -> Part:
    """Every kind of data: why, on what ground and how long, as the public notice says it: the two cannot differ."""
    lines = {line.code: line for line in told.items}
    rows = [
        {
            "kept": kind.code,
            "why": lines[kind.code].purpose,
            "basis": lines[kind.code].basis,
            "until": lines[kind.code].until,
            "seen_by": [role.value for role in kind.seen_by],
            "sealed": kind.sealed,
        }
        for kind in KEPT
    ]
    return part("kinds", ("kept", "why", "basis", "until", "seen_by", "sealed"), rows)


async def held(connection: Connection) -> Part:
    """Where each kind stands: tables and columns, how many rows there are, and how many still hold something."""
    rows: list[dict[str, Any]] = []
    for kind in KEPT:
        for table, columns in _tables(kind).items():
            where = " OR ".join(_filled(table, column) for column in columns)
            (counted,) = await connection.fetch(
                f'SELECT count(*) AS rows, count(*) FILTER (WHERE {where}) AS filled FROM "{table}"'
            )
            told = {"kept": kind.code, "table": table, "columns": ", ".join(columns)}
            rows.append({**told, "rows": counted["rows"], "filled": counted["filled"]})
    return part("held", ("kept", "table", "columns", "rows", "filled"), rows)


def _tables(kind: Kept) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in (*kind.columns, *kind.also):
        table, column = name.split(".")
        found.setdefault(table, []).append(column)
    return found


def _filled(table: str, name: str) -> str:
    column: Column[Any] = Base.metadata.tables[table].columns[name]
    # Erased columns are empty, or null: which, says their type.
    if isinstance(column.type, JSONB):
        # In the trail a mark stands where words were.
        marked = f"jsonb_typeof(\"{name}\" -> '{ERASED}') = 'string'"
        return f"\"{name}\" IS NOT NULL AND \"{name}\" NOT IN ('{{}}', '[]', 'null') AND ({marked}) IS NOT TRUE"
    if isinstance(column.type, ARRAY):
        return f'cardinality("{name}") > 0'
    if isinstance(column.type, String):
        return f"\"{name}\" <> ''"
    if isinstance(column.type, LargeBinary):
        return f'octet_length("{name}") > 0'
    return f'"{name}" IS NOT NULL'


async def minors(connection: Connection, period: Period) -> Part:
    """Students of each programme year by age at the end of the audited year, as the year of birth tells it."""
    rows = await connection.fetch(
        """
        SELECT c.year AS cycle, count(*) AS students,
            count(*) FILTER (WHERE $1 - r.birth_year < $2) AS under_14,
            count(*) FILTER (WHERE $1 - r.birth_year >= $2 AND $1 - r.birth_year < $3) AS under_18,
            count(*) FILTER (WHERE $1 - r.birth_year >= $3) AS adult,
            count(*) FILTER (WHERE r.birth_year IS NULL) AS unknown,
            count(*) FILTER (WHERE r.guardian_account_id IS NOT NULL) AS with_guardian
        FROM registrations r JOIN cycles c ON c.id = r.cycle_id GROUP BY c.year, c.id ORDER BY c.year, c.id
        """,
        period.year,
        CHILD,
        ADULT,
    )
    return part("minors", ("cycle", "students", "under_14", "under_18", "adult", "unknown", "with_guardian"), rows)
