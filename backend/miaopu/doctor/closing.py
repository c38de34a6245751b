"""Evaluations, the final, certificates, and what comes after (P22–P31)."""

from miaopu.doctor.invariant import Invariant

CLOSING = (
    Invariant(
        "midterm.two_people", "P23", "中期评价由两人完成", "a mid-term evaluation is two people's",
        """SELECT id FROM midterm_evaluations WHERE state IN ('confirmed', 'objected', 'filed')
           AND (confirmed_by IS NULL OR confirmed_by = by)""",
    ),
    Invariant(
        "midterm.fail_took_effect", "P23", "备案的不合格已经生效", "a fail that was filed ended the training",
        """SELECT m.id FROM midterm_evaluations m JOIN enrolments e ON e.id = m.enrolment_id
           WHERE m.state = 'filed' AND NOT m.passed AND NOT m.overturned AND e.state <> 'withdrawn'""",
    ),
    Invariant(
        "annual.grade", "P25", "年度等级与培养结论一致", "the grade of the year is the grade of the student",
        """SELECT a.id FROM annual_evaluations a JOIN enrolments e ON e.id = a.enrolment_id
           WHERE a.state = 'graded' AND a.grade IS DISTINCT FROM e.grade""",
    ),
    Invariant(
        "annual.own_student", "P25", "导师不评自己的学生", "no mentor judges the own student",
        """SELECT s.id FROM final_sheets s JOIN annual_evaluations a ON a.id = s.annual_id
           JOIN enrolments e ON e.id = a.enrolment_id JOIN nominations n ON n.id = e.mentor_id
           JOIN cycles c ON c.id = e.cycle_id WHERE s.account_id = n.account_id AND s.score IS NOT NULL
           AND (c.plan #>> '{evaluations,final,own_mentor_recused}')::boolean""",
    ),
    Invariant(
        "annual.recused", "P25", "回避者没有评分", "whoever stepped back gave no score",
        """SELECT id FROM final_sheets WHERE recused_reason <> '' AND score IS NOT NULL
           UNION ALL SELECT id FROM panel_sheets WHERE recused_reason <> '' AND score IS NOT NULL""",
    ),
    Invariant(
        "lists.final", "P25", "公示的最终名单与等级一致", "the published final list says what was decided",
        """SELECT e.id FROM disclosures d CROSS JOIN jsonb_array_elements(d.evidence -> 'people') AS one
           JOIN enrolments e ON e.id = (one.value ->> 'enrolment')::uuid
           WHERE d.kind = 'final' AND d.state = 'standing' AND one.value ->> 'grade' IS DISTINCT FROM e.grade""",
    ),
    Invariant(
        "certificates.passed", "P26", "证书只发给达到等级者", "only who earned the grade has a certificate",
        """SELECT x.id FROM certificates x JOIN enrolments e ON e.id = x.enrolment_id
           JOIN cycles c ON c.id = x.cycle_id WHERE x.revoked_at IS NULL AND (x.grade IS DISTINCT FROM e.grade
               OR NOT (c.plan #> '{certificates,grades}') ? x.grade)""",
    ),
    Invariant(
        "certificates.one_valid", "P26", "一人只有一份有效证书", "a student has one valid certificate",
        """SELECT enrolment_id AS id FROM certificates WHERE revoked_at IS NULL
           GROUP BY enrolment_id HAVING count(*) > 1""",
    ),
    Invariant(
        "certificates.number", "P26", "证书编号不重复", "a certificate's number is its own",
        """SELECT (array_agg(id))[1] AS id FROM certificates GROUP BY number HAVING count(*) > 1""",
    ),
    Invariant(
        "certificates.signed", "P26", "有效证书都有签名", "a valid certificate is signed",
        "SELECT id FROM certificates WHERE revoked_at IS NULL AND signature = ''",
    ),
    Invariant(
        "appraisals.two_people", "P27", "考核由两人完成", "an appraisal is proposed by one, decided by another",
        """SELECT id FROM appraisals WHERE state = 'decided'
           AND (proposed_by IS NULL OR decided_by IS NULL OR proposed_by = decided_by)""",
    ),
    Invariant(
        "summaries.papers", "P27", "提交的验收材料齐全", "a unit's account has the papers the plan asks for",
        """SELECT s.id FROM summaries s JOIN cycles c ON c.id = s.cycle_id
           CROSS JOIN jsonb_array_elements_text(coalesce(c.plan #> '{summaries,required_materials}', '[]')) AS kind
           WHERE s.state <> 'draft' AND NOT EXISTS
               (SELECT FROM summary_papers p WHERE p.summary_id = s.id AND p.kind = kind.value)""",
    ),
    Invariant(
        "cases.consent", "P28", "公开的案例经所有当事人同意", "nobody stands in a public case without consent",
        """SELECT m.id FROM model_cases m JOIN model_case_people p ON p.case_id = m.id
           WHERE m.state = 'published' AND p.said IS DISTINCT FROM 'given'""",
    ),
    Invariant(
        "objections.reviewer", "P16a",
        "复核人不是名单的公布人", "whoever reviews an objection did not release the list",
        """SELECT o.id FROM objections o JOIN disclosures d ON d.id = o.disclosure_id
           WHERE o.reviewer_id = d.released_by""",
    ),
    Invariant(
        "records.digest", "P16a", "公开档案与其摘要一致", "a public record is what its digest says",
        """SELECT id FROM public_records WHERE digest <> encode(sha256(convert_to(document, 'UTF8')), 'hex')
           OR complete_digest <> encode(sha256(convert_to(complete, 'UTF8')), 'hex')""",
    ),
    Invariant(
        "tracking.consent", "P30", "去向记录经本人同意", "nobody is followed without the own word",
        """SELECT t.id FROM tracking_entries t JOIN enrolments e ON e.id = t.enrolment_id WHERE NOT EXISTS
               (SELECT FROM alumni a WHERE a.account_id = e.account_id AND a.state = 'agreed')""",
    ),
)  # fmt: skip
