"""Mailings: batches of letters, and which code belongs to which."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0012_print_letters"
down_revision = "0011_keep_turnout"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "letter_batch",
        sa.Column("id", _number(), nullable=False),
        sa.Column("round_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pdf", "csv", name="letterkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("instead_of", _number(), nullable=True),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("letters", _number(), nullable=False),
        sa.Column("finished_at", _moment(), nullable=True),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_letter_batch_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batch")),
        sa.UniqueConstraint(
            "round_id", "number", name=op.f("uq_letter_batch_round_id_number")
        ),
        sa.UniqueConstraint(
            "round_id", "form_key", name=op.f("uq_letter_batch_round_id_form_key")
        ),
    )
    with op.batch_alter_table("roll_code") as batch_op:
        batch_op.add_column(sa.Column("batch_id", _number(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "after_vote", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
        batch_op.create_foreign_key(
            op.f("fk_roll_code_batch_id"),
            "letter_batch",
            ["batch_id"],
            ["id"],
        )
        batch_op.create_index(op.f("ix_roll_code_batch_id"), ["batch_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("roll_code") as batch_op:
        batch_op.drop_index(op.f("ix_roll_code_batch_id"))
        batch_op.drop_constraint(
            op.f("fk_roll_code_batch_id"), type_="foreignkey"
        )
        batch_op.drop_column("after_vote")
        batch_op.drop_column("batch_id")
    op.drop_table("letter_batch")
