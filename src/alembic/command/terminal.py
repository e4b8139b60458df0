"""Listings as a person at a terminal sees them: a tree of branches, in colours.

It is loaded for a terminal, and for ``history --graph``, only: what a pipe is given stays as it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from alembic.command.output import print_text
from alembic.config import Config
from alembic.draw.fold import folded, where_they_part
from alembic.draw.lanes import lay_out
from alembic.draw.text import Paint, Signs, graph_lines, plain, signs_for
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script

Style = Callable[[str, str], str]
"""``(kind of text, text) -> text`` in its colour; kinds are the keys of :data:`_CODES`."""

_CODES = {"id": "1;33", "mark": "32", "current": "1;35", "soft": "2"}
_LANES = ("34", "31", "32", "35", "33", "36", "94", "91")


def is_coloured(stream: object, environ: Mapping[str, str]) -> bool:
    """Whether ``stream`` is a terminal that shows colours, and its user wants them.

    See https://no-color.org.
    """
    is_terminal = getattr(stream, "isatty", None)
    if is_terminal is None or not is_terminal():
        return False
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    # The console of old versions of Windows shows the codes themselves.
    return sys.platform != "win32" or "WT_SESSION" in environ or "TERM" in environ


def print_graph(config: Config, scripts: Sequence[Script], *, verbose: bool) -> None:
    """Print revisions with the lines between them."""
    style, paint, signs = _looks(config)
    layout = lay_out([(script.revision, script._parents) for script in scripts])
    texts = {script.revision: _block(script, style, verbose=verbose) for script in scripts}
    for line in graph_lines(layout, texts, signs, paint):
        print_text(config, line)


def print_heads_tree(
    config: Config, script: ScriptDirectory, heads: Sequence[Script], *, verbose: bool
) -> None:
    """Print heads; of several, the tree above what they have in common."""
    style, paint, signs = _looks(config)
    if verbose or len(heads) < 2:
        for head in heads:
            for line in _block(head, style, verbose=verbose):
                print_text(config, line)
        return
    scripts = {each.revision: each for each in script.walk_revisions()}
    parents = {name: each._parents for name, each in scripts.items()}
    shown = where_they_part(parents, [head.revision for head in heads])
    labelled = {name for name, each in scripts.items() if each._own_labels}
    nodes, counts = folded([(name, parents[name]) for name in scripts if name in shown], labelled)
    texts = {
        name: [style("soft", f"… {counts[name]} revisions …")]
        if name in counts
        else _block(scripts[name], style, verbose=False)
        for name, _ in nodes
    }
    for line in graph_lines(lay_out(nodes), texts, signs, paint):
        print_text(config, line)


def print_branch_tree(
    config: Config, script: Script, children: Iterable[Script], *, verbose: bool
) -> None:
    """Print a branch point, and below it the revisions that go on from there."""
    style, paint, signs = _looks(config)
    for line in _block(script, style, verbose=verbose):
        print_text(config, line)
    last = len(tuple(children := tuple(children))) - 1
    for number, child in enumerate(children):
        corner = _last_corner(signs) if number == last else signs.right
        first, *rest = _block(child, style, verbose=False)
        print_text(config, f"{paint(corner + signs.across, number)} {first}")
        for line in rest:
            print_text(config, f"   {line}")
    print_text(config, "")


def _looks(config: Config) -> tuple[Style, Paint, Signs]:
    signs = signs_for(getattr(config.stdout, "encoding", None))
    if not is_coloured(config.stdout, os.environ):
        return _unstyled, plain, signs
    return _styled, _painted, signs


def _block(script: Script, style: Style, *, verbose: bool) -> list[str]:
    """The lines that stand beside one revision."""
    if verbose:
        first, *rest = script.log_entry.split("\n")
        return [style("id", first), *rest]
    marks = [", ".join(sorted(script.branch_labels))] if script.branch_labels else []
    if script.is_head:
        marks.append("effective head" if script._dependents else "head")
    text = style("id", script.revision)
    text += "".join(style("mark", f" ({mark})") for mark in marks)
    if script._db_current_indicator:
        text += style("current", " (current)")
    if script._requires:
        text += style("soft", f" (depends on {', '.join(script._requires)})")
    first, *rest = script.doc.split("\n")
    return [f"{text}, {first}" if first else text, *rest]


def _last_corner(signs: Signs) -> str:
    return "╰" if signs.right == "├" else "`"


def _styled(kind: str, text: str) -> str:
    return f"\x1b[{_CODES[kind]}m{text}\x1b[0m"


def _unstyled(kind: str, text: str) -> str:
    return text


def _painted(characters: str, lane: int) -> str:
    return f"\x1b[{_LANES[lane % len(_LANES)]}m{characters}\x1b[0m"
