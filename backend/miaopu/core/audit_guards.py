"""The guards of the trail inside PostgreSQL: the chain, what may never change, and whether it is whole.

The chain commits to each entry's words (`reason` and `changes`) by a salted digest, so that they can be emptied and
every hash stays what it was: without the salt nobody can try words out against the digest. Entries from before there
were digests are hashed with their words, as they were: the heads that were published go on to fit. Their words cannot
be erased.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LANES = 8
# The act that says how many entries lost their words, and what stands in their place.
ERASE = "trail.erase"
ERASED = "erased"
# The transaction's setting that holds the key of an erasure while it is at work.
ERASING = "miaopu.erasing"
# Parts whose entries hold nothing but a commitment, which is a leaf of the published tree.
COMMITMENT = "commitment"

# As the first migration made them. What is below replaces some.
FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE head audit_heads%ROWTYPE;
    BEGIN
        NEW.lane := pg_backend_pid() % (SELECT count(*) FROM audit_heads);
        SELECT * INTO STRICT head FROM audit_heads WHERE lane = NEW.lane FOR UPDATE;
        NEW.seq := head.seq + 1;
        NEW.previous := head.hash;
        NEW.hash := audit_hash(NEW);
        UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE lane = NEW.lane;
        PERFORM set_config('miaopu.audited', 'yes', true);
        RETURN NEW;
    END $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_hash(e audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $body$
        SELECT sha256(e.previous || convert_to(jsonb_build_array(
            e.lane, e.seq, extract(epoch FROM e.at), extract(epoch FROM e.recorded_at), e.account_id,
            e.membership_id, e.role, e.action, e.thing_type, e.thing_id, e.part_type, e.part_id,
            e.from_state, e.to_state, e.reason, e.changes, e.request_id)::text, 'UTF8'))
    $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'MP002';
    END $body$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_required() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF coalesce(current_setting('miaopu.audited', true), '') <> 'yes' THEN
            RAISE EXCEPTION 'a change of % was not recorded in the trail', TG_TABLE_NAME
                USING ERRCODE = 'MP001';
        END IF;
        RETURN NULL;
    END $body$
    """,
    "CREATE TRIGGER audit_chain BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_chain()",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    f"INSERT INTO audit_heads SELECT lane, 0, sha256('') FROM generate_series(0, {LANES - 1}) AS lane",
)
CHAIN, HASH = FUNCTIONS[0], FUNCTIONS[1]
DROP_FUNCTIONS = tuple(
    f"DROP FUNCTION IF EXISTS {function} CASCADE"
    for function in ("audit_chain()", "audit_append_only()", "audit_required()", "audit_hash(audit_entries)")
)

# Since words can be erased. A random UUID (122 bits) is the salt: PostgreSQL makes it without an extension.
DIGESTS = (
    """
    CREATE FUNCTION audit_digest(salt bytea, reason text, changes jsonb) RETURNS bytea LANGUAGE sql STABLE AS $body$
        SELECT sha256(salt || convert_to(jsonb_build_array(reason, changes)::text, 'UTF8'))
    $body$
    """,
    CHAIN.replace(
        "NEW.hash := audit_hash(NEW);",
        """NEW.salt := uuid_send(gen_random_uuid());
        NEW.digest := audit_digest(NEW.salt, NEW.reason, NEW.changes);
        NEW.hash := audit_hash(NEW);""",
    ),
    # An array of another length: an entry can never pass for one of the other kind.
    """
    CREATE OR REPLACE FUNCTION audit_hash(e audit_entries) RETURNS bytea LANGUAGE sql STABLE AS $body$
        SELECT sha256(e.previous || convert_to(CASE WHEN e.digest IS NULL THEN jsonb_build_array(
            e.lane, e.seq, extract(epoch FROM e.at), extract(epoch FROM e.recorded_at), e.account_id,
            e.membership_id, e.role, e.action, e.thing_type, e.thing_id, e.part_type, e.part_id,
            e.from_state, e.to_state, e.reason, e.changes, e.request_id)
        ELSE jsonb_build_array(
            e.lane, e.seq, extract(epoch FROM e.at), extract(epoch FROM e.recorded_at), e.account_id,
            e.membership_id, e.role, e.action, e.thing_type, e.thing_id, e.part_type, e.part_id,
            e.from_state, e.to_state, encode(e.digest, 'hex'), e.request_id)
        END::text, 'UTF8'))
    $body$
    """,
    # Whether an entry's words are those of its digest, or were erased whole.
    f"""
    CREATE FUNCTION audit_fits(e audit_entries) RETURNS boolean LANGUAGE sql STABLE AS $body$
        SELECT CASE WHEN e.digest IS NULL THEN e.salt IS NULL
            WHEN e.salt IS NOT NULL THEN e.digest = audit_digest(e.salt, e.reason, e.changes)
            ELSE e.reason IS NULL AND jsonb_typeof(e.changes -> '{ERASED}') = 'string'
                AND e.changes = jsonb_build_object('{ERASED}', e.changes -> '{ERASED}') END
    $body$
    """,
    f"""
    CREATE FUNCTION audit_words_only() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE
        without audit_entries%ROWTYPE := OLD;
        erasing text := coalesce(current_setting('{ERASING}', true), '');
    BEGIN
        IF TG_OP = 'UPDATE' AND erasing <> '' AND OLD.salt IS NOT NULL
            AND OLD.part_type IS DISTINCT FROM '{COMMITMENT}' AND OLD.action <> '{ERASE}' THEN
            without.salt := NULL;
            without.reason := NULL;
            without.changes := jsonb_build_object('{ERASED}', erasing);
            IF NEW IS NOT DISTINCT FROM without THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'MP002';
    END $body$
    """,
    "DROP TRIGGER audit_append_only ON audit_entries",
    "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries "
    "FOR EACH ROW EXECUTE FUNCTION audit_words_only()",
    # An erasure that writes no entry of its own does not commit.
    "CREATE CONSTRAINT TRIGGER audit_erasing AFTER UPDATE ON audit_entries "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required()",
)
UNDIGESTED = (
    "DROP TRIGGER audit_erasing ON audit_entries",
    "DROP FUNCTION audit_words_only() CASCADE",
    FUNCTIONS[5],
    CHAIN,
    HASH,
    "DROP FUNCTION audit_fits(audit_entries)",
    "DROP FUNCTION audit_digest(bytea, text, jsonb)",
)


def guard(table: str) -> str:
    """The statement that makes a table's changes need an entry; for migrations."""
    return (
        f"CREATE CONSTRAINT TRIGGER audit_required AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required()"
    )


# Out of its chain, or with other words than its digest's; a lane whose end is missing; words that are gone and of
# which the entries of erasures do not say so, to the number.
BROKEN = text(
    f"""
    SELECT e.id, e.lane, e.seq FROM (
        SELECT a.*, lag(a.hash) OVER w AS expected_previous, lag(a.seq) OVER w AS expected_seq,
               a.ctid IS NOT NULL AS present FROM audit_entries a WINDOW w AS (PARTITION BY lane ORDER BY seq)
    ) e JOIN audit_entries r ON r.id = e.id
    WHERE r.hash <> audit_hash(r) OR r.previous <> coalesce(e.expected_previous, sha256(''))
       OR r.seq <> coalesce(e.expected_seq, 0) + 1 OR audit_fits(r) IS NOT TRUE
    UNION ALL
    SELECT NULL, h.lane, h.seq FROM audit_heads h
    WHERE h.seq <> (SELECT coalesce(max(seq), 0) FROM audit_entries a WHERE a.lane = h.lane)
    UNION ALL
    SELECT a.id, a.lane, a.seq FROM (
        SELECT changes ->> '{ERASED}' AS key, count(*) AS rows, min(id) AS first FROM audit_entries
        WHERE digest IS NOT NULL AND salt IS NULL GROUP BY 1
    ) gone FULL JOIN (
        SELECT changes #>> '{{key,1}}' AS key, sum((changes #>> '{{rows,1}}')::bigint) AS rows, min(id) AS first
        FROM audit_entries WHERE action = '{ERASE}' GROUP BY 1
    ) told ON told.key = gone.key JOIN audit_entries a ON a.id = coalesce(gone.first, told.first)
    WHERE coalesce(gone.rows, 0) <> coalesce(told.rows, 0)
    """
)


async def broken_links(session: AsyncSession) -> list[tuple[int | None, int, int]]:
    """Entries that do not fit the chain, and lanes whose end is missing: empty when the trail is whole."""
    return [(row.id, row.lane, row.seq) for row in await session.execute(BROKEN)]
