"""Mentors and registrations: who may come in, and what they come with (P4, P6–P8, P13)."""

from miaopu.doctor.invariant import SINCE_SHORTLIST, Invariant, codes, number

# States of a nomination that both organisers have agreed to, and those whose profile was handed in.
AGREED = "('approved', 'on_notice', 'appointed')"
PROFILED = "('profile_submitted', 'region_reviewed', 'approved', 'on_notice', 'appointed')"
# States of a registration in which the student's data are used.
USED = "r.state NOT IN ('draft', 'withdrawn', 'rejected')"

ENTRY = (
    Invariant(
        "mentors.capacity", "P8", "没有导师超过可带人数", "no mentor has more students than the capacity",
        "SELECT id FROM nominations WHERE taken > capacity OR taken < 0",
    ),
    Invariant(
        "mentors.taken_counted", "P8", "导师的已带人数等于名下学生数", "a mentor's count is the number of students",
        """SELECT n.id FROM nominations n
           WHERE n.taken <> (SELECT count(*) FROM enrolments e WHERE e.mentor_id = n.id)""",
    ),
    Invariant(
        "mentors.both_organisers", "P12",
        "审定须有两家主办单位各自的决定", "an approved mentor has every organiser's word",
        f"""SELECT n.id FROM nominations n JOIN {codes("mentors,approvals")} AS asked ON asked.id = n.cycle_id
            WHERE n.state IN {AGREED} AND NOT EXISTS
                (SELECT FROM nomination_approvals a WHERE a.nomination_id = n.id AND a.role = asked.code)""",
    ),
    Invariant(
        "mentors.approved_by_two", "P12", "两家的审定由不同的人作出", "the organisers' words are of different people",
        """SELECT nomination_id AS id FROM nomination_approvals
           GROUP BY nomination_id, account_id HAVING count(*) > 1""",
    ),
    Invariant(
        "mentors.team_minimum", "P7", "提交资料的导师团队人数达到要求", "a mentor's team is as large as the plan asks",
        f"""SELECT n.id FROM nominations n JOIN {number("mentors,team_minimum")} AS least ON least.id = n.cycle_id
            WHERE n.state IN {PROFILED}
                AND (SELECT count(*) FROM team_members t WHERE t.nomination_id = n.id) < least.n""",
    ),
    Invariant(
        "mentors.evidence", "P6", "提交资料的导师证明材料齐全", "a mentor's profile has the papers the plan asks for",
        f"""SELECT n.id FROM nominations n JOIN {codes("mentors,required_evidence")} AS asked ON asked.id = n.cycle_id
            WHERE n.state IN {PROFILED} AND NOT EXISTS
                (SELECT FROM mentor_evidence m WHERE m.nomination_id = n.id AND m.kind = asked.code)""",
    ),
    Invariant(
        "mentors.after_notice", "P12", "聘任不早于公示期满", "nobody is appointed before the notice has ended",
        """SELECT id FROM nominations WHERE state = 'appointed' AND appointed_at < notice_ends_at""",
    ),
    Invariant(
        "mentors.city", "P2", "导师的盟市就是其高校所在盟市", "a mentor's city is the university's",
        """SELECT n.id FROM nominations n JOIN units u ON u.id = n.university_id
           WHERE n.city_id IS DISTINCT FROM u.city_id""",
    ),
    Invariant(
        "registrations.one_living", "P13", "一人一年只有一份有效报名", "one person has one living registration a year",
        """SELECT (array_agg(r.id))[1] AS id FROM registrations r
           WHERE r.identity_index IS NOT NULL AND r.state NOT IN ('withdrawn', 'rejected')
           GROUP BY r.cycle_id, r.identity_index HAVING count(*) > 1""",
    ),
    Invariant(
        "registrations.school", "P4",
        "报名学校参加当年计划并在报名的盟市", "the school takes part and lies in the city",
        """SELECT r.id FROM registrations r JOIN units u ON u.id = r.school_id
           WHERE r.city_id IS DISTINCT FROM u.city_id OR NOT EXISTS
               (SELECT FROM cycle_schools s WHERE s.cycle_id = r.cycle_id AND s.school_id = r.school_id)""",
    ),
    Invariant(
        "registrations.submitted_at", "P13", "已提交的报名有提交时间", "what was handed in says when",
        f"SELECT r.id FROM registrations r WHERE {USED} AND r.submitted_at IS NULL",
    ),
    Invariant(
        "registrations.eligible", "P13",
        "进入选拔者符合报名条件", "whoever is in the selection is eligible by the plan",
        f"""SELECT r.id FROM registrations r WHERE r.state IN
                {SINCE_SHORTLIST[:-1]}, 'eligible', 'seated', 'tested', 'absent', 'not_shortlisted')
                AND coalesce((r.eligibility ->> 'eligible')::boolean, false) IS NOT TRUE""",
    ),
    Invariant(
        "registrations.reviewed", "P13", "进入选拔者经过自治区复审", "whoever is in the selection passed all reviews",
        f"""SELECT r.id FROM registrations r WHERE r.state IN
                {SINCE_SHORTLIST[:-1]}, 'seated', 'tested', 'absent', 'not_shortlisted')
                AND NOT EXISTS (SELECT FROM audit_entries a WHERE a.thing_type = 'registration'
                    AND a.thing_id = r.id AND a.part_id IS NULL AND a.to_state = 'eligible')""",
    ),
    Invariant(
        "registrations.consent", "PIPL 31",
        "使用未成年人资料前有监护人同意", "no minor's data without a guardian's consent",
        f"""SELECT r.id FROM registrations r WHERE {USED} AND NOT EXISTS
                (SELECT FROM consents k WHERE k.registration_id = r.id AND k.given_at IS NOT NULL)""",
    ),
    Invariant(
        "registrations.materials", "P13", "已提交的报名材料齐全", "a registration has the papers the plan asks for",
        f"""SELECT r.id FROM registrations r
            JOIN {codes("application,required_materials")} AS asked ON asked.id = r.cycle_id
            WHERE {USED} AND NOT EXISTS
                (SELECT FROM application_materials m WHERE m.registration_id = r.id AND m.kind = asked.code)""",
    ),
    Invariant(
        "choices.number", "P13", "志愿数在规定之内", "there are as many choices as the plan allows",
        f"""SELECT r.id FROM registrations r JOIN {number("choices,maximum")} AS most ON most.id = r.cycle_id
            JOIN {number("choices,minimum")} AS least ON least.id = r.cycle_id
            CROSS JOIN LATERAL (SELECT count(*) AS n FROM mentor_choices m WHERE m.registration_id = r.id) AS m
            WHERE m.n > most.n OR ({USED} AND m.n < least.n)""",
    ),
    Invariant(
        "choices.ranks", "P13", "志愿顺序连续", "choices are ranked from one without a gap",
        """SELECT registration_id AS id FROM mentor_choices GROUP BY registration_id HAVING max(rank) <> count(*)""",
    ),
    Invariant(
        "choices.fit", "P13",
        "志愿导师与报名同年同学科同盟市", "chosen mentors are of the year, the subject and the city",
        f"""SELECT r.id FROM mentor_choices m JOIN registrations r ON r.id = m.registration_id
            JOIN nominations n ON n.id = m.mentor_id JOIN
            (SELECT id, plan #>> '{{choices,same_city_only}}' AS said FROM cycles OFFSET 0) AS near
            ON near.id = r.cycle_id
            WHERE {USED} AND (n.cycle_id <> r.cycle_id OR n.subject IS DISTINCT FROM r.subject
                OR (near.said::boolean AND n.city_id <> r.city_id))""",
    ),
)  # fmt: skip
