"""Who may do what, on one page: the roles, the permissions, and the matrix between them.

Three gates, in this order: scope (`visible(actor)` of each room; what it leaves out answers 404), permission
(this table; lacking it answers 403), time and state (the edge table and the stage's window; else 409).
Nothing else decides access. Source: the plan's part two (职责分工), rows of `programme.md`.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from miaopu.core.problem import Problem


class Role(StrEnum):
    """The fourteen roles of the programme."""

    ASSOCIATION = "association"
    EDUCATION_DEPARTMENT = "education_department"
    REGION_OFFICE = "region_office"
    CITY_OFFICE = "city_office"
    UNIVERSITY = "university"
    SCHOOL = "school"
    MENTOR = "mentor"
    TEAM_MEMBER = "team_member"
    GUIDE_TEACHER = "guide_teacher"
    STUDENT = "student"
    GUARDIAN = "guardian"
    EXPERT = "expert"
    PUBLIC = "public"
    INTEGRATION = "integration"


class UnitKind(StrEnum):
    """What a unit is; the tree goes region > (association, education department, committee, city > …)."""

    REGION = "region"
    ASSOCIATION = "association"
    EDUCATION_DEPARTMENT = "education_department"
    EXPERT_COMMITTEE = "expert_committee"
    CITY = "city"
    UNIVERSITY = "university"
    SCHOOL = "school"


R = Role
SPONSORS = frozenset({R.ASSOCIATION, R.EDUCATION_DEPARTMENT})
OFFICES = frozenset({R.REGION_OFFICE, R.CITY_OFFICE})
OVERSIGHT = SPONSORS | {R.REGION_OFFICE}
TEAM = frozenset({R.MENTOR, R.TEAM_MEMBER})
SIGNED_IN = frozenset(Role) - {R.PUBLIC}
PERSONS = SIGNED_IN - {R.INTEGRATION}

# The kind of unit each role belongs to.
ROLE_UNIT: dict[Role, UnitKind] = {
    R.ASSOCIATION: UnitKind.ASSOCIATION,
    R.EDUCATION_DEPARTMENT: UnitKind.EDUCATION_DEPARTMENT,
    R.REGION_OFFICE: UnitKind.REGION,
    R.CITY_OFFICE: UnitKind.CITY,
    R.UNIVERSITY: UnitKind.UNIVERSITY,
    R.SCHOOL: UnitKind.SCHOOL,
    R.MENTOR: UnitKind.UNIVERSITY,
    R.TEAM_MEMBER: UnitKind.UNIVERSITY,
    R.GUIDE_TEACHER: UnitKind.SCHOOL,
    R.STUDENT: UnitKind.SCHOOL,
    R.GUARDIAN: UnitKind.SCHOOL,
    R.EXPERT: UnitKind.EXPERT_COMMITTEE,
    R.INTEGRATION: UnitKind.REGION,
}

# Whom a role may invite, into its own unit or one directly below it.
INVITES: dict[Role, frozenset[Role]] = {
    R.REGION_OFFICE: frozenset(
        {R.ASSOCIATION, R.EDUCATION_DEPARTMENT, R.REGION_OFFICE, R.CITY_OFFICE, R.EXPERT, R.INTEGRATION}
    ),
    R.CITY_OFFICE: frozenset({R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL}),
    R.UNIVERSITY: frozenset({R.UNIVERSITY, R.MENTOR, R.TEAM_MEMBER}),
    R.MENTOR: frozenset({R.TEAM_MEMBER}),
    R.SCHOOL: frozenset({R.SCHOOL, R.GUIDE_TEACHER, R.STUDENT}),
}

# Whom a role may help to get in again (a new password, another factor): whom it invites; a school its families too.
RESETS: dict[Role, frozenset[Role]] = {**INVITES, R.SCHOOL: INVITES[R.SCHOOL] | {R.GUARDIAN}}

# Whose accounts an office may disable, and enable again: of everybody below it, since that opens nothing to anybody.
_OF_SCHOOL = frozenset({R.SCHOOL, R.GUIDE_TEACHER, R.STUDENT, R.GUARDIAN})
_OF_UNIVERSITY = frozenset({R.UNIVERSITY, R.MENTOR, R.TEAM_MEMBER})
DISABLES: dict[Role, frozenset[Role]] = {
    R.REGION_OFFICE: SIGNED_IN,
    R.CITY_OFFICE: _OF_SCHOOL | _OF_UNIVERSITY | {R.CITY_OFFICE},
    R.UNIVERSITY: _OF_UNIVERSITY,
    R.SCHOOL: _OF_SCHOOL,
}

# Which kinds of unit a role may found below its own.
FOUNDS: dict[Role, frozenset[UnitKind]] = {
    R.REGION_OFFICE: frozenset(UnitKind) - {UnitKind.REGION},
    R.CITY_OFFICE: frozenset({UnitKind.SCHOOL}),
}

# Where in the tree a kind of unit stands: what it lies directly below.
BELOW: dict[UnitKind, UnitKind] = {
    UnitKind.ASSOCIATION: UnitKind.REGION,
    UnitKind.EDUCATION_DEPARTMENT: UnitKind.REGION,
    UnitKind.EXPERT_COMMITTEE: UnitKind.REGION,
    UnitKind.CITY: UnitKind.REGION,
    UnitKind.UNIVERSITY: UnitKind.CITY,
    UnitKind.SCHOOL: UnitKind.CITY,
}


def invitable(role: Role, kind: UnitKind) -> tuple[Role, ...]:
    """The roles that `role` may invite into a unit of this kind, if the unit is in its reach."""
    return tuple(r for r in Role if r in INVITES.get(role, frozenset()) and ROLE_UNIT[r] is kind)


def foundable(role: Role, kind: UnitKind) -> tuple[UnitKind, ...]:
    """The kinds of unit that `role` may found directly below a unit of this kind."""
    return tuple(k for k in UnitKind if k in FOUNDS.get(role, frozenset()) and BELOW.get(k) is kind)


class Permission(StrEnum):
    """`thing.verb`; an operation of the API names exactly one."""

    SELF = "self.use"
    UNIT_READ = "unit.read"
    UNIT_FOUND = "unit.found"
    ACCOUNT_INVITE = "account.invite"
    ACCOUNT_READ = "account.read"
    ACCOUNT_RESET = "account.reset"
    ACCOUNT_DISABLE = "account.disable"
    SUPPORT_ACT = "support.act"
    SSO_READ = "sso.read"
    SSO_SET = "sso.set"
    SSO_CONFIRM = "sso.confirm"
    CYCLE_READ = "cycle.read"
    CYCLE_MANAGE = "cycle.manage"
    STAGE_EXTEND = "stage.extend"
    FILE_UPLOAD = "file.upload"
    REPORT_READ = "report.read"
    NUMBERS_READ = "numbers.read"
    NUMBERS_REPORT = "numbers.report"
    STATUS_READ = "status.read"
    STATUS_RETRY = "status.retry"
    IMPORT_BRING = "import.bring"
    IMPORT_READ = "import.read"

    DISCLOSURE_READ = "disclosure.read"
    OBJECTION_ANSWER = "objection.answer"
    RECORD_READ = "record.read"
    RECORD_PUBLISH = "record.publish"

    NOMINATION_READ = "nomination.read"
    NOMINATION_RECOMMEND = "nomination.recommend"
    NOMINATION_FIRST_REVIEW = "nomination.first_review"
    NOMINATION_PROFILE = "nomination.enter_profile"
    NOMINATION_EVIDENCE = "nomination.prove"
    NOMINATION_SECOND_REVIEW = "nomination.second_review"
    NOMINATION_APPROVE = "nomination.approve"
    NOMINATION_PUBLISH = "nomination.publish"
    NOMINATION_APPOINT = "nomination.appoint"
    MENTOR_DIRECTORY = "mentor.directory"

    REGISTRATION_READ = "registration.read"
    REGISTRATION_WRITE = "registration.write"
    REGISTRATION_RECOMMEND = "registration.recommend"
    REGISTRATION_CITY_REVIEW = "registration.city_review"
    REGISTRATION_SECOND_REVIEW = "registration.second_review"
    REGISTRATION_REVIEW = "registration.review_many"
    REGISTRATION_REVEAL = "registration.reveal"
    CONSENT_SAY = "consent.say"
    CONSENT_READ = "consent.read"
    RETENTION_READ = "retention.read"
    RETENTION_ERASE = "retention.erase"
    COMPLIANCE_READ = "compliance.read"
    COMPLIANCE_MAKE = "compliance.make"
    CORRECTION_READ = "correction.read"
    CORRECTION_ASK = "correction.ask"
    CORRECTION_ANSWER = "correction.answer"

    EXAM_READ = "exam.read"
    EXAM_ARRANGE = "exam.arrange"
    EXAM_MARK = "exam.mark"
    EXAM_RECHECK = "exam.recheck"
    RECHECK_READ = "recheck.read"
    CUTOFF_READ = "cutoff.read"
    CUTOFF_PLACES = "cutoff.split_places"
    CUTOFF_PROPOSE = "cutoff.propose"
    CUTOFF_CONFIRM = "cutoff.confirm"
    CUTOFF_WEIGH = "cutoff.weigh"

    INTERVIEW_READ = "interview.read"
    INTERVIEW_ARRANGE = "interview.arrange"
    INTERVIEW_SCORE = "interview.score"
    INTERVIEW_DECIDE = "interview.decide"
    INTERVIEW_JUDGE = "interview.judge"
    INTERVIEW_PANEL = "interview.panel"
    INTERVIEW_ROUND = "interview.round"
    PLACE_READ = "place.read"
    PLACE_ACCEPT = "place.accept"

    PAIRING_READ = "pairing.read"
    PAIRING_EXPLAIN = "pairing.explain"
    PAIRING_PROPOSE = "pairing.propose"
    PAIRING_CONFIRM = "pairing.confirm"
    PAIRING_FILE = "pairing.file"
    MEETING_ARRANGE = "meeting.arrange"
    MEETING_READ = "meeting.read"
    SELECTION_OVERSEE = "selection.oversee"

    TRAINING_READ = "training.read"
    BOARD_READ = "board.read"
    FILE_ARCHIVE = "file.archive"
    TRAINING_PLAN = "training.plan"
    TRAINING_PLAN_CONFIRM = "training.confirm_plan"
    TRAINING_PLAN_AGREE = "training.agree_plan"
    SESSION_RECORD = "session.record"
    SESSION_CHECK_IN = "session.check_in"
    TEAM_READ = "team.read"
    TEAM_LEAVE = "team.leave"
    FEEDBACK_READ = "feedback.read"
    FEEDBACK_WRITE = "feedback.write"
    FEEDBACK_SUMS = "feedback.sums"
    GROWTH_READ = "growth.read"
    GROWTH_WRITE = "growth.write"
    GROWTH_REVIEW = "growth.review"
    ENROLMENT_LEAVE = "enrolment.leave"
    ENROLMENT_GUIDE = "enrolment.guide"
    PLACE_CHANGE_READ = "place_change.read"
    PLACE_CHANGE_PROPOSE = "place_change.propose"
    PLACE_CHANGE_CONFIRM = "place_change.confirm"
    CONTACT_READ = "contact.read"
    CONTACT_WRITE = "contact.write"
    CONTACT_ESCALATE = "contact.escalate"
    CONTACT_ANSWER = "contact.answer"
    CONTACT_RAISE = "contact.raise"
    CONTACT_ANSWER_REGION = "contact.answer_region"

    LESSON_READ = "lesson.read"
    LESSON_RECORD = "lesson.record"
    LESSON_CONFIRM = "lesson.confirm"
    LESSON_HOURS = "lesson.hours"
    ACTIVITY_READ = "activity.read"
    ACTIVITY_ORGANISE = "activity.organise"
    ACTIVITY_PUT_FORWARD = "activity.put_forward"
    ACTIVITY_CHOOSE = "activity.choose"
    ACTIVITY_WISH = "activity.wish"
    ACTIVITY_CONSENT = "activity.consent"

    EVALUATION_READ = "evaluation.read"
    EVALUATION_INITIAL = "evaluation.initial"
    EVALUATION_MIDTERM = "evaluation.midterm"
    EVALUATION_MIDTERM_CONFIRM = "evaluation.confirm_midterm"
    EVALUATION_OBJECT = "evaluation.object"
    MIDTERM_ARRANGE = "midterm_session.arrange"
    MIDTERM_SLIDES = "midterm_session.put_slides"
    MIDTERM_SUM = "midterm_summary.hand_in"
    PROBLEM_RAISE = "midterm_problem.raise"
    PROBLEM_SOLVE = "midterm_problem.solve"
    EVALUATION_FILE = "evaluation.file"
    EVALUATION_DOSSIER = "evaluation.dossier"
    EVALUATION_MENTOR = "evaluation.mentor"
    EVALUATION_CITY = "evaluation.city"
    PANEL_ASSIGN = "panel.assign"
    PANEL_SCORE = "panel.score"
    PANEL_COMPARE = "panel.compare"
    EVALUATION_ASSIGN = "evaluation.assign"
    EVALUATION_SCORE = "evaluation.score"
    EVALUATION_GRADE = "evaluation.grade"
    EVALUATION_COMPARE = "evaluation.compare"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_ISSUE = "certificate.issue"

    SUMMARY_READ = "summary.read"
    SUMMARY_NUMBERS = "summary.numbers"
    SUMMARY_WRITE = "summary.write"
    SUMMARY_ACCEPT = "summary.accept"
    APPRAISAL_READ = "appraisal.read"
    APPRAISAL_WRITE = "appraisal.write"
    APPRAISAL_DECIDE = "appraisal.decide"
    APPRAISAL_ANSWER = "appraisal.answer"
    SUPERVISION_READ = "supervision.read"
    SUPERVISION_WRITE = "supervision.write"
    FINDING_ANSWER = "finding.answer"
    FINDING_ACCEPT = "finding.accept"
    CASE_READ = "model_case.read"
    CASE_CONSENT = "model_case.consent"
    CASE_PUBLISH = "model_case.publish"
    TRACKING_READ = "tracking.read"
    TRACKING_WRITE = "tracking.write"
    ALUMNI_READ = "alumni.read"
    ALUMNI_CONSENT = "alumni.consent"
    ALUMNI_ACTIVITY_READ = "alumni.read_activity"
    ALUMNI_INVITE = "alumni.invite"
    ALUMNI_ANSWER = "alumni.answer"

    OUTBOX_READ = "outbox.read"
    OUTBOX_WRITE = "outbox.write"
    OUTBOX_RELEASE = "outbox.release"
    CHANNEL_MANAGE = "channel.manage"

    TRAIL_COUNTERSIGN = "trail.countersign"
    TRAIL_SEAL = "trail.seal"
    RECEIPT_READ = "receipt.read"


P = Permission
STUDENT_SIDE = frozenset({R.STUDENT, R.GUARDIAN})
CITY_SIDE = OVERSIGHT | {R.CITY_OFFICE}
UNITS_SIDE = CITY_SIDE | {R.UNIVERSITY, R.SCHOOL}
CHAIN = STUDENT_SIDE | TEAM | {R.GUIDE_TEACHER, R.SCHOOL, R.CITY_OFFICE}
RECORD_SIDE = UNITS_SIDE | TEAM | STUDENT_SIDE | {R.GUIDE_TEACHER}

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
