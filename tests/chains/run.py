"""Play real migration chains with the established release and with this project, and compare (`make chains`).

usage: python tests/chains/run.py [NAME ...] [--database NAME ...] [--folder FOLDER] [--report FILE]

Each package of ``chain_list`` is installed, at the versions pinned in ``requirements/``, into a virtual
environment of its own together with the established release; this project takes its place by PYTHONPATH. Their
scripts are copied to a temporary folder; nothing of theirs is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]

import chain_compare  # noqa: E402
import chain_report  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from chain_list import CHAINS, Chain  # noqa: E402

import environments  # noqa: E402
import servers  # noqa: E402

SECONDS = 900
SIDES = ("peer", "ours")
ENV = """\
import sqlalchemy as sa
from alembic import context

{imports}
OPTIONS = {options!r}
url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, target_metadata=sa.MetaData(), literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=sa.MetaData(), **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
"""
TEMPLATE = '''\
"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
LISTINGS = [
    ["history"],
    ["history", "-v"],
    ["heads"],
    ["heads", "-v", "--resolve-dependencies"],
    ["branches"],
    ["branches", "-v"],
    ["show", "heads"],
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="chains to play, all by default")
    parser.add_argument("--database", action="append", help="sqlite, postgresql, mariadb")
    parser.add_argument("--folder", type=Path, default=environments.CACHE / "chains")
    parser.add_argument("--report", type=Path, help="write the figures into this page")
    parser.add_argument(
        "--again", action="store_true", help="the established release's answers stand"
    )
    parser.add_argument("--compare", action="store_true", help="compare what was written down last")
    parser.add_argument("-v", "--verbose", action="store_true", help="show how both fail")
    given = parser.parse_args()
    chains = [chain for chain in CHAINS if not given.names or chain.name in given.names]
    outcomes = []
    for chain in chains:
        python = Path() if given.compare else environment(chain, given.folder)
        for database in chain.databases:
            if given.database and database not in given.database:
                continue
            begin = time.monotonic()
            results = given.folder / "results"
            known = [results / f"{chain.name}-{database}-{side}.json" for side in SIDES]
            if given.compare and not all(each.exists() for each in known):
                continue
            if given.compare:
                answers = (json.loads(each.read_text("utf-8")) for each in known)
                outcome = chain_compare.compare(chain, database, *answers)
            else:
                outcome = one(chain, database, python, results, again=given.again)
            outcomes.append(outcome)
            seconds = time.monotonic() - begin
            print(f"{outcome.line()}  ({seconds:.0f} s)", flush=True)
            for failure in outcome.failures if given.verbose else ():
                print(f"    both fail: {failure}", flush=True)
            for problem in outcome.problems if given.verbose or not outcome.known else ():
                print("    " + problem.replace("\n", "\n    "), flush=True)
    if given.report:
        chain_report.write(given.report, outcomes)
    failed = sum(bool(outcome.problems and not outcome.known) for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return int(bool(failed))


def environment(chain: Chain, folder: Path) -> Path:
    """The interpreter that has the chain's package and the established release."""
    pins = HERE / "requirements" / f"{chain.home}.txt"
    return environments.interpreter(folder / "environments" / chain.home, pins)


def one(
    chain: Chain, database: str, python: Path, results: Path, *, again: bool
) -> chain_compare.Outcome:
    """Both sides of one chain on one database."""
    target = "heads"

    def run(side: str) -> Any:
        with place(database, chain) as (folder, url):
            job = prepare(chain, python, folder, url, steps(target))
            return play(chain, python, job, results / f"{chain.name}-{database}-{side}.json", side)

    known = results / f"{chain.name}-{database}-peer.json"
    if again and known.exists():
        peer = json.loads(known.read_text("utf-8"))
        (target, *_) = [each["words"][1] for each in peer["answers"] if is_upgrade(each["words"])]
        return chain_compare.compare(chain, database, peer, run("ours"))
    peer = run("peer")
    (upgrade,) = [each for each in peer["answers"] if is_upgrade(each["words"])]
    if upgrade["status"] and upgrade["reached"]:
        # The established release gets no further on this database: so far, then, and back.
        target = upgrade["reached"][0]
        peer = run("peer")
    return chain_compare.compare(chain, database, peer, run("ours"))


def is_upgrade(words: list[str]) -> bool:
    return words[0] == "upgrade" and "--sql" not in words


@contextmanager
def place(database: str, chain: Chain) -> Iterator[tuple[Path, str]]:
    """A folder, and the URL of an empty database."""
    name = f"chain_{chain.name}_{database}".replace("-", "_")
    folder = Path(tempfile.gettempdir()) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        if database == "sqlite":
            yield folder, f"sqlite:///{folder / 'chain.db'}"
            return
        server, reason = servers.find(database)
        if server is None:
            raise SystemExit(f"no {database} server: {reason}")
        collate = " CHARACTER SET utf8mb3" if database == "mariadb" else ""
        with servers.own_database(server, name, options=collate) as plain:
            url = sa.make_url(plain)
            if database in chain.driver:
                url = url.set(drivername=chain.driver[database])
            if chain.setup:
                with sa.create_engine(url, poolclass=sa.pool.NullPool).begin() as connection:
                    connection.execute(sa.text(chain.setup))
            yield folder, url.render_as_string(hide_password=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare(
    chain: Chain, python: Path, folder: Path, url: str, todo: list[list[str]]
) -> dict[str, Any]:
    """Lay out the project in ``folder``; the job that plays it."""
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    shutil.copytree(
        site / chain.folder, folder / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    if not chain.own_env:
        write_plain(folder / "scripts", chain)
    write_plain(folder / "empty", chain)
    versions = os.pathsep.join(f"%(here)s/scripts/{each}" for each in chain.versions)
    for name, scripts in (("alembic.ini", "scripts"), ("empty.ini", "empty")):
        lines = {
            "script_location": f"%(here)s/{scripts}",
            "version_locations": versions,
            "path_separator": "os",
            "recursive_version_locations": str(chain.recursive).lower(),
            "sqlalchemy.url": url.replace("%", "%%"),
            **{
                key: value.format(**spellings(url, folder)) for key, value in chain.settings.items()
            },
        }
        text = "\n".join(f"{key} = {value}" for key, value in lines.items())
        (folder / name).write_text(f"[alembic]\n{text}\n", encoding="utf-8")
    return {"folder": str(folder), "url": url, "steps": todo, "begin": chain.begin}


def spellings(url: str, folder: Path) -> dict[str, str]:
    """What stands for the names in braces."""
    there = sa.make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    asynchronous = there.set(drivername=drivers.get(there.get_backend_name(), there.drivername))
    asyncpg = there.set(drivername="postgresql+asyncpg")
    return {
        "url": url,
        "folder": str(folder),
        "asynchronous": asynchronous.render_as_string(hide_password=False),
        "asyncpg": asyncpg.render_as_string(hide_password=False),
    }


def write_plain(folder: Path, chain: Chain) -> None:
    folder.mkdir(exist_ok=True)
    imports = "\n".join(f"import {each}" for each in chain.imports)
    text = ENV.format(options=chain.options, imports=imports)
    (folder / "env.py").write_text(text, encoding="utf-8")
    (folder / "script.py.mako").write_text(TEMPLATE, encoding="utf-8")


def steps(target: str) -> list[list[str]]:
    """The commands to run; ``target``: how far up."""
    compare = ["-c", "empty.ini", "revision", "--autogenerate", "-m", "compared"]
    compare += ["--rev-id", "c0ffee", "--head", "FIRST_HEAD", "--splice"]
    return [
        *LISTINGS,
        ["upgrade", "heads", "--sql"],
        ["upgrade", target],
        ["current"],
        ["current", "-v"],
        ["check"],
        compare,
        ["downgrade", "FIRST_HEAD:base", "--sql"],
        ["downgrade", "base"],
        ["current"],
        *([["upgrade", "heads"]] if target != "heads" else []),
    ]


def play(chain: Chain, python: Path, job: dict[str, Any], result: Path, side: str) -> Any:
    result.parent.mkdir(parents=True, exist_ok=True)
    result.unlink(missing_ok=True)
    folder = Path(job["folder"])
    spec = folder / "job.json"
    spec.write_text(json.dumps(job), encoding="utf-8")
    paths = [str(HERE), str(HERE.parent / "differential")]
    if side == "ours":
        paths.insert(0, str(ROOT / "src"))
    environ = {**os.environ, "PYTHONHASHSEED": "0", "COLUMNS": "80"}
    environ["PYTHONPATH"] = os.pathsep.join(paths)
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    environ["HOME"] = str(folder)
    for key, value in chain.variables.items():
        environ[key] = value.format(**spellings(job["url"], folder))
    done = subprocess.run(
        [python, HERE / "chain_play.py", spec, result],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environ,
        cwd=folder,
        timeout=SECONDS,
        check=False,
    )
    if not result.exists():
        raise SystemExit(f"{chain.name}, {side}: {done.stdout[-3000:]}")
    return json.loads(result.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
