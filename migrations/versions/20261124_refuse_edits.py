"""The database itself refuses to change or delete manifests and audit entries."""

from alembic import op

revision = "0002_refuse_edits"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

TABLES = ("manifest", "audit_entry")
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_edits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only "
            f"BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_edits()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_edits()"
        )


def _upgrade_sqlite() -> None:
    for table in TABLES:
        for act in ACTS:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act.lower()} "
                f"BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION refuse_edits()")
        return
    for table in TABLES:
        for act in ACTS:
            op.execute(f"DROP TRIGGER {table}_refuse_{act.lower()}")
