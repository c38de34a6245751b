"""Rules of named days: meetings, trips that want the family's consent, escalations, problems (P9, P20, P21, P23)."""

from miaopu.reminders.registry import CIRCLE, ENROLLED, UNITS, reached, rule

# P9: a planned meeting; one that is moved is told again.
MEETING_NEXT = rule(
    "meeting_next",
    f"""
    SELECT e.cycle_id, e.city_id, 'appointment' AS thing_type, t.id AS thing_id,
           o.label || '_' || to_char(t.starts_at, 'YYMMDDHH24MI') AS occasion, t.title, t.starts_at AS due_at,
           {CIRCLE} AS accounts, {UNITS} AS units
    {ENROLLED}
    JOIN appointment_guests g ON g.enrolment_id = e.id
    JOIN appointments t ON t.id = g.appointment_id AND t.state = 'planned' AND t.starts_at > :now
    {reached(("before", "t.starts_at", "-"))}
    """,
)

# P20: a trip of which the guardian has said nothing yet.
TRIP_CONSENT = rule(
    "trip_consent",
    f"""
    SELECT e.cycle_id, e.city_id, 'activity' AS thing_type, t.id AS thing_id, o.label AS occasion, t.title,
           t.starts_at AS due_at, {CIRCLE} AS accounts, {UNITS} AS units
    {ENROLLED}
    JOIN participations r ON r.enrolment_id = e.id AND r.consent IS NULL
        AND r.state IN ('proposed', 'chosen', 'waiting')
    JOIN activities t ON t.id = r.activity_id AND t.needs_consent AND t.state IN ('announced', 'chosen')
        AND t.starts_at > :now
    {reached(("before", "t.starts_at", "-"))}
    """,
)

# P21: what was brought before the city or the region, and has to be answered.
ESCALATION_DUE = rule(
    "escalation_due",
    f"""
    SELECT e.cycle_id, e.city_id, 'contact_thread' AS thing_type, t.id AS thing_id,
           o.label || '_' || to_char(t.state_since, 'YYMMDDHH24MISS') AS occasion, t.title, t.due_at,
           {CIRCLE} AS accounts,
           CASE t.state WHEN 'with_city' THEN jsonb_build_object('city_office', e.city_id)
               ELSE jsonb_build_object('region_office', (SELECT u.id FROM units u WHERE u.kind = 'region')) END AS units
    {ENROLLED}
    JOIN contact_threads t ON t.enrolment_id = e.id AND t.state IN ('with_city', 'with_region')
    {reached(("before", "t.due_at", "-"), ("after", "t.due_at", "+"))}
    """,
)

# P23: a problem of the mid-term that is not solved, the day after its day and later; told to its owner alone.
PROBLEM_OVERDUE = rule(
    "problem_overdue",
    f"""
    SELECT e.cycle_id, e.city_id, 'midterm_problem' AS thing_type, t.id AS thing_id,
           o.label || '_' || to_char(t.due_on, 'YYMMDD') AS occasion, e.number || ' ' || e.name AS title,
           t.due_on::timestamp AT TIME ZONE p.zone AS due_at,
           jsonb_build_object(t.owner_role, {CIRCLE} -> t.owner_role) AS accounts,
           jsonb_build_object(t.owner_role, {UNITS} -> t.owner_role) AS units
    {ENROLLED}
    JOIN midterm_problems t ON t.enrolment_id = e.id AND t.state = 'open'
    {reached(("after", "(t.due_on::timestamp AT TIME ZONE p.zone)", "+"))}
    """,
)
