"""Where casts come from, until the sealing, and what two officials make of it."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0013_watch_for_anomalies"
down_revision = "0012_print_letters"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def _id() -> sa.Column:
    return sa.Column("id", _number(), nullable=False)


def _round() -> sa.Column:
    return sa.Column("round_id", _number(), nullable=False)


def _to_round(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["round_id"], ["round.id"], name=op.f(f"fk_{table}_round_id")
    )


def _to_voter(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["voter_id"],
        ["voter.id"],
        name=op.f(f"fk_{table}_voter_id"),
        ondelete="CASCADE",
    )


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "voter",
        sa.Column("excluded", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "cast_source",
        sa.Column("voter_id", _number(), nullable=False),
        _round(),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        _to_round("cast_source"),
        _to_voter("cast_source"),
        sa.PrimaryKeyConstraint("voter_id", name=op.f("pk_cast_source")),
    )
    op.create_index(op.f("ix_cast_source_round_id"), "cast_source", ["round_id"])
    op.create_table(
        "refused_try",
        _id(),
        _round(),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("tries", _number(), nullable=False),
        _to_round("refused_try"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_try")),
        sa.UniqueConstraint(
            "round_id", "source", "at", name=op.f("uq_refused_try_round_id_source_at")
        ),
    )
    op.create_table(
        "known_source",
        _id(),
        _round(),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        _to_round("known_source"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_source")),
        sa.UniqueConstraint(
            "round_id", "network", name=op.f("uq_known_source_round_id_network")
        ),
    )
    op.create_table(
        "anomaly_decision",
        _id(),
        _round(),
        sa.Column("sign", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "verdict", _words("verdict", "nothing_wrong", "exclude"), nullable=False
        ),
        sa.Column(
            "ground",
            _words("ground", "machine", "several_accounts", "guessed_codes", "other"),
            nullable=True,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            _words("decisionstate", "proposed", "confirmed", "rejected"),
            nullable=False,
        ),
        sa.Column("proposed_by", _number(), nullable=True),
        sa.Column("proposed_at", _moment(), nullable=False),
        sa.Column("decided_by", _number(), nullable=True),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("people", _number(), nullable=True),
        sa.Column("ballots", _number(), nullable=True),
        _to_round("anomaly_decision"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["account.id"],
                name=op.f(f"fk_anomaly_decision_{column}"),
                ondelete="SET NULL",
            )
            for column in ("proposed_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_decision")),
    )
    op.create_index(
        op.f("ix_anomaly_decision_round_id"), "anomaly_decision", ["round_id"]
    )
    op.create_table(
        "anomaly_voter",
        sa.Column("decision_id", _number(), nullable=False),
        sa.Column("voter_id", _number(), nullable=False),
        _round(),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["anomaly_decision.id"],
            name=op.f("fk_anomaly_voter_decision_id"),
            ondelete="CASCADE",
        ),
        _to_round("anomaly_voter"),
        _to_voter("anomaly_voter"),
        sa.PrimaryKeyConstraint(
            "decision_id", "voter_id", name=op.f("pk_anomaly_voter")
        ),
    )
    for column in ("round_id", "voter_id"):
        op.create_index(op.f(f"ix_anomaly_voter_{column}"), "anomaly_voter", [column])


def downgrade() -> None:
    """Take back."""
    for table in (
        "anomaly_voter",
        "anomaly_decision",
        "known_source",
        "refused_try",
        "cast_source",
    ):
        op.drop_table(table)
    with op.batch_alter_table("voter") as batch_op:
        batch_op.drop_column("excluded")
