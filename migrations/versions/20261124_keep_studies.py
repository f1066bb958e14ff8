"""What is worked out from a result for its pages: the other rules, and who paid."""

import sqlalchemy as sa
from alembic import op

revision = "0004_keep_studies"
down_revision = "0003_lay_the_queue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "study",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "result_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_study_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("result_id", name=op.f("uq_study_result_id")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("study")
