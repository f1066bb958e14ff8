"""The tables of procrastinate, the queue's engine on PostgreSQL.

They are the installed version's own. Its later versions come with SQL scripts
named by version: when the locked version rises, a migration of ours applies
those that this one has not brought yet (it asks the catalogue what is there).
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003_lay_the_queue"
down_revision = "0002_refuse_edits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "postgresql":
        _run(SchemaManager.get_schema())


def downgrade() -> None:
    """Take back; the rows of our own table of jobs stay."""
    if op.get_bind().dialect.name == "postgresql":
        _run(REMOVE)


def _run(script: str) -> None:
    """Several statements at once, which only the driver itself takes."""
    op.get_bind().connection.driver_connection.execute(script)


REMOVE = """
DROP TABLE IF EXISTS procrastinate_periodic_defers, procrastinate_events,
    procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT oid::regprocedure FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%'
        AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || name;
    END LOOP;
    FOR name IN SELECT oid::regtype FROM pg_type
        WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c')
        AND typnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP TYPE IF EXISTS ' || name || ' CASCADE';
    END LOOP;
END $$;
"""
