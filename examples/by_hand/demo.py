"""A database was changed by hand: find it out, and take the change into the migrations.

    python demo.py                 on SQLite, in a file that is gone afterwards
    python demo.py --url URL       on a database of your own, which must be empty

The project is copied first, since the demo writes revisions into it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

HERE = Path(__file__).resolve().parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(description="Take a change by hand into the migrations.")
    parser.add_argument("--url", help="a database of your own; a temporary one by default")
    given = parser.parse_args(argv).url
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "by_hand"
        shutil.copytree(HERE, project, ignore=shutil.ignore_patterns("__pycache__"))
        walk(project, given or f"sqlite:///{Path(folder) / 'visits.db'}")
    return 0


def walk(project: Path, url: str) -> None:
    """The demo itself."""
    say("The database is made by its one revision, and is what that says:")
    run(project, url, "upgrade", "head")
    run(project, url, "drift")
    say("Somebody is in a hurry, and makes an index past the migrations:")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE INDEX ix_visit_page ON visit (page)"))
    run(project, url, "drift", fails=True)
    say("The change becomes a revision, and this database is told that it has it:")
    run(project, url, "revision", "--from-database", "--stamp", "-m", "index by hand")
    run(project, url, "drift")
    say("The models ask for more. What the scripts make is enough to compare them with:")
    run(project, url, "revision", "--autogenerate", "--against-scripts", "-m", "country")
    run(project, url, "upgrade", "head")
    run(project, url, "check")
    run(project, url, "history")


def run(project: Path, url: str, *arguments: str, fails: bool = False) -> None:
    """One command of the project; leaves with its status where it is another one than expected."""
    print(f"$ alembic {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=project,
        env={**os.environ, "BY_HAND_URL": url},
        check=False,
    )
    if bool(done.returncode) != fails:
        sys.exit(done.returncode or 1)


def say(text: str) -> None:
    """What comes next."""
    print(f"\n# {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
