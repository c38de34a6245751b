"""Certificates can be revoked and replaced and carry a signature (P26); the final has a seed and a round to calibrate (P25)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0032_judging"
down_revision = "0031_reminders"


def upgrade() -> None:
    op.create_table(
        "paper_keys",
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_paper_keys")),
    )
    for name, length in (("signature", 1500), ("revoked_reason", 500)):
        op.add_column("certificates", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        op.alter_column("certificates", name, server_default=None)
    op.add_column("certificates", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("certificates", sa.Column("revoked_by", sa.Uuid(), nullable=True))
    op.add_column("certificates", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_certificates_revoked_by"), "certificates", "accounts", ["revoked_by"], ["id"])
    op.create_foreign_key(op.f("fk_certificates_replaces_id"), "certificates", "certificates", ["replaces_id"], ["id"])
    op.create_unique_constraint(op.f("uq_certificates_replaces_id"), "certificates", ["replaces_id"])
    op.create_check_constraint(
        op.f("ck_certificates_revoked_with_reason"), "certificates", "(revoked_at IS NULL) = (revoked_reason = '')"
    )
    op.drop_constraint(op.f("uq_certificates_enrolment_id"), "certificates", type_="unique")
    op.create_index("ix_certificates_enrolment_id", "certificates", ["enrolment_id"], unique=False)
    op.create_index(
        "uq_certificates_valid_enrolment_id",
        "certificates",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "final_rounds",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_final_rounds_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_rounds")),
        sa.UniqueConstraint("cycle_id", "subject", name=op.f("uq_final_rounds_cycle_id_subject")),
    )
    op.execute(audit.guard("final_rounds"))
    op.add_column(
        "final_sheets", sa.Column("calibration", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.alter_column("final_sheets", "calibration", server_default=None)
    op.create_table(
        "work_texts",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("annual_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("prints", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["annual_id"], ["annual_evaluations.id"], name=op.f("fk_work_texts_annual_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_work_texts_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_work_texts")),
    )
    op.create_index(op.f("ix_work_texts_annual_id"), "work_texts", ["annual_id"], unique=False)
    op.create_index("ix_work_texts_prints", "work_texts", ["prints"], unique=False, postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("work_texts")
    op.drop_column("final_sheets", "calibration")
    op.drop_table("final_rounds")
    op.drop_index("uq_certificates_valid_enrolment_id", table_name="certificates")
    op.drop_index("ix_certificates_enrolment_id", table_name="certificates")
    op.create_unique_constraint("uq_certificates_enrolment_id", "certificates", ["enrolment_id"])
    op.drop_constraint(op.f("ck_certificates_revoked_with_reason"), "certificates", type_="check")
    for name in ("replaces_id", "revoked_by", "revoked_at", "revoked_reason", "signature"):
        op.drop_column("certificates", name)
    op.drop_table("paper_keys")
