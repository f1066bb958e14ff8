"""Questions to a counted round with their answers, and how close its projects were."""

import sqlalchemy as sa
from alembic import op

revision = "0005_keep_scenarios"
down_revision = "0004_keep_studies"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "scenario",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("result_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_scenario_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_scenario_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("key", name=op.f("uq_scenario_key")),
    )
    op.create_index("ix_scenario_round_id", "scenario", ["round_id", "id"])
    op.create_table(
        "result_distances",
        sa.Column("result_id", NUMBER, nullable=False),
        sa.Column("distances", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_result_distances_result_id")
        ),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_result_distances")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("result_distances")
    op.drop_index("ix_scenario_round_id", table_name="scenario")
    op.drop_table("scenario")
