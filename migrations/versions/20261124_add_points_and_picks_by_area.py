"""Ballots on which points are given, and a least and a most number of picks by area."""

import sqlalchemy as sa
from alembic import op

revision = "0006_points_and_picks"
down_revision = "0005_keep_scenarios"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = {"round": ("points", "most_points"), "area": ("min_picks", "max_picks")}


def upgrade() -> None:
    """Apply."""
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, NUMBER, nullable=True))


def downgrade() -> None:
    """Take back."""
    for table, names in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)
