"""Personal data: erasures by two people when their time is over, and requests to put something right."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0043_personal"
down_revision = "0042_single_sign_on"


def upgrade() -> None:
    """Two audited tables."""
    op.create_table(
        "erasures",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('identity', 'guardian', 'application', 'growth')", name=op.f("ck_erasures_kind")),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_erasures_two_people")),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_erasures_confirmed")),
        sa.CheckConstraint("done_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_erasures_done")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_erasures_cycle_id_cycles")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_erasures_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name=op.f("fk_erasures_confirmed_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "uq_erasures_open", "erasures", ["cycle_id", "kind"], unique=True, postgresql_where="done_at IS NULL"
    )
    op.create_table(
        "corrections",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (granted IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_corrections_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_corrections_registration_id_registrations")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_corrections_asked_by_accounts")),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_corrections_answered_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_registration_id"), "corrections", ["registration_id"])
    for table in ("erasures", "corrections"):
        op.execute(audit.guard(table))


def downgrade() -> None:
    """Without them; what was erased stays so."""
    op.drop_table("corrections")
    op.drop_table("erasures")
