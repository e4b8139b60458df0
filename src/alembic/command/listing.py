"""Commands that list what is there: history, heads, branches, show.

They read the headers of revision files and nothing else, unless they are asked about the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from alembic.command.output import (
    is_terminal,
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
        super().__init__(
            "History range requires [start]:[end], [start]:, or :[end]\n"
            "For instance:  alembic history -r current:head"
        )


class SeveralForms(CommandError):
    """Two forms of one listing were asked for."""

    def __init__(self) -> None:
        super().__init__(
            "--graph, --format and --json are forms of one listing; choose one of them"
        )


def history(
    config: Config,
    rev_range: str | None = None,
    verbose: bool = False,
    indicate_current: bool = False,
    graph: bool = False,
    format: str | None = None,
    json: bool = False,
) -> None:
    """List revisions, the newest first.

    At a terminal, and with ``graph``, the lines between them are drawn to their left.

    :param rev_range: ``START:END``, either may be missing; ``current`` is where the database is.
    :param verbose: several lines for each.
    :param indicate_current: mark the revisions that the database is at.
    :param graph: draw the lines between them elsewhere than at a terminal too.
    :param format: print a picture: ``mermaid``, ``dot``, ``svg``, or ``html`` for a whole page.
    :param json: print a list of :class:`~alembic.results.revision.RevisionInfo` as JSON.
    """
    if graph + json + (format is not None) > 1:
        raise SeveralForms
    start, end = _ends(rev_range)
    script = ScriptDirectory.from_config(config)

    def show(current: Collection[str] | None) -> None:
        place = tuple(current or ()) or "base"
        listed = _walk(
            script,
            place if start == CURRENT else start or "base",
            place if end == CURRENT else end or "heads",
        )
        if json:
            _print_json(config, listed, current)
        elif format is not None:
            _print_picture(config, listed, current, format)
        else:
            marked = _marked(listed, current or (), indicate_current)
            _print_history(config, marked, verbose=verbose, graph=graph)

    if (
        not indicate_current
        and CURRENT not in {start, end}
        and not has_revision_environment(config)
    ):
        show(None)
    elif json or format is not None:
        # It is one text, however many databases there are.
        show(_current(config, script))
    else:
        _ask(config, script, show)


def heads(
    config: Config,
    verbose: bool = False,
    resolve_dependencies: bool = False,
    check: bool = False,
    json: bool = False,
) -> None:
    """List the heads; at a terminal, the tree of several.

    :param verbose: several lines for each.
    :param resolve_dependencies: leave out those that another revision depends on.
    :param check: raise :class:`~alembic.script.conflict.SeveralHeads` where a plain ``head`` would
     name several.
    :param json: print a list of :class:`~alembic.results.revision.RevisionInfo` as JSON.
    """
    script = ScriptDirectory.from_config(config)
    effective = script.get_heads(consider_depends_on=True)
    if check and len(effective) > 1:
        sentence = f"There are {len(effective)} heads, and there should be one."
        raise SeveralHeads(sentence, script.revision_map, effective)
    listed = effective if resolve_dependencies else script.get_heads()
    scripts = script.get_revisions(listed)
    if json:
        _print_json(config, scripts)
    elif is_terminal(config):
        from alembic.command.terminal import print_heads_tree

        print_heads_tree(config, script, scripts, verbose=verbose)
    else:
        print_heads(config, scripts, verbose=verbose)


def branches(config: Config, verbose: bool = False, json: bool = False) -> None:
    """List the revisions that several others go on from.

    :param verbose: several lines for each.
    :param json: print a list of :class:`~alembic.results.revision.RevisionInfo` as JSON.
    """
    script = ScriptDirectory.from_config(config)
    points = (each for each in script.walk_revisions() if each.is_branch_point)
    if json:
        _print_json(config, points)
        return
    print_point = print_branch_point
    if is_terminal(config):
        from alembic.command.terminal import print_branch_tree

        print_point = print_branch_tree
    for revision in points:
        children = script.get_revisions(sorted(revision.nextrev))
        print_point(config, revision, children, verbose=verbose)


def show(config: Config, rev: str, json: bool = False) -> None:
    """Show revisions in full.

    :param rev: what names them; ``current`` for those that the database is at.
    :param json: print a list of :class:`~alembic.results.revision.RevisionInfo` as JSON.
    """
    script = ScriptDirectory.from_config(config)
    if json and rev == CURRENT:
        current = _current(config, script)
        _print_json(config, script.get_recorded(current), current)
    elif json:
        _print_json(config, script.get_revisions(rev))
    elif rev == CURRENT:
        _ask(config, script, lambda heads: print_in_full(config, script.get_recorded(heads)))
    else:
        print_in_full(config, script.get_revisions(rev))


# What isn't lines of text, what is for a terminal, and what turns to a database is loaded when it
# is asked for: a listing does without.


def _print_history(
    config: Config, scripts: Iterator[Script], *, verbose: bool, graph: bool
) -> None:
    if graph or is_terminal(config):
        from alembic.command.terminal import print_graph

        print_graph(config, tuple(scripts), verbose=verbose)
    else:
        print_history(config, scripts, verbose=verbose)


def _print_json(
    config: Config, scripts: Iterable[Script], current: Collection[str] | None = None
) -> None:
    from alembic.command.as_json import print_revisions

    print_revisions(config, scripts, current)


def _print_picture(
    config: Config, scripts: Iterable[Script], current: Collection[str] | None, format: str
) -> None:
    from alembic.command.pictures import print_picture

    print_picture(config, format, scripts, current)


def _ask(config: Config, script: ScriptDirectory, told: Callable[[tuple[str, ...]], None]) -> None:
    """Call ``told`` with the heads of each database."""
    from alembic.command.online import ask_databases

    ask_databases(config, script, lambda heads, _: told(heads))


def _current(config: Config, script: ScriptDirectory) -> tuple[str, ...]:
    """The heads of all databases together."""
    found: dict[str, None] = {}
    _ask(config, script, lambda heads: found.update(dict.fromkeys(heads)))
    return tuple(found)


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
    current = next((end for end in (lower, upper) if not isinstance(end, str)), None)
    with in_users_words(script.revision_map, span=span, current=current):
        yield from script.iterate_revisions(
            upper, lower, inclusive=True, assert_relative_length=False
        )


def _typed(target: str | tuple[str, ...]) -> str:
    return target if isinstance(target, str) else CURRENT


def _marked(
    scripts: Iterator[Script], current: Collection[str], is_marking: bool
) -> Iterator[Script]:
    if not is_marking:
        return scripts
    return map(partial(_mark, current), scripts)


def _mark(current: Collection[str], script: Script) -> Script:
    script._db_current_indicator = script.revision in current
    return script
