"""What is kept about people, in one table: the page of one's own data, the public notice and the yearly audit print it.

Sources: PIPL 17 (what has to be told), 28 and 31 (minors under fourteen), 《儿童个人信息网络保护规定》 9–10,
《未成年人网络保护条例》 31–37. A test holds it against the models: no personal column stands outside.
"""

from dataclasses import dataclass
from typing import Literal

from miaopu.people.access import roles_with
from miaopu.people.permissions import Permission as P
from miaopu.people.roles import CITY_SIDE, OVERSIGHT, RECORD_SIDE, Role
from miaopu.programme.plan_personal import RetentionKind

# Until when, where it is no number of years of the plan.
Lasting = Literal["account", "results", "own_word", "trail", "technical"]
Purpose = Literal["identify", "consent", "sign_in", "select", "train", "evaluate", "follow", "answer", "account_for"]
Basis = Literal["consent", "duty", "law"]
R = Role
FAMILY = (R.STUDENT, R.GUARDIAN)


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of personal data. `columns` are where it stands in the models; words are by `code`.

    `also`: columns that tell of somebody and whose changes the trail tells in words. Where `until` is no number of
    years they stay, names with them: a result without a name is nobody's, and certificates say whose they are.
    """

    code: str
    purpose: Purpose
    basis: Basis
    until: RetentionKind | Lasting
    seen_by: tuple[Role, ...]
    columns: tuple[str, ...]
    sealed: bool = False
    also: tuple[str, ...] = ()


def _seen(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


KEPT: tuple[Kept, ...] = (
    Kept(
        "identity", "identify", "consent", "identity", roles_with(P.REGISTRATION_REVEAL),
        ("registrations.identity_sealed", "registrations.identity_index", "registrations.birth_year",
         "registrations.sex"), sealed=True,
    ),
    # A guardian's name is in clear: the rule on conflicts compares it with judges' names inside the database, and it is
    # the name of the guardian's account. No list shows it.
    Kept(
        "guardian", "consent", "law", "guardian", roles_with(P.REGISTRATION_REVEAL),
        ("consents.guardian_name", "consents.phone_sealed", "consents.phone_index", "consents.address",
         "consent_words.address", "activity_consents.address"), sealed=True,
    ),
    Kept(
        "account", "sign_in", "consent", "account", (),
        ("accounts.password_hash", "accounts.phone_sealed", "accounts.phone_index", "mail_preferences.mail_sealed",
         "mail_preferences.asked_sealed", "mail_preferences.code_hash", "second_factors.secret_sealed",
         "second_factors.last_step", "second_factors.recovery", "sign_in_challenges.secret_sealed",
         "sso_identities.subject", "sso_identities.label"), sealed=True,
        also=("accounts.login", "accounts.name", "accounts.name_key", "invitations.name"),
    ),
    Kept(
        "application", "select", "consent", "application", (*roles_with(P.REGISTRATION_READ),),
        ("registrations.interests", "registrations.motivation", "commitments.value", "commitments.salt",
         "corrections.text", "corrections.answer", "rechecks.reason", "rechecks.answer"),
        also=("registrations.rank_basis", "slots.missed_reason"),
    ),
    Kept(
        "results", "select", "duty", "results", _seen(CITY_SIDE | frozenset(FAMILY)),
        # The verdict on who may apply is what the selection rests on.
        ("registrations.receipt", "registrations.eligibility", "cutoff_lots.lot", "score_sheets.level",
         "score_sheets.level_comment", "score_sheets.comment", "score_sheets.extras", "interview_rounds.barred",
         "declared_conflicts.reason", "cleared_namesakes.reason", "pairing_rounds.inputs", "disclosures.lines",
         "disclosures.evidence", "public_records.document", "public_records.complete"),
        also=(
            "registrations.name", "registrations.name_key", "enrolments.name", "enrolments.name_key", "seats.parts",
            "seats.second_parts", "rechecks.parts", "score_sheets.scores", "score_sheets.far_off_reason",
            "annual_evaluations.report_title", "annual_evaluations.summary", "annual_evaluations.materials",
            "annual_evaluations.mentor_opinion", "annual_editions.report_title", "annual_editions.summary",
            "annual_editions.materials", "work_texts.text", "panel_sheets.scores", "panel_sheets.comment",
            "panel_sheets.recused_reason", "final_sheets.scores", "final_sheets.comment",
            "final_sheets.recused_reason", "certificates.name", "certificates.mentor_name",
            "certificates.university_name", "certificates.signature", "certificates.revoked_reason",
            "activity_consents.text", "participations.days",
        ),
    ),
    Kept(
        "growth", "train", "consent", "growth", _seen(RECORD_SIDE),
        ("growth_logs.reading", "growth_logs.discussed", "growth_logs.heard", "growth_logs.did", "growth_logs.learned",
         "growth_logs.hard", "growth_logs.next_steps", "growth_drafts.reading", "growth_drafts.discussed",
         "growth_drafts.heard", "growth_drafts.did", "growth_drafts.learned", "growth_drafts.hard",
         "growth_drafts.next_steps", "growth_drafts.photos"),
        also=("growth_logs.review",),
    ),
    Kept(
        "talk", "train", "consent", "growth", _seen(RECORD_SIDE - OVERSIGHT),
        ("contact_threads.title", "contact_posts.text", "feedback.answers", "place_changes.text",
         "place_change_voices.text", "midterm_summaries.lines"),
        also=(
            "notices.title", "notices.reason", "contact_posts.withdrawn_reason", "training_plans.topic",
            "training_plans.aims", "training_plans.steps", "training_plans.co_mentor_part",
            "training_step_progress.note", "initial_evaluations.opinions", "midterm_evaluations.opinion",
            "midterm_evaluations.judgements", "midterm_evaluations.questions", "midterm_evaluations.second_half",
            "midterm_evaluations.reason", "midterm_evaluations.objection", "midterm_problems.text",
            "midterm_problems.solution", "participations.reason", "participations.decision_reason",
            "participations.student_line", "pairs.reason",
        ),
    ),
    Kept(
        "after", "follow", "consent", "own_word", roles_with(P.TRACKING_READ),
        ("tracking_entries.kind", "tracking_entries.institution", "tracking_entries.university_id",
         "tracking_entries.field", "tracking_entries.research", "tracking_entries.note", "alumni_consents.address",
         "alumni_guests.account_id", "alumni_guests.enrolment_id", "alumni_guests.message"),
    ),
    Kept(
        "messages", "sign_in", "consent", "technical", (),
        ("outbox.sealed", "outbox_deliveries.sealed", "idempotency_keys.answer"), sealed=True,
        also=("outbox.to_name", "outbox.facts"),
    ),
    Kept(
        "objections", "answer", "duty", "application", (R.REGION_OFFICE,),
        ("objections.text", "objections.contact_sealed", "objections.contact"), sealed=True,
        also=("objections.about", "objections.answer"),
    ),
    Kept(
        "imports", "identify", "duty", "technical", (R.SCHOOL, R.CITY_OFFICE, R.UNIVERSITY),
        ("imports.problems", "imports.file_name"),
    ),
    Kept(
        "trail", "account_for", "law", "trail", _seen(CITY_SIDE), (),
        also=("audit_entries.reason", "audit_entries.changes"),
    ),
)  # fmt: skip

# Marked personal to keep them out of the trail, and nobody's data: plans, the installation's keys, robots of groups.
NOBODYS = frozenset(
    {
        "cycles.plan",
        "plan_versions.source",
        "group_channels.url_sealed",
        "group_channels.secret_sealed",
        "sso_providers.secret_sealed",
        "signing_keys.private_sealed",
        "paper_keys.private_sealed",
    }
)
