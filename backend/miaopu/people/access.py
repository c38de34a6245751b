"""Who may do what, on one page: the roles, the permissions, and the matrix between them.

Three gates, in this order: scope (`visible(actor)` of each room; what it leaves out answers 404), permission
(this table; lacking it answers 403), time and state (the edge table and the stage's window; else 409).
Nothing else decides access. Source: the plan's part two (职责分工), rows of `programme.md`.
"""

import uuid
from dataclasses import dataclass

from miaopu.core.problem import Problem
from miaopu.people.permissions import Permission
from miaopu.people.roles import (
    CHAIN,
    CITY_SIDE,
    DISABLES,
    FOUNDS,
    INVITES,
    OFFICES,
    OVERSIGHT,
    PERSONS,
    RECORD_SIDE,
    RESETS,
    SIGNED_IN,
    SPONSORS,
    STUDENT_SIDE,
    TEAM,
    UNITS_SIDE,
    R,
    Role,
)

P = Permission

MATRIX: dict[Permission, frozenset[Role]] = {
    P.SELF: SIGNED_IN,
    P.UNIT_READ: SIGNED_IN,
    P.UNIT_FOUND: frozenset(FOUNDS),
    P.ACCOUNT_INVITE: frozenset(INVITES),
    # A university says where its people sign in; that it is really its own is confirmed above it.
    P.SSO_READ: frozenset({R.REGION_OFFICE, R.UNIVERSITY}),
    P.SSO_SET: frozenset({R.REGION_OFFICE, R.UNIVERSITY}),
    P.SSO_CONFIRM: frozenset({R.REGION_OFFICE}),
    P.ACCOUNT_READ: CITY_SIDE | {R.UNIVERSITY, R.SCHOOL},
    P.ACCOUNT_RESET: frozenset(RESETS),
    P.ACCOUNT_DISABLE: frozenset(DISABLES),
    # Looking at the platform as somebody else does, for support: reading only (`people.support`).
    P.SUPPORT_ACT: frozenset({R.REGION_OFFICE}),
    P.CYCLE_READ: SIGNED_IN,
    P.CYCLE_MANAGE: frozenset({R.REGION_OFFICE}),
    P.STAGE_EXTEND: frozenset({R.REGION_OFFICE}),
    P.FILE_UPLOAD: PERSONS,
    P.REPORT_READ: UNITS_SIDE | {R.EXPERT},
    # Numbers without names, each over the own students; where they would point at one, hidden (`numbers.hiding`).
    P.NUMBERS_READ: UNITS_SIDE | TEAM | {R.GUIDE_TEACHER, R.EXPERT},
    P.NUMBERS_REPORT: OVERSIGHT,
    # How the installation is; nothing of it is about people.
    P.STATUS_READ: frozenset({R.REGION_OFFICE}),
    P.STATUS_RETRY: frozenset({R.REGION_OFFICE}),
    P.IMPORT_BRING: frozenset({R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL}),
    P.IMPORT_READ: UNITS_SIDE,
    # Public notices and objections (P16a)
    P.DISCLOSURE_READ: CITY_SIDE | {R.EXPERT},
    P.OBJECTION_ANSWER: frozenset({R.REGION_OFFICE}),
    # The complete file, under pseudonyms, is for who supervises the whole selection.
    P.RECORD_READ: OVERSIGHT | {R.EXPERT},
    P.RECORD_PUBLISH: frozenset({R.REGION_OFFICE}),
    # Mentors (P6–P8, P12)
    P.NOMINATION_READ: CITY_SIDE | {R.UNIVERSITY, R.MENTOR},
    P.NOMINATION_RECOMMEND: frozenset({R.UNIVERSITY}),
    P.NOMINATION_FIRST_REVIEW: frozenset({R.CITY_OFFICE}),
    P.NOMINATION_PROFILE: frozenset({R.MENTOR}),
    P.NOMINATION_EVIDENCE: frozenset({R.UNIVERSITY, R.MENTOR}),
    P.NOMINATION_SECOND_REVIEW: frozenset({R.REGION_OFFICE}),
    P.NOMINATION_APPROVE: SPONSORS,
    P.NOMINATION_PUBLISH: frozenset({R.REGION_OFFICE}),
    P.NOMINATION_APPOINT: frozenset({R.REGION_OFFICE}),
    P.MENTOR_DIRECTORY: PERSONS,
    # Students and their selection (P13–P16b)
    P.REGISTRATION_READ: CITY_SIDE | STUDENT_SIDE | {R.SCHOOL},
    P.REGISTRATION_WRITE: frozenset({R.STUDENT}),
    P.REGISTRATION_RECOMMEND: frozenset({R.SCHOOL}),
    P.REGISTRATION_CITY_REVIEW: frozenset({R.CITY_OFFICE}),
    P.REGISTRATION_SECOND_REVIEW: frozenset({R.REGION_OFFICE}),
    P.REGISTRATION_REVIEW: frozenset({R.SCHOOL, R.CITY_OFFICE, R.REGION_OFFICE}),
    # Sealed details, one at a time, for a purpose that is written down and shown to the family.
    P.REGISTRATION_REVEAL: frozenset({R.SCHOOL, R.CITY_OFFICE, R.REGION_OFFICE}),
    # A changed text of the consent is asked for again; who has not agreed is the offices' and the school's to see to.
    P.CONSENT_SAY: STUDENT_SIDE,
    P.CONSENT_READ: OFFICES | {R.SCHOOL},
    # What is over its time: looked at by who supervises, erased by two people of the region's office.
    P.RETENTION_READ: OVERSIGHT,
    P.RETENTION_ERASE: frozenset({R.REGION_OFFICE}),
    # The yearly audit of minors' data: made by the region's office, read by the department that supervises it.
    P.COMPLIANCE_READ: frozenset({R.REGION_OFFICE, R.EDUCATION_DEPARTMENT}),
    P.COMPLIANCE_MAKE: frozenset({R.REGION_OFFICE}),
    # What a family wants put right, answered where the data came from.
    P.CORRECTION_READ: STUDENT_SIDE | OFFICES | {R.SCHOOL},
    P.CORRECTION_ASK: STUDENT_SIDE,
    P.CORRECTION_ANSWER: frozenset({R.SCHOOL, R.CITY_OFFICE}),
    P.EXAM_READ: UNITS_SIDE | STUDENT_SIDE,
    P.EXAM_ARRANGE: frozenset({R.CITY_OFFICE}),
    P.EXAM_MARK: frozenset({R.CITY_OFFICE}),
    P.EXAM_RECHECK: frozenset({R.STUDENT}),
    P.RECHECK_READ: CITY_SIDE | STUDENT_SIDE,
    P.CUTOFF_READ: UNITS_SIDE | STUDENT_SIDE,
    P.CUTOFF_PLACES: frozenset({R.CITY_OFFICE}),
    P.CUTOFF_PROPOSE: frozenset({R.CITY_OFFICE}),
    P.CUTOFF_CONFIRM: frozenset({R.REGION_OFFICE}),
    P.CUTOFF_WEIGH: CITY_SIDE,
    P.INTERVIEW_READ: UNITS_SIDE | STUDENT_SIDE | {R.MENTOR},
    P.INTERVIEW_ARRANGE: frozenset({R.CITY_OFFICE}),
    P.INTERVIEW_SCORE: frozenset({R.MENTOR}),
    P.INTERVIEW_DECIDE: frozenset({R.CITY_OFFICE}),
    P.INTERVIEW_JUDGE: CITY_SIDE,
    P.INTERVIEW_PANEL: CITY_SIDE | {R.MENTOR},
    P.INTERVIEW_ROUND: UNITS_SIDE,
    P.PLACE_READ: CITY_SIDE | STUDENT_SIDE,
    P.PLACE_ACCEPT: frozenset({R.STUDENT}),
    P.PAIRING_READ: RECORD_SIDE,
    P.PAIRING_EXPLAIN: CITY_SIDE,
    P.PAIRING_PROPOSE: frozenset({R.CITY_OFFICE}),
    P.PAIRING_CONFIRM: frozenset({R.CITY_OFFICE}),
    P.PAIRING_FILE: frozenset({R.REGION_OFFICE}),
    P.MEETING_ARRANGE: frozenset({R.CITY_OFFICE}),
    P.MEETING_READ: RECORD_SIDE,
    # Not the city's office, the universities and the schools: their acts are what is looked at here (P16a). The
    # region's office is looked at too, and is in it because the plan has it supervise the others (监督和跟踪问效).
    P.SELECTION_OVERSEE: OVERSIGHT | {R.EXPERT},
    # The training year (P9–P11, P17–P21)
    P.TRAINING_READ: RECORD_SIDE | {R.EXPERT},
    # A whole year with its originals: the offices and units that file it away, and the family itself.
    P.FILE_ARCHIVE: UNITS_SIDE | STUDENT_SIDE,
    # Who has several students to look after; a family has its own counters.
    P.BOARD_READ: RECORD_SIDE - STUDENT_SIDE,
    P.TRAINING_PLAN: frozenset({R.MENTOR}),
    P.TRAINING_PLAN_CONFIRM: frozenset({R.UNIVERSITY}),
    P.TRAINING_PLAN_AGREE: frozenset({R.STUDENT, R.GUIDE_TEACHER}),
    P.SESSION_RECORD: TEAM,
    P.SESSION_CHECK_IN: frozenset({R.STUDENT}),
    P.TEAM_READ: TEAM,
    P.TEAM_LEAVE: frozenset({R.MENTOR}),
    P.FEEDBACK_READ: RECORD_SIDE,
    P.FEEDBACK_WRITE: frozenset({R.MENTOR, R.STUDENT}),
    P.FEEDBACK_SUMS: CITY_SIDE,
    P.GROWTH_READ: RECORD_SIDE | {R.EXPERT},
    P.GROWTH_WRITE: frozenset({R.STUDENT}),
    P.GROWTH_REVIEW: TEAM,
    P.ENROLMENT_LEAVE: frozenset({R.CITY_OFFICE}),
    P.ENROLMENT_GUIDE: frozenset({R.SCHOOL}),
    # Leaving in the middle and a change of mentor: proposed by whom it concerns, confirmed, filed by the city
    P.PLACE_CHANGE_READ: RECORD_SIDE - {R.TEAM_MEMBER},
    P.PLACE_CHANGE_PROPOSE: STUDENT_SIDE | {R.MENTOR, R.SCHOOL, R.UNIVERSITY, R.CITY_OFFICE},
    P.PLACE_CHANGE_CONFIRM: frozenset({R.GUARDIAN, R.MENTOR, R.SCHOOL, R.UNIVERSITY, R.CITY_OFFICE}),
    # The contact chain (P21): the region from when a thread is brought before it
    P.CONTACT_READ: CHAIN | {R.REGION_OFFICE},
    P.CONTACT_WRITE: CHAIN,
    P.CONTACT_ESCALATE: CHAIN - {R.CITY_OFFICE},
    P.CONTACT_ANSWER: frozenset({R.CITY_OFFICE}),
    P.CONTACT_RAISE: frozenset({R.CITY_OFFICE}),
    P.CONTACT_ANSWER_REGION: frozenset({R.REGION_OFFICE}),
    # The school's own training (P19) and activities outside (P20)
    P.LESSON_READ: CITY_SIDE | STUDENT_SIDE | {R.SCHOOL, R.GUIDE_TEACHER},
    P.LESSON_RECORD: frozenset({R.GUIDE_TEACHER}),
    P.LESSON_CONFIRM: frozenset({R.SCHOOL}),
    P.LESSON_HOURS: CITY_SIDE | {R.SCHOOL, R.GUIDE_TEACHER},
    P.ACTIVITY_READ: RECORD_SIDE,
    P.ACTIVITY_ORGANISE: OFFICES | {R.UNIVERSITY},
    P.ACTIVITY_PUT_FORWARD: frozenset({R.MENTOR, R.CITY_OFFICE, R.STUDENT}),
    P.ACTIVITY_CHOOSE: OFFICES | {R.UNIVERSITY},
    P.ACTIVITY_WISH: frozenset({R.STUDENT}),
    P.ACTIVITY_CONSENT: frozenset({R.GUARDIAN}),
    # Evaluation (P22–P26, P28)
    P.EVALUATION_READ: RECORD_SIDE | {R.EXPERT},
    P.EVALUATION_INITIAL: frozenset({R.MENTOR}),
    P.EVALUATION_MIDTERM: frozenset({R.MENTOR}),
    P.EVALUATION_MIDTERM_CONFIRM: frozenset({R.CITY_OFFICE}),
    P.EVALUATION_OBJECT: STUDENT_SIDE | {R.SCHOOL},
    P.MIDTERM_ARRANGE: frozenset({R.CITY_OFFICE}),
    P.MIDTERM_SLIDES: frozenset({R.STUDENT}),
    P.MIDTERM_SUM: frozenset({R.CITY_OFFICE}),
    P.PROBLEM_RAISE: frozenset({R.MENTOR, R.CITY_OFFICE}),
    # Whoever a problem was given to says how it was solved; so does who raises them.
    P.PROBLEM_SOLVE: frozenset({R.MENTOR, R.CITY_OFFICE, R.STUDENT, R.GUIDE_TEACHER, R.SCHOOL, R.UNIVERSITY}),
    P.EVALUATION_FILE: frozenset({R.REGION_OFFICE}),
    P.EVALUATION_DOSSIER: frozenset({R.STUDENT}),
    P.EVALUATION_MENTOR: frozenset({R.MENTOR}),
    P.EVALUATION_CITY: frozenset({R.CITY_OFFICE}),
    # The city's panel: who judges in it is chosen by the city, from the experts and its own mentors.
    P.PANEL_ASSIGN: frozenset({R.CITY_OFFICE}),
    P.PANEL_SCORE: frozenset({R.EXPERT, R.MENTOR}),
    P.PANEL_COMPARE: frozenset({R.CITY_OFFICE}),
    P.EVALUATION_ASSIGN: frozenset({R.REGION_OFFICE}),
    P.EVALUATION_SCORE: frozenset({R.EXPERT}),
    P.EVALUATION_GRADE: frozenset({R.REGION_OFFICE}),
    P.EVALUATION_COMPARE: frozenset({R.CITY_OFFICE, R.REGION_OFFICE}),
    P.CERTIFICATE_READ: RECORD_SIDE,
    P.CERTIFICATE_ISSUE: frozenset({R.REGION_OFFICE}),
    # Outcomes (P27–P31)
    P.SUMMARY_READ: UNITS_SIDE | {R.EXPERT},
    P.SUMMARY_NUMBERS: UNITS_SIDE,
    P.SUMMARY_WRITE: frozenset({R.UNIVERSITY, R.SCHOOL, R.CITY_OFFICE}),
    P.SUMMARY_ACCEPT: OFFICES,
    P.APPRAISAL_READ: CITY_SIDE,
    P.APPRAISAL_WRITE: frozenset({R.REGION_OFFICE}),
    # Another person of the same office: the room asks that.
    P.APPRAISAL_DECIDE: frozenset({R.REGION_OFFICE}),
    P.APPRAISAL_ANSWER: frozenset({R.CITY_OFFICE}),
    P.SUPERVISION_READ: UNITS_SIDE | {R.EXPERT},
    P.SUPERVISION_WRITE: frozenset({R.EXPERT}),
    P.FINDING_ANSWER: frozenset({R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL}),
    P.FINDING_ACCEPT: frozenset({R.EXPERT, R.REGION_OFFICE}),
    # Whoever is named in a model case reads it and says the own word on it.
    P.CASE_READ: PERSONS,
    P.CASE_CONSENT: frozenset({R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL}),
    P.CASE_PUBLISH: frozenset({R.REGION_OFFICE}),
    # After: a former student is a student whose training is over, and speaks for him- or herself (P29–P31).
    P.TRACKING_READ: UNITS_SIDE | {R.STUDENT},
    P.TRACKING_WRITE: frozenset({R.SCHOOL, R.STUDENT}),
    P.ALUMNI_READ: CITY_SIDE | {R.SCHOOL},
    P.ALUMNI_CONSENT: frozenset({R.STUDENT}),
    P.ALUMNI_ACTIVITY_READ: CITY_SIDE,
    P.ALUMNI_INVITE: frozenset({R.CITY_OFFICE}),
    P.ALUMNI_ANSWER: frozenset({R.STUDENT}),
    # Reminders and announcements: who is told what is the offices' affair, and nobody else reads the lists.
    P.OUTBOX_READ: OFFICES,
    P.OUTBOX_WRITE: OFFICES,
    P.OUTBOX_RELEASE: OFFICES,
    P.CHANNEL_MANAGE: OFFICES,
    # Heads of the trail: signed again by units that do not run the installation; the region's office runs it.
    P.TRAIL_COUNTERSIGN: SPONSORS | {R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL},
    P.TRAIL_SEAL: frozenset({R.REGION_OFFICE}),
    # The family alone: a receipt holds the value and the salt.
    P.RECEIPT_READ: STUDENT_SIDE,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, through which membership; comes from the signed token, without a statement.

    `city_id` is the city the unit lies in (None for the region's own units); `cycle_id` the cycle acted in.
    `support_id` names the session where somebody else looks through this person's eyes (actor claim, RFC 8693).
    """

    account_id: uuid.UUID
    membership_id: uuid.UUID
    role: Role
    unit_id: uuid.UUID
    city_id: uuid.UUID | None
    cycle_id: uuid.UUID | None
    sign_in_id: uuid.UUID | None = None
    support_id: uuid.UUID | None = None


def may(role: Role, permission: Permission) -> bool:
    """True when the matrix grants it."""
    return role in MATRIX[permission]


def require(actor: Actor, permission: Permission) -> None:
    """The second gate. Raises Problem 403 `forbidden`."""
    if not may(actor.role, permission):
        raise Problem("forbidden", 403, permission=permission.value)


def permissions_of(role: Role) -> tuple[Permission, ...]:
    """All that a role may do, in the order of the enum."""
    return tuple(p for p in Permission if role in MATRIX[p])


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles a permission is granted to, in the order of the enum."""
    return tuple(r for r in Role if r in MATRIX[permission])
