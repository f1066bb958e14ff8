"""Fail where the migrations and the models differ, on a database made for it."""

import logging
import sys
import tempfile

import alembic.util
from flask_migrate import check, upgrade

from app import create_app
from app.config import Config


def main() -> int:
    """Upgrade an empty SQLite database and compare it with the models."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_environment(
            {
                "DATABASE_URL": f"sqlite:///{folder}/check.sqlite",
                "SECRET_KEY": "only for this check, and for no other",
            }
        )
        with create_app(config).app_context():
            upgrade()
            logging.disable()
            check()
    print("The migrations equal the models")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except alembic.util.CommandError as error:
        sys.exit(str(error))
