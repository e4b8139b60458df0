"""What ``current -v`` says besides the revisions: where they were read, what is pending, what to run.

::

    Read from table alembic_version, schema public, database shop.
    The database is at a1, the head of the scripts is c1: 2 revisions are pending.
    To apply them: alembic upgrade head
"""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import dataclass

from alembic.command.passwords import masked
from alembic.config import Config
from alembic.graph.plan import upgrade_steps
from alembic.script.directory import ScriptDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPlace:
    """Where the heads of a database are kept.

    ``schema`` is the one that the table is in, whether or not it was named; None where the database
    has none, or doesn't tell. ``database`` is its name on the server, or the file.
    """

    table: str
    schema: str | None
    database: str | None
    is_there: bool

    def __str__(self) -> str:
        schema = f", schema {self.schema}" if self.schema else ""
        database = f", database {self.database}" if self.database else ""
        return f"table {self.table}{schema}{database}"


def whereabouts(
    place: VersionPlace, heads: Collection[str], script: ScriptDirectory, config: Config
) -> list[str]:
    """The lines about a database with these heads; each of them must be a revision of ``script``."""
    wanted = sorted(script.get_heads())
    pending = len(upgrade_steps(script.revision_map, "heads", tuple(heads)))
    missing = "" if place.is_there else "; it isn't there yet"
    at = ", ".join(sorted(heads)) or "no revision"
    if not wanted:
        scripts = "and there are no scripts"
    elif len(wanted) == 1:
        scripts = f"the head of the scripts is {wanted[0]}"
    else:
        scripts = f"the heads of the scripts are {', '.join(wanted)}"
    count = {0: "nothing is", 1: "1 revision is"}.get(pending, f"{pending} revisions are")
    lines = [
        f"Read from {place}{missing}.",
        f"The database is at {at}, {scripts}: {count} pending.",
    ]
    if pending:
        target = "head" if len(wanted) == 1 else "heads"
        them = "it" if pending == 1 else "them"
        lines.append(f"To apply {them}: {command_line(config)} upgrade {target}")
    return lines


def command_line(config: Config) -> str:
    """``alembic`` with the options that chose this project and database, as a shell takes it."""
    given = config.cmd_opts
    words = ["alembic"]
    for flag, name in (("-c", "config"), ("-x", "x")):
        for value in getattr(given, name, None) or ():
            words += [flag, masked(value)]
    if config.config_ini_section != "alembic":
        words += ["-n", config.config_ini_section]
    return shlex.join(words)
