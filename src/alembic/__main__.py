"""``python -m alembic``."""

from __future__ import annotations

from alembic.cli.main import main

if __name__ == "__main__":
    main(prog="alembic")
