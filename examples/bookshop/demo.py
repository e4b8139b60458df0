"""The main job on a small bookshop: up, history, current, down, up again, and what the tables are.

    python demo.py                 on embedded SQLite, in bookshop.db beside this file
    python demo.py --url URL       on a database of your own, which must be empty

Each command is run as you would type it, and what it prints is shown as it is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import sqlalchemy as sa
from models import Base

HERE = Path(__file__).resolve().parent
DATABASE = HERE / "bookshop.db"
BEFORE_AUTHORS = "3be90c61f7d2"
OURS = {"alembic_version", *Base.metadata.tables}

WITH_AUTHORS = "SELECT title, name FROM book JOIN author ON author.id = author_id ORDER BY title"
WITHOUT_AUTHORS = "SELECT title, author_name FROM book ORDER BY title"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; 1 where the database can't be used for it."""
    parser = argparse.ArgumentParser(description="Migrate a small bookshop there and back.")
    parser.add_argument("--url", help="a database of your own, SQLite in bookshop.db by default")
    url = parser.parse_args(argv).url
    if url is None:
        DATABASE.unlink(missing_ok=True)
        url = f"sqlite:///{DATABASE}"
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        found = set(sa.inspect(engine).get_table_names())
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        return refuse(f"Can't reach the database: {str(error).splitlines()[0]}")
    if not found <= OURS:
        names = ", ".join(sorted(found - OURS))
        return refuse(f"The demo makes and drops tables; this database has others: {names}.")
    say(f"A bookshop on {engine.url.render_as_string()}")
    if found:
        say("An earlier demo left its tables here; take them away first.")
        run(url, "downgrade", "base")
    walk(url, engine)
    return 0


def walk(url: str, engine: sa.Engine) -> None:
    """The demo itself, on a database with none of its tables."""
    say("The database is empty. Bring it to the newest revision:")
    run(url, "upgrade", "head")
    say("What the revisions are, the newest first (two developers worked side by side):")
    run(url, "history")
    say("Where the database stands:")
    run(url, "current")
    say("One revision moved the authors out of the books, into a table of their own:")
    show_rows(engine, WITH_AUTHORS)
    say("Go back to before that, through the merge and both branches:")
    run(url, "downgrade", BEFORE_AUTHORS)
    run(url, "current")
    say("The names are in the books again, nothing is lost:")
    show_rows(engine, WITHOUT_AUTHORS)
    say("And up again:")
    run(url, "upgrade", "head")
    say("The tables now:")
    show_schema(engine)
    say("Done. Go on by hand, in examples/bookshop:  alembic history --verbose")


def run(url: str, *arguments: str) -> None:
    """One command of the bookshop; leaves with its status where it fails."""
    print(f"$ alembic {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=HERE,
        env={**os.environ, "BOOKSHOP_URL": url},
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)


def show_rows(engine: sa.Engine, query: str) -> None:
    """What ``query`` gives, as a table."""
    with engine.connect() as connection:
        result = connection.execute(sa.text(query))
        print_table(list(result.keys()), result.all())


def show_schema(engine: sa.Engine) -> None:
    """Every table: its columns, what is unique, its foreign keys and its indexes."""
    inspector = sa.inspect(engine)
    for table in sorted(inspector.get_table_names()):
        print(table)
        for column in inspector.get_columns(table):
            null = "" if column["nullable"] else "  not null"
            print(f"    {column['name']:<12} {column['type']!s:<13}{null}".rstrip())
        for names in sorted(key["column_names"] for key in inspector.get_unique_constraints(table)):
            print(f"    unique ({', '.join(names)})")
        for key in sorted(inspector.get_foreign_keys(table), key=lambda key: key["name"] or ""):
            there = f"{key['referred_table']} ({', '.join(key['referred_columns'])})"
            print(f"    {', '.join(key['constrained_columns'])} -> {there}")
        for index in sorted(inspector.get_indexes(table), key=lambda index: index["name"] or ""):
            if not index["unique"]:
                names = [name or "" for name in index["column_names"]]
                print(f"    index {index['name']} ({', '.join(names)})")


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """``rows`` below ``titles``, in columns."""
    lines = [list(titles), *([str(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print(
            "  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip()
        )


def say(text: str) -> None:
    """What comes next."""
    print(f"\n# {text}", flush=True)


def refuse(problem: str) -> int:
    """Say why there is no demo; 1."""
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
