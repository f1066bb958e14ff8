"""A roll from a register: its source, its people's addresses, codes, passes, requests."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0008_read_a_register"
down_revision = "0007_pause_and_extend"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


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


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "round", sa.Column("ways", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column("voter", sa.Column("birth_year", _number(), nullable=True))
    op.add_column(
        "voter", sa.Column("extract", _number(), server_default="0", nullable=False)
    )
    op.add_column(
        "voter",
        sa.Column("by_desk", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "roll",
        _round(),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "numbers",
            sa.Enum(
                "fi", "se", "other", name="numberkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("size", _number(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False),
        sa.Column("extract", _number(), nullable=False),
        sa.Column("read_at", _moment(), nullable=False),
        _to_round("roll"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_roll")),
    )
    op.create_table(
        "roll_contact",
        _round(),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("email_key", sa.String(length=64), nullable=True),
        sa.Column("letter", sa.LargeBinary(), nullable=True),
        _to_round("roll_contact"),
        sa.PrimaryKeyConstraint(
            "round_id", "person_key", name=op.f("pk_roll_contact")
        ),
    )
    op.create_index("ix_roll_contact_email", "roll_contact", ["round_id", "email_key"])
    op.create_table(
        "roll_code",
        sa.Column("id", _number(), nullable=False),
        _round(),
        sa.Column("voter_id", _number(), nullable=False),
        sa.Column("code_key", sa.String(length=64), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        _to_round("roll_code"),
        _to_voter("roll_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_code")),
        sa.UniqueConstraint(
            "round_id", "code_key", name=op.f("uq_roll_code_round_id_code_key")
        ),
    )
    op.create_index("ix_roll_code_voter_id", "roll_code", ["voter_id"])
    op.create_index(
        "uq_roll_code_good",
        "roll_code",
        ["voter_id"],
        unique=True,
        sqlite_where=sa.text("NOT revoked"),
        postgresql_where=sa.text("NOT revoked"),
    )
    op.create_table(
        "booth_pass",
        sa.Column("id", _number(), nullable=False),
        _round(),
        sa.Column("voter_id", _number(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        _to_round("booth_pass"),
        _to_voter("booth_pass"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_pass")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_booth_pass_token_hash")),
        sa.UniqueConstraint("voter_id", name=op.f("uq_booth_pass_voter_id")),
    )
    op.create_table(
        "roll_request",
        sa.Column("id", _number(), nullable=False),
        _round(),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "refused",
                name="requeststate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sent_at", _moment(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", _moment(), nullable=True),
        _to_round("roll_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_request")),
    )
    op.create_index(op.f("ix_roll_request_round_id"), "roll_request", ["round_id"])


def downgrade() -> None:
    """Take back."""
    for table in ("roll_request", "booth_pass", "roll_code", "roll_contact", "roll"):
        op.drop_table(table)
    with op.batch_alter_table("voter") as batch_op:
        for column in ("by_desk", "extract", "birth_year"):
            batch_op.drop_column(column)
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("ways")
