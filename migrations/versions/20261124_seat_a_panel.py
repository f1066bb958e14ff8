"""Tables of the standing panel: register, invitations, volunteers, draws, seats."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0015_seat_a_panel"
down_revision = "0014_put_projects_on_the_map"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.types.TypeEngine:
    return core.db.UtcDateTime(timezone=True)


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "register",
        sa.Column("id", _number(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("numbers", _words("numberkind", "fi", "se", "other"), nullable=False),
        sa.Column("size", _number(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("has_addresses", sa.Boolean(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False),
        sa.Column("imported_at", _moment(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("erased_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
    )
    op.create_table(
        "panel",
        sa.Column("id", _number(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("owner", sa.JSON(), nullable=False),
        sa.Column("municipality", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column(
            "stage",
            _words("panelstage", "preparing", "inviting", "drawing", "seated", "ended"),
            nullable=False,
        ),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("size", _number(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("targets_fixed_at", _moment(), nullable=True),
        sa.Column("one_per_household", sa.Boolean(), nullable=False),
        sa.Column(
            "not_said", _words("notsaid", "no_quota", "left_out"), nullable=False
        ),
        sa.Column("min_age", _number(), nullable=False),
        sa.Column("term_months", _number(), nullable=False),
        sa.Column("invite_rest_months", _number(), nullable=False),
        sa.Column("seat_rest_months", _number(), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=False),
        sa.Column("consent_version", _number(), nullable=False),
        sa.Column("register_id", _number(), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_panel_register_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("slug", name=op.f("uq_panel_slug")),
    )
    op.create_table(
        "register_person",
        sa.Column("id", _number(), nullable=False),
        sa.Column("register_id", _number(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("birth_year", _number(), nullable=True),
        sa.Column("gender", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("household_key", sa.String(length=64), nullable=True),
        sa.Column("letter", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_register_person_register_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_person")),
        sa.UniqueConstraint(
            "register_id",
            "person_key",
            name=op.f("uq_register_person_register_id_person_key"),
        ),
    )
    with op.batch_alter_table("register_person", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_person_household",
            ["register_id", "household_key"],
            unique=False,
        )

    op.create_table(
        "invitation_wave",
        sa.Column("id", _number(), nullable=False),
        sa.Column("panel_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("register_id", _number(), nullable=False),
        sa.Column(
            "state", _words("wavestate", "planned", "drawn", "closed"), nullable=False
        ),
        sa.Column("planned_at", _moment(), nullable=False),
        sa.Column("size", _number(), nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.Column("one_per_household", sa.Boolean(), nullable=False),
        sa.Column("list_sha256", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=True),
        sa.Column("drawn_at", _moment(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("closed_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_invitation_wave_panel_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_invitation_wave_register_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_wave")),
        sa.UniqueConstraint(
            "panel_id", "number", name=op.f("uq_invitation_wave_panel_id_number")
        ),
    )
    op.create_table(
        "panel_draw",
        sa.Column("id", _number(), nullable=False),
        sa.Column("panel_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column(
            "kind",
            _words("drawkind", "whole", "replacement", "rotation"),
            nullable=False,
        ),
        sa.Column(
            "state",
            _words(
                "drawstate",
                "prepared",
                "infeasible",
                "listed",
                "entered",
                "drawn",
                "cancelled",
            ),
            nullable=False,
        ),
        sa.Column("lottery", sa.String(length=40), nullable=False),
        sa.Column("size", _number(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("one_per_household", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("pool", sa.LargeBinary(), nullable=True),
        sa.Column("pool_sha256", sa.String(length=64), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=True),
        sa.Column("relaxation", sa.JSON(), nullable=True),
        sa.Column("listed_at", _moment(), nullable=True),
        sa.Column("dice", sa.String(length=200), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("entered_by", _number(), nullable=True),
        sa.Column("entered_at", _moment(), nullable=True),
        sa.Column("confirmed_by", _number(), nullable=True),
        sa.Column("drawn_at", _moment(), nullable=True),
        sa.Column("picked", _number(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_panel_draw_confirmed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"],
            ["account.id"],
            name=op.f("fk_panel_draw_entered_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_draw_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_draw")),
        sa.UniqueConstraint(
            "panel_id", "number", name=op.f("uq_panel_draw_panel_id_number")
        ),
    )
    op.create_table(
        "letter_run",
        sa.Column("id", _number(), nullable=False),
        sa.Column("wave_id", _number(), nullable=False),
        sa.Column("number", _number(), nullable=False),
        sa.Column("kind", _words("letterrunkind", "pdf", "csv"), nullable=False),
        sa.Column("is_reminder", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("letters", _number(), nullable=False),
        sa.Column("finished_at", _moment(), nullable=True),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["invitation_wave.id"], name=op.f("fk_letter_run_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_run")),
        sa.UniqueConstraint(
            "wave_id", "form_key", name=op.f("uq_letter_run_wave_id_form_key")
        ),
        sa.UniqueConstraint(
            "wave_id", "number", name=op.f("uq_letter_run_wave_id_number")
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("id", _number(), nullable=False),
        sa.Column("wave_id", _number(), nullable=False),
        sa.Column("person_id", _number(), nullable=True),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("household_key", sa.String(length=64), nullable=True),
        sa.Column("stratum", _number(), nullable=False),
        sa.Column(
            "state",
            _words(
                "invitationstate",
                "invited",
                "volunteered",
                "declined",
                "withdrawn",
                "returned",
            ),
            nullable=False,
        ),
        sa.Column("code_key", sa.String(length=64), nullable=True),
        sa.Column("earlier_code_key", sa.String(length=64), nullable=True),
        sa.Column("letter_run_id", _number(), nullable=True),
        sa.Column("letters", _number(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_run_id"],
            ["letter_run.id"],
            name=op.f("fk_invitation_letter_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["register_person.id"],
            name=op.f("fk_invitation_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["invitation_wave.id"], name=op.f("fk_invitation_wave_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_key", name=op.f("uq_invitation_code_key")),
        sa.UniqueConstraint(
            "earlier_code_key", name=op.f("uq_invitation_earlier_code_key")
        ),
        sa.UniqueConstraint(
            "wave_id", "person_key", name=op.f("uq_invitation_wave_id_person_key")
        ),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_household_key"), ["household_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_invitation_letter_run_id"), ["letter_run_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_invitation_person_key"), ["person_key"], unique=False
        )
        batch_op.create_index(
            "ix_invitation_wave_stratum", ["wave_id", "stratum"], unique=False
        )

    op.create_table(
        "volunteer",
        sa.Column("id", _number(), nullable=False),
        sa.Column("panel_id", _number(), nullable=False),
        sa.Column("invitation_id", _number(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("household_key", sa.String(length=64), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("needs", sa.LargeBinary(), nullable=True),
        sa.Column("consent_version", _number(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("link_key", sa.String(length=64), nullable=False),
        sa.Column("account_id", _number(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_volunteer_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_volunteer_invitation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_volunteer_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_volunteer_invitation_id")),
        sa.UniqueConstraint("link_key", name=op.f("uq_volunteer_link_key")),
    )
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_volunteer_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_volunteer_panel_id"), ["panel_id"], unique=False
        )

    op.create_table(
        "draw_entrant",
        sa.Column("draw_id", _number(), nullable=False),
        sa.Column("place", _number(), nullable=False),
        sa.Column("pseudonym", sa.String(length=20), nullable=False),
        sa.Column("volunteer_id", _number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["panel_draw.id"],
            name=op.f("fk_draw_entrant_draw_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteer.id"],
            name=op.f("fk_draw_entrant_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draw_id", "place", name=op.f("pk_draw_entrant")),
        sa.UniqueConstraint(
            "draw_id", "volunteer_id", name=op.f("uq_draw_entrant_draw_id_volunteer_id")
        ),
    )
    with op.batch_alter_table("draw_entrant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draw_entrant_volunteer_id"), ["volunteer_id"], unique=False
        )

    op.create_table(
        "seat",
        sa.Column("id", _number(), nullable=False),
        sa.Column("panel_id", _number(), nullable=False),
        sa.Column("draw_id", _number(), nullable=False),
        sa.Column("volunteer_id", _number(), nullable=True),
        sa.Column(
            "state", _words("seatstate", "offered", "taken", "ended"), nullable=False
        ),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ended_because",
            _words(
                "endreason",
                "declined",
                "term",
                "resigned",
                "inactive",
                "not_eligible",
                "erased",
            ),
            nullable=True,
        ),
        sa.Column("replaces_id", _number(), nullable=True),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("tasks", _number(), nullable=False),
        sa.Column("missed", _number(), nullable=False),
        sa.Column("contacts", _number(), nullable=False),
        sa.Column("owed_cents", _number(), nullable=False),
        sa.Column("paid_cents", _number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["panel_draw.id"], name=op.f("fk_seat_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_seat_panel_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["seat.id"], name=op.f("fk_seat_replaces_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteer.id"],
            name=op.f("fk_seat_volunteer_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index(
            "ix_seat_panel_state", ["panel_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_seat_person_key"), ["person_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_seat_replaces_id"), ["replaces_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_seat_volunteer_id"), ["volunteer_id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_volunteer_id"))
        batch_op.drop_index(batch_op.f("ix_seat_replaces_id"))
        batch_op.drop_index(batch_op.f("ix_seat_person_key"))
        batch_op.drop_index("ix_seat_panel_state")
        batch_op.drop_index(batch_op.f("ix_seat_draw_id"))

    op.drop_table("seat")
    with op.batch_alter_table("draw_entrant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_entrant_volunteer_id"))

    op.drop_table("draw_entrant")
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_volunteer_panel_id"))
        batch_op.drop_index(batch_op.f("ix_volunteer_account_id"))

    op.drop_table("volunteer")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_wave_stratum")
        batch_op.drop_index(batch_op.f("ix_invitation_person_key"))
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_letter_run_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_household_key"))

    op.drop_table("invitation")
    op.drop_table("letter_run")
    op.drop_table("panel_draw")
    op.drop_table("invitation_wave")
    with op.batch_alter_table("register_person", schema=None) as batch_op:
        batch_op.drop_index("ix_register_person_household")

    op.drop_table("register_person")
    op.drop_table("panel")
    op.drop_table("register")
