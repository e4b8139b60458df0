"""What commands print on standard output: the one printer.

Programs read these lines, so they are the same from version to version, and in the same order for
the same project. All of it goes through the configuration, which knows where to print and whether to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alembic.config import Config
from alembic.script.script import Script

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Protocol

    from alembic.results.differences import Differences

    class Previewed(Protocol):
        """A step that would run."""

        @property
        def title(self) -> str:
            """Its line in the log."""

        @property
        def sql(self) -> str:
            """What is known of its SQL."""

        @property
        def unknown(self) -> str | None:
            """Why that isn't all, if it isn't."""


def is_terminal(config: Config) -> bool:
    """Whether a person reads what is printed."""
    isatty = getattr(config.stdout, "isatty", None)  # a program may give anything with a `write`
    return isatty is not None and bool(isatty())


def print_text(config: Config, text: str) -> None:
    """Print ``text`` and a line end."""
    config.print_stdout(text)


def print_history(config: Config, scripts: Iterable[Script], *, verbose: bool) -> None:
    """Print revisions with their parents and messages."""
    lines = [
        script.cmd_format(
            verbose=verbose, include_branches=True, include_doc=True, include_parents=True
        )
        for script in scripts
    ]
    if lines:  # at once: there may be ten thousand
        config.print_stdout("\n".join(lines))


def print_heads(config: Config, scripts: Iterable[Script], *, verbose: bool) -> None:
    """Print heads; that they join or part branches is left out."""
    for script in scripts:
        line = script.cmd_format(verbose, include_branches=True, tree_indicators=False)
        print_text(config, line)


def print_branch_point(
    config: Config, script: Script, children: Iterable[Script], *, verbose: bool
) -> None:
    """Print a branch point, and below it the revisions that go on from there."""
    indent = " " * len(script.revision)
    lines = [script.cmd_format(verbose, include_branches=True)]
    for child in children:
        line = child.cmd_format(False, include_branches=True, include_doc=verbose)
        lines.append(f"{indent} -> {line}")
    print_text(config, "\n".join(lines) + "\n")


def print_in_full(config: Config, scripts: Iterable[Script]) -> None:
    """Print all that is known of each revision."""
    for script in scripts:
        print_text(config, script.log_entry)


def print_current(config: Config, scripts: Iterable[Script], *, verbose: bool) -> None:
    """Print the revisions that a database is at."""
    for script in scripts:
        print_text(config, script.cmd_format(verbose))


def print_previewed(config: Config, steps: Sequence[Previewed]) -> None:
    """Print what a run would do."""
    if not steps:
        print_text(config, "Nothing would run.")
        return
    count = "1 migration" if len(steps) == 1 else f"{len(steps)} migrations"
    print_text(config, f"{count} would run; nothing is changed.")
    for step in steps:
        lines = [f"\n-- {step.title}"]
        if step.sql:
            lines.append(f"\n{step.sql}")
        if step.unknown is not None:
            lines.append(f"\n-- The rest is known only when it runs: {step.unknown}")
        print_text(config, "\n".join(lines))


def listed_differences(found: Differences) -> Iterator[str]:
    """What the models ask for, a line each; databases apart where there are several."""
    tokens = list(dict.fromkeys(one.upgrade_token for one in found.differences))
    for token in tokens:
        own = [one.text for one in found.differences if one.upgrade_token == token]
        count = "1 operation" if len(own) == 1 else f"{len(own)} operations"
        where = f" ({token})" if len(tokens) > 1 else ""
        yield f"The models ask for {count}{where}:"
        yield from (f"  {text}" for text in own)
    for rename in found.possible_renames:
        evidence = ", ".join(rename.evidence)
        yield (
            f"Perhaps a rename: {rename.kind} {rename.old} to {rename.new} ({evidence}); then make the "
            f"revision with --rename {rename.flag}"
        )
