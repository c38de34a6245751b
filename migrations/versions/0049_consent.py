"""Packs of the yearly audit of minors' data; the texts that were agreed to, and words to a text that changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0049_consent"
down_revision = "0048_drawn_works"


def upgrade() -> None:
    op.create_table(
        "compliance_audits",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_compliance_audits_file_id_files")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_compliance_audits_made_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_audits")),
    )
    op.create_index(op.f("ix_compliance_audits_year"), "compliance_audits", ["year"])
    op.execute(audit.guard("compliance_audits"))
    op.create_table(
        "consent_texts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_texts")),
    )
    op.add_column("consents", sa.Column("text_digest", sa.String(length=64), nullable=True))
    op.create_foreign_key(
        op.f("fk_consents_text_digest_consent_texts"), "consents", "consent_texts", ["text_digest"], ["digest"]
    )
    # The texts of the years as they stand; whoever agreed to this version agreed to these words.
    op.execute(
        """
        INSERT INTO consent_texts (digest, version, zh, en, first_at)
        SELECT DISTINCT ON (1) encode(sha256(convert_to(
            concat_ws(E'\n', t ->> 'version', t ->> 'zh', t ->> 'en'), 'UTF8')), 'hex'),
            t ->> 'version', t ->> 'zh', t ->> 'en', now()
        FROM (SELECT plan #> '{consents,participation}' AS t FROM cycles) AS texts WHERE t ->> 'zh' IS NOT NULL
        """
    )
    op.execute("ALTER TABLE consents DISABLE TRIGGER audit_required")
    op.execute(
        """
        UPDATE consents k SET text_digest = x.digest FROM registrations r JOIN cycles c ON c.id = r.cycle_id
        JOIN consent_texts x ON x.version = c.plan #>> '{consents,participation,version}'
            AND x.zh = c.plan #>> '{consents,participation,zh}' AND x.en = c.plan #>> '{consents,participation,en}'
        WHERE r.id = k.registration_id AND k.given_at IS NOT NULL AND k.text_version = x.version
        """
    )
    op.execute("ALTER TABLE consents ENABLE TRIGGER audit_required")
    op.create_table(
        "consent_revisions",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("changes_zh", sa.String(), nullable=False),
        sa.Column("changes_en", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_consent_revisions_cycle_id_cycles")),
        sa.ForeignKeyConstraint(
            ["released_by"], ["accounts.id"], name=op.f("fk_consent_revisions_released_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_revisions")),
        sa.UniqueConstraint("cycle_id", "text_version", name=op.f("uq_consent_revisions_cycle_id_text_version")),
    )
    op.execute(audit.guard("consent_revisions"))
    op.create_table(
        "consent_words",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision IN ('given', 'refused')", name=op.f("ck_consent_words_decision")),
        sa.CheckConstraint("side IN ('student', 'guardian')", name=op.f("ck_consent_words_side")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_consent_words_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_consent_words_registration_id_registrations")
        ),
        sa.ForeignKeyConstraint(
            ["text_digest"], ["consent_texts.digest"], name=op.f("fk_consent_words_text_digest_consent_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_words")),
    )
    op.create_index("ix_consent_words_registration", "consent_words", ["registration_id", "side", "text_version"])
    op.execute(audit.guard("consent_words"))


def downgrade() -> None:
    op.drop_table("consent_words")
    op.drop_table("consent_revisions")
    op.drop_column("consents", "text_digest")
    op.drop_table("consent_texts")
    op.drop_table("compliance_audits")
