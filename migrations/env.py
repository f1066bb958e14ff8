"""How Alembic finds the database and the models; run by `puistokatu db upgrade`."""

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

import app.models  # noqa: F401 - fills the metadata
from core.db import Base, LocalizedText, UtcDateTime

# Tables of the queue's engine, made by its own schema and not by our models.
FOREIGN_TABLES = ("procrastinate_",)


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Write our own column types as the plain ones that they are made of."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, LocalizedText):
        return "sa.JSON()"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the tables alone that are not ours."""
    return not (kind == "table" and name and name.startswith(FOREIGN_TABLES))


def run() -> None:
    """Run the migrations on the application's own engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            include_name=include_name,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
