"""Every command and option of the command line, as data.

:mod:`alembic.cli.parser` makes argparse of it, and :mod:`alembic.cli.main` runs what was asked
for. The names are those of the parameters of the functions in ``alembic.command``: an option
``tag`` fills the parameter ``tag``. This file is read for every ``--help``, so it imports nothing,
and its two classes are plain ones: to import ``dataclasses`` takes longer than all of this.
"""

from __future__ import annotations


class Option:
    """An option and its ``flags``.

    ``kind`` is "flag" for one that stands alone, "value" for one with a text behind it, "list" for
    one that may be given several times. ``choices`` are the only texts that it may have, if not
    empty.
    """

    __slots__ = ("choices", "default", "flags", "help", "kind", "required")

    def __init__(
        self,
        *flags: str,
        help: str,
        kind: str = "value",
        default: str | None = None,
        required: bool = False,
        choices: tuple[str, ...] = (),
    ) -> None:
        self.choices = choices
        self.flags = flags
        self.help = help
        self.kind = kind
        self.default = default
        self.required = required


class Argument:
    """A positional argument; ``many`` takes one or more, ``choices`` are all that it may be."""

    __slots__ = ("choices", "help", "many")

    def __init__(
        self, help: str | None = None, *, many: bool = False, choices: tuple[str, ...] = ()
    ) -> None:
        self.choices = choices
        self.help = help
        self.many = many


class Command:
    """A command: its function's name and file in ``alembic.command``, and what it is given.

    ``arguments`` and ``options`` are keys of :data:`ARGUMENTS` and :data:`OPTIONS`.
    """

    __slots__ = ("arguments", "help", "name", "options", "room")

    def __init__(
        self,
        name: str,
        room: str,
        help: str,
        *,
        arguments: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.room = room
        self.help = help
        self.arguments = arguments
        self.options = options


PROGRAM_OPTIONS = {
    "config": Option(
        "-c",
        "--config",
        kind="list",
        help="The settings file, in place of alembic.ini or what the variable ALEMBIC_CONFIG "
        "names; a pyproject.toml is taken as well. May be given twice, once for each of the two.",
    ),
    "name": Option(
        "-n",
        "--name",
        default="alembic",
        help="The section of the ini file to read, [alembic] by default; no meaning for a TOML file.",
    ),
    "x": Option(
        "-x",
        kind="list",
        help="An argument for env.py, which finds it with context.get_x_argument(); for instance "
        "-x tenant=blue. May be given several times.",
    ),
    "raiseerr": Option(
        "--raiseerr", kind="flag", help="Show an error with the traceback of the program as well."
    ),
    "quiet": Option("-q", "--quiet", kind="flag", help="Print nothing on standard output but SQL."),
}

OPTIONS = {
    "template": Option(
        "-t",
        "--template",
        default="generic",
        help="The template to start from; list_templates shows them.",
    ),
    "package": Option(
        "--package",
        kind="flag",
        help="Make packages of the folder and of its versions: write an __init__.py into each.",
    ),
    "message": Option(
        "-m", "--message", help="What the revision does; its first line names the file."
    ),
    "autogenerate": Option(
        "--autogenerate",
        kind="flag",
        help="Fill the revision with the operations by which the models differ from the database.",
    ),
    "sql": Option(
        "--sql",
        kind="flag",
        help="Write the SQL to standard output in place of running it; no database is touched.",
    ),
    "tag": Option("--tag", help="A text for env.py, which finds it with get_tag_argument()."),
    "head": Option(
        "--head", help="The revision to build on, or LABEL@head; the only head by default."
    ),
    "splice": Option(
        "--splice", kind="flag", help="Allow a revision to build on one that is not a head."
    ),
    "branch_label": Option("--branch-label", help="A branch label for the new revision."),
    "version_path": Option(
        "--version-path", help="The folder for the new file, one of version_locations."
    ),
    "rev_id": Option("--rev-id", help="The id of the new revision, in place of a random one."),
    "depends_on": Option(
        "--depends-on",
        kind="list",
        help="A revision that must be applied before the new one. May be given several times.",
    ),
    "rename": Option(
        "--rename",
        kind="list",
        help="With --autogenerate: what was renamed, OLD=NEW, TABLE.OLD=NEW or SCHEMA.TABLE.OLD=NEW; "
        "SCHEMA.TABLE=OTHER.TABLE moves a table. May be given several times.",
    ),
    "fail_if_empty": Option(
        "--fail-if-empty",
        kind="flag",
        help="With --autogenerate: fail where nothing differs, in place of writing an empty file.",
    ),
    "skip_empty": Option(
        "--skip-empty",
        kind="flag",
        help="With --autogenerate: write nothing where nothing differs.",
    ),
    "verbose": Option("-v", "--verbose", kind="flag", help="Show more of each revision."),
    "resolve_dependencies": Option(
        "--resolve-dependencies",
        kind="flag",
        help="Leave out heads that another revision depends on.",
    ),
    "check": Option(
        "--check", kind="flag", help="Fail where there is more than one head, and say the ways out."
    ),
    "rev_range": Option(
        "-r", "--rev-range", help="The part to list, [START]:[END]; `current` may stand for either."
    ),
    "indicate_current": Option(
        "-i",
        "--indicate-current",
        kind="flag",
        help="Mark the revisions that the database is at.",
    ),
    "graph": Option(
        "--graph", kind="flag", help="Draw the lines between revisions, as a terminal shows them."
    ),
    "format": Option(
        "--format",
        choices=("mermaid", "dot", "svg", "html"),
        help="Draw the graph for elsewhere; html is one page with zoom and search.",
    ),
    "json": Option("--json", kind="flag", help="Print JSON, for programs."),
    "check_heads": Option(
        "-c",
        "--check-heads",
        kind="flag",
        help="Fail where the database is not at every head.",
    ),
    "purge": Option(
        "--purge", kind="flag", help="Empty the version table first, whatever it holds."
    ),
    "dry_run": Option(
        "--dry-run",
        kind="flag",
        help="Show what would run on the database, with its SQL where it can be known; change nothing.",
    ),
    "no_lock": Option(
        "--no-lock", kind="flag", help="Don't lock the database against other migrators."
    ),
    "lock_timeout": Option(
        "--lock-timeout",
        help="How long to wait for another migrator: seconds, or 500ms, 30s, 5min; 600 by default.",
    ),
    "ddl_lock_timeout": Option(
        "--ddl-lock-timeout",
        help="How long a statement may wait for a lock of the database before it is given up and "
        "tried again later, for instance 5s; no limit by default.",
    ),
    "ddl_statement_timeout": Option(
        "--ddl-statement-timeout",
        help="How long a statement may take, for instance 10min; no limit by default.",
    ),
    "from_database": Option(
        "--from-database",
        kind="flag",
        help="Fill the revision with what the database has and the scripts don't make: changes by "
        "hand or, where there is no revision yet, all of it.",
    ),
    "against_scripts": Option(
        "--against-scripts",
        kind="flag",
        help="With --autogenerate: compare the models with what the scripts make in place of the "
        "database, which needn't be up to date.",
    ),
    "stamp": Option(
        "--stamp",
        kind="flag",
        help="With --from-database: tell the database that it has the new revision.",
    ),
    "scratch_url": Option(
        "--scratch-url",
        help="An empty database to replay the scripts into, in place of one that is made and dropped.",
    ),
    "onto": Option("--onto", help="The revision that is to be the parent.", required=True),
    "force": Option(
        "--force", kind="flag", help="Even where the database has the revision, or can't be asked."
    ),
}

ARGUMENTS = {
    "revision": Argument(
        "where to go: an id, head, heads, base, +N, -N, LABEL@head; A:B with --sql"
    ),
    "revisions": Argument("one or more revisions, or heads for all heads", many=True),
    "shell": Argument("the shell that is to complete", choices=("bash", "zsh", "fish")),
    "directory": Argument("the folder to make"),
    "rev": Argument("a revision: its id or the beginning of it, head, LABEL@head"),
}

LOCKS = ("no_lock", "lock_timeout")

COMMANDS = (
    Command(
        "branches",
        "listing",
        "List the revisions that others branch off.",
        options=("verbose", "json"),
    ),
    Command(
        "check", "inspect", "Tell whether the models ask for a new revision.", options=("json",)
    ),
    Command(
        "completion",
        "shell_completion",
        "Print what makes a shell complete commands and revisions.",
        arguments=("shell",),
    ),
    Command(
        "current",
        "migrate",
        "Show the revisions that the database is at.",
        options=("check_heads", "verbose", "json"),
    ),
    Command(
        "downgrade",
        "migrate",
        "Take the database back to an earlier revision.",
        arguments=("revision",),
        options=("sql", "tag", "dry_run", *LOCKS, "ddl_lock_timeout", "ddl_statement_timeout"),
    ),
    Command(
        "drift",
        "drifting",
        "Tell whether the database is what the scripts make of an empty one.",
        options=("scratch_url", "json"),
    ),
    Command("edit", "editor", "Open revision files in the editor.", arguments=("rev",)),
    Command(
        "ensure_version",
        "migrate",
        "Make the version table where the database has none.",
        options=("sql",),
    ),
    Command(
        "heads",
        "listing",
        "List the revisions that no other builds on.",
        options=("verbose", "resolve_dependencies", "check", "json"),
    ),
    Command(
        "history",
        "listing",
        "List the revisions, the newest first.",
        options=("rev_range", "verbose", "indicate_current", "graph", "format", "json"),
    ),
    Command(
        "init",
        "start",
        "Start a project: a folder for migrations, and its settings.",
        arguments=("directory",),
        options=("template", "package"),
    ),
    Command("list_templates", "templates", "List the templates for init.", options=("json",)),
    Command(
        "merge",
        "create",
        "Join revisions: make one that builds on all of them.",
        arguments=("revisions",),
        options=("message", "branch_label", "rev_id", "splice"),
    ),
    Command(
        "rebase",
        "move",
        "Move a revision on top of another by rewriting its parent.",
        arguments=("rev",),
        options=("onto", "force"),
    ),
    Command(
        "revision",
        "create",
        "Make a new revision file.",
        options=(
            "message",
            "autogenerate",
            "sql",
            "head",
            "splice",
            "branch_label",
            "version_path",
            "rev_id",
            "depends_on",
            "rename",
            "fail_if_empty",
            "skip_empty",
            "from_database",
            "against_scripts",
            "stamp",
            "scratch_url",
        ),
    ),
    Command("show", "listing", "Show revisions in full.", arguments=("rev",), options=("json",)),
    Command(
        "stamp",
        "migrate",
        "Write revisions into the version table without running them.",
        arguments=("revisions",),
        options=("sql", "tag", "purge", *LOCKS),
    ),
    Command(
        "upgrade",
        "migrate",
        "Bring the database to a later revision.",
        arguments=("revision",),
        options=("sql", "tag", "dry_run", *LOCKS, "ddl_lock_timeout", "ddl_statement_timeout"),
    ),
)
