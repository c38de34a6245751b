"""Ties with effects, lotteries, lines released by two people; marks of parts; the sex that an identity number says."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0018_cutoffs_released"
down_revision = "0017_pairing_explained"


def upgrade() -> None:
    op.add_column("registrations", sa.Column("sex", sa.String(length=6), nullable=True))
    op.create_check_constraint(op.f("ck_registrations_sex"), "registrations", "sex IN ('female', 'male')")
    op.add_column("seats", sa.Column("parts", postgresql.JSONB(), nullable=True))
    op.add_column("seats", sa.Column("second_parts", postgresql.JSONB(), nullable=True))
    op.add_column("cutoffs", sa.Column("ties", sa.String(length=20), nullable=False, server_default="all_in"))
    op.add_column("cutoffs", sa.Column("draw_source", sa.String(length=500), nullable=False, server_default=""))
    op.alter_column("cutoffs", "ties", server_default=None)
    op.alter_column("cutoffs", "draw_source", server_default=None)
    op.add_column("cutoffs", sa.Column("draws_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cutoffs", sa.Column("draw_value", sa.String(length=500), nullable=True))
    op.add_column("cutoffs", sa.Column("confirmed_by", sa.Uuid(), nullable=True))
    op.add_column("cutoffs", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cutoffs", sa.Column("released_by", sa.Uuid(), nullable=True))
    op.drop_constraint(op.f("ck_cutoffs_state"), "cutoffs")
    # A line confirmed before there was a release had been told to everybody at once.
    op.execute("ALTER TABLE cutoffs DISABLE TRIGGER USER")
    op.execute("UPDATE cutoffs SET state = 'released', released_at = confirmed_at WHERE state = 'confirmed'")
    op.execute("ALTER TABLE cutoffs ENABLE TRIGGER USER")
    op.create_check_constraint(op.f("ck_cutoffs_state"), "cutoffs", "state IN ('proposed', 'confirmed', 'released')")
    op.create_check_constraint(
        op.f("ck_cutoffs_ties"), "cutoffs", "ties IN ('all_in', 'returning_first', 'ladder', 'lottery')"
    )
    op.create_check_constraint(op.f("ck_cutoffs_two_people"), "cutoffs", "released_by <> confirmed_by")
    op.create_check_constraint(
        op.f("ck_cutoffs_drawn_from_a_source"), "cutoffs", "draw_value IS NULL OR draw_source <> ''"
    )
    for column in ("confirmed_by", "released_by"):
        op.create_foreign_key(op.f(f"fk_cutoffs_{column}"), "cutoffs", "accounts", [column], ["id"])
    op.create_table(
        "cutoff_lots",
        sa.Column("cutoff_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("lot", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cutoff_id"], ["cutoffs.id"], name=op.f("fk_cutoff_lots_cutoff_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_cutoff_lots_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cutoff_lots")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_cutoff_lots_registration_id")),
        sa.UniqueConstraint("cutoff_id", "lot", name=op.f("uq_cutoff_lots_cutoff_id_lot")),
    )
    op.create_index(op.f("ix_cutoff_lots_cutoff_id"), "cutoff_lots", ["cutoff_id"])
    op.execute(audit.guard("cutoff_lots"))


def downgrade() -> None:
    op.drop_table("cutoff_lots")
    for column in ("confirmed_by", "released_by"):
        op.drop_constraint(op.f(f"fk_cutoffs_{column}"), "cutoffs")
    for name in ("drawn_from_a_source", "two_people", "ties", "state"):
        op.drop_constraint(op.f(f"ck_cutoffs_{name}"), "cutoffs")
    op.execute("ALTER TABLE cutoffs DISABLE TRIGGER USER")
    op.execute("UPDATE cutoffs SET state = 'confirmed' WHERE state = 'released'")
    op.execute("ALTER TABLE cutoffs ENABLE TRIGGER USER")
    op.create_check_constraint(op.f("ck_cutoffs_state"), "cutoffs", "state IN ('proposed', 'confirmed')")
    for column in ("released_by", "released_at", "confirmed_by", "draw_value", "draws_at", "draw_source", "ties"):
        op.drop_column("cutoffs", column)
    op.drop_column("seats", "second_parts")
    op.drop_column("seats", "parts")
    op.drop_constraint(op.f("ck_registrations_sex"), "registrations")
    op.drop_column("registrations", "sex")
