"""Where projects and proposals are, and the outlines of areas."""

import sqlalchemy as sa
from alembic import op

revision = "0014_put_projects_on_the_map"
down_revision = "0013_watch_for_anomalies"
branch_labels = None
depends_on = None

PLACED = ("project", "proposal")


def upgrade() -> None:
    """Apply."""
    for table in PLACED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("latitude", sa.Double(), nullable=True))
            batch.add_column(sa.Column("longitude", sa.Double(), nullable=True))
            batch.create_check_constraint(
                op.f(f"ck_{table}_whole_place"),
                "(latitude IS NULL) = (longitude IS NULL)",
            )
    op.add_column(
        "area", sa.Column("outline", sa.JSON(), nullable=False, server_default="[]")
    )
    with op.batch_alter_table("area") as batch:
        batch.alter_column("outline", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("area") as batch:
        batch.drop_column("outline")
    for table in PLACED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_whole_place"), type_="check")
            batch.drop_column("longitude")
            batch.drop_column("latitude")
