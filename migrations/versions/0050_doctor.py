"""Whether the data hold together is asked by the clock, and kept beside backups and drills."""

from alembic import op

revision = "0050_doctor"
down_revision = "0049_consent"

KIND = "ck_upkeep_runs_kind"


def upgrade() -> None:
    op.drop_constraint(op.f(KIND), "upkeep_runs", type_="check")
    op.create_check_constraint(op.f(KIND), "upkeep_runs", "kind IN ('backup', 'drill', 'chain', 'doctor')")


def downgrade() -> None:
    op.execute("DELETE FROM upkeep_runs WHERE kind = 'doctor'")
    op.drop_constraint(op.f(KIND), "upkeep_runs", type_="check")
    op.create_check_constraint(op.f(KIND), "upkeep_runs", "kind IN ('backup', 'drill', 'chain')")
