"""Consultations of a panel: questions, whom they went to, answers, strata."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0018_consult_the_panel"
down_revision = "0017_vote_in_class"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "consultation",
        sa.Column("id", _number(), nullable=False),
        sa.Column("panel_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("introduction", sa.JSON(), nullable=False),
        sa.Column("questionnaire", sa.JSON(), nullable=False),
        sa.Column("version", _number(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="consultationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("opens_at", _moment(), nullable=True),
        sa.Column("closes_at", _moment(), nullable=False),
        sa.Column("closed_early_because", sa.JSON(), nullable=True),
        sa.Column("asked", _number(), nullable=False),
        sa.Column("reminders", _number(), nullable=False),
        sa.Column("reminded_at", _moment(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("answered_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_consultation_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint(
            "panel_id", "number", name=op.f("uq_consultation_panel_id_number")
        ),
    )
    op.create_table(
        "consultation_task",
        sa.Column("id", _number(), nullable=False),
        sa.Column("consultation_id", _number(), nullable=False),
        sa.Column("seat_id", _number(), nullable=False),
        sa.Column("link_key", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_task_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_consultation_task_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_task")),
        sa.UniqueConstraint(
            "consultation_id",
            "seat_id",
            name=op.f("uq_consultation_task_consultation_id_seat_id"),
        ),
        sa.UniqueConstraint("link_key", name=op.f("uq_consultation_task_link_key")),
    )
    op.create_index(
        op.f("ix_consultation_task_seat_id"), "consultation_task", ["seat_id"]
    )
    for table, *columns in (
        (
            "consultation_answers",
            sa.Column("sent", sa.JSON(), nullable=True),
            sa.Column("draft", sa.JSON(), nullable=True),
        ),
        (
            "consultation_strata",
            sa.Column("said", sa.LargeBinary(), nullable=False),
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", _number(), nullable=False),
            sa.Column("consultation_id", _number(), nullable=False),
            sa.Column("key", sa.String(length=64), nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["consultation_id"],
                ["consultation.id"],
                name=op.f(f"fk_{table}_consultation_id"),
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
        )
        op.create_index(
            op.f(f"ix_{table}_consultation_id"), table, ["consultation_id"]
        )


def downgrade() -> None:
    """Take back."""
    op.drop_table("consultation_strata")
    op.drop_table("consultation_answers")
    op.drop_table("consultation_task")
    op.drop_table("consultation")
