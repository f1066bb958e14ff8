"""Count votes on paper: batches, cards, envelopes, and the rule beside voting online."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0010_count_paper"
down_revision = "0009_keep_counted_ballots"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = core.db.UtcDateTime(timezone=True)
TABLES = (
    "paper_envelope",
    "paper_card",
    "paper_total",
    "paper_difference",
    "paper_batch",
    "paper_duty",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "paper_duty",
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column(
            "duty",
            sa.Enum("envelopes", "cards", name="duty", native_enum=False, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_paper_duty_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_duty_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_paper_duty")),
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="batchstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("issued", NUMBER, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("returned", NUMBER, nullable=True),
        sa.Column("spoiled", NUMBER, nullable=True),
        sa.Column("missing", NUMBER, nullable=True),
        sa.Column("counted_valid", NUMBER, nullable=True),
        sa.Column("counted_blank", NUMBER, nullable=True),
        sa.Column("counted_spoiled", NUMBER, nullable=True),
        sa.Column("counted_not_on_roll", NUMBER, nullable=True),
        sa.Column("counted_twice", NUMBER, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_paper_batch_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_batch_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint(
            "round_id", "number", name=op.f("uq_paper_batch_round_id_number")
        ),
    )
    op.create_table(
        "paper_difference",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("first_by", NUMBER, nullable=True),
        sa.Column("second_by", NUMBER, nullable=True),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_paper_difference_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["first_by"],
            ["account.id"],
            name=op.f("fk_paper_difference_first_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_difference_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by"],
            ["account.id"],
            name=op.f("fk_paper_difference_second_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_difference")),
    )
    op.create_index(
        "ix_paper_difference_round_id", "paper_difference", ["round_id"], unique=False
    )
    op.create_table(
        "paper_total",
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=False),
        sa.Column("envelopes", NUMBER, nullable=False),
        sa.Column("valid", NUMBER, nullable=False),
        sa.Column("blank", NUMBER, nullable=False),
        sa.Column("spoiled", NUMBER, nullable=False),
        sa.Column("not_on_roll", NUMBER, nullable=False),
        sa.Column("twice", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_paper_total_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_total_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "area_id", name=op.f("pk_paper_total")),
    )
    op.create_table(
        "paper_card",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("serial", sa.String(length=12), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "entered",
                "disputed",
                "valid",
                "blank",
                "spoiled",
                "not_on_roll",
                "twice",
                name="cardstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("first_by", NUMBER, nullable=True),
        sa.Column("first_entry", sa.JSON(), nullable=True),
        sa.Column("second_by", NUMBER, nullable=True),
        sa.Column("second_entry", sa.JSON(), nullable=True),
        sa.Column("counted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("choices", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("fault", sa.String(length=40), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_card_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["first_by"],
            ["account.id"],
            name=op.f("fk_paper_card_first_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_card_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_by"],
            ["account.id"],
            name=op.f("fk_paper_card_second_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_card")),
        sa.UniqueConstraint(
            "batch_id", "place", name=op.f("uq_paper_card_batch_id_place")
        ),
        sa.UniqueConstraint(
            "round_id", "serial", name=op.f("uq_paper_card_round_id_serial")
        ),
    )
    op.create_table(
        "paper_envelope",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "accepted",
                "not_on_roll",
                "twice",
                name="envelopestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("voter_id", NUMBER, nullable=True),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("channel_before", sa.String(length=20), nullable=True),
        sa.Column("hour_before", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_paper_envelope_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"],
            ["voter.id"],
            name=op.f("fk_paper_envelope_voter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_envelope")),
        sa.UniqueConstraint(
            "round_id", "key", name=op.f("uq_paper_envelope_round_id_key")
        ),
        sa.UniqueConstraint("voter_id", name=op.f("uq_paper_envelope_voter_id")),
    )
    op.add_column(
        "round",
        sa.Column(
            "paper",
            sa.Enum(
                "none",
                "replaces",
                "yields",
                name="paperrule",
                native_enum=False,
                length=32,
            ),
            server_default="none",
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("paper")
