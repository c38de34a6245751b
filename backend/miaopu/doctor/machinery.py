"""What holds everything: states, the trail, files, jobs, keys, people's roles."""

from sqlalchemy import Table

from miaopu import tables
from miaopu.core.audit_guards import BROKEN
from miaopu.core.db import Base
from miaopu.core.jobs import ENTRYPOINT
from miaopu.doctor.invariant import Invariant
from miaopu.people.roles import ROLE_UNIT
from miaopu.programme.flow import Flow
from miaopu.programme.plan import StageCode


def flows() -> list[tuple[str, Flow]]:
    """Every machine with the table of its things: (table, flow)."""
    named = table_of_thing()
    found = {flow.thing: flow for room in tables.ROOMS for flow in vars(room).values() if isinstance(flow, Flow)}
    return [(named[thing], flow) for thing, flow in sorted(found.items())]


def table_of_thing() -> dict[str, str]:
    """The table of each thing by the name it has in the trail."""
    found: dict[str, str] = {}
    for mapper in Base.registry.mappers:
        assert isinstance(mapper.local_table, Table)
        found[mapper.class_.__thing__ or mapper.local_table.name] = mapper.local_table.name
    return found


def _each(parts: list[str]) -> str:
    return "\nUNION ALL ".join(parts)


def _unknown_states() -> str:
    return _each(
        [f"SELECT id, state FROM {table} WHERE state NOT IN {(*flow.states, '')!r}" for table, flow in flows()]
    )


# The newest word of the trail on the state of each thing, or what it was made with.
LAST = """SELECT DISTINCT ON (kind, thing) kind, thing, state FROM (
    SELECT coalesce(part_type, thing_type) AS kind, coalesce(part_id, thing_id) AS thing, recorded_at, id,
        coalesce(to_state, changes #>> '{state,1}') AS state FROM audit_entries
    ) AS a WHERE state IS NOT NULL ORDER BY kind, thing, recorded_at DESC, id DESC"""


def _unrecorded_states() -> str:
    things = _each([f"SELECT id, state, '{flow.thing}' AS kind FROM {table}" for table, flow in flows()])
    return (
        f"WITH last AS MATERIALIZED ({LAST}) SELECT t.id, t.state FROM ({things}) AS t "
        "JOIN last ON last.kind = t.kind AND last.thing = t.id WHERE last.state <> t.state"
    )


def _acts_outside() -> str:
    edges = ", ".join(
        f"('{flow.thing}', '{flow.thing}.{edge.action}', '{source}', '{edge.target}')"
        for _, flow in flows()
        for edge in flow.edges
        for source in edge.sources
    )
    return f"""SELECT a.id FROM audit_entries a WHERE a.to_state IS NOT NULL AND NOT EXISTS
        (SELECT FROM (VALUES {edges}) AS e (kind, action, source, target)
         WHERE e.kind = coalesce(a.part_type, a.thing_type) AND e.action = a.action
             AND e.source = a.from_state AND e.target = a.to_state)"""


def _claimed_by_nothing() -> str:
    has_id = {m.local_table.name for m in Base.registry.mappers if "id" in m.columns}  # type: ignore[attr-defined]
    owners = _each(
        [f"SELECT '{kind}' AS kind, id FROM {table}" for kind, table in table_of_thing().items() if table in has_id
         and table not in ("audit_entries", "demo_clock")]
    )  # fmt: skip
    return f"""SELECT f.id FROM files f WHERE f.claimed_type IS NOT NULL
        AND NOT EXISTS (SELECT FROM ({owners}) AS t WHERE t.kind = f.claimed_type AND t.id = f.claimed_id)"""


UNIT_KINDS = ", ".join(f"('{role}', '{kind}')" for role, kind in ROLE_UNIT.items())

MACHINERY = (
    Invariant(
        "states.known", "architecture: flow", "每条记录的状态都在状态机内", "every state is one of its machine's",
        _unknown_states(),
    ),
    Invariant(
        "trail.whole", "architecture: trail", "留痕的哈希链完整", "the chain of the trail is whole to its heads",
        f"SELECT coalesce(id::text, lane || '/' || seq) AS id FROM ({BROKEN.text}) AS broken",
    ),
    Invariant(
        "trail.states", "architecture: trail", "记录的状态与留痕一致", "every state is the one the trail says last",
        _unrecorded_states(),
    ),
    Invariant(
        "trail.edges", "architecture: flow",
        "每次状态变化都走了规定的路", "every move was along an edge of its machine",
        _acts_outside(),
    ),
    Invariant(
        "keys.complete", "architecture: idempotency", "每个幂等键都有完整回答", "every kept key has its whole answer",
        "SELECT key AS id FROM idempotency_keys WHERE status IS NULL OR answer IS NULL OR media_type IS NULL",
    ),
    Invariant(
        "files.claimed", "architecture: files", "归档文件所属的记录存在", "what a file belongs to is there",
        _claimed_by_nothing(),
    ),
    Invariant(
        "files.named", "architecture: files",
        "记录引用的文件存在并归其所有", "a file that is named is there, and its own",
        """SELECT n.id FROM (
               SELECT id, unnest(photos) AS file, 'growth_log' AS kind FROM growth_logs
               UNION ALL SELECT id, unnest(files), 'contact_post' FROM contact_posts
               UNION ALL SELECT id, unnest(files), 'place_change' FROM place_changes
               UNION ALL SELECT a.id, (m.value ->> 'file_id')::uuid, 'annual_evaluation'
                   FROM annual_evaluations a CROSS JOIN jsonb_array_elements(a.materials) AS m
           ) AS n LEFT JOIN files f ON f.id = n.file
           WHERE f.id IS NULL OR f.claimed_type IS DISTINCT FROM n.kind OR f.claimed_id IS DISTINCT FROM n.id""",
    ),
    Invariant(
        "jobs.queued", "architecture: jobs", "未完成的任务都在队列中", "a job that is not done is in the queue",
        f"""SELECT j.id FROM jobs j WHERE j.state IN ('queued', 'running') AND NOT EXISTS (SELECT FROM pgqueuer q
            WHERE q.entrypoint = '{ENTRYPOINT}' AND q.payload = convert_to(replace(j.id::text, '-', ''), 'UTF8'))""",
    ),
    Invariant(
        "jobs.finished", "architecture: jobs", "结束的任务有结束时间和结论", "a job that ended says when and how",
        """SELECT id FROM jobs WHERE (state IN ('done', 'failed')) <> (finished_at IS NOT NULL)
           OR (state = 'failed') <> (error IS NOT NULL) OR done > total""",
    ),
    Invariant(
        "queue.known", "architecture: jobs", "队列中没有无主的任务", "the queue holds no job that nobody asked for",
        f"""SELECT q.id FROM pgqueuer q WHERE q.entrypoint = '{ENTRYPOINT}' AND NOT EXISTS (SELECT FROM jobs j
            WHERE q.payload = convert_to(replace(j.id::text, '-', ''), 'UTF8'))""",
    ),
    Invariant(
        "people.unit", "part two", "角色与单位类型相符", "a role is held in a unit of its kind",
        f"""SELECT m.id FROM memberships m JOIN units u ON u.id = m.unit_id WHERE NOT EXISTS
            (SELECT FROM (VALUES {UNIT_KINDS}) AS r (role, kind) WHERE r.role = m.role AND r.kind = u.kind)""",
    ),
    Invariant(
        "people.invited_once", "ASVS 6.4", "一份邀请只用一次", "an invitation that was used names who used it",
        "SELECT id FROM invitations WHERE (accepted_at IS NULL) <> (account_id IS NULL)",
    ),
    Invariant(
        "cycles.plan", "P5", "年度计划就是其最新版本", "a year's plan is its newest version",
        """SELECT c.id FROM cycles c WHERE NOT EXISTS (SELECT FROM plan_versions v WHERE v.cycle_id = c.id
           AND v.number = c.plan_version AND v.digest = c.plan_digest AND v.number =
               (SELECT max(w.number) FROM plan_versions w WHERE w.cycle_id = c.id))""",
    ),
    Invariant(
        "cycles.stages", "P5", "年度的阶段齐全", "a year has all its stages",
        f"""SELECT c.id FROM cycles c
            WHERE (SELECT count(*) FROM stages s WHERE s.cycle_id = c.id) <> {len(StageCode)}""",
    ),
    Invariant(
        "lists.named", "P16a", "每份公示都有依据摘要", "every list on notice has the digest of what it follows from",
        "SELECT id FROM disclosures WHERE evidence_digest !~ '^[0-9a-f]{64}$'",
    ),
)  # fmt: skip
