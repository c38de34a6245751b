# ruff: noqa: E501 - a statement of one thing stands on one line, so that the table can be read down.
"""Whose is what in the walked year, said by SQL and by nothing of the application: own and foreign things of a role.

Each kind of path parameter has a statement that gives its things as `ids` (the values of the path's parameters, in
their order), `version` and `keys`: the accounts and units that stand around it. A thing is somebody's own when one of
the keys is theirs. The rule is written here a second time on purpose: a test that asked the application's own
`visible` what may be seen could not find it wrong.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

# The accounts and units around a student in training, and around one who registered (with the panel that hears them).
AROUND = """
CREATE TEMP TABLE around_e AS
SELECT e.id, e.registration_id, e.account_id, array_remove(ARRAY[e.school_id, e.city_id, e.university_id, n.account_id,
       c.account_id, e.account_id, e.guardian_account_id, e.guide_teacher_account_id]
       || ARRAY(SELECT t.account_id FROM team_members t WHERE t.nomination_id = e.mentor_id
                AND (t.may_record OR t.may_review) AND (t.students IS NULL OR e.id = ANY (t.students))), NULL) AS keys
  FROM enrolments e JOIN nominations n ON n.id = e.mentor_id LEFT JOIN nominations c ON c.id = e.co_mentor_id;
CREATE TEMP TABLE around_r AS
SELECT r.id, r.account_id, array_remove(ARRAY[r.school_id, r.city_id, r.account_id, r.guardian_account_id]
       || ARRAY(SELECT m.account_id FROM slots s JOIN panel_members m ON m.panel_id = s.panel_id
                 WHERE s.registration_id = r.id), NULL) AS keys
  FROM registrations r;
CREATE TEMP TABLE around_city AS
SELECT c.id, ARRAY[c.id] || ARRAY(SELECT u.id FROM units u WHERE u.city_id = c.id)
       || ARRAY(SELECT m.account_id FROM memberships m JOIN units u ON u.id = m.unit_id
                 WHERE u.city_id = c.id) AS keys
  FROM units c WHERE c.kind = 'city';
CREATE TEMP TABLE around_d AS
SELECT a.id, a.enrolment_id, e.keys || ARRAY(SELECT f.account_id FROM final_sheets f WHERE f.annual_id = a.id)
       || ARRAY(SELECT p.account_id FROM panel_sheets p WHERE p.annual_id = a.id) AS keys
  FROM annual_evaluations a JOIN around_e e ON e.id = a.enrolment_id;
"""

_E = "SELECT ARRAY[t.id] AS ids, t.version, e.keys FROM {0} t JOIN around_e e ON e.id = t.enrolment_id"
_CITY = "SELECT ARRAY[t.id] AS ids, t.version, c.keys FROM {0} t JOIN around_city c ON c.id = t.city_id"
_UNIT = "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id, u.city_id] AS keys FROM {0} t JOIN units u ON u.id = t.unit_id"
_PEOPLE = (
    "(SELECT array_agg(k) FROM {0} x JOIN around_e e ON e.id = x.enrolment_id, unnest(e.keys) k WHERE x.{1} = t.id)"
)
_NOMINATION = "array_remove(ARRAY[n.university_id, n.city_id, n.account_id], NULL)"

# By the path up to the parameter; the longest that fits is taken. Ordered by id, so that a run repeats itself.
THINGS: dict[str, str] = {
    "/memberships/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.unit_id, u.city_id, t.account_id] AS keys FROM memberships t JOIN units u ON u.id = t.unit_id",
    "/units/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.id, t.city_id, t.parent_id] AS keys FROM units t WHERE t.parent_id IS NOT NULL",
    "/accounts/{}": "SELECT ARRAY[t.account_id] AS ids, 1 AS version, ARRAY[t.unit_id, u.city_id, t.account_id] AS keys FROM memberships t JOIN units u ON u.id = t.unit_id",
    "/auth/sign-ins/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.account_id] AS keys FROM sign_ins t",
    "/me/sso/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.account_id] AS keys FROM sso_identities t",
    "/sso-providers/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.id] AS keys FROM units t WHERE t.kind = 'university'",
    "/registrations/{}/receipts/{}": "SELECT ARRAY[t.registration_id, t.id] AS ids, t.version, ARRAY[r.account_id, r.guardian_account_id] AS keys FROM commitments t JOIN registrations r ON r.id = t.registration_id",
    "/corrections/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM corrections t JOIN around_r r ON r.id = t.registration_id",
    "/compliance-audits/{}": "SELECT ARRAY[t.id] AS ids, t.version, NULL::uuid[] AS keys FROM compliance_audits t",
    "/retention/erasures/{}": "SELECT ARRAY[t.id] AS ids, t.version, NULL::uuid[] AS keys FROM erasures t",
    "/status/jobs/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.requested_by] AS keys FROM jobs t",
    "/trail/keys/{}": _UNIT.format("countersigner_keys"),
    "/jobs/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.requested_by] AS keys FROM jobs t",
    "/notices/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, ARRAY[t.account_id] AS keys FROM notices t",
    "/cycles/{}": "SELECT ARRAY[t.id] AS ids, t.version, NULL::uuid[] AS keys FROM cycles t",
    "/imports/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id, t.city_id, t.account_id] AS keys FROM imports t",
    "/disclosures/{}": "SELECT ARRAY[t.id] AS ids, t.version, CASE WHEN t.city_id IS NULL THEN NULL ELSE ARRAY[t.city_id] END AS keys FROM disclosures t",
    "/objections/{}": "SELECT ARRAY[t.id] AS ids, t.version, CASE WHEN d.city_id IS NULL THEN NULL ELSE ARRAY[d.city_id] END AS keys FROM objections t JOIN disclosures d ON d.id = t.disclosure_id",
    "/nominations/{}": f"SELECT ARRAY[n.id] AS ids, n.version, {_NOMINATION} AS keys FROM nominations n WHERE n.state <> 'draft'",
    "/nominations/{}/team/{}": f"SELECT ARRAY[n.id, t.id] AS ids, n.version, {_NOMINATION} AS keys FROM team_members t JOIN nominations n ON n.id = t.nomination_id",
    "/mentors/{}": f"SELECT ARRAY[n.id] AS ids, n.version, {_NOMINATION} AS keys FROM nominations n WHERE n.state = 'appointed'",
    "/consents/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM registrations t JOIN around_r r ON r.id = t.id WHERE t.submitted_at IS NOT NULL",
    "/registrations/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM registrations t JOIN around_r r ON r.id = t.id WHERE t.submitted_at IS NOT NULL",
    "/exams/sittings/{}": _CITY.format("sittings"),
    "/exams/rooms/{}": "SELECT ARRAY[t.id] AS ids, t.version, c.keys FROM exam_rooms t JOIN sittings s ON s.id = t.sitting_id JOIN around_city c ON c.id = s.city_id",
    "/exams/rechecks/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM rechecks t JOIN seats s ON s.id = t.seat_id JOIN around_r r ON r.id = s.registration_id",
    "/exams/seats/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM seats t JOIN around_r r ON r.id = t.registration_id",
    "/cutoffs/{}": _CITY.format("cutoffs"),
    "/interviews/panels/{}": "SELECT ARRAY[t.id] AS ids, t.version, (SELECT array_agg(u.id) FROM units u WHERE u.city_id = t.city_id) || ARRAY(SELECT m.account_id FROM panel_members m WHERE m.panel_id = t.id) AS keys FROM panels t",
    "/interviews/rounds/{}": _CITY.format("interview_rounds"),
    "/interviews/offers/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM place_offers t JOIN around_r r ON r.id = t.registration_id",
    "/interviews/slots/{}": "SELECT ARRAY[t.id] AS ids, t.version, r.keys FROM slots t JOIN around_r r ON r.id = t.registration_id",
    "/pairings/{}": _CITY.format("pairing_rounds"),
    "/pairings/{}/pairs/{}": "SELECT ARRAY[t.round_id, t.id] AS ids, t.version, c.keys FROM pairs t JOIN pairing_rounds p ON p.id = t.round_id JOIN around_city c ON c.id = p.city_id",
    "/meetings/{}": _CITY.format("meetings"),
    "/enrolments/{}": "SELECT ARRAY[t.id] AS ids, t.version, e.keys FROM enrolments t JOIN around_e e ON e.id = t.id",
    "/place-changes/{}": "SELECT ARRAY[t.id] AS ids, t.version, array_remove(e.keys || ARRAY[t.new_university_id, o.account_id, n.account_id], NULL) AS keys FROM place_changes t JOIN around_e e ON e.id = t.enrolment_id LEFT JOIN nominations o ON o.id = t.old_mentor_id LEFT JOIN nominations n ON n.id = t.new_mentor_id",
    "/place-changes/{}/files/{}": "SELECT ARRAY[t.id, t.files[1]] AS ids, t.version, array_remove(e.keys || ARRAY[t.new_university_id, o.account_id, n.account_id], NULL) AS keys FROM place_changes t JOIN around_e e ON e.id = t.enrolment_id LEFT JOIN nominations o ON o.id = t.old_mentor_id LEFT JOIN nominations n ON n.id = t.new_mentor_id",
    "/training-plans/{}": _E.format("training_plans"),
    "/training-plans/{}/steps/{}": "SELECT ARRAY[t.id::text, t.steps -> 0 ->> 'id'] AS ids, t.version, e.keys FROM training_plans t JOIN around_e e ON e.id = t.enrolment_id",
    "/sessions/{}": f"SELECT ARRAY[t.id] AS ids, t.version, {_PEOPLE.format('attendances', 'session_id')} || ARRAY[n.account_id] AS keys FROM training_sessions t JOIN nominations n ON n.id = t.mentor_id",
    "/appointments/{}": f"SELECT ARRAY[t.id] AS ids, t.version, {_PEOPLE.format('appointment_guests', 'appointment_id')} || ARRAY[n.account_id] AS keys FROM appointments t JOIN nominations n ON n.id = t.mentor_id",
    "/team/{}": f"SELECT ARRAY[t.id] AS ids, t.version, {_NOMINATION} || ARRAY[t.account_id] AS keys FROM team_members t JOIN nominations n ON n.id = t.nomination_id WHERE t.account_id IS NOT NULL",
    "/growth-logs/{}": "SELECT ARRAY[t.id] AS ids, t.version, e.keys || ARRAY[n.account_id] AS keys FROM growth_logs t JOIN around_e e ON e.id = t.enrolment_id JOIN training_sessions s ON s.id = t.session_id JOIN nominations n ON n.id = s.mentor_id WHERE t.state <> 'draft'",
    "/growth-logs/drafts/{}": "SELECT ARRAY[t.session_id] AS ids, 1 AS version, e.keys FROM attendances t JOIN around_e e ON e.id = t.enrolment_id",
    "/growth-logs/drafts/{}/photos/{}": "SELECT ARRAY[t.session_id, t.photos[1]] AS ids, 1 AS version, e.keys FROM growth_drafts t JOIN around_e e ON e.id = t.enrolment_id",
    "/growth-logs/{}/photos/{}": "SELECT ARRAY[t.id, t.photos[1]] AS ids, t.version, e.keys FROM growth_logs t JOIN around_e e ON e.id = t.enrolment_id WHERE t.state <> 'draft' AND cardinality(t.photos) > 0",
    "/contacts/{}": _E.format("contact_threads"),
    "/contacts/{}/posts/{}": "SELECT ARRAY[t.id, p.id] AS ids, p.version, e.keys FROM contact_threads t JOIN contact_posts p ON p.thread_id = t.id JOIN around_e e ON e.id = t.enrolment_id",
    "/contacts/{}/files/{}": "SELECT ARRAY[t.id, p.files[1]] AS ids, t.version, e.keys FROM contact_threads t JOIN contact_posts p ON p.thread_id = t.id JOIN around_e e ON e.id = t.enrolment_id",
    "/lessons/{}": f"SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.school_id, t.city_id, t.teacher_account_id] || {_PEOPLE.format('lesson_students', 'lesson_id')} AS keys FROM lessons t",
    "/activities/{}": f"SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id] || {_PEOPLE.format('participations', 'activity_id')} AS keys FROM activities t",
    "/activities/{}/files/{}": f"SELECT ARRAY[t.id, f.id] AS ids, t.version, ARRAY[t.unit_id] || {_PEOPLE.format('participations', 'activity_id')} AS keys FROM activities t JOIN files f ON f.claimed_id = t.id",
    "/participations/{}": _E.format("participations"),
    "/evaluations/initial/{}": _E.format("initial_evaluations") + " WHERE t.state <> 'draft'",
    "/evaluations/midterm/{}": _E.format("midterm_evaluations") + " WHERE t.state NOT IN ('draft', 'submitted')",
    "/midterm-sessions/{}": f"SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.city_id] || {_PEOPLE.format('midterm_talks', 'session_id')} AS keys FROM midterm_sessions t",
    "/midterm-sessions/{}/talks/{}": "SELECT ARRAY[t.id, k.id] AS ids, t.version, ARRAY[t.city_id] || e.keys AS keys FROM midterm_sessions t JOIN midterm_talks k ON k.session_id = t.id JOIN around_e e ON e.id = k.enrolment_id WHERE k.slides_id IS NOT NULL",
    "/midterm-problems/{}": _E.format("midterm_problems"),
    "/midterm-summaries/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.city_id] AS keys FROM midterm_summaries t",
    "/evaluations/annual/{}": "SELECT ARRAY[t.id] AS ids, t.version, d.keys FROM annual_evaluations t JOIN around_d d ON d.id = t.id WHERE t.state <> 'open'",
    "/evaluations/annual/{}/materials/{}": "SELECT ARRAY[t.id, f.id] AS ids, t.version, d.keys FROM annual_evaluations t JOIN around_d d ON d.id = t.id JOIN files f ON f.claimed_id = t.id WHERE t.state <> 'open'",
    "/evaluations/panel/{}": "SELECT ARRAY[t.annual_id] AS ids, t.version, ARRAY(SELECT f.account_id FROM panel_sheets f WHERE f.annual_id = t.annual_id) || (SELECT array_agg(c.id) FROM units c JOIN enrolments e ON e.city_id = c.id JOIN annual_evaluations a ON a.enrolment_id = e.id WHERE a.id = t.annual_id) AS keys FROM panel_sheets t WHERE t.annual_id IS NOT NULL",
    "/evaluations/final/{}": "SELECT ARRAY[t.annual_id] AS ids, t.version, ARRAY(SELECT f.account_id FROM final_sheets f WHERE f.annual_id = t.annual_id) AS keys FROM final_sheets t",
    "/certificates/{}": _E.format("certificates"),
    "/summaries/{}": _UNIT.format("summaries") + " WHERE t.state <> 'draft'",
    "/appraisals/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.city_id] AS keys FROM appraisals t WHERE t.state = 'decided'",
    "/supervision-visits/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id, t.account_id, (SELECT u.city_id FROM units u WHERE u.id = t.unit_id)] AS keys FROM supervision_visits t",
    "/findings/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id, v.account_id, (SELECT u.city_id FROM units u WHERE u.id = t.unit_id)] AS keys FROM findings t JOIN supervision_visits v ON v.id = t.visit_id",
    "/model-cases/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id, v.account_id, (SELECT u.city_id FROM units u WHERE u.id = t.unit_id)] || ARRAY(SELECT p.account_id FROM model_case_people p WHERE p.case_id = t.id) AS keys FROM model_cases t JOIN supervision_visits v ON v.id = t.visit_id",
    "/tracking/{}": _E.format("tracking_entries"),
    "/alumni-activities/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id] AS keys FROM alumni_activities t",
    "/alumni-guests/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.account_id] AS keys FROM alumni_guests t",
    "/student-files/{}": "SELECT ARRAY[t.id] AS ids, t.version, e.keys FROM enrolments t JOIN around_e e ON e.id = t.id",
    "/records/{}": "SELECT ARRAY[t.id] AS ids, 1 AS version, NULL::uuid[] AS keys FROM public_records t",
    "/outbox/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id] AS keys FROM outbox_batches t",
    "/group-channels/{}": "SELECT ARRAY[t.id] AS ids, t.version, ARRAY[t.unit_id] AS keys FROM group_channels t",
}


@dataclass(slots=True)
class Thing:
    """One thing: the ids of its path, its version, and who stands around it (None: it is of the whole region)."""

    ids: tuple[str, ...]
    version: int
    keys: frozenset[UUID] | None


@dataclass(slots=True)
class Reach:
    """Everything of a year, and what would be a leak to somebody: `secrets` by the student's account."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    secrets: dict[UUID, frozenset[str]] = field(default_factory=dict)
    around: dict[UUID, set[UUID]] = field(default_factory=dict)

    def own(self, prefix: str, keys: frozenset[UUID]) -> Thing | None:
        """The first thing around which somebody of these keys stands, or one that belongs to the whole region."""
        return next((t for t in self.things[prefix] if t.keys is None or t.keys & keys), None)

    def foreign(self, prefix: str, keys: frozenset[UUID]) -> Thing | None:
        """The first thing around which nobody of these keys stands."""
        return next(self.foreign_things(prefix, keys), None)

    def foreign_things(self, prefix: str, keys: frozenset[UUID]) -> Iterator[Thing]:
        """All of them, in their order."""
        return (t for t in self.things[prefix] if t.keys is not None and not t.keys & keys)

    def forbidden(self, keys: frozenset[UUID]) -> frozenset[str]:
        """Ids, names and numbers of the students around whom nobody of these keys stands."""
        foreign = [s for account, s in self.secrets.items() if not self.around[account] & keys]
        known = frozenset().union(*(s for a, s in self.secrets.items() if self.around[a] & keys))
        return frozenset().union(*foreign) - known


async def reach_of(url: str) -> Reach:
    """Read it from the database."""
    found = Reach()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(AROUND)
        for prefix, statement in THINGS.items():
            rows = await connection.fetch(f"SELECT * FROM ({statement}) x ORDER BY ids")
            found.things[prefix] = [_thing(row) for row in rows if all(row["ids"])]
        # A name that two people share gives nobody away.
        shared = {row["name"] for row in await connection.fetch(NAMESAKES)}
        # Nor does one that stands in a longer name.
        names = {row["name"] for row in await connection.fetch(NAMES)}
        shared |= {name for name in names if any(name != other and name in other for other in names)}
        for row in await connection.fetch(SECRETS):
            found.secrets[row["account_id"]] = frozenset(filter(None, row["secrets"])) - shared
            found.around[row["account_id"]] = set(filter(None, row["keys"]))
    finally:
        await connection.close()
    return found


def _thing(row: Any) -> Thing:
    keys: Iterable[UUID] | None = row["keys"]
    around = None if keys is None else frozenset(k for k in keys if k is not None)
    return Thing(tuple(str(i) for i in row["ids"]), row["version"], around)


NAMESAKES = """
SELECT name FROM (SELECT name FROM accounts UNION ALL SELECT name FROM nominations WHERE account_id IS NULL
                  UNION ALL SELECT DISTINCT guardian_name FROM consents c WHERE NOT EXISTS (
                      SELECT FROM registrations r JOIN accounts a ON a.id = r.guardian_account_id
                       WHERE r.id = c.registration_id AND a.name = c.guardian_name)
                  UNION ALL SELECT name FROM team_members WHERE account_id IS NULL) n
 GROUP BY name HAVING count(*) > 1
"""
# Everybody who is named anywhere, with an account or without.
NAMES = """
SELECT name FROM accounts UNION SELECT name FROM nominations UNION SELECT name FROM team_members
UNION SELECT guardian_name FROM consents
"""
# What names a student: ids, name, registration and ticket number, the identity number's index, guardian's name.
SECRETS = """
SELECT r.account_id,
       array_agg(DISTINCT r.id::text) || array_agg(DISTINCT r.account_id::text) || array_agg(DISTINCT r.name::text)
       || array_agg(DISTINCT r.number::text) || array_agg(DISTINCT s.ticket_number::text)
       || array_agg(DISTINCT e.id::text) || array_agg(DISTINCT c.guardian_name::text) FILTER (WHERE NOT EXISTS (SELECT FROM accounts a WHERE position(c.guardian_name IN a.name) > 0))
       || array_agg(DISTINCT r.identity_index::text) || array_agg(DISTINCT r.receipt::text) AS secrets,
       (SELECT array_agg(k) FROM (
           SELECT unnest(a.keys) FROM around_r a WHERE a.account_id = r.account_id
           UNION SELECT unnest(a.keys) FROM around_e a WHERE a.account_id = r.account_id
           UNION SELECT unnest(d.keys) FROM around_d d JOIN around_e a ON a.id = d.enrolment_id
                  WHERE a.account_id = r.account_id) k(k)) AS keys
  FROM registrations r LEFT JOIN seats s ON s.registration_id = r.id LEFT JOIN enrolments e ON e.registration_id = r.id
  LEFT JOIN consents c ON c.registration_id = r.id GROUP BY r.account_id
"""


def prefix_of(path: str) -> str | None:
    """The kind of thing a path of the contract is about; None where it names none."""
    plain = re.sub(r"\{\w+_id\}", "{}", path)
    fits = [prefix for prefix in THINGS if plain == prefix or plain.startswith(f"{prefix}/")]
    return max(fits, key=len, default=None)
