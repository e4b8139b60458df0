"""A shop in a database that it shares: what of it is compared, and what is left alone.

    python demo.py                 on embedded SQLite, in shared.db beside this file
    python demo.py --url URL       on a database of your own, which must be empty

Each command is run as you would type it, with the URL in the variable SHOP_URL, and what it prints
is shown as it is. Afterwards the database is empty again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

HERE = Path(__file__).resolve().parent
DATABASE = HERE / "shared.db"
THEIRS = [
    "CREATE TABLE payroll_person (id INTEGER PRIMARY KEY)",
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
    "CREATE TABLE audit_2031 (id INTEGER PRIMARY KEY)",
]
IN_OURS = [
    "ALTER TABLE product ADD COLUMN search_words VARCHAR(200)",
    "CREATE INDEX ix_search_words ON product (search_words)",
    "ALTER TABLE sale ADD COLUMN discount INTEGER",
]
OUT_OF_OURS = ["DROP INDEX ix_search_words{on}", "ALTER TABLE product DROP COLUMN search_words"]


def main() -> int:
    """Run the demo; 1 where the database can't be used for it."""
    parser = argparse.ArgumentParser(description="Migrate a shop in a shared database.")
    parser.add_argument("--url", help="a database of your own, SQLite in shared.db by default")
    url = parser.parse_args().url
    if url is None:
        DATABASE.unlink(missing_ok=True)
        url = f"sqlite:///{DATABASE}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if sa.inspect(engine).get_table_names():
        print("The demo wants an empty database.", file=sys.stderr)
        return 1
    say("The other programs have their tables already:")
    execute(engine, THEIRS)
    say("The shop's own are made, and its revisions are kept in a table of its own name:")
    run(url, "upgrade", "head")
    run(url, "current", "-v")
    say("The search engine adds a column and an index, and somebody adds a column by hand:")
    execute(engine, IN_OURS)
    say("Only the last one is found:")
    run(url, "check", status=255)
    say("Back to where we were:")
    on = " ON product" if engine.dialect.name in {"mysql", "mariadb"} else ""
    execute(engine, [statement.format(on=on) for statement in OUT_OF_OURS])
    run(url, "downgrade", "base")
    say("The tables of the other programs are as they were:")
    ours = {"shop_version"}
    print(*sorted(set(sa.inspect(engine).get_table_names()) - ours))
    tables = [statement.split()[2] for statement in THEIRS] + sorted(ours)
    execute(engine, [f"DROP TABLE {table}" for table in tables])
    return 0


def run(url: str, *arguments: str, status: int = 0) -> None:
    """One command; leaves where it ends otherwise than with ``status``."""
    print(f"$ alembic {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=HERE,
        env={**os.environ, "SHOP_URL": url},
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != status:
        sys.exit(f"This was to end with status {status}, and ended with {done.returncode}.")


def execute(engine: sa.Engine, statements: list[str]) -> None:
    """Run statements that are none of Alembic's, and show them."""
    with engine.begin() as connection:
        for statement in statements:
            print(f"> {statement}", flush=True)
            connection.execute(sa.text(statement))


def say(text: str) -> None:
    """What comes next."""
    print(f"\n# {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
