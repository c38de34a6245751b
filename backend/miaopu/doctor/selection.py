"""The written test, the cutoff, the interview (P14–P16): marks, places, published lists."""

from miaopu.doctor.invariant import PLACED, SINCE_SHORTLIST, Invariant, number

TESTED = f"{SINCE_SHORTLIST[:-1]}, 'tested', 'not_shortlisted')"

SELECTION = (
    Invariant(
        "exams.full_mark", "P14", "分数在满分之内", "a mark is between nothing and the full mark",
        f"""SELECT s.id FROM seats s JOIN sittings t ON t.id = s.sitting_id
           JOIN {number("written_test,full_mark")} AS most ON most.id = t.cycle_id
           CROSS JOIN (VALUES (1), (2)) AS entry (n)
           CROSS JOIN LATERAL (SELECT CASE entry.n WHEN 1 THEN s.mark ELSE s.second_mark END AS value) AS m
           WHERE m.value < 0 OR m.value > most.n""",
    ),
    Invariant(
        "exams.parts_add_up", "P14", "各部分分数之和等于总分", "the marks of the parts add up to the mark",
        """SELECT s.id FROM seats s WHERE s.parts IS NOT NULL AND s.mark IS DISTINCT FROM
               (SELECT sum(p.value::numeric) FROM jsonb_each_text(s.parts) AS p)""",
    ),
    Invariant(
        "exams.entered_twice", "P14", "公布的分数两次录入一致", "a published mark was entered twice alike",
        """SELECT s.id FROM seats s JOIN sittings t ON t.id = s.sitting_id
           WHERE t.published_at IS NOT NULL AND (s.second_by IS NULL OR s.absent IS DISTINCT FROM s.second_absent
               OR s.mark IS DISTINCT FROM s.second_mark) AND NOT EXISTS
               (SELECT FROM rechecks k WHERE k.seat_id = s.id AND k.state = 'upheld')""",
    ),
    Invariant(
        "exams.two_people", "P14", "两次录入由不同的人完成", "the two entries of a mark are of two people",
        "SELECT id FROM seats WHERE entered_by = second_by",
    ),
    Invariant(
        "exams.lock_and_publish", "P14", "锁定与公布由不同的人完成", "marks are locked by one and published by another",
        """SELECT id FROM sittings WHERE published_at IS NOT NULL
           AND (locked_at IS NULL OR locked_by IS NULL OR published_by IS NULL OR locked_by = published_by)""",
    ),
    Invariant(
        "exams.seat_unique", "P14", "一个座位只有一名考生", "a seat is one student's",
        "SELECT room_id AS id FROM seats GROUP BY room_id, number HAVING count(*) > 1",
    ),
    Invariant(
        "exams.one_seat", "P14", "一名考生只有一个座位", "a student has one seat",
        "SELECT registration_id AS id FROM seats GROUP BY registration_id HAVING count(*) > 1",
    ),
    Invariant(
        "exams.room", "P14", "考场人数不超过容量", "no room holds more than its capacity",
        """SELECT r.id FROM exam_rooms r WHERE (SELECT count(*) FROM seats s WHERE s.room_id = r.id) > r.capacity""",
    ),
    Invariant(
        "exams.own_sitting", "P14",
        "考生在本盟市本学科的考场", "a student sits in the test of the own city and subject",
        """SELECT s.id FROM seats s JOIN sittings t ON t.id = s.sitting_id JOIN exam_rooms o ON o.id = s.room_id
           JOIN registrations r ON r.id = s.registration_id
           WHERE o.sitting_id <> s.sitting_id OR t.city_id <> r.city_id OR t.subject IS DISTINCT FROM r.subject
               OR t.cycle_id <> r.cycle_id""",
    ),
    Invariant(
        "exams.tested_has_mark", "P14", "公布后的考生都有分数", "whoever was tested has a mark",
        f"""SELECT r.id FROM registrations r WHERE r.state IN {TESTED} AND NOT EXISTS
                (SELECT FROM seats s WHERE s.registration_id = r.id AND s.mark IS NOT NULL AND NOT s.absent)""",
    ),
    Invariant(
        "exams.recheck", "P14", "改分由两人完成", "another mark after a second look is two people's",
        """SELECT id FROM rechecks WHERE state = 'upheld'
           AND (proposed_by IS NULL OR confirmed_by IS NULL OR proposed_by = confirmed_by)""",
    ),
    Invariant(
        "cutoffs.places", "P3", "各学科名额之和等于盟市名额", "the subjects' places add up to the city's",
        """SELECT p.city_id AS id FROM subject_places p JOIN cycle_cities c USING (cycle_id, city_id)
           GROUP BY p.cycle_id, p.city_id, c.places HAVING sum(p.places) <> c.places""",
    ),
    Invariant(
        "cutoffs.two_people", "P15",
        "分数线的确认与公布由不同的人完成", "a line is confirmed by one, released by another",
        """SELECT id FROM cutoffs WHERE state = 'released'
           AND (confirmed_by IS NULL OR released_by IS NULL OR confirmed_by = released_by)""",
    ),
    Invariant(
        "cutoffs.all_decided", "P15", "分数线公布后人人有结论", "nobody is left undecided by a released line",
        """SELECT r.id FROM registrations r JOIN cutoffs c USING (cycle_id, city_id, subject)
           WHERE c.state = 'released' AND r.state = 'tested'""",
    ),
    Invariant(
        "lists.shortlist", "P15", "公示的入围名单与结论一致", "the published shortlist says what was decided",
        f"""SELECT r.id FROM disclosures d CROSS JOIN jsonb_array_elements(d.evidence -> 'candidates') AS one
            JOIN registrations r ON r.id = (one.value ->> 'registration')::uuid
            WHERE d.kind = 'shortlist' AND d.state = 'standing' AND CASE (one.value ->> 'inside')::boolean
                WHEN true THEN r.state = 'not_shortlisted' ELSE r.state IN {SINCE_SHORTLIST} END""",
    ),
    Invariant(
        "lists.selected", "P16", "公示的入选名单与结论一致", "the published verdicts say what was decided",
        f"""SELECT r.id FROM disclosures d CROSS JOIN jsonb_array_elements(d.evidence -> 'candidates') AS one
            JOIN registrations r ON r.id = (one.value ->> 'registration')::uuid
            WHERE d.kind = 'selected' AND d.state = 'standing' AND CASE one.value ->> 'outcome'
                WHEN 'selected' THEN r.state IN ('reserve', 'not_selected')
                WHEN 'not_selected' THEN r.state IN {PLACED} OR r.state = 'reserve' ELSE false END""",
    ),
    Invariant(
        "interviews.verdict", "P16", "入选者有面试成绩", "whoever is selected has a verdict of the interview",
        f"""SELECT r.id FROM registrations r WHERE (r.state IN {PLACED} OR r.state = 'reserve') AND NOT EXISTS
                (SELECT FROM interview_results x WHERE x.registration_id = r.id)""",
    ),
    Invariant(
        "interviews.panel_minimum", "P16", "每人的评委数达到要求", "every verdict rests on a whole panel",
        f"""SELECT x.id FROM interview_results x JOIN registrations r ON r.id = x.registration_id
           JOIN {number("interview,panel_minimum")} AS least ON least.id = r.cycle_id
           WHERE (SELECT count(*) FROM score_sheets s WHERE s.registration_id = r.id) < least.n""",
    ),
    Invariant(
        "interviews.judge_on_panel", "P16", "评分人是该组评委", "whoever scored sits on the panel",
        """SELECT s.id FROM score_sheets s JOIN slots l ON l.id = s.slot_id WHERE NOT EXISTS
               (SELECT FROM panel_members m WHERE m.panel_id = l.panel_id AND m.account_id = s.account_id)""",
    ),
    Invariant(
        "interviews.stepped_back", "P16", "声明回避者没有评分", "nobody scores whom they have stepped back from",
        """SELECT s.id FROM score_sheets s JOIN declared_conflicts k USING (registration_id, account_id)""",
    ),
    Invariant(
        "interviews.ranks", "P16", "同盟市同学科名次不重复", "nobody shares a place in a city and subject",
        """SELECT (array_agg(x.id))[1] AS id FROM interview_results x JOIN registrations r ON r.id = x.registration_id
           GROUP BY r.cycle_id, r.city_id, r.subject, x.rank HAVING count(*) > 1""",
    ),
    Invariant(
        "interviews.places", "P3", "入选人数不超过名额", "no more are selected than there are places",
        f"""SELECT i.id FROM interview_rounds i WHERE i.places < (SELECT count(*) FROM registrations r
            WHERE r.cycle_id = i.cycle_id AND r.city_id = i.city_id AND r.subject = i.subject
                AND r.state IN {PLACED})""",
    ),
    Invariant(
        "interviews.two_people", "P16",
        "面试结论的提出与公布由不同的人完成", "a verdict is proposed by one, released by another",
        """SELECT id FROM interview_rounds WHERE state = 'released'
           AND (proposed_by IS NULL OR released_by IS NULL OR proposed_by = released_by)""",
    ),
    Invariant(
        "interviews.offers", "P16", "接受递补者已入选", "whoever accepted a free place is selected",
        f"""SELECT o.id FROM place_offers o JOIN registrations r ON r.id = o.registration_id
            WHERE o.state = 'accepted' AND r.state NOT IN {PLACED} AND r.state <> 'withdrawn'""",
    ),
)  # fmt: skip
