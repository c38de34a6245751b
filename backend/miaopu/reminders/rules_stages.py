"""Rules of windows that close: evaluations, dossiers, registrations that wait, consents (P13, P22–P24)."""

from miaopu.reminders.registry import CIRCLE, ENROLLED, UNITS, reached, rule


def _open(stage: str) -> str:
    return (
        f"JOIN stages w ON w.cycle_id = p.cycle_id AND w.code = '{stage}' AND w.opens_at <= :now AND w.closes_at > :now"
    )


def _evaluation(code: str, stage: str, missing: str) -> None:
    rule(
        code,
        f"""
        SELECT e.cycle_id, e.city_id, 'enrolment' AS thing_type, e.id AS thing_id, o.label AS occasion,
               e.name AS title, w.closes_at AS due_at, {CIRCLE} AS accounts, {UNITS} AS units
        {ENROLLED} {_open(stage)} {reached(("before", "w.closes_at", "-"))}
        WHERE {missing}
        """,
    )


def _none(table: str, state: str) -> str:
    return f"NOT EXISTS (SELECT FROM {table} v WHERE v.enrolment_id = e.id AND v.state <> '{state}')"


# The mentor's forms (P22, P23), the student's dossier and the mentor's opinion on it (P24).
_evaluation("initial_due", "initial_evaluation", _none("initial_evaluations", "draft"))
_evaluation("midterm_due", "midterm_evaluation", _none("midterm_evaluations", "draft"))
_evaluation("dossier_due", "annual_evaluation", _none("annual_evaluations", "open"))
_evaluation(
    "opinion_due",
    "annual_evaluation",
    "EXISTS (SELECT FROM annual_evaluations v WHERE v.enrolment_id = e.id AND v.state = 'submitted')",
)

# P13: registrations that have waited for a unit's review: one cause for each unit, told again every few days, and
# before the window closes.
REGISTRATION_WAITING = rule(
    "registration_waiting",
    f"""
    SELECT q.cycle_id, q.city_id, 'review_queue' AS thing_type, q.unit_id AS thing_id,
           q.role || CASE WHEN o.label IS NULL THEN '_' || q.period ELSE '_' || o.label END AS occasion,
           q.waiting::text AS title, q.closes_at AS due_at, '{{}}'::jsonb AS accounts,
           jsonb_build_object(q.role, q.unit_id) AS units
    FROM (
        SELECT r.cycle_id, t.role, t.unit_id, w.closes_at, count(*) AS waiting, p.rule,
               CASE t.role WHEN 'region_office' THEN NULL ELSE min(r.city_id::text)::uuid END AS city_id,
               floor(extract(epoch FROM CAST(:now AS timestamptz) - w.opens_at)
                     / (86400 * CAST(p.rule ->> 'again_days' AS int))) AS period
        FROM p JOIN registrations r ON r.cycle_id = p.cycle_id {_open("registration_review")}
        CROSS JOIN LATERAL (
            SELECT CASE r.state WHEN 'submitted' THEN 'school' WHEN 'school_recommended' THEN 'city_office'
                        ELSE 'region_office' END AS role,
                   CASE r.state WHEN 'submitted' THEN r.school_id WHEN 'school_recommended' THEN r.city_id
                        ELSE (SELECT u.id FROM units u WHERE u.kind = 'region' LIMIT 1) END AS unit_id
        ) AS t
        WHERE r.state IN ('submitted', 'school_recommended', 'city_recommended')
          AND greatest(r.state_since, w.opens_at)
              <= CAST(:now AS timestamptz) - CAST(p.rule ->> 'waiting_days' AS int) * interval '1 day'
        GROUP BY r.cycle_id, t.role, t.unit_id, w.opens_at, w.closes_at, p.rule
    ) AS q
    LEFT JOIN LATERAL (
        SELECT 'before_' || d.value AS label FROM jsonb_array_elements_text(q.rule -> 'before') AS d
        WHERE q.closes_at - d.value::int * interval '1 day' <= :now ORDER BY d.value::int LIMIT 1
    ) AS o ON true
    """,
)

# P13: a registration begun by somebody whose guardian has not agreed, while there is time.
CONSENT_MISSING = rule(
    "consent_missing",
    f"""
    SELECT r.cycle_id, r.city_id, 'registration' AS thing_type, r.id AS thing_id, o.label AS occasion,
           r.number AS title, w.closes_at AS due_at, jsonb_build_object('student', r.account_id) AS accounts,
           jsonb_build_object('school', r.school_id, 'city_office', r.city_id) AS units
    FROM p JOIN registrations r ON r.cycle_id = p.cycle_id AND r.state = 'draft' {_open("registration")}
    {reached(("before", "w.closes_at", "-"))}
    WHERE NOT EXISTS (
        SELECT FROM consents c
        WHERE c.registration_id = r.id AND c.given_at IS NOT NULL AND c.withdrawn_at IS NULL
    )
    """,
)
