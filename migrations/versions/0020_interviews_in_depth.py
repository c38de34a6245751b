"""Rounds of interviews with seeds and two people, conflicts of interest, locked sheets, places for the reserve."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from miaopu.core import audit

revision = "0020_interviews_in_depth"
down_revision = "0019_rechecks"


def _column(table: str, column: sa.Column[object], default: str) -> None:
    """A column that nobody may leave out, also for the rows that are there."""
    column.server_default = sa.DefaultClause(sa.text(default))
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def upgrade() -> None:
    _column("panels", sa.Column("room", sa.String(length=60), nullable=False), "''")
    _column("panels", sa.Column("breaks", postgresql.JSONB(), nullable=False), "'[]'")
    op.add_column("slots", sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))
    _column("score_sheets", sa.Column("extras", postgresql.JSONB(), nullable=False), "'{}'")
    _column("score_sheets", sa.Column("far_off", sa.Boolean(), nullable=False), "false")
    _column("score_sheets", sa.Column("locked", sa.Boolean(), nullable=False), "true")
    op.add_column("consents", sa.Column("phone_index", sa.String(length=64), nullable=True))
    op.add_column("interview_results", sa.Column("raw", sa.Numeric(precision=7, scale=4), nullable=True))
    op.execute("ALTER TABLE interview_results DISABLE TRIGGER USER")
    op.execute("UPDATE interview_results SET raw = interview")
    op.execute("ALTER TABLE interview_results ENABLE TRIGGER USER")
    op.alter_column("interview_results", "raw", nullable=False)
    _rounds()
    op.create_table(
        "declared_conflicts",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_declared_conflicts_registration_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_declared_conflicts_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_conflicts")),
        sa.UniqueConstraint(
            "registration_id", "account_id", name=op.f("uq_declared_conflicts_registration_id_account_id")
        ),
    )
    op.create_table(
        "place_offers",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'lapsed')", name=op.f("ck_place_offers_state")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["interview_rounds.id"], name=op.f("fk_place_offers_round_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_place_offers_registration_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_place_offers_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_offers")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_place_offers_registration_id")),
    )
    op.create_index(op.f("ix_place_offers_cycle_id"), "place_offers", ["cycle_id"])
    op.create_index("ix_place_offers_round_id", "place_offers", ["round_id"])
    for table in ("interview_rounds", "declared_conflicts", "place_offers"):
        op.execute(audit.guard(table))


def _rounds() -> None:
    op.create_table(
        "interview_rounds",
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("lots", sa.String(length=64), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('arranging', 'proposed', 'released')", name=op.f("ck_interview_rounds_state")),
        sa.CheckConstraint("released_by <> proposed_by", name=op.f("ck_interview_rounds_two_people")),
        sa.ForeignKeyConstraint(["city_id"], ["units.id"], name=op.f("fk_interview_rounds_city_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_interview_rounds_cycle_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_interview_rounds_proposed_by")),
        sa.ForeignKeyConstraint(["released_by"], ["accounts.id"], name=op.f("fk_interview_rounds_released_by")),
        sa.ForeignKeyConstraint(
            ["cycle_id", "subject"],
            ["cycle_subjects.cycle_id", "cycle_subjects.code"],
            name=op.f("fk_interview_rounds_cycle_id_subject"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_rounds")),
        sa.UniqueConstraint(
            "cycle_id", "city_id", "subject", name=op.f("uq_interview_rounds_cycle_id_city_id_subject")
        ),
    )
    op.create_index(op.f("ix_interview_rounds_cycle_id"), "interview_rounds", ["cycle_id"])
    # Interviews from before there were rounds: with results they had been told to everybody at once.
    op.execute(
        """
        INSERT INTO interview_rounds
            (id, version, cycle_id, city_id, subject, seed, state, state_since, method, places, released_at)
        SELECT gen_random_uuid(), 1, p.cycle_id, p.city_id, p.subject, md5(random()::text),
               CASE WHEN r.decided THEN 'released' ELSE 'arranging' END, now(),
               CASE WHEN r.decided THEN 'mean' END, s.places, CASE WHEN r.decided THEN now() END
        FROM (SELECT DISTINCT cycle_id, city_id, subject FROM panels) p
        LEFT JOIN subject_places s USING (cycle_id, city_id, subject)
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM interview_results i JOIN registrations g ON g.id = i.registration_id
                WHERE (g.cycle_id, g.city_id, g.subject) = (p.cycle_id, p.city_id, p.subject)
            ) AS decided
        ) r
        """
    )


def downgrade() -> None:
    for table in ("place_offers", "declared_conflicts", "interview_rounds"):
        op.drop_table(table)
    op.drop_column("interview_results", "raw")
    op.drop_column("consents", "phone_index")
    for column in ("locked", "far_off", "extras"):
        op.drop_column("score_sheets", column)
    op.drop_column("slots", "invited_at")
    op.drop_column("panels", "breaks")
    op.drop_column("panels", "room")
