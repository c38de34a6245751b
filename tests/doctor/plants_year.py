"""The violations of what comes after the selection; see `plants`."""

from plants import ACTOR, CERTIFICATE, ENROLLED, IN, LOG, SELECTION, Plant, copy, one, p

YEAR: dict[str, Plant] = {
    # Training
    "places.city": p("UPDATE cycle_cities SET places = taken - 1 WHERE id = " + one("cycle_cities"), "cutoffs.places"),
    "places.counted": p(f"UPDATE cycle_cities SET taken = taken - 1 WHERE id = {one('cycle_cities')}"),
    "places.one_each": p(
        f"UPDATE registrations SET identity_index = (SELECT identity_index FROM registrations WHERE id = {IN}) "
        "WHERE id = " + one("registrations", ENROLLED, "id DESC"),
        "registrations.one_living",
    ),
    "places.caps": p("UPDATE cycles SET plan = jsonb_set(plan, '{pairing,caps,0,limit}', '0')"),
    "pairs.each": p(f"DELETE FROM pairs WHERE id = {one('pairs')}"),
    "pairs.fit": p(
        "UPDATE pairs p SET mentor_id = (SELECT n.id FROM nominations n JOIN registrations r ON r.id = "
        f"p.registration_id WHERE n.subject <> r.subject LIMIT 1) WHERE id = {one('pairs')}"
    ),
    "pairs.enrolled": p(f"UPDATE registrations SET state = 'filed' WHERE id = {IN}", "trail.states"),
    "pairs.appointed": p(
        "UPDATE nominations SET state = 'on_notice' WHERE id = " + one("nominations", "taken > 0"), "trail.states"
    ),
    "mentorships.current": p(
        "UPDATE mentorships SET ended_at = now() + interval '9 years' WHERE id = "
        + one("mentorships", "ended_at IS NULL")
    ),
    "mentorships.order": p(
        "UPDATE mentorships SET ended_at = ended_at + interval '5 years' WHERE id = (SELECT m.id FROM mentorships m "
        "JOIN enrolments e ON e.id = m.enrolment_id WHERE e.state = 'alumni' AND m.ended_at IS NOT NULL LIMIT 1)"
    ),
    "changes.leaving": p(
        "UPDATE enrolments SET state = 'active' WHERE id = (SELECT enrolment_id FROM place_changes "
        "WHERE kind = 'departure')",
        "trail.states",
        "mentorships.current",
    ),
    "plans.agreed": p(
        "UPDATE training_plans SET teacher_agreed_at = NULL WHERE id = " + one("training_plans", "state = 'agreed'")
    ),
    "sessions.own_students": p(
        "UPDATE attendances a SET enrolment_id = (SELECT e.id FROM enrolments e JOIN training_sessions s ON s.id = "
        "a.session_id WHERE NOT EXISTS (SELECT FROM mentorships m WHERE m.enrolment_id = e.id AND m.mentor_id = "
        "s.mentor_id) LIMIT 1) WHERE id = " + one("attendances", "mode = 'absent'")
    ),
    "logs.of_attended": p(
        "UPDATE attendances SET mode = 'absent' WHERE id = (SELECT a.id FROM attendances a JOIN growth_logs g "
        "USING (session_id, enrolment_id) ORDER BY 1 LIMIT 1)"
    ),
    "logs.in_training": p(
        "UPDATE training_sessions SET starts_at = starts_at - interval '2 years' WHERE id = (SELECT session_id "
        "FROM growth_logs ORDER BY id LIMIT 1)"
    ),
    "logs.receipt": p(f"UPDATE growth_logs SET receipt_number = NULL WHERE id = {LOG}"),
    "logs.once": p(copy("growth_logs", LOG, receipt_number="'RZ'")),
    "logs.reviewed": p(f"UPDATE growth_logs SET reviewed_by = NULL WHERE id = {LOG}"),
    "logs.nothing_half": p(
        "INSERT INTO growth_drafts (id, version, enrolment_id, session_id, reading, discussed, heard, did, learned, "
        "hard, next_steps, photos, saved_at) SELECT gen_random_uuid(), 1, enrolment_id, session_id, '', '', '', '', "
        f"'', '', '', '{{}}', now() FROM growth_logs WHERE id = {LOG}"
    ),
    "logs.photos": p(
        f"UPDATE growth_logs SET photos = (SELECT array_agg(id) FROM (SELECT id FROM files LIMIT 4) f) "
        f"WHERE id = {LOG}; UPDATE files f SET claimed_type = 'growth_log', claimed_id = g.id "
        f"FROM growth_logs g WHERE g.id = {LOG} AND f.id = ANY(g.photos)",
    ),
    "lessons.own_school": p(
        "UPDATE lessons SET school_id = (SELECT u.id FROM units u WHERE u.kind = 'school' AND u.id <> "
        "lessons.school_id LIMIT 1) WHERE id = (SELECT lesson_id FROM lesson_students ORDER BY id LIMIT 1)"
    ),
    "activities.counted": p("UPDATE activities SET taken = taken - 1 WHERE taken > 0"),
    "activities.consent": p(
        "UPDATE activities SET needs_consent = true; "
        "UPDATE participations SET days = '[\"2025-01-20\"]', consent = 'withdrawn'"
    ),
    "contacts.not_alone": p(
        "UPDATE contact_threads SET with_student = true, with_guardian = false WHERE id = " + one("contact_threads")
    ),
    # Closing
    "midterm.two_people": p(
        "UPDATE midterm_evaluations SET confirmed_by = by WHERE id = " + one("midterm_evaluations")
    ),
    "midterm.fail_took_effect": p(
        "UPDATE midterm_evaluations SET passed = false, reason = 'x' WHERE id = "
        "(SELECT m.id FROM midterm_evaluations m JOIN enrolments e ON e.id = m.enrolment_id WHERE m.passed "
        "AND NOT m.overturned AND e.state = 'alumni' ORDER BY 1 LIMIT 1)"
    ),
    "annual.grade": p(
        "UPDATE annual_evaluations SET grade = 'excellent' WHERE id = "
        + one("annual_evaluations", "grade = 'qualified'")
    ),
    "annual.own_student": p(
        "UPDATE final_sheets s SET account_id = n.account_id FROM annual_evaluations a JOIN enrolments e ON e.id = "
        "a.enrolment_id JOIN nominations n ON n.id = e.mentor_id WHERE a.id = s.annual_id AND s.id = "
        + one("final_sheets", "score IS NOT NULL")
    ),
    "annual.recused": p(
        "UPDATE final_sheets SET recused_reason = 'x' WHERE id = " + one("final_sheets", "score IS NOT NULL")
    ),
    "lists.final": p(
        "UPDATE disclosures SET evidence = jsonb_set(evidence, '{people,0,grade}', '\"lost\"') "
        "WHERE id = " + one("disclosures", "kind = 'final' AND state = 'standing'")
    ),
    "certificates.passed": p(f"UPDATE certificates SET grade = 'lost' WHERE id = {CERTIFICATE}"),
    "certificates.one_valid": p(copy("certificates", CERTIFICATE, number="'YL-2'", code="'x'", serial="900")),
    "certificates.number": p(
        f"UPDATE certificates SET number = (SELECT number FROM certificates WHERE id <> {CERTIFICATE} LIMIT 1) "
        f"WHERE id = {CERTIFICATE}"
    ),
    "certificates.signed": p(f"UPDATE certificates SET signature = '' WHERE id = {CERTIFICATE}"),
    "appraisals.two_people": p(
        "UPDATE appraisals SET decided_by = proposed_by WHERE id = " + one("appraisals", "state = 'decided'")
    ),
    "summaries.papers": p("DELETE FROM summary_papers WHERE id = " + one("summary_papers", "kind = 'account'")),
    "cases.consent": p(
        "INSERT INTO model_case_people (id, version, case_id, account_id, guardian, text_version, text) "
        f"SELECT gen_random_uuid(), 1, id, {ACTOR}, false, '', '{{}}' FROM model_cases WHERE state = 'published'"
    ),
    "objections.reviewer": p(
        "UPDATE objections o SET reviewer_id = d.released_by FROM disclosures d WHERE d.id = o.disclosure_id "
        "AND d.released_by IS NOT NULL AND o.id = (SELECT o.id FROM objections o JOIN disclosures d ON d.id = "
        "o.disclosure_id WHERE d.released_by IS NOT NULL LIMIT 1)"
    ),
    "records.digest": p(f"UPDATE public_records SET document = document || ' ' WHERE id = {one('public_records')}"),
    "tracking.consent": p(
        "DELETE FROM alumni WHERE account_id = (SELECT e.account_id FROM tracking_entries t JOIN enrolments e "
        "ON e.id = t.enrolment_id ORDER BY t.id LIMIT 1)"
    ),
}

PLANTS = SELECTION | YEAR
