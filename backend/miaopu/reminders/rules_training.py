"""Rules of the training year: logs, their review, meetings, plans (P9, P11, P17)."""

from miaopu.reminders.registry import CIRCLE, ENROLLED, UNITS, reached, rule

# P11: a log that was not handed in, some days after the meeting, before it is due and after.
LOG_DUE = rule(
    "log_due",
    f"""
    SELECT e.cycle_id, e.city_id, 'training_session' AS thing_type, s.id AS thing_id, o.label AS occasion, s.title,
           a.log_due_at AS due_at, {CIRCLE} AS accounts, {UNITS} AS units
    {ENROLLED}
    JOIN attendances a ON a.enrolment_id = e.id AND a.mode <> 'absent'
    JOIN training_sessions s ON s.id = a.session_id
    {
        reached(
            ("days_after_meeting", "s.starts_at", "+"), ("before", "a.log_due_at", "-"), ("after", "a.log_due_at", "+")
        )
    }
    WHERE NOT EXISTS (
        SELECT FROM growth_logs g WHERE g.enrolment_id = e.id AND g.session_id = s.id AND g.state <> 'draft'
    )
    """,
)

# P11: a log that the mentor has not reviewed.
REVIEW_WAITING = rule(
    "review_waiting",
    f"""
    SELECT e.cycle_id, e.city_id, 'growth_log' AS thing_type, g.id AS thing_id,
           o.label || '_' || to_char(g.state_since, 'YYMMDDHH24MISS') AS occasion, e.name AS title,
           g.state_since AS due_at, {CIRCLE} AS accounts, {UNITS} AS units
    {ENROLLED}
    JOIN growth_logs g ON g.enrolment_id = e.id AND g.state = 'submitted'
    {reached(("days", "g.state_since", "+"))}
    """,
)

# P9: students who will have met too seldom by the end of this month, one cause for each mentor and month.
MEETINGS_SHORT = rule(
    "meetings_short",
    """
    SELECT n.cycle_id, n.city_id, 'nomination' AS thing_type, n.id AS thing_id,
           to_char(t.here, 'YYYY-MM') AS occasion, to_char(t.here, 'YYYY-MM') || ' · ' || count(*) AS title,
           (date_trunc('month', t.here) + interval '1 month') AT TIME ZONE t.zone AS due_at,
           jsonb_build_object('mentor', n.account_id) AS accounts,
           jsonb_build_object('university', n.university_id, 'city_office', n.city_id) AS units
    FROM p JOIN enrolments e ON e.cycle_id = p.cycle_id AND e.state = 'active'
    JOIN nominations n ON n.id = e.mentor_id
    CROSS JOIN LATERAL (
        SELECT p.zone, CAST(:now AS timestamptz) AT TIME ZONE p.zone AS here,
               date_trunc('month', e.active_from AT TIME ZONE p.zone) AS began
    ) AS t
    WHERE extract(day FROM t.here) >= CAST(p.rule ->> 'day_of_month' AS int) AND t.here::date <= p.ends_on
      AND CASE p.training ->> 'counting_starts' WHEN 'month_of_active' THEN t.began <= date_trunc('month', t.here)
          ELSE t.began < date_trunc('month', t.here) END
      AND CAST(p.training ->> 'meetings_per_month' AS int) > (
        SELECT count(*) FROM attendances a JOIN training_sessions s ON s.id = a.session_id
        WHERE a.enrolment_id = e.id AND a.mode = 'face_to_face'
          AND date_trunc('month', s.starts_at AT TIME ZONE p.zone) = date_trunc('month', t.here)
    )
    GROUP BY n.id, t.here, t.zone
    """,
)

# P17: a student in training without a plan that was ever proposed.
PLAN_MISSING = rule(
    "plan_missing",
    f"""
    SELECT e.cycle_id, e.city_id, 'enrolment' AS thing_type, e.id AS thing_id, o.label AS occasion, e.name AS title,
           o.at AS due_at, {CIRCLE} AS accounts, {UNITS} AS units
    {ENROLLED}
    {reached(("days", "e.active_from", "+"))}
    WHERE NOT EXISTS (
        SELECT FROM training_plans t WHERE t.enrolment_id = e.id AND (t.state <> 'draft' OR t.revision > 1)
    )
    """,
)
