"""Places and pairs, and the year of training (P8–P12, P16b–P21)."""

from miaopu.doctor.invariant import Invariant, number

TRAINING = (
    Invariant(
        "places.city", "P3", "盟市录取人数不超过名额", "no city gives more places than it has",
        "SELECT id FROM cycle_cities WHERE taken > places OR taken < 0",
    ),
    Invariant(
        "places.counted", "P3", "盟市的已用名额等于录取人数", "a city's count is the number of its students",
        """SELECT c.id FROM cycle_cities c WHERE c.taken <>
               (SELECT count(*) FROM enrolments e WHERE e.cycle_id = c.cycle_id AND e.city_id = c.city_id)""",
    ),
    Invariant(
        "places.one_each", "P3", "一人一年只占一个名额", "nobody has two places in a year",
        """SELECT (array_agg(e.id))[1] AS id FROM enrolments e JOIN registrations r ON r.id = e.registration_id
           GROUP BY e.cycle_id, coalesce(r.identity_index, e.account_id::text) HAVING count(*) > 1""",
    ),
    Invariant(
        "places.caps", "P2", "高校与学科的总人数在上限之内", "no more students than the plan's caps",
        """SELECT c.id FROM cycles c CROSS JOIN jsonb_array_elements(coalesce(c.plan #> '{pairing,caps}', '[]')) AS cap
           WHERE (SELECT count(*) FROM enrolments e JOIN nominations n ON n.id = e.mentor_id
                  JOIN units u ON u.id = n.university_id WHERE e.cycle_id = c.id
                  AND (cap.value -> 'universities' = '[]' OR cap.value -> 'universities' ? u.code)
                  AND (cap.value -> 'subjects' = '[]' OR cap.value -> 'subjects' ? n.subject))
               > (cap.value ->> 'limit')::int""",
    ),
    Invariant(
        "pairs.each", "P16", "配对后的学生都有配对记录", "whoever is paired stands in a list of pairs",
        """SELECT r.id FROM registrations r WHERE r.state IN ('paired', 'filed', 'enrolled')
           AND NOT EXISTS (SELECT FROM pairs p WHERE p.registration_id = r.id)""",
    ),
    Invariant(
        "pairs.fit", "P8", "师生同年同学科", "mentor and student are of one year and subject",
        """SELECT p.id FROM pairs p JOIN registrations r ON r.id = p.registration_id
           JOIN nominations n ON n.id = p.mentor_id WHERE n.cycle_id <> r.cycle_id OR n.subject <> r.subject""",
    ),
    Invariant(
        "pairs.enrolled", "P16b", "录取与培养记录一一对应", "whoever is enrolled is in training, and nobody else",
        """SELECT r.id FROM registrations r FULL JOIN enrolments e ON e.registration_id = r.id
           WHERE (r.state = 'enrolled') IS DISTINCT FROM (e.id IS NOT NULL)""",
    ),
    Invariant(
        "pairs.appointed", "P12", "带学生的导师都已聘任", "only appointed mentors have students",
        """SELECT e.id FROM enrolments e JOIN nominations n ON n.id = e.mentor_id WHERE n.state <> 'appointed'""",
    ),
    Invariant(
        "mentorships.current", "P8", "在培学生的现任导师与任期记录一致", "the mentor of a student is the current one",
        """SELECT e.id FROM enrolments e LEFT JOIN mentorships m ON m.enrolment_id = e.id AND m.ended_at IS NULL
           WHERE CASE e.state WHEN 'withdrawn' THEN m.id IS NOT NULL
               ELSE m.mentor_id IS DISTINCT FROM e.mentor_id END""",
    ),
    Invariant(
        "mentorships.order", "P8", "导师任期不重叠", "nobody has two mentors at one time",
        """SELECT a.enrolment_id AS id FROM mentorships a JOIN mentorships b ON b.enrolment_id = a.enrolment_id
           AND b.id > a.id AND tstzrange(a.started_at, a.ended_at) && tstzrange(b.started_at, b.ended_at)""",
    ),
    Invariant(
        "changes.leaving", "P23", "备案的退出已经生效", "a departure that was filed took effect",
        """SELECT p.id FROM place_changes p JOIN enrolments e ON e.id = p.enrolment_id
           WHERE p.kind = 'departure' AND p.state = 'filed' AND e.state <> 'withdrawn'""",
    ),
    Invariant(
        "plans.agreed", "P17", "培养方案经学生和指导教师同意", "an agreed plan has both agreements and is kept",
        """SELECT t.id FROM training_plans t WHERE t.state = 'agreed' AND (t.student_agreed_at IS NULL
           OR t.teacher_agreed_at IS NULL OR NOT EXISTS (SELECT FROM training_plan_editions x
               WHERE x.plan_id = t.id AND x.number = t.revision))""",
    ),
    Invariant(
        "sessions.own_students", "P9",
        "活动的学生由该导师（或合作导师）培养", "only a mentor's own students come to a meeting",
        """SELECT a.id FROM attendances a JOIN training_sessions s ON s.id = a.session_id
           JOIN enrolments e ON e.id = a.enrolment_id
           WHERE s.cycle_id <> e.cycle_id OR (e.co_mentor_id IS DISTINCT FROM s.mentor_id AND NOT EXISTS
               (SELECT FROM mentorships m WHERE m.enrolment_id = e.id AND m.mentor_id = s.mentor_id))""",
    ),
    Invariant(
        "logs.of_attended", "P11", "成长日志对应本人参加的活动", "a growth log is of a meeting one came to",
        """SELECT g.id FROM growth_logs g WHERE NOT EXISTS (SELECT FROM attendances a
               WHERE a.session_id = g.session_id AND a.enrolment_id = g.enrolment_id AND a.mode <> 'absent')""",
    ),
    Invariant(
        "logs.in_training", "P11", "成长日志在培养期内", "a growth log is of the months of training",
        """SELECT g.id FROM growth_logs g JOIN enrolments e ON e.id = g.enrolment_id
           JOIN training_sessions s ON s.id = g.session_id
           WHERE s.starts_at < e.active_from OR s.starts_at >= e.ended_at OR e.active_from IS NULL""",
    ),
    Invariant(
        "logs.receipt", "P11", "提交的日志有回执", "a log that was handed in has its receipt and its time",
        """SELECT id FROM growth_logs WHERE state <> 'draft' AND (receipt_number IS NULL OR submitted_at IS NULL)""",
    ),
    Invariant(
        "logs.once", "P11", "一次活动一份日志", "there is one log for a student and a meeting",
        "SELECT enrolment_id AS id FROM growth_logs GROUP BY enrolment_id, session_id HAVING count(*) > 1",
    ),
    Invariant(
        "logs.reviewed", "P11", "已通过的日志有审阅人且非本人", "an accepted log was read by somebody else",
        """SELECT g.id FROM growth_logs g JOIN enrolments e ON e.id = g.enrolment_id WHERE g.state = 'accepted'
           AND (g.reviewed_by IS NULL OR g.reviewed_at IS NULL OR g.reviewed_by = e.account_id)""",
    ),
    Invariant(
        "logs.nothing_half", "P11", "提交后草稿不再存在", "handing a log in took its draft away",
        """SELECT g.id FROM growth_logs g JOIN growth_drafts d USING (enrolment_id, session_id)
           WHERE g.state IN ('submitted', 'accepted')""",
    ),
    Invariant(
        "logs.photos", "P11", "日志照片不超过规定张数", "a log has no more photographs than the plan allows",
        f"""SELECT g.id FROM growth_logs g JOIN {number("growth,photos")} AS most ON most.id = g.cycle_id
           WHERE cardinality(g.photos) > most.n""",
    ),
    Invariant(
        "lessons.own_school", "P19", "校内培养的学生属于该校", "a school's lessons are of its own students",
        """SELECT s.id FROM lesson_students s JOIN lessons l ON l.id = s.lesson_id
           JOIN enrolments e ON e.id = s.enrolment_id WHERE e.school_id <> l.school_id OR e.cycle_id <> l.cycle_id""",
    ),
    Invariant(
        "activities.counted", "P20", "活动人数等于入选人数", "an activity's count is the number of the chosen",
        """SELECT a.id FROM activities a WHERE a.taken > a.places OR a.taken <>
               (SELECT count(*) FROM participations p WHERE p.activity_id = a.id AND p.state = 'chosen')""",
    ),
    Invariant(
        "activities.consent", "P20", "参加外出活动前有监护人同意", "nobody goes on a trip without a guardian's consent",
        """SELECT p.id FROM participations p JOIN activities a ON a.id = p.activity_id
           WHERE a.needs_consent AND jsonb_array_length(coalesce(p.days, '[]')) > 0
           AND p.consent IS DISTINCT FROM 'given'""",
    ),
    Invariant(
        "contacts.not_alone", "P21", "学生不与成人单独联络", "no adult talks with a student alone",
        "SELECT id FROM contact_threads WHERE with_student AND NOT (with_guide AND with_guardian)",
    ),
)  # fmt: skip
