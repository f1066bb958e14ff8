"""Keep the ballots of a count packed beside it, and what is studied before a count."""

import sqlalchemy as sa
from alembic import op

revision = "0009_keep_counted_ballots"
down_revision = "0008_read_a_register"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "counted_ballots",
        sa.Column("result_id", NUMBER, nullable=False),
        sa.Column("ballots", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_counted_ballots_result_id")
        ),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_counted_ballots")),
    )
    op.create_table(
        "early_study",
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("manifest_id", NUMBER, nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["manifest_id"], ["manifest.id"], name=op.f("fk_early_study_manifest_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_early_study_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_early_study")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("early_study")
    op.drop_table("counted_ballots")
