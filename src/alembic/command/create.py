"""Commands that make or open revision files: revision, merge, edit; and init, which begins it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alembic.command.listing import CURRENT
from alembic.command.start import carry_out, plan_start
from alembic.command.templates import template_folder
from alembic.config import Config
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script
from alembic.script.settings import has_revision_environment
from alembic.util.editor import open_in_editor
from alembic.util.exc import CommandError
from alembic.util.values import rev_id as new_id

Hook = Callable[..., None]
"""``(migration context, heads, directives) -> None``; may change the list of directives."""


class SqlWithoutEnvironment(CommandError):
    """``revision --sql``, and nothing that would run ``env.py``."""

    def __init__(self) -> None:
        super().__init__(
            "Using --sql with the revision command when revision_environment is not configured does "
            "not make any sense"
        )


class SqlWithAutogenerate(CommandError):
    """``revision --sql --autogenerate``: there is no database to compare with."""

    def __init__(self) -> None:
        super().__init__("Using --sql with --autogenerate does not make any sense")


class NothingToEdit(CommandError):
    """``edit`` was given what names no file."""

    def __init__(self, rev: str) -> None:
        self.rev = rev
        super().__init__(
            "No current revisions"
            if rev == CURRENT
            else f"No revision files indicated by symbol {rev!r}"
        )


def init(config: Config, directory: str, template: str = "generic", package: bool = False) -> None:
    """Start a project: make a folder for migrations, and write its settings.

    :param directory: the folder to make; it may be there, and empty.
    :param template: a folder in the configuration's folder of templates.
    :param package: write an ``__init__.py`` into the folder and into its ``versions``.
    """
    start = plan_start(config, directory, template_folder(config, template), package=package)
    carry_out(start, config)


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

    Gives the new script; a list of them where a hook asked for none, or for several.
    """
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
    }
    if autogenerate or runs_environment:
        # SQLAlchemy is loaded here, not for a revision that no database is asked about.
        from alembic.command.comparison import revisions_by_environment

        scripts = revisions_by_environment(config, script, asked, process_revision_directives)
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


def edit(config: Config, rev: str) -> None:
    """Open revision files in the editor, one after another.

    :param rev: what names them; ``current`` for those that the database is at.
    """
    script = ScriptDirectory.from_config(config)
    found: list[Script] = []
    if rev == CURRENT:
        # Only now is there something to ask a database.
        from alembic.command.online import ask_databases

        ask_databases(config, script, lambda heads, _: found.extend(script.get_revisions(heads)))
    else:
        found.extend(script.get_revisions(rev))
    if not found:
        raise NothingToEdit(rev)
    for path in dict.fromkeys(each.path for each in found):
        open_in_editor(path)
