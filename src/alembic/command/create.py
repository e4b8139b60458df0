"""Commands that make revision files: revision and merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
            "not make any sense"
        )


class SqlWithAutogenerate(CommandError):
    """``revision --sql --autogenerate``: there is no database to compare with."""

    def __init__(self) -> None:
        super().__init__("Using --sql with --autogenerate does not make any sense")


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
