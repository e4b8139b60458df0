"""``python -m alembic.config``: the old way to start the command line."""

from __future__ import annotations

import importlib

if __name__ == "__main__":
    importlib.import_module("alembic.cli.main").main(prog="alembic")
