"""The turnout of a day, as it was published."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0011_keep_turnout"
down_revision = "0010_count_paper"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "turnout_tables",
        sa.Column("id", _number(), nullable=False),
        sa.Column("round_id", _number(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("taken_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_turnout_tables_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turnout_tables")),
        sa.UniqueConstraint(
            "round_id", "day", "final", name=op.f("uq_turnout_tables_round_id_day_final")
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("turnout_tables")
