"""Commands that list what is there: history, heads, branches, show.

They read the headers of revision files and nothing else, unless they are asked about the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from alembic.command.output import (
    print_branch_point,
    print_heads,
    print_history,
    print_in_full,
)
from alembic.config import Config
from alembic.script.conflict import SeveralHeads
from alembic.script.directory import ScriptDirectory
from alembic.script.lookup import in_users_words
from alembic.script.script import Script
from alembic.script.settings import has_revision_environment
from alembic.util.exc import CommandError

CURRENT = "current"
"""The word for where the database is, in ``history -r`` and ``show``."""


class MalformedRange(CommandError):
    """``--rev-range`` is no range."""

    def __init__(self, rev_range: str) -> None:
        self.rev_range = rev_range
        super().__init__("History range requires [start]:[end], [start]:, or :[end]")


def history(
    config: Config,
    rev_range: str | None = None,
    verbose: bool = False,
    indicate_current: bool = False,
) -> None:
    """List revisions, the newest first.

    :param rev_range: ``START:END``, either may be missing; ``current`` is where the database is.
    :param verbose: several lines for each.
    :param indicate_current: mark the revisions that the database is at.
    """
    start, end = _ends(rev_range)
    script = ScriptDirectory.from_config(config)

    def show(current: tuple[str, ...]) -> None:
        listed = _walk(
            script,
            current or "base" if start == CURRENT else start or "base",
            current or "base" if end == CURRENT else end or "heads",
        )
        print_history(config, _marked(listed, current, indicate_current), verbose=verbose)

    if indicate_current or CURRENT in {start, end} or has_revision_environment(config):
        # Only now is there something to ask a database, or an env.py that wants to be run always.
        from alembic.command.online import ask_databases

        ask_databases(config, script, lambda heads, _: show(heads))
    else:
        show(())


def heads(
    config: Config,
    verbose: bool = False,
    resolve_dependencies: bool = False,
    check: bool = False,
) -> None:
    """List the heads.

    :param verbose: several lines for each.
    :param resolve_dependencies: leave out those that another revision depends on.
    :param check: raise :class:`~alembic.script.conflict.SeveralHeads` where a plain ``head`` would
     name several.
    """
    script = ScriptDirectory.from_config(config)
    effective = script.get_heads(consider_depends_on=True)
    if check and len(effective) > 1:
        sentence = f"There are {len(effective)} heads, and there should be one."
        raise SeveralHeads(sentence, script.revision_map, effective)
    listed = effective if resolve_dependencies else script.get_heads()
    print_heads(config, script.get_revisions(listed), verbose=verbose)


def branches(config: Config, verbose: bool = False) -> None:
    """List the revisions that several others go on from.

    :param verbose: several lines for each.
    """
    script = ScriptDirectory.from_config(config)
    for revision in script.walk_revisions():
        if revision.is_branch_point:
            children = script.get_revisions(sorted(revision.nextrev))
            print_branch_point(config, revision, children, verbose=verbose)


def show(config: Config, rev: str) -> None:
    """Show revisions in full.

    :param rev: what names them; ``current`` for those that the database is at.
    """
    script = ScriptDirectory.from_config(config)
    if rev == CURRENT:
        # Only now is there something to ask a database.
        from alembic.command.online import ask_databases

        ask_databases(
            config, script, lambda heads, _: print_in_full(config, script.get_revisions(heads))
        )
    else:
        print_in_full(config, script.get_revisions(rev))


def _ends(rev_range: str | None) -> tuple[str, str]:
    """Start and end of a range, empty where it has none; raises :class:`MalformedRange`."""
    start, colon, end = (rev_range or ":").partition(":")
    if not colon or ":" in end:
        raise MalformedRange(rev_range or "")
    return start.strip(), end.strip()


def _walk(
    script: ScriptDirectory, lower: str | tuple[str, ...], upper: str | tuple[str, ...]
) -> Iterator[Script]:
    span = (_typed(lower), _typed(upper))
    with in_users_words(script.revision_map, span=span):
        yield from script.iterate_revisions(
            upper, lower, inclusive=True, assert_relative_length=False
        )


def _typed(target: str | tuple[str, ...]) -> str:
    return target if isinstance(target, str) else CURRENT


def _marked(
    scripts: Iterator[Script], current: tuple[str, ...], is_marking: bool
) -> Iterator[Script]:
    if not is_marking:
        return scripts
    return map(partial(_mark, current), scripts)


def _mark(current: tuple[str, ...], script: Script) -> Script:
    script._db_current_indicator = script.revision in current
    return script
