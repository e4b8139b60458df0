"""Play the commands of one chain with whichever Alembic this interpreter finds, and write down what they did.

usage: python chain_play.py JOB ANSWERS

Both are JSON files. JOB: {"folder", "steps": [[word, …], …], "variables"}. The folder holds ``alembic.ini`` and
what it names. ANSWERS: one of {"status", "output", "log", "error", "files", "walk", "rows"} for each step.
``walk`` tells for each revision that the step ran through which objects of the catalog changed with it.
"""

from __future__ import annotations

import json
import logging
import logging.config
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chain_catalog
from peer_driver import Lines, captured

FAILED = 255


class Walk:
    """The catalog after each revision, told as what changed."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.steps: list[tuple[str, dict[str, str | None]]] = []
        self.reached: list[str] = []

    def look(self, ctx: Any, step: Any, **_: Any) -> None:
        """One revision has been applied: ``on_version_apply`` calls this."""
        if ctx.connection is None or ctx.as_sql:
            return
        seen = chain_catalog.dump(ctx.connection)
        self.reached = list(step.up_revision_ids) or self.reached
        changes: dict[str, str | None] = {
            name: text for name, text in seen.items() if self.known.get(name) != text
        }
        changes |= {name: None for name in self.known if name not in seen}
        self.known = seen
        direction = "up" if step.is_upgrade else "down"
        label = f"{direction} {step.down_revision_ids} {step.up_revision_ids}"
        self.steps.append((label, changes))


WALK = Walk()


def listen() -> None:
    """Every ``configure()`` from now on has ``WALK.look`` among its callbacks."""
    from alembic.runtime.environment import EnvironmentContext

    configure = EnvironmentContext.configure

    def watched(self: Any, *arguments: Any, **options: Any) -> Any:
        given = options.pop("on_version_apply", None)
        callbacks = [given] if callable(given) else list(given or ())
        return configure(self, *arguments, on_version_apply=[*callbacks, WALK.look], **options)

    EnvironmentContext.configure = watched  # type: ignore[method-assign]


@contextmanager
def as_a_new_process(folder: Path) -> Iterator[Lines]:
    """The log of one command; afterwards the chain's own files can be imported anew."""
    path, modules = list(sys.path), set(sys.modules)
    log, logger = Lines(), logging.getLogger("alembic")
    for each in (
        "alembic",
        *(name for name in logging.root.manager.loggerDict if name.startswith("alembic.")),
    ):
        logging.getLogger(each).disabled = False
        logging.getLogger(each).propagate = True
        logging.getLogger(each).setLevel(logging.NOTSET)
    logger.setLevel(logging.INFO)
    logger.addHandler(log)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        sys.path[:] = path
        os.chdir(folder)
        for name in set(sys.modules) - modules:
            file = vars(sys.modules[name]).get("__file__")
            if isinstance(file, str) and Path(file).is_relative_to(folder):
                del sys.modules[name]


def call(words: list[str]) -> tuple[int, str]:
    """Exit status and error."""
    from alembic.config import main

    try:
        main(argv=words, prog="alembic")
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            return 1, leaving.code
        return (leaving.code or 0) & FAILED, ""
    except Exception as error:  # noqa: BLE001 - an interpreter shows every exception and leaves with 1
        last = str(error).splitlines()[:2]
        where = traceback.extract_tb(error.__traceback__)[-1]
        return 1, f"{type(error).__name__}: {' '.join(last)} ({Path(where.filename).name})"
    return 0, ""


def files(folder: Path) -> dict[str, str]:
    """Revision files that a step made."""
    return {
        path.name: path.read_text("utf-8")
        for path in sorted(folder.rglob("*compared*.py"))
        if "__pycache__" not in path.parts
    }


def play(words: list[str], folder: Path, count: Callable[[], dict[str, int]]) -> dict[str, Any]:
    """Run one command."""
    WALK.steps = []
    streams: dict[int, str] = {}
    with as_a_new_process(folder) as log, captured(streams):
        status, error = call(words)
    made = files(folder)
    for path in folder.rglob("*compared*.py"):
        path.unlink()
    return {
        "words": words,
        "status": status,
        "output": streams[1].replace(str(folder), "<folder>"),
        "log": log.lines,
        "error": error or streams[2],
        "files": made,
        "walk": WALK.steps,
        "reached": WALK.reached,
        "rows": count(),
    }


def main() -> None:
    """Play all steps of a job."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    folder = Path(job["folder"])
    os.chdir(folder)
    sys.path[:] = [each for each in sys.path if each != str(Path(__file__).parent)]
    warnings.simplefilter("ignore")
    import sqlalchemy as sa

    engine = sa.create_engine(job["url"], poolclass=sa.pool.NullPool)
    # The program's logging must reach the answers, whatever the package makes of it.
    logging.config.fileConfig = lambda *_arguments, **_options: None
    if job["begin"]:
        exec(job["begin"], {"engine": engine})

    def count() -> dict[str, int]:
        with engine.connect() as connection:
            return chain_catalog.rows(connection)

    listen()
    answers: list[dict[str, Any]] = []
    for words in job["steps"]:
        heads = [each["output"].split() for each in answers if each["words"] == ["heads"]]
        first = heads[0][0] if heads and heads[0] else "head"
        answers.append(play([each.replace("FIRST_HEAD", first) for each in words], folder, count))
    import alembic

    result = {"alembic": alembic.__version__, "sqlalchemy": sa.__version__, "answers": answers}
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
