"""Guardians and panellists of one name whom the office has found to be two people."""

import sqlalchemy as sa
from alembic import op

from miaopu.core import audit

revision = "0026_namesakes"
down_revision = "0025_seats_with_room"


def upgrade() -> None:
    op.create_table(
        "cleared_namesakes",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("cleared_by", sa.Uuid(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_cleared_namesakes_registration_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cleared_namesakes_account_id")),
        sa.ForeignKeyConstraint(["cleared_by"], ["accounts.id"], name=op.f("fk_cleared_namesakes_cleared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleared_namesakes")),
        sa.UniqueConstraint(
            "registration_id", "account_id", name=op.f("uq_cleared_namesakes_registration_id_account_id")
        ),
    )
    op.execute(audit.guard("cleared_namesakes"))


def downgrade() -> None:
    op.drop_table("cleared_namesakes")
