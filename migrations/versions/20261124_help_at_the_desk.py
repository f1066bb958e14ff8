"""Assisted sessions at service points, and the passes that belong to them."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0016_help_at_the_desk"
down_revision = "0015_seat_a_panel"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assisted_session",
        sa.Column("id", _number(), nullable=False),
        sa.Column("round_id", _number(), nullable=False),
        sa.Column("official_id", _number(), nullable=True),
        sa.Column("desk", sa.String(length=120), nullable=False),
        sa.Column("began_at", _moment(), nullable=False),
        sa.Column("ends_at", _moment(), nullable=False),
        sa.Column("has_cast", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column(
            "ended_how",
            sa.Enum(
                "here",
                "official",
                "time",
                "elsewhere",
                name="ending",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_assisted_session_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"],
            ["account.id"],
            name=op.f("fk_assisted_session_official_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assisted_session")),
    )
    op.create_index(
        op.f("ix_assisted_session_round_id"), "assisted_session", ["round_id"]
    )
    op.create_index(
        "uq_assisted_session_running",
        "assisted_session",
        ["official_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    with op.batch_alter_table("booth_pass") as batch_op:
        batch_op.add_column(sa.Column("assisted_id", _number(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_booth_pass_assisted_id"), "assisted_session", ["assisted_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_booth_pass_assisted_id"), ["assisted_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("booth_pass") as batch_op:
        batch_op.drop_index(op.f("ix_booth_pass_assisted_id"))
        batch_op.drop_constraint(op.f("fk_booth_pass_assisted_id"), type_="foreignkey")
        batch_op.drop_column("assisted_id")
    op.drop_table("assisted_session")
