"""A violation of each invariant, planted by SQL past every guard; `{x}` stands for one row's id, found by `ROWS`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """What breaks the invariant, and which others the same wrong row breaks of necessity."""

    sql: str
    also: frozenset[str] = frozenset()


def p(sql: str, *also: str) -> Plant:
    """A plant."""
    return Plant(sql, frozenset(also))


def one(table: str, where: str = "true", order: str = "id") -> str:
    """SQL for the id of one row of a table."""
    return f"(SELECT id FROM {table} WHERE {where} ORDER BY {order} LIMIT 1)"


def other(table: str, column: str, than: str, where: str = "true") -> str:
    """SQL for another value of a column in the same table."""
    return f"(SELECT x.{column} FROM {table} x WHERE x.{column} <> {than} AND {where} ORDER BY x.id LIMIT 1)"


LIVING = "state = 'not_shortlisted'"
ENROLLED = "state = 'enrolled'"
ALUMNUS = one("enrolments", "state = 'alumni'")
APPOINTED = one("nominations", "state = 'appointed' AND taken = 0")
SEAT = one("seats", "NOT absent AND mark > 1")
RESULT = one("interview_results")
LOG = one("growth_logs", "state = 'accepted'")
CERTIFICATE = one("certificates")
# A student who was left out: nothing later hangs on the registration.
LEFT = one("registrations", LIVING)
IN = one("registrations", ENROLLED)


def copy(table: str, row: str, **changed: str) -> str:
    """SQL that stores a row once more under a new id, with some columns changed."""
    sets = ", ".join(f"'{column}', {value}" for column, value in {"id": "gen_random_uuid()", **changed}.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object({sets}))).* "
        f"FROM {table} t WHERE t.id = {row}"
    )


ACTOR = "(SELECT id FROM accounts ORDER BY id LIMIT 1)"

SELECTION: dict[str, Plant] = {
    # Machinery
    "states.known": p(f"UPDATE findings SET state = 'lost' WHERE id = {one('findings')}", "trail.states"),
    "trail.whole": p(
        "UPDATE audit_entries SET reason = 'another' WHERE id = (SELECT max(id) FROM audit_entries WHERE lane = "
        "(SELECT min(lane) FROM audit_entries))"
    ),
    "trail.states": p(f"UPDATE growth_logs SET state = 'returned' WHERE id = {LOG}"),
    "trail.edges": p(
        "UPDATE audit_entries SET from_state = 'draft' WHERE id = (SELECT min(id) FROM audit_entries WHERE action = "
        "'registration.shortlist')",
        "trail.whole",
    ),
    "keys.complete": p(
        "INSERT INTO idempotency_keys (owner, key, fingerprint, created_at) VALUES ('a', 'k', '', now())"
    ),
    "files.claimed": p(
        "UPDATE files SET claimed_id = gen_random_uuid() WHERE id = (SELECT min(id::text)::uuid FROM files "
        "WHERE claimed_type = 'nomination')"
    ),
    "files.named": p(f"UPDATE growth_logs SET photos = ARRAY[gen_random_uuid()] WHERE id = {LOG}"),
    "jobs.queued": p(
        "INSERT INTO jobs (id, kind, params, state, done, total, attempts, created_at) "
        "VALUES (gen_random_uuid(), 'x', '{}', 'running', 0, 0, 1, now())"
    ),
    "jobs.finished": p(
        "INSERT INTO jobs (id, kind, params, state, done, total, attempts, created_at) "
        "VALUES (gen_random_uuid(), 'x', '{}', 'done', 0, 0, 1, now())"
    ),
    "queue.known": p(
        "INSERT INTO pgqueuer (priority, queue_manager_id, created, updated, heartbeat, execute_after, status, "
        "entrypoint, payload) VALUES (0, NULL, now(), now(), now(), now(), 'queued', 'miaopu.job', 'feed')"
    ),
    "people.unit": p("UPDATE memberships SET role = 'city_office' WHERE id = " + one("memberships", "role = 'expert'")),
    "people.invited_once": p(
        "UPDATE invitations SET account_id = NULL WHERE id = " + one("invitations", "accepted_at IS NOT NULL")
    ),
    "cycles.plan": p("UPDATE cycles SET plan_digest = repeat('0', 64)"),
    "cycles.stages": p("DELETE FROM stages WHERE code = 'acceptance'"),
    "lists.named": p(f"UPDATE disclosures SET evidence_digest = '' WHERE id = {one('disclosures')}"),
    # Mentors and registrations
    "mentors.capacity": p(f"UPDATE nominations SET capacity = taken - 1 WHERE id = {one('nominations', 'taken > 0')}"),
    "mentors.taken_counted": p(f"UPDATE nominations SET taken = 1 WHERE id = {APPOINTED}"),
    "mentors.both_organisers": p(f"DELETE FROM nomination_approvals WHERE id = {one('nomination_approvals')}"),
    "mentors.approved_by_two": p(
        "UPDATE nomination_approvals a SET account_id = b.account_id FROM nomination_approvals b "
        f"WHERE b.nomination_id = a.nomination_id AND b.id <> a.id AND a.id = {one('nomination_approvals')}"
    ),
    "mentors.team_minimum": p(f"DELETE FROM team_members WHERE id = {one('team_members')}"),
    "mentors.evidence": p("DELETE FROM mentor_evidence WHERE id = " + one("mentor_evidence", "kind = 'appointment'")),
    "mentors.after_notice": p(
        f"UPDATE nominations SET appointed_at = notice_ends_at - interval '1 minute' WHERE id = {APPOINTED}"
    ),
    "mentors.city": p(
        f"UPDATE nominations n SET city_id = {other('nominations', 'city_id', 'n.city_id')} WHERE id = "
        + one("nominations", "taken = 0 AND id NOT IN (SELECT mentor_id FROM mentor_choices)")
    ),
    "registrations.one_living": p(
        f"UPDATE registrations SET identity_index = (SELECT identity_index FROM registrations WHERE id = {IN}) "
        f"WHERE id = {LEFT}"
    ),
    "registrations.school": p(
        "UPDATE registrations r SET school_id = (SELECT u.id FROM units u WHERE u.kind = 'school' "
        f"AND u.city_id <> r.city_id LIMIT 1) WHERE id = {LEFT}"
    ),
    "registrations.submitted_at": p(f"UPDATE registrations SET submitted_at = NULL WHERE id = {LEFT}"),
    "registrations.eligible": p(
        f"UPDATE registrations SET eligibility = jsonb_set(eligibility, '{{eligible}}', 'false') WHERE id = {LEFT}"
    ),
    "registrations.reviewed": p(
        "DELETE FROM audit_entries WHERE to_state = 'eligible' AND thing_id = " + LEFT, "trail.whole"
    ),
    "registrations.consent": p(f"DELETE FROM consents WHERE registration_id = {LEFT}"),
    "registrations.materials": p(
        "UPDATE cycles SET plan = jsonb_set(plan, '{application,required_materials}', '[\"transcript\"]')"
    ),
    "choices.number": p(
        f"INSERT INTO mentor_choices SELECT {LEFT}, n, {APPOINTED} FROM generate_series(1, 3) AS n "
        "ON CONFLICT (registration_id, rank) DO NOTHING; UPDATE mentor_choices m SET mentor_id = (SELECT n.id FROM "
        "nominations n JOIN registrations r ON r.id = m.registration_id WHERE n.subject = r.subject AND n.city_id = "
        f"r.city_id LIMIT 1) WHERE registration_id = {LEFT}"
    ),
    "choices.ranks": p(
        "UPDATE mentor_choices SET rank = 7 WHERE rank = 1 AND registration_id = (SELECT registration_id FROM "
        "mentor_choices WHERE rank = 1 ORDER BY 1 LIMIT 1)"
    ),
    "choices.fit": p(
        "UPDATE mentor_choices SET mentor_id = (SELECT n.id FROM nominations n JOIN registrations r ON r.id = "
        f"{LEFT} WHERE n.subject <> r.subject LIMIT 1) WHERE rank = 1 AND registration_id = {LEFT}"
    ),
    # Selection
    "exams.full_mark": p(
        f"UPDATE seats SET mark = 151, second_mark = 151, parts = '{{\"basics\": 151}}' WHERE id = {SEAT}"
    ),
    "exams.parts_add_up": p(f"UPDATE seats SET mark = mark - 1, second_mark = mark - 1 WHERE id = {SEAT}"),
    "exams.entered_twice": p(f"UPDATE seats SET second_mark = mark - 1 WHERE id = {SEAT}"),
    "exams.two_people": p(f"UPDATE seats SET second_by = entered_by WHERE id = {SEAT}"),
    "exams.lock_and_publish": p(f"UPDATE sittings SET published_by = locked_by WHERE id = {one('sittings')}"),
    "exams.seat_unique": p(
        "UPDATE seats s SET number = t.number FROM seats t WHERE t.room_id = s.room_id AND t.id > s.id "
        f"AND s.id = {one('seats')}"
    ),
    "exams.one_seat": p(
        copy("seats", SEAT, number="77", ticket_number="'T77'") + "; UPDATE exam_rooms SET capacity = capacity + 40"
    ),
    "exams.room": p(
        "UPDATE exam_rooms SET capacity = 1 WHERE id = (SELECT room_id FROM seats GROUP BY room_id "
        "HAVING count(*) > 1 LIMIT 1)"
    ),
    "exams.own_sitting": p(
        "UPDATE seats s SET sitting_id = (SELECT t.id FROM sittings t WHERE t.id <> s.sitting_id LIMIT 1) "
        f"WHERE id = {SEAT}"
    ),
    "exams.tested_has_mark": p(
        f"UPDATE seats SET mark = NULL, second_mark = NULL, parts = NULL, absent = true, second_absent = true "
        f"WHERE registration_id = {LEFT}"
    ),
    "exams.recheck": p(
        "UPDATE rechecks SET state = 'upheld', proposed_by = NULL WHERE id = " + one("rechecks", "state = 'upheld'")
    ),
    "cutoffs.places": p("UPDATE subject_places SET places = places + 1 WHERE id = " + one("subject_places")),
    "cutoffs.two_people": p(f"UPDATE cutoffs SET released_by = confirmed_by WHERE id = {one('cutoffs')}"),
    "cutoffs.all_decided": p(f"UPDATE registrations SET state = 'tested' WHERE id = {LEFT}", "trail.states"),
    "lists.shortlist": p(f"UPDATE registrations SET state = 'shortlisted' WHERE id = {LEFT}", "trail.states"),
    "lists.selected": p(
        "UPDATE disclosures SET evidence = jsonb_set(evidence, '{candidates,0,outcome}', "
        "'\"not_selected\"') WHERE id = "
        + one(
            "disclosures",
            "kind = 'selected' AND state = 'standing' AND evidence #>> '{candidates,0,outcome}' <> 'not_selected'",
        )
    ),
    "interviews.verdict": p(f"DELETE FROM interview_results WHERE registration_id = {IN}"),
    "interviews.panel_minimum": p(f"DELETE FROM score_sheets WHERE id = {one('score_sheets')}"),
    "interviews.judge_on_panel": p(f"UPDATE score_sheets SET account_id = {ACTOR} WHERE id = {one('score_sheets')}"),
    "interviews.stepped_back": p(
        "UPDATE declared_conflicts d SET registration_id = s.registration_id, account_id = s.account_id "
        f"FROM score_sheets s WHERE s.id = {one('score_sheets')}"
    ),
    "interviews.ranks": p(
        "UPDATE interview_results x SET rank = 1 FROM registrations r WHERE r.id = x.registration_id AND x.id = "
        + one("interview_results", "rank = 2")
    ),
    "interviews.places": p(
        "UPDATE interview_rounds SET places = 0 WHERE id = " + one("interview_rounds", "places > 0")
    ),
    "interviews.two_people": p(f"UPDATE interview_rounds SET released_by = NULL WHERE id = {one('interview_rounds')}"),
    "interviews.offers": p(
        "INSERT INTO place_offers (id, cycle_id, state, state_since, version, round_id, registration_id, offered_at, "
        "until) SELECT gen_random_uuid(), cycle_id, 'accepted', now(), 1, "
        f"{one('interview_rounds')}, id, now(), now() FROM registrations WHERE id = {LEFT}"
    ),
}
