"""School classes that vote together: the lesson, and the codes of its slips."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0017_vote_in_class"
down_revision = "0016_help_at_the_desk"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "class_batch",
        sa.Column("id", _number(), nullable=False),
        sa.Column("round_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("school", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("opens_at", _moment(), nullable=False),
        sa.Column("ends_at", _moment(), nullable=False),
        sa.Column("slips", _number(), nullable=False),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_class_batch_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_batch")),
        sa.UniqueConstraint(
            "round_id", "number", name=op.f("uq_class_batch_round_id_number")
        ),
        sa.UniqueConstraint(
            "round_id", "form_key", name=op.f("uq_class_batch_round_id_form_key")
        ),
    )
    op.create_table(
        "class_code",
        sa.Column("id", _number(), nullable=False),
        sa.Column("round_id", _number(), nullable=False),
        sa.Column("batch_id", _number(), nullable=False),
        sa.Column("voter_id", _number(), nullable=False),
        sa.Column("line", _number(), nullable=False),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        _flag("revoked"),
        _flag("used"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_class_code_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["class_batch.id"], name=op.f("fk_class_code_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"],
            ["voter.id"],
            name=op.f("fk_class_code_voter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_code")),
        sa.UniqueConstraint(
            "round_id", "code_key", name=op.f("uq_class_code_round_id_code_key")
        ),
    )
    op.create_index("ix_class_code_voter_id", "class_code", ["voter_id"])
    op.create_index(op.f("ix_class_code_batch_id"), "class_code", ["batch_id"])
    op.create_index(
        "uq_class_code_good",
        "class_code",
        ["voter_id"],
        unique=True,
        sqlite_where=sa.text("NOT revoked"),
        postgresql_where=sa.text("NOT revoked"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("class_code")
    op.drop_table("class_batch")
