"""Play scenarios with whichever Alembic this interpreter has, and write down what could be seen.

usage: python peer_driver.py SPEC ANSWERS

Both are JSON files. SPEC: {"root": folder, "scenarios": [{"name", "files": {path: text},
"steps": [command line, …], "url": a server's database or null, "dates", "structure"}, …]}.
ANSWERS: {scenario: [answer to the first step, …]}, each {"status", "output", "log", "error",
"files": {path: text or null}, "database": {…}, "journals": [table, …]}: of files and databases only what
the step changed.

Every command runs in this one process, for an interpreter takes longer to start than a command to run.
What one command leaves in the interpreter (loggers, modules, sys.path) is taken away before the next.

A step is a line as for a shell. ``alembic …`` and ``python FILE …`` run as such, with ``NAME=VALUE``
before them. The rest is for the stage: ``fresh`` (the project and its databases as they were at
first), ``empty`` (its databases only), ``save`` and ``load`` (put the SQLite files aside and back),
``rm PATH``, ``mv PATH PATH``, ``compile PATH`` (a .pyc in its place).
"""

from __future__ import annotations

import json
import logging
import os
import py_compile
import re
import runpy
import shlex
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import peer_dump

_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)
_RANDOM_ID = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{6})?")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
_LOGGERS = ("alembic.runtime.migration", "alembic.autogenerate")
_NOTHING_SEEN = {
    "status": 0,
    "output": "",
    "log": [],
    "error": "",
    "files": {},
    "database": {},
    "journals": [],
}
_READ_ONLY = frozenset(
    {"branches", "current", "heads", "history", "list_templates", "show", "--sql"}
)


class Lines(logging.Handler):
    """Keeps what Alembic logs, as its own logging set-up would print it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.ERROR and record.name.startswith(_LOGGERS):
            self.lines.append(f"{record.levelname} [{record.name}] {record.getMessage()}")


class Stage:
    """The folder of one scenario, and what was seen of it last."""

    def __init__(self, folder: Path, scenario: dict[str, Any]) -> None:
        self.folder = folder
        self.scenario = scenario
        self.files: dict[str, str] = {}
        self.databases: dict[str, Any] = {}
        self.stamps: dict[str, tuple[int, int]] = {}
        self.fresh()

    def fresh(self) -> None:
        wanted = {name: self.filled(text) for name, text in self.scenario["files"].items()}
        for path in list(self.paths()):
            if path.relative_to(self.folder).as_posix() not in wanted:
                path.unlink()
        for name, text in wanted.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, encoding="utf-8")
        kept = {parent for name in wanted for parent in (self.folder / name).parents}
        for path in sorted(self.folder.rglob("*"), reverse=True):
            # Byte code alone keeps no folder: one side leaves it where the other doesn't.
            if path.is_dir() and path.name != "__pycache__" and path not in kept:
                shutil.rmtree(path)
        self.empty()
        self.look_at_files()

    def filled(self, text: str) -> str:
        return text.replace("{url}", self.scenario["url"] or "sqlite:///test.db")

    def empty(self) -> None:
        for path in self.folder.rglob("*.db"):
            path.unlink()
        if self.scenario["url"]:
            peer_dump.empty(self.scenario["url"])
        self.look_at_databases(whole=True)

    def save(self) -> None:
        for path in self.folder.rglob("*.db"):
            shutil.copy2(path, path.with_suffix(".saved"))

    def load(self) -> None:
        for path in self.folder.rglob("*.saved"):
            shutil.copy2(path, path.with_suffix(".db"))
        self.look_at_databases(whole=True)

    def paths(self) -> Iterator[Path]:
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix != ".db" and "__pycache__" not in path.parts:
                yield path

    def look_at_files(self) -> dict[str, str | None]:
        """Path → text of the files that are new or changed since the last look; None for gone ones."""
        seen = {}
        for path in self.paths():
            if path.suffix != ".saved":
                name = path.relative_to(self.folder).as_posix()
                seen[name] = (
                    "" if path.suffix == ".pyc" else path.read_bytes().decode("utf-8", "replace")
                )
        before, self.files = self.files, seen
        changes: dict[str, str | None] = {
            self.spelled(name): self.spelled(text)
            for name, text in seen.items()
            if before.get(name) != text
        }
        return changes | {self.spelled(name): None for name in before if name not in seen}

    def look_at_databases(self, *, whole: bool = False) -> dict[str, Any]:
        """What the databases hold, where that has changed since the last look."""
        if self.scenario["url"]:
            text = json.dumps(peer_dump.reflected(self.scenario["url"]))
            seen = {"server": json.loads(self.spelled(text))}
        else:
            dump = (
                peer_dump.reflected_file if self.scenario["structure"] else peer_dump.spelled_file
            )
            seen = {}
            for path in sorted(self.folder.rglob("*.db")):
                name = path.relative_to(self.folder).as_posix()
                state = path.stat()
                stamp = (state.st_mtime_ns, state.st_size)
                known = self.stamps.get(name) == stamp and name in self.databases
                seen[name] = self.databases[name] if known else dump(path)
                self.stamps[name] = stamp
        before, self.databases = self.databases, seen
        return {
            name: seen.get(name)
            for name in seen | before
            if whole or before.get(name) != seen.get(name)
        }

    def spelled(self, text: str) -> str:
        """``text`` without what differs from run to run: folders, dates, random ids, addresses."""
        text = text.replace(str(self.folder), "<project>").replace(sys.executable, "<python>")
        if self.scenario["url"]:
            text = text.replace(peer_dump.name(self.scenario["url"]), "<database>")
        text = _DATE.sub(lambda found: re.sub(r"\d", "0", found[0]), text)
        text = _ADDRESS.sub("0x0", _RANDOM_ID.sub("<id>", text))
        return re.sub(r"\d{2,}", "00", text) if self.scenario["dates"] else text

    def play(self, line: str) -> dict[str, Any]:
        words = shlex.split(self.filled(line))
        variables = {}
        while found := _ASSIGNMENT.fullmatch(words[0]):
            variables[found[1]] = found[2]
            words.pop(0)
        if words[0] in {"alembic", "python"}:
            return self.run(words, variables)
        answer = dict(_NOTHING_SEEN)
        match words:
            case ["fresh" | "empty" | "save" | "load" as what]:
                getattr(self, what)()
                return answer
            case ["rm", *names]:
                for name in names:
                    (self.folder / name).unlink()
            case ["mv", source, target]:
                (self.folder / target).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / source).rename(self.folder / target)
            case ["compile", *names]:
                for name in names:
                    path = self.folder / name
                    py_compile.compile(str(path), str(path.with_suffix(".pyc")), doraise=True)
                    path.unlink()
            case _:
                raise ValueError(line)
        self.look_at_files()
        return answer

    def run(self, words: list[str], variables: dict[str, str]) -> dict[str, Any]:
        streams: dict[int, str] = {}
        with as_a_new_process(variables) as log, captured(streams):
            status, error = call(words)
        listing = self.scenario["url"] and not _READ_ONLY.isdisjoint(words)
        return {
            "status": status,
            "output": self.spelled(streams[1]),
            "log": [self.spelled(each) for each in log.lines],
            "error": self.spelled(error or streams[2]),
            "files": self.look_at_files(),
            "database": {} if listing else self.look_at_databases(),
            "journals": peer_dump.journals(self.scenario["url"]) if self.scenario["url"] else [],
        }


def call(words: list[str]) -> tuple[int, str]:
    """Exit status, and the exception that the interpreter would have shown."""
    from alembic.config import main

    try:
        if words[0] == "alembic":
            main(argv=words[1:], prog="alembic")
        else:
            sys.argv = words[1:]
            runpy.run_path(words[1], run_name="__main__")
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            return 1, leaving.code
        return (leaving.code or 0) & 255, ""
    except Exception as error:  # noqa: BLE001 - the interpreter shows every exception and leaves with 1
        return 1, f"{type(error).__name__}: {error}"
    return 0, ""


@contextmanager
def captured(streams: dict[int, str]) -> Iterator[None]:
    """Standard output and error of this process and of those that it starts, by descriptor."""
    kept = {1: os.dup(1), 2: os.dup(2)}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, file in ((1, out), (2, err)):
            os.dup2(file.fileno(), number)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, file in ((1, out), (2, err)):
                os.dup2(kept[number], number)
                os.close(kept[number])
                file.seek(0)
                streams[number] = file.read().decode("utf-8", "replace")


@contextmanager
def as_a_new_process(variables: dict[str, str]) -> Iterator[Lines]:
    """Loggers, modules, sys.path and environment are as they were, afterwards."""
    path, modules, arguments = list(sys.path), set(sys.modules), sys.argv
    environment, folder = dict(os.environ), Path.cwd()
    os.environ.update(variables)
    log, logger = Lines(), logging.getLogger("alembic")
    for each in [logging.root, *map(logging.getLogger, list(logging.root.manager.loggerDict))]:
        each.handlers.clear()
        each.disabled = False
        each.setLevel(logging.NOTSET)
    logging.root.setLevel(logging.WARNING)
    logger.setLevel(logging.INFO)
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        sys.path[:] = path
        sys.argv = arguments
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        for name in set(sys.modules) - modules:
            if _is_in(folder, sys.modules[name]):
                del sys.modules[name]


def _is_in(folder: Path, module: ModuleType) -> bool:
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    return any(place and Path(place).is_relative_to(folder) for place in places)


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    sys.path.pop(0)
    sys.stdout.reconfigure(line_buffering=True)
    warnings.simplefilter("ignore")
    answers = {}
    for number, scenario in enumerate(spec["scenarios"]):
        folder = Path(spec["root"]) / f"p{number:03}"
        folder.mkdir(parents=True)
        os.chdir(folder)
        stage = Stage(folder, scenario)
        answers[scenario["name"]] = [stage.play(line) for line in scenario["steps"]]
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
