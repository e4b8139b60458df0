"""Commands that make revision files: revision and merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alembic.command.migrate import stamp as stamp_revisions
from alembic.command.output import print_text
from alembic.config import Config
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script
from alembic.script.settings import has_revision_environment
from alembic.util.exc import CommandError
from alembic.util.values import rev_id as new_id

Hook = Callable[..., None]
"""``(migration context, heads, directives) -> None``; may change the list of directives."""


class SqlWithoutEnvironment(CommandError):
    """``revision --sql``, and nothing that would run ``env.py``."""

    def __init__(self) -> None:
        super().__init__(
            "Using --sql with the revision command when revision_environment is not configured does "
            "not make any sense; leave out --sql"
        )


class SqlWithAutogenerate(CommandError):
    """``revision --sql --autogenerate``: there is no database to compare with."""

    def __init__(self) -> None:
        super().__init__(
            "Using --sql with --autogenerate does not make any sense: a script has no database to "
            "compare with; leave out --sql"
        )


class OnlyWithAutogenerate(CommandError):
    """An option of ``revision`` that is about the comparison, without ``--autogenerate``."""

    def __init__(self, option: str) -> None:
        self.option = option
        super().__init__(f"{option} is about what --autogenerate finds; give both, or neither")


class EmptyTwice(CommandError):
    """``--fail-if-empty`` together with ``--skip-empty``."""

    def __init__(self) -> None:
        super().__init__(
            "--fail-if-empty and --skip-empty are two answers to one question; choose one of them"
        )


class TwoSides(CommandError):
    """``--from-database`` together with ``--against-scripts``."""

    def __init__(self) -> None:
        super().__init__(
            "--from-database takes the place of the models, --against-scripts that of the database; "
            "choose one of them"
        )


class OnlyFromDatabase(CommandError):
    """``--stamp`` for a revision that the database hasn't got."""

    def __init__(self) -> None:
        super().__init__(
            "--stamp is for a revision that the database has already: give --from-database too"
        )


class NoReplay(CommandError):
    """``--scratch-url`` where nothing is replayed."""

    def __init__(self) -> None:
        super().__init__(
            "--scratch-url is for --from-database and --against-scripts, which replay the scripts"
        )


def revision(
    config: Config,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | Sequence[str] | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    depends_on: str | Sequence[str] | None = None,
    process_revision_directives: Hook | None = None,
    rename: Sequence[str] = (),
    fail_if_empty: bool = False,
    skip_empty: bool = False,
    from_database: bool = False,
    against_scripts: bool = False,
    stamp: bool = False,
    scratch_url: str | None = None,
) -> Script | list[Script | None] | None:
    """Write a new revision file.

    :param message: what the revision does.
    :param autogenerate: fill it with the operations by which the models differ from the database.
    :param sql: run ``env.py`` as for a script, where the settings say that it is run at all.
    :param head: the revision to build on.
    :param splice: allow a revision to build on one that is not a head.
    :param branch_label: a label of the branch that begins here.
    :param version_path: which of the version locations.
    :param rev_id: the id, in place of a random one.
    :param depends_on: revisions that must be applied before this one.
    :param process_revision_directives: called as the option of ``context.configure()`` of this
     name is, before that one.
    :param rename: what was renamed, each as ``old=new``, ``table.old=new`` or
     ``schema.table.old=new``; for the comparison.
    :param fail_if_empty: raise CommandError where nothing differs, and write nothing.
    :param skip_empty: write nothing where nothing differs.
    :param from_database: fill it with what the database has and the scripts don't make.
    :param against_scripts: compare the models with what the scripts make, not with the database.
    :param stamp: write the revision that comes ``from_database`` into the version table as well.
    :param scratch_url: an empty database to replay the scripts into, in place of one that is made
     and dropped.

    Gives the new script; a list of them where a hook asked for none, or for several, and an empty
    one where nothing was written.
    """
    autogenerate = autogenerate or from_database
    _check_options(autogenerate, rename, fail_if_empty=fail_if_empty, skip_empty=skip_empty)
    _check_sides(
        autogenerate,
        from_database=from_database,
        against_scripts=against_scripts,
        stamp=stamp,
        scratch_url=scratch_url,
    )
    script = ScriptDirectory.from_config(config)
    runs_environment = has_revision_environment(config)
    if sql and autogenerate:
        raise SqlWithAutogenerate
    if sql and not runs_environment:
        raise SqlWithoutEnvironment
    asked = {
        "message": message,
        "autogenerate": autogenerate,
        "sql": sql,
        "head": head,
        "splice": splice,
        "branch_label": branch_label,
        "version_path": version_path,
        "rev_id": rev_id,
        "depends_on": depends_on,
        "rename": rename,
        "fail_if_empty": fail_if_empty,
        "skip_empty": skip_empty,
        "from_database": from_database,
        "against_scripts": against_scripts,
        "scratch_url": scratch_url,
    }
    if autogenerate or runs_environment:
        # SQLAlchemy is loaded here, not for a revision that no database is asked about.
        from alembic.command.comparison import revisions_by_environment

        scripts = revisions_by_environment(config, script, asked, process_revision_directives)
        if skip_empty and not scripts:
            print_text(config, "No new upgrade operations detected; no revision was written.")
        if stamp and scripts:
            stamp_revisions(config, [each.revision for each in scripts if each is not None])
        return scripts[0] if len(scripts) == 1 else scripts
    return script.generate_revision(
        rev_id or new_id(),
        message,
        head=head,
        splice=splice,
        branch_labels=branch_label,
        version_path=version_path,
        depends_on=depends_on,
        config=config,
    )


def _check_options(
    autogenerate: bool, rename: Sequence[str], *, fail_if_empty: bool, skip_empty: bool
) -> None:
    given = {"--rename": rename, "--fail-if-empty": fail_if_empty, "--skip-empty": skip_empty}
    for option, value in given.items():
        if value and not autogenerate:
            raise OnlyWithAutogenerate(option)
    if fail_if_empty and skip_empty:
        raise EmptyTwice


def _check_sides(
    autogenerate: bool,
    *,
    from_database: bool,
    against_scripts: bool,
    stamp: bool,
    scratch_url: str | None,
) -> None:
    if against_scripts and not autogenerate:
        raise OnlyWithAutogenerate("--against-scripts")
    if from_database and against_scripts:
        raise TwoSides
    if stamp and not from_database:
        raise OnlyFromDatabase
    if scratch_url and not (from_database or against_scripts):
        raise NoReplay


def merge(
    config: Config,
    revisions: str | Sequence[str],
    message: str | None = None,
    branch_label: str | Sequence[str] | None = None,
    rev_id: str | None = None,
    splice: bool = False,
) -> Script | None:
    """Join revisions: write a revision that builds on all of them.

    :param revisions: the revisions to join, or ``heads``.
    :param message: what the revision does.
    :param branch_label: a label of the branch that begins here.
    :param rev_id: the id, in place of a random one.
    :param splice: allow to join revisions that are not heads.
    """
    script = ScriptDirectory.from_config(config)
    template_args: dict[str, Any] = {"config": config}
    if has_revision_environment(config):
        # SQLAlchemy is loaded here, not for a revision that no database is asked about.
        from alembic.command.online import run_for_template

        run_for_template(config, script, template_args)
    return script.generate_revision(
        rev_id or new_id(),
        message,
        head=revisions,
        splice=splice,
        branch_labels=branch_label,
        **template_args,
    )
