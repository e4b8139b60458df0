"""Commands that bring a database somewhere, or say where it is.

Which steps that takes is asked of the scripts, once ``env.py`` has told where the database is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from alembic.command.output import print_current, print_text
from alembic.config import Config
from alembic.graph.step import MigrationStep
from alembic.script.directory import ScriptDirectory
from alembic.util.exc import CommandError, DatabaseNotAtHead
from alembic.util.messaging import write_outstream
from alembic.util.values import to_tuple

_NOT_AT_HEADS = "Database is not on all head revisions\nTo bring it there:  alembic upgrade heads"


class RangeNotAllowed(CommandError):
    """``A:B`` was given for a database, which knows itself where it is."""

    def __init__(self, command: str, revision: str) -> None:
        self.revision = revision
        first, last = ("base", "head") if command == "upgrade" else ("head", "base")
        start = revision.partition(":")[0] or first
        end = revision.rpartition(":")[2] or last
        super().__init__(
            "Range revision not allowed\n"
            f"To go to its end:  alembic {command} {end}\n"
            f"To write a script:  alembic {command} {start}:{end} --sql"
        )


class RangeNeeded(CommandError):
    """A downgrade is written as SQL: no database tells where it begins."""

    def __init__(self) -> None:
        super().__init__(
            "downgrade with --sql requires <fromrev>:<torev>\n"
            "For instance:  alembic downgrade head:base --sql"
        )


class MalformedRange(CommandError):
    """More than one ``:`` in a range, or nothing before or behind it."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(
            f"{revision!r} is no range; a range is <fromrev>:<torev>\n"
            "For instance:  alembic upgrade base:head --sql"
        )


class SeveralStarts(CommandError):
    """A stamp is written as SQL, and its ranges begin at different revisions."""

    def __init__(self, starts: Sequence[str]) -> None:
        self.starts = tuple(starts)
        super().__init__(
            "Stamp operation with --sql only supports a single starting revision at a time\n"
            "Write a script for each start:  alembic stamp <fromrev>:<torev> --sql"
        )


class PurgeInScript(CommandError):
    """``--purge`` was asked for together with ``--sql``."""

    def __init__(self) -> None:
        super().__init__(
            "Can't use --purge with --sql mode: what is to be deleted stands in the database; leave "
            "out one of them"
        )


class DryRunOfScript(CommandError):
    """``--dry-run`` was asked for together with ``--sql``, which touches no database anyway."""

    def __init__(self) -> None:
        super().__init__("--dry-run asks a database, --sql does without; choose one of them")


def upgrade(
    config: Config,
    revision: str,
    sql: bool = False,
    tag: str | None = None,
    dry_run: bool = False,
    no_lock: bool = False,
    lock_timeout: float | str | None = None,
    ddl_lock_timeout: float | str | None = None,
    ddl_statement_timeout: float | str | None = None,
) -> None:
    """Bring the database to a later revision.

    :param revision: where to; a range ``A:B`` with ``sql``.
    :param sql: write SQL to the configuration's ``output_buffer``, else standard output.
    :param tag: a text for ``env.py``.
    :param dry_run: show what would run, with its SQL where it can be known, and change nothing.
    :param no_lock: don't lock the database against other migrators.
    :param lock_timeout: how long to wait for another migrator, in seconds or as ``5min``.
    :param ddl_lock_timeout: how long a statement may wait for a lock before it is given up, to be
     tried again later.
    :param ddl_statement_timeout: how long a statement may take.
    """
    script = ScriptDirectory.from_config(config)
    start, end = _range(revision, None if sql else "upgrade")

    def steps(heads: tuple[str, ...], _context: object) -> Iterable[MigrationStep]:
        return script._upgrade_revs(end, heads)

    _run(
        config,
        script,
        steps,
        as_sql=sql,
        starting_rev=start,
        destination_rev=end,
        tag=tag,
        **_dry_run(config, sql=sql, dry_run=dry_run),
        **_insisted(no_lock, lock_timeout, ddl_lock_timeout, ddl_statement_timeout),
    )


def downgrade(
    config: Config,
    revision: str,
    sql: bool = False,
    tag: str | None = None,
    dry_run: bool = False,
    no_lock: bool = False,
    lock_timeout: float | str | None = None,
    ddl_lock_timeout: float | str | None = None,
    ddl_statement_timeout: float | str | None = None,
) -> None:
    """Take the database back to an earlier revision.

    :param revision: where to; a range ``FROM:TO`` with ``sql``.
    :param sql: write SQL to the configuration's ``output_buffer``, else standard output.
    :param tag: a text for ``env.py``.

    The other parameters are those of :func:`upgrade`.
    """
    script = ScriptDirectory.from_config(config)
    start, end = _range(revision, None if sql else "downgrade")
    if sql and start is None:
        raise RangeNeeded

    def steps(heads: tuple[str, ...], _context: object) -> Iterable[MigrationStep]:
        return script._downgrade_revs(end, heads)

    _run(
        config,
        script,
        steps,
        as_sql=sql,
        starting_rev=start,
        destination_rev=end,
        tag=tag,
        **_dry_run(config, sql=sql, dry_run=dry_run),
        **_insisted(no_lock, lock_timeout, ddl_lock_timeout, ddl_statement_timeout),
    )


def stamp(
    config: Config,
    revision: str | Sequence[str],
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
    no_lock: bool = False,
    lock_timeout: float | str | None = None,
) -> None:
    """Write revisions into the version table without running a migration.

    What the database remembers of a migration that stopped half-way is forgotten.

    :param revision: one or several; ranges ``A:B`` with ``sql``.
    :param sql: write SQL to the configuration's ``output_buffer``, else standard output.
    :param tag: a text for ``env.py``.
    :param purge: empty the version table first, without a look at what it holds.
    :param no_lock: don't lock the database against other migrators.
    :param lock_timeout: how long to wait for another migrator, in seconds or as ``5min``.
    """
    script = ScriptDirectory.from_config(config)
    if sql and purge:
        raise PurgeInScript
    ranges = [_range(each) if sql else (None, each) for each in to_tuple(revision) or ()]
    starts = list(dict.fromkeys(start for start, _ in ranges if start is not None))
    if len(starts) > 1:
        raise SeveralStarts(starts)
    ends = tuple(end for _, end in ranges)

    def steps(heads: tuple[str, ...], _context: object) -> Iterable[MigrationStep]:
        return script._stamp_revs(ends, heads)

    _run(
        config,
        script,
        steps,
        as_sql=sql,
        starting_rev=starts[0] if starts else None,
        destination_rev=ends,
        tag=tag,
        purge=purge,
        ends_half_done=True,
        **_insisted(no_lock, lock_timeout),
    )


def current(
    config: Config, check_heads: bool = False, verbose: bool = False, json: bool = False
) -> None:
    """Show the revisions that the database is at.

    :param check_heads: raise :class:`~alembic.util.exc.DatabaseNotAtHead` where it has not every
     head.
    :param verbose: several lines for each, below the database's URL; and, on standard error, where
     they were read, how many revisions are pending, and what to run.
    :param json: print a list of :class:`~alembic.results.database.Current`, one for each database.
    """
    # SQLAlchemy is loaded here, not for `alembic current --help`.
    from alembic.command.online import ask_databases
    from alembic.command.whereabouts import whereabouts

    script = ScriptDirectory.from_config(config)
    if json:
        from alembic.command.as_json import print_json  # for --json only

        print_json(config, _everywhere(config, script, check_heads=check_heads))
        return

    def show(heads: tuple[str, ...], url: str) -> None:
        if verbose:
            print_text(config, f"Current revision(s) for {url}:")
        if check_heads and not set(heads) >= set(script.get_heads(consider_depends_on=True)):
            raise DatabaseNotAtHead(_NOT_AT_HEADS)
        scripts = sorted(script.get_all_current(heads), key=lambda each: each.revision)
        print_current(config, scripts, verbose=verbose)

    def show_place(heads: tuple[str, ...], place: Any) -> None:
        for line in whereabouts(place, heads, script, config):
            write_outstream(sys.stderr, line, "\n", quiet=config.messaging_opts["quiet"])

    def show_half_done(sentence: str) -> None:
        if check_heads:
            raise DatabaseNotAtHead(sentence)
        # Programs read the revisions on standard output: this is not among them.
        write_outstream(sys.stderr, f"{sentence}\n")

    ask_databases(
        config,
        script,
        show,
        told_place=show_place if verbose else None,
        told_half_done=show_half_done,
    )


def _everywhere(config: Config, script: ScriptDirectory, *, check_heads: bool) -> list[Any]:
    """Where each database stands."""
    from alembic.command.online import ask_databases
    from alembic.script.facts import current_of

    told: list[tuple[tuple[str, ...], str, list[str]]] = []
    ask_databases(
        config,
        script,
        lambda heads, url: told.append((heads, url, [])),
        told_half_done=lambda sentence: told[-1][2].append(sentence),
    )
    found = [current_of(script, heads, url, half[0] if half else None) for heads, url, half in told]
    if check_heads and not all(each.is_at_head for each in found):
        raise DatabaseNotAtHead(_NOT_AT_HEADS)
    return found


def ensure_version(config: Config, sql: bool = False) -> None:
    """Create the version table where the database has none.

    :param sql: write SQL to the configuration's ``output_buffer``, else standard output.
    """
    from alembic.command.online import create_version_table

    create_version_table(config, ScriptDirectory.from_config(config), as_sql=sql)


def _insisted(
    no_lock: bool,
    lock_timeout: float | str | None,
    ddl_lock_timeout: float | str | None = None,
    ddl_statement_timeout: float | str | None = None,
) -> dict[str, Any]:
    """What the caller asks for, whatever env.py or the settings say."""
    insisted = {
        "lock": False if no_lock else None,
        "lock_timeout": lock_timeout,
        "ddl_lock_timeout": ddl_lock_timeout,
        "ddl_statement_timeout": ddl_statement_timeout,
    }
    return {"insisted": {name: value for name, value in insisted.items() if value is not None}}


def _dry_run(config: Config, *, sql: bool, dry_run: bool) -> dict[str, Any]:
    """The options for a run that is shown, and not done."""
    if not dry_run:
        return {}
    if sql:
        raise DryRunOfScript
    from alembic.command.preview import preview_into  # for what is shown and not done only

    return {"preview": preview_into(config), "dont_mutate": True}


def _run(config: Config, script: ScriptDirectory, steps: Any, **options: Any) -> None:
    # SQLAlchemy is loaded here, not for `alembic upgrade --help`.
    from alembic.command.online import run_environment

    if options["as_sql"] or "preview" in options or not _is_watched(config):
        run_environment(config, script, steps, **options)
        return
    from alembic.command.progress import ProgressLine  # for a person at a terminal only

    with ProgressLine(sys.stderr) as line:
        run_environment(config, script, steps, watcher=line, **options)


def _is_watched(config: Config) -> bool:
    """Whether a person who typed the command looks on."""
    if config.cmd_opts is None or config.messaging_opts["quiet"]:
        return False
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _range(revision: str, command: str | None = None) -> tuple[str | None, str]:
    """Start and end; the start is None where only an end is given.

    A ``command`` is one that turns to a database, and takes an end only.
    """
    start, colon, end = revision.partition(":")
    if not colon:
        return None, revision
    if command is not None:
        raise RangeNotAllowed(command, revision)
    if not start or not end or ":" in end:
        raise MalformedRange(revision)
    return start, end
