"""What people read first: the commands in groups, an example of each, the first steps.

It is loaded for ``--help`` and for a mistake. ``alembic`` in an example stands for the name that the
program was started by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Examples = tuple[tuple[str, str], ...]
"""Lines to type, each with what it does."""

GROUPS: dict[str, dict[str, Examples]] = {
    "everyday": {
        "init": (
            ("alembic init migrations", "start a project in the folder migrations"),
            ("alembic init -t async migrations", "the same for an asynchronous driver"),
        ),
        "revision": (
            ('alembic revision -m "add account table"', "a file to fill in"),
            ('alembic revision --autogenerate -m "add account table"', "filled from the models"),
        ),
        "upgrade": (
            ("alembic upgrade head", "run all that is new"),
            ("alembic upgrade +1", "one revision only"),
            ("alembic upgrade head --dry-run", "show it and change nothing"),
            ("alembic upgrade head --sql > new.sql", "as a script, for who runs it by hand"),
        ),
        "downgrade": (
            ("alembic downgrade -1", "one revision back"),
            ("alembic downgrade ae1027", "back to that revision, which stays applied"),
            ("alembic downgrade base", "back to the empty database"),
        ),
        "current": (
            ("alembic current", "where the database is"),
            ("alembic current --check-heads", "in a pipeline: fail where an upgrade is due"),
        ),
        "history": (
            ("alembic history", "all revisions, the newest first"),
            ("alembic history -r current:head", "from where the database is to the newest"),
            ("alembic history --format html > history.html", "a page to look at in a browser"),
        ),
    },
    "inspect": {
        "check": (("alembic check", "in a pipeline: fail where a revision is missing"),),
        "drift": (("alembic drift", "is the database what the migrations say it is?"),),
        "heads": (
            ("alembic heads", "the newest revisions"),
            ("alembic heads --check", "in a pipeline: fail where there are several"),
        ),
        "branches": (("alembic branches -v", "where the history parts, with messages"),),
        "show": (
            ("alembic show head", "the newest revision, with its file"),
            ("alembic show ae1027", "a revision, by the beginning of its id"),
            ("alembic show current", "the revision that the database is at"),
        ),
        "list_templates": (("alembic list_templates", "what init -t can start from"),),
        "completion": (
            ('eval "$(alembic completion bash)"', "in ~/.bashrc; zsh in ~/.zshrc"),
            ("alembic completion fish | source", "in ~/.config/fish/config.fish"),
        ),
    },
    "repair": {
        "merge": (('alembic merge -m "join the two" heads', "join all heads in a new revision"),),
        "rebase": (("alembic rebase 27c6a --onto 1975e", "make 1975e the parent of 27c6a"),),
        "stamp": (
            ("alembic stamp head", "the tables are there already: only say so"),
            ("alembic stamp --purge ae1027", "forget what the version table says"),
        ),
        "edit": (("alembic edit head", "open the newest revision in $EDITOR"),),
        "ensure_version": (("alembic ensure_version", "make the version table and nothing else"),),
    },
}
"""Group → command → its examples."""

SUMMARY = "Version control for a database schema: migrations for SQLAlchemy."
FIRST_STEPS: Examples = (
    ("alembic init migrations", "write a folder, and alembic.ini; name your database there"),
    ('alembic revision -m "first"', "make a revision, and fill in its upgrade()"),
    ("alembic upgrade head", "run it on the database"),
)
MORE = "alembic COMMAND --help tells more of a command, with examples."


def examples_of(command: str, prog: str) -> str:
    """The examples of a command as lines below its help; empty for a command that isn't ours."""
    for group in GROUPS.values():
        if command in group:
            return "\n" + _section("examples", _renamed(group[command], prog))
    return ""


def overview(prog: str, commands: Iterable[tuple[str, str]]) -> str:
    """What the program is, how to begin, and the commands in groups, each with what it does."""
    waiting = dict(commands)
    width = max(map(len, waiting), default=0)
    sections = [f"{SUMMARY}\n", _section("to begin", _renamed(FIRST_STEPS, prog))]
    for title, group in GROUPS.items():
        rows = [(name, waiting.pop(name)) for name in group if name in waiting]
        sections.append(_section(f"{title} commands", rows, width))
    if waiting:
        sections.append(_section("other commands", tuple(waiting.items()), width))
    return "\n".join(sections)


def more(prog: str) -> str:
    """Where to read on."""
    return f"{_named(MORE, prog)}\n"


def _section(title: str, rows: Sequence[tuple[str, str]], width: int = 0) -> str:
    width = max(width, *(len(left) for left, _ in rows), 0)
    lines = [f"    {left:{width}}  {right}".rstrip() for left, right in rows]
    return "\n".join((f"{title}:", *lines, ""))


def _renamed(examples: Examples, prog: str) -> Examples:
    return tuple((_named(line, prog), what) for line, what in examples)


def _named(line: str, prog: str) -> str:
    return line.replace("alembic ", f"{prog} ")
