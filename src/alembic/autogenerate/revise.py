"""RevisionContext: comparison → MigrationScript → file.

``alembic revision`` makes one, runs env.py where the models or the hooks are wanted, and then writes
what was gathered. env.py may configure several databases in one run: each is a *pass* over the same
revision, whose ops are rendered under the tokens that the pass named (``engine1_upgrades`` …).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy.exc import NoReferenceError

from alembic.autogenerate.ask import Questioner

# Whoever compares comes by this module, and so finds the comparators in their plugins.
from alembic.autogenerate.compare import order as order
from alembic.autogenerate.compare.schema import populate_migration_script
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.filters import Filters, say_unmatched
from alembic.autogenerate.render.directives import body_text
from alembic.config import Config
from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.script import DowngradeOps, MigrationScript, UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script
from alembic.util.exc import CommandError
from alembic.util.values import rev_id, to_tuple

Hook = Callable[..., None]

NOTHING_ASKED: Mapping[str, Any] = {
    "message": None,
    "autogenerate": True,
    "sql": False,
    "head": "head",
    "splice": False,
    "branch_label": None,
    "version_path": None,
    "rev_id": None,
    "depends_on": None,
    "rename": (),
}
"""The arguments of a comparison that writes no file."""


MANY = 10
"""As many missing revisions are named; of more, the first and the last."""


class DatabaseBehind(CommandError):
    """The models can only be compared with a database that has every revision.

    ``missing`` are the ids of those that it hasn't, in the order in which they would be run.
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        named = ", ".join(missing)
        if len(missing) > MANY:
            named = f"{len(missing)} revisions, {missing[0]} to {missing[-1]}"
        way_out = f" It lacks {named}; run 'alembic upgrade heads' first." if missing else ""
        super().__init__(f"Target database is not up to date.{way_out}")


class ModelsIncomplete(CommandError):
    """A foreign key of the models points to what no model is."""

    def __init__(self, error: NoReferenceError) -> None:
        super().__init__(
            f"{error}; correct the foreign key, or import the model that it points to in env.py and have "
            "it in target_metadata"
        )


class RevisionContext:
    """One ``alembic revision``: what was asked for, and the scripts that come of it.

    ``command_args`` holds the arguments of the command by name; ``generated_revisions`` is the
    list that ``process_revision_directives`` hooks see and change. ``questioner`` decides about
    renames; without one nobody is asked.
    """

    def __init__(
        self,
        config: Config,
        script_directory: ScriptDirectory,
        command_args: Mapping[str, Any],
        process_revision_directives: Hook | None = None,
        questioner: Questioner | None = None,
    ) -> None:
        self.config = config
        self.questioner = questioner or Questioner()
        self.script_directory = script_directory
        self.command_args = command_args
        self.process_revision_directives = process_revision_directives
        self.template_args: dict[str, Any] = {"config": config}
        self.generated_revisions: list[MigrationScript] = [self._asked_for()]
        self._last_pass: AutogenContext | None = None
        self._filters: list[Filters] = []

    def _asked_for(self) -> MigrationScript:
        asked = self.command_args
        return MigrationScript(
            rev_id=asked["rev_id"] or rev_id(),
            message=asked["message"],
            upgrade_ops=UpgradeOps([]),
            downgrade_ops=DowngradeOps([]),
            head=asked["head"],
            splice=asked["splice"],
            branch_label=asked["branch_label"],
            version_path=asked["version_path"],
            depends_on=asked["depends_on"],
        )

    def run_autogenerate(self, rev: Any, migration_context: MigrationContext) -> None:
        """Compare the models with the database of ``migration_context``, which stands at ``rev``."""
        if self.command_args["sql"]:
            raise CommandError(
                "Using --sql with --autogenerate does not make any sense: a script has no database to "
                "compare with; leave out --sql"
            )
        self.refuse_outdated(rev)
        self.run_comparison(rev, migration_context, AutogenContext(migration_context))

    def run_comparison(
        self, rev: Any, migration_context: MigrationContext, context: AutogenContext
    ) -> None:
        """A pass of ``migration_context`` that gathers what the comparison ``context`` finds."""
        self._begin_pass(migration_context, context)
        self._filters.append(context.filters)
        try:
            populate_migration_script(context, self.generated_revisions[-1], self.questioner)
        except NoReferenceError as error:
            raise ModelsIncomplete(error) from error
        self._run_hooks(rev, migration_context)

    def run_no_autogenerate(self, rev: Any, migration_context: MigrationContext) -> None:
        """A pass without a comparison: the hooks and the template still see this environment."""
        self._begin_pass(migration_context, AutogenContext(migration_context, autogenerate=False))
        self._run_hooks(rev, migration_context)

    def end_passes(self) -> None:
        """Say what there is to say of all passes together, once ``env.py`` has run."""
        self.questioner.refuse_unused()
        say_unmatched(self._filters)

    def is_empty(self) -> bool:
        """Whether no file would hold an operation."""
        return not any(
            does_something(ops)
            for script in self.generated_revisions
            for ops in (*script.upgrade_ops_list, *script.downgrade_ops_list)
        )

    def refuse_outdated(self, rev: Any) -> None:
        """Raise DatabaseBehind where a database at ``rev`` lacks a revision."""
        scripts = self.script_directory
        present = {script.revision for script in scripts.get_recorded(rev) if script}
        wanted = {script.revision for script in scripts.get_revisions("heads") if script}
        if present != wanted:
            steps = scripts._upgrade_revs("heads", rev)
            raise DatabaseBehind(tuple(step.revision.revision for step in steps))

    def _begin_pass(self, migration_context: MigrationContext, context: AutogenContext) -> None:
        """Give this pass its own pair of op containers, under the tokens that its options name."""
        upgrade_token = migration_context.opts["upgrade_token"]
        downgrade_token = migration_context.opts["downgrade_token"]
        script = self.generated_revisions[-1]
        if self._last_pass is None:
            script.upgrade_ops_list[-1].upgrade_token = upgrade_token
            script.downgrade_ops_list[-1].downgrade_token = downgrade_token
        else:
            script.upgrade_ops_list.append(UpgradeOps([], upgrade_token=upgrade_token))
            script.downgrade_ops_list.append(DowngradeOps([], downgrade_token=downgrade_token))
        self._last_pass = context

    def _run_hooks(self, rev: Any, migration_context: MigrationContext) -> None:
        hooks = (
            self.process_revision_directives,
            migration_context.opts.get("process_revision_directives"),
        )
        for hook in hooks:
            if hook:
                hook(migration_context, rev, self.generated_revisions)
        for directive in self.generated_revisions:
            if not isinstance(directive, MigrationScript):
                raise CommandError(
                    f"process_revision_directives has left {directive!r} in its list of directives, "
                    "which holds MigrationScript objects; put ops into their upgrade_ops.ops"
                )

    def generate_scripts(self) -> Iterator[Script | None]:
        """Write each gathered revision, and give its script."""
        for migration_script in self.generated_revisions:
            yield self._write(migration_script)

    def _write(self, migration_script: MigrationScript) -> Script | None:
        template_args = dict(self.template_args)
        if self._last_pass is not None:
            render_bodies(self._last_pass, migration_script, template_args)
        assert migration_script.rev_id is not None
        return self.script_directory.generate_revision(
            migration_script.rev_id,
            migration_script.message,
            refresh=True,
            head=migration_script.head,
            splice=migration_script.splice,
            branch_labels=to_tuple(migration_script.branch_label),
            version_path=migration_script.version_path,
            depends_on=migration_script.depends_on,
            **template_args,
        )


def does_something(op: MigrateOperation) -> bool:
    """Whether an op, or any op in a container, is more than a container."""
    return not isinstance(op, OpContainer) or any(does_something(inner) for inner in op.ops)


def render_bodies(
    context: AutogenContext, migration_script: MigrationScript, template_args: dict[str, Any]
) -> None:
    """Put the bodies of each pass, and the imports that they need, among the template's arguments."""
    imports = migration_script.imports
    context.imports = {imports} if isinstance(imports, str) else set(imports)
    for upgrade_ops, downgrade_ops in zip(
        migration_script.upgrade_ops_list, migration_script.downgrade_ops_list, strict=True
    ):
        template_args[upgrade_ops.upgrade_token] = body_text(upgrade_ops, context)
        template_args[downgrade_ops.downgrade_token] = body_text(downgrade_ops, context)
    template_args["imports"] = "\n".join(sorted(context.imports))


def render_migration_diffs(
    context: MigrationContext, template_args: dict[str, Any]
) -> dict[str, Any]:
    """Compare, and put what comes of it among ``template_args``: the whole way without a file."""
    autogen_context = AutogenContext(context)
    script = MigrationScript(
        rev_id=None,
        upgrade_ops=UpgradeOps([], upgrade_token=context.opts.get("upgrade_token", "upgrades")),
        downgrade_ops=DowngradeOps(
            [], downgrade_token=context.opts.get("downgrade_token", "downgrades")
        ),
    )
    populate_migration_script(autogen_context, script)
    say_unmatched([autogen_context.filters])
    render_bodies(autogen_context, script, template_args)
    return template_args
