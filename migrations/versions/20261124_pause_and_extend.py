"""Let an official pause a vote, or give it a later end, for a public reason."""

import sqlalchemy as sa
from alembic import op

revision = "0007_pause_and_extend"
down_revision = "0006_points_and_picks"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
GOES_ON = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.add_column("round", sa.Column("paused_at", MOMENT, nullable=True))
    op.add_column("round", sa.Column("extended_until", MOMENT, nullable=True))
    op.create_table(
        "vote_pause",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("expected_until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_vote_pause_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_pause")),
    )
    op.create_index("ix_vote_pause_round_id", "vote_pause", ["round_id"])
    op.create_index(
        "uq_vote_pause_going_on",
        "vote_pause",
        ["round_id"],
        unique=True,
        sqlite_where=GOES_ON,
        postgresql_where=GOES_ON,
    )
    op.create_table(
        "vote_extension",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("old_end", MOMENT, nullable=False),
        sa.Column("new_end", MOMENT, nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_vote_extension_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_extension")),
    )
    op.create_index("ix_vote_extension_round_id", "vote_extension", ["round_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("vote_extension")
    op.drop_table("vote_pause")
    op.drop_column("round", "extended_until")
    op.drop_column("round", "paused_at")
