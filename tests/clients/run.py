"""Run packages that use Alembic with the established release and with this project, and compare (`make clients`).

usage: python tests/clients/run.py [NAME ...] [--short] [--folder FOLDER] [--report FILE]

Each package of ``client_list`` is installed, at the versions pinned in ``requirements/``, into two virtual environments:
one has the established release, the other this project in its place, as a wheel. In both, pytest runs the package's own
tests, where its source distribution carries them, and the scenarios of ``scenarios/``. What passes with
the one must pass with the other, and what a scenario writes down must be the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import client_report  # noqa: E402
from client_list import CLIENTS, Client, Suite  # noqa: E402
from client_report import Outcome, outcome  # noqa: E402

import environments  # noqa: E402
import servers  # noqa: E402

SECONDS = 1800
SIDES = ("peer", "ours")
TAKEN_AWAY = ("ALEMBIC_CONFIG", "PYTHONPATH", "PYTEST_ADDOPTS", "DATABASE_URL")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the tests of one client are run."""

    client: Client
    folder: Path
    pythons: dict[str, Path]
    version: str

    @property
    def source(self) -> Path:
        """The client's own tests, unpacked."""
        return environments.source(self.client.name, self.version, self.folder / "source")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="clients to run, all by default")
    parser.add_argument("--short", action="store_true", help="what takes less than a minute")
    parser.add_argument("--folder", type=Path, default=environments.CACHE / "clients")
    parser.add_argument("--report", type=Path, help="write the figures into this page")
    parser.add_argument("--compare", action="store_true", help="compare what was written down last")
    given = parser.parse_args()
    wheel = None if given.compare else environments.wheel(given.folder / "wheel")
    outcomes = []
    for client in CLIENTS:
        suites = [each for each in client.suites if each.is_short or not given.short]
        if not suites or (given.names and client.name not in given.names):
            continue
        stage = prepared(client, given.folder / client.name, wheel)
        for suite in suites:
            for found in run_suite(stage, suite, is_played=given.compare):
                outcomes.append(found)
                print("\n    ".join(found.lines()), flush=True)
    if given.report:
        client_report.write(given.report, outcomes)
    failed = sum(not each.is_same for each in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return int(bool(failed))


def prepared(client: Client, folder: Path, wheel: Path | None) -> Stage:
    """Both environments of a client."""
    pins = HERE / "requirements" / f"{client.name}.txt"
    pythons = {side: environments.interpreter(folder / side, pins) for side in SIDES}
    if wheel is not None:
        environments.with_ours(pythons["ours"], wheel)
    (site,) = pythons["peer"].parents[1].glob("lib/python*/site-packages")
    (installed,) = metadata.distributions(name=client.name, path=[str(site)])
    return Stage(client, folder, pythons, installed.version)


def run_suite(stage: Stage, suite: Suite, *, is_played: bool) -> Iterator[Outcome]:
    """Both sides of one suite: a scenario on each database, a client's own tests at once."""
    on = [(each,) for each in suite.databases] if suite.what == "scenario" else [suite.databases]
    for databases in on:
        made = [result_of(stage, suite, databases, side) for side in SIDES]
        if is_played and not all(each.exists() for each in made):
            continue
        begin = time.monotonic()

        def run(side: str, databases: tuple[str, ...] = databases) -> Path:
            result = result_of(stage, suite, databases, side)
            return result if is_played else run_side(stage, suite, databases, side)

        if suite.what != "scenario" and not is_played:
            _ = stage.source  # unpacked once, before both sides look for it
        with ThreadPoolExecutor(1 if stage.client.is_alone else len(SIDES)) as both:
            peer, ours = both.map(run, SIDES)
        seconds = time.monotonic() - begin
        yield outcome(stage.client.name, stage.version, suite.what, databases, peer, ours, seconds)


def result_of(stage: Stage, suite: Suite, databases: tuple[str, ...], side: str) -> Path:
    """The file that pytest writes."""
    name = "-".join([stage.client.name, suite.what, *databases, side]).replace(" ", "-")
    return stage.folder / "results" / f"{name}.xml"


def run_side(stage: Stage, suite: Suite, databases: tuple[str, ...], side: str) -> Path:
    """Run one side's tests; the file that pytest has written."""
    result = result_of(stage, suite, databases, side)
    result.parent.mkdir(exist_ok=True)
    result.unlink(missing_ok=True)
    python = stage.pythons[side]
    with place(stage, suite, databases, side) as (folder, variables):
        environ = {each: value for each, value in os.environ.items() if each not in TAKEN_AWAY}
        environ |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}
        environ["PYTHONUNBUFFERED"] = "1"
        environ |= {"PYTHONPATH": str(HERE), "HOME": str(folder), **variables}
        environ["PATH"] = os.pathsep.join([str(python.parent), environ["PATH"]])
        # The established release writes to the standard output that was there when it was imported: pytest must not
        # have taken it by then. A scenario captures the descriptors.
        plugin = ["scenario_fixtures", "-s"] if suite.what == "scenario" else ["client_stage"]
        command = [python, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", *plugin]
        done = subprocess.run(
            [*command, f"--junitxml={result}", "-o", "junit_family=xunit1", *suite.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environ,
            cwd=folder,
            timeout=SECONDS,
            check=False,
        )
    result.with_suffix(".log").write_text(done.stdout, encoding="utf-8")
    if not result.exists():
        raise SystemExit(f"{result.stem}: {done.stdout[-3000:]}")
    return result


@contextmanager
def place(
    stage: Stage, suite: Suite, databases: tuple[str, ...], side: str
) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with the tests, and the variables that tell them where the databases are."""
    with ExitStack() as stack:
        # Both sides have names of one length: what is printed must not differ by them.
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"client-{side}-"))
        folder = Path(temporary) / "client"
        variables = {}
        if suite.what == "scenario":
            folder.mkdir()
            scenario = HERE / "scenarios" / f"{stage.client.name.replace('-', '_')}.py"
            shutil.copy(scenario, folder / "test_scenario.py")
            (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
            variables["CLIENT_DATABASE"] = databases[0]
        else:
            shutil.copytree(stage.source, folder)
        if "postgresql" in databases:
            name = f"client_{stage.client.name}_{side}".replace("-", "_")
            server = postgresql(is_alone=stage.client.is_alone)
            url = stack.enter_context(servers.own_database(server, name))
            variables["CLIENT_POSTGRESQL_URL"] = url
            variables |= {
                each: text.format(postgresql=url) for each, text in stage.client.variables
            }
        yield folder, variables


def postgresql(*, is_alone: bool) -> str:
    """The URL of a server; ``is_alone``: of one that is started for this run."""
    if is_alone:
        url, reason = servers.start("postgresql"), "its programs are not installed"
    else:
        url, reason = servers.find("postgresql")
    if url is None:
        raise SystemExit(f"no PostgreSQL server: {reason}")
    return url


if __name__ == "__main__":
    sys.exit(main())
