"""ScriptDirectory: the folder of a project's migrations.

It knows where revision files lie, reads their headers into a :class:`RevisionMap`, answers questions
about revisions with errors in the user's words, runs ``env.py``, and writes new revisions::

    script = ScriptDirectory.from_config(config)
    script.get_current_head()
    script.generate_revision("ae1", "users")

Headers are read when the first question is asked; code of a revision runs when its step does.
"""

# ruff: noqa: PTH110, PTH118 - every listing loads this file, and does without pathlib

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from alembic.config import Config
from alembic.graph.map import RevisionMap
from alembic.graph.plan import downgrade_steps, stamp_steps, upgrade_steps
from alembic.graph.step import RevisionStep, StampStep
from alembic.script.errors import ScriptError, short_path
from alembic.script.location import load_scripts, read_script
from alembic.script.lookup import Identifier, in_users_words
from alembic.script.script import Script
from alembic.script.settings import (
    MissingFolder,
    resource_path,
    script_location,
    slug_length,
    text_setting,
)
from alembic.util.pyfiles import (
    absolute_path,
    load_module_py,
    load_python_file,
    package_directory,
)
from alembic.util.values import immutabledict

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

# (module, file) of what stands in for env.py: it is run each time, as that is.
_STOCK_ENVIRONMENT = (
    "alembic.stock_environment",
    os.path.join(package_directory("alembic"), "stock_environment.py"),
)
_DEFAULT_SLUG_LENGTH = 40
_DEFAULT_FILE_TEMPLATE = "%(rev)s_%(slug)s"


class SeveralLocations(ScriptError):
    """One version location is asked for, and there are several."""

    def __init__(self, locations: Sequence[str]) -> None:
        self.locations = tuple(locations)
        super().__init__(
            f"Multiple version_locations present: {', '.join(map(short_path, locations))}; ask for "
            "locations, which has all of them"
        )


class SeveralBases(ScriptError):
    """One base is asked for, and there are several."""

    def __init__(self, bases: Sequence[str]) -> None:
        self.bases = tuple(bases)
        super().__init__("The script directory has multiple bases. Please use get_bases().")


class MissingEnvironment(ScriptError):
    """The folder of the migrations has no ``env.py``."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"Can't find Python file {path}, which says how to reach the database; "
            "the templates of 'alembic init' have one. A project does without where its settings name "
            "the models (target_metadata = myapp.models:Base.metadata) and the database "
            "(sqlalchemy.url)"
        )


class ScriptDirectory:
    """The revision files of a project, and its ``env.py`` and ``script.py.mako``.

    ``dir`` is the folder that holds the latter two. ``version_locations`` are the folders of the
    revision files, ``dir``'s own ``versions`` where none are named; they may be set until the first
    question about a revision is asked. ``hooks`` are as :meth:`Config.get_hooks_list` gives them,
    ``messaging_opts`` go to :mod:`alembic.util.messaging`; the rest are settings of the same names.
    """

    needs_env_py = True
    """Whether a folder without ``env.py`` is a mistake; not where the settings say all that is needed."""

    def __init__(
        self,
        dir: str | os.PathLike[str],
        file_template: str = _DEFAULT_FILE_TEMPLATE,
        truncate_slug_length: int | None = _DEFAULT_SLUG_LENGTH,
        version_locations: Sequence[str | os.PathLike[str]] | None = None,
        sourceless: bool = False,
        output_encoding: str = "utf-8",
        timezone: str | None = None,
        hooks: Sequence[Mapping[str, Any]] = [],
        recursive_version_locations: bool = False,
        messaging_opts: Mapping[str, Any] = immutabledict({}),
    ) -> None:
        self.dir = os.fspath(dir)
        self.file_template = file_template
        self.truncate_slug_length = truncate_slug_length or _DEFAULT_SLUG_LENGTH
        self.version_locations = [os.fspath(path) for path in version_locations or ()]
        self.sourceless = sourceless
        self.output_encoding = output_encoding
        self.timezone = timezone
        self.hooks = hooks
        self.recursive_version_locations = recursive_version_locations
        self.messaging_opts = messaging_opts
        if not os.path.exists(self.dir):
            raise MissingFolder(self.dir)

    @classmethod
    def from_config(cls, config: Config) -> ScriptDirectory:
        """The folder that the settings name. Puts ``prepend_sys_path`` in front of ``sys.path``.

        Raises :class:`~alembic.script.errors.ScriptError` for settings that can't be used.
        """
        location = script_location(config)
        paths = config.get_prepend_sys_paths_list() or []
        if sys.path[: len(paths)] != paths:
            sys.path[:0] = paths
        found = cls(
            resource_path("script_location", location),
            file_template=text_setting(config, "file_template", _DEFAULT_FILE_TEMPLATE),
            truncate_slug_length=slug_length(config),
            version_locations=config.get_version_locations_list(),
            sourceless=config.get_alembic_boolean_option("sourceless"),
            output_encoding=text_setting(config, "output_encoding", "utf-8"),
            timezone=text_setting(config, "timezone") or None,
            hooks=config.get_hooks_list(),
            recursive_version_locations=config.get_alembic_boolean_option(
                "recursive_version_locations"
            ),
            messaging_opts=config.messaging_opts,
        )
        found.needs_env_py = not config.get_alembic_option("target_metadata")
        return found

    # -- files

    @property
    def versions(self) -> str:
        """The one version location; raises :class:`SeveralLocations` where there are more."""
        locations = self.locations
        if len(locations) > 1:
            raise SeveralLocations(locations)
        return locations[0]

    @property
    def locations(self) -> tuple[str, ...]:
        """The version locations as absolute paths."""
        named = self.version_locations or [os.path.join(self.dir, "versions")]
        return tuple(
            absolute_path(resource_path("version_locations", os.fspath(path))) for path in named
        )

    @property
    def env_py_location(self) -> str:
        """The path of ``env.py``."""
        return absolute_path(os.path.join(self.dir, "env.py"))

    def file_of(self, revision: str) -> str:
        """The path of a revision's file, as a person would type it here."""
        found = self.get_revision(revision)
        return "" if found is None else short_path(found.path)

    @cached_property
    def revision_map(self) -> RevisionMap:
        """The graph of all revisions; the headers are read when it is first asked something."""
        return RevisionMap(self._load_revisions)

    def _load_revisions(self) -> Iterator[Script]:
        return load_scripts(
            self.locations,
            recursive=self.recursive_version_locations,
            sourceless=self.sourceless,
        )

    # -- questions

    def walk_revisions(self, base: str = "base", head: str = "heads") -> Iterator[Script]:
        """The revisions from ``head`` down to ``base``, children before parents."""
        with in_users_words(self.revision_map, span=(base, head)):
            yield from self._scripts(
                self.revision_map.iterate_revisions(
                    head, base, inclusive=True, assert_relative_length=False
                )
            )

    def iterate_revisions(
        self, upper: Identifier, lower: Identifier, **kw: Any
    ) -> Iterator[Script]:
        """The revisions from ``upper`` down to ``lower``; ``kw`` as of the map's own method.

        Raises the graph's errors as they are.
        """
        return self._scripts(self.revision_map.iterate_revisions(upper, lower, **kw))

    def get_revision(self, id_: Identifier) -> Script | None:
        """The one revision that ``id_`` names; None for the base.

        Raises :class:`~alembic.script.lookup.NoSuchRevision`,
        :class:`~alembic.script.conflict.SeveralHeads`.
        """
        with in_users_words(self.revision_map):
            found = self.revision_map.get_revision(id_)
        assert found is None or isinstance(found, Script)
        return found

    def get_revisions(self, id_: Identifier) -> tuple[Script, ...]:
        """All revisions that ``id_`` names; none for the base."""
        with in_users_words(self.revision_map):
            return tuple(self._scripts(self.revision_map.get_revisions(id_)))

    def get_recorded(self, heads: Identifier) -> tuple[Script, ...]:
        """The revisions that a database says it is at.

        Raises :class:`~alembic.script.lookup.NotAmongFiles`.
        """
        with in_users_words(self.revision_map, current=heads):
            return tuple(self._scripts(self.revision_map.get_revisions(heads)))

    def get_all_current(self, id_: Identifier) -> set[Script]:
        """The revisions that ``id_`` names and those they depend on, without ancestors of others."""
        with in_users_words(self.revision_map, current=id_):
            return set(self._scripts(self.revision_map._get_all_current(id_)))

    def as_revision_number(self, id_: Identifier) -> str | tuple[str, ...] | None:
        """``id_`` as ids where it names a place in the graph: ``head``, ``base``, ``label@head``.

        ``heads`` gives a tuple, anything else one id, the base None. An id or a relative target is
        given as it is.
        """
        with in_users_words(self.revision_map):
            found = self.revision_map._resolve_revision_number(id_)[0]
        if not found:
            return None
        return tuple(found) if id_ == "heads" else found[0]

    def get_current_head(self) -> str | None:
        """The id of the one head, None where there is no revision at all.

        Raises :class:`~alembic.script.conflict.SeveralHeads`.
        """
        sentence = (
            "The script directory has multiple heads (due to branching).Please use get_heads(), or "
            "merge the branches using alembic merge."
        )
        with in_users_words(self.revision_map, several_heads=sentence):
            return self.revision_map.get_current_head()

    def get_heads(self, consider_depends_on: bool = False) -> list[str]:
        """The ids of all heads.

        With ``consider_depends_on`` without those that another revision depends on.
        """
        revisions = self.revision_map
        return list(revisions._real_heads if consider_depends_on else revisions.heads)

    def get_base(self) -> str | None:
        """The id of the one base, None where there is no revision; raises :class:`SeveralBases`."""
        bases = self.get_bases()
        if len(bases) > 1:
            raise SeveralBases(bases)
        return bases[0] if bases else None

    def get_bases(self) -> list[str]:
        """The ids of all bases."""
        return list(self.revision_map.bases)

    @staticmethod
    def _scripts(found: Any) -> Iterator[Script]:
        for revision in found:
            assert isinstance(revision, Script)
            yield revision

    # -- runs

    def run_env(self) -> None:
        """Run ``env.py`` from top to bottom, with whatever environment is current.

        Where the project has none and needs none, what runs is ``context.run()``. Whatever
        ``env.py`` does to set up logging, the loggers of the program that we run in stay enabled.
        What it raises passes through.
        """
        # The only code here that needs `logging.config`: a listing does without.
        from alembic.script.logging_guard import loggers_kept

        with loggers_kept():
            if not self.needs_env_py and not self._has_env_py():
                load_module_py(*_STOCK_ENVIRONMENT)
                return
            try:
                load_python_file(self.dir, "env.py")
            except ImportError as error:
                if os.path.exists(self.env_py_location):
                    raise
                raise MissingEnvironment(self.env_py_location) from error

    def _has_env_py(self) -> bool:
        """Whether there is an ``env.py``, or its byte code in its place.

        The byte-code cache of one that was deleted is none.
        """
        path = self.env_py_location
        return os.path.exists(path) or os.path.exists(f"{path}c")

    def _upgrade_revs(self, destination: Identifier, current_rev: Identifier) -> list[RevisionStep]:
        revisions = self.revision_map
        words = in_users_words(
            revisions, not_a_target=(str(destination), "upgrade"), current=current_rev
        )
        with words:
            return self._checked(upgrade_steps(revisions, destination, current_rev))

    def _downgrade_revs(
        self, destination: Identifier, current_rev: Identifier
    ) -> list[RevisionStep]:
        revisions = self.revision_map
        words = in_users_words(
            revisions, not_a_target=(str(destination), "downgrade"), current=current_rev
        )
        with words:
            return self._checked(downgrade_steps(revisions, destination, current_rev))

    def _stamp_revs(self, revision: Identifier, heads: Identifier) -> list[StampStep]:
        sentence = "Multiple heads are present; please specify a single target revision"
        with in_users_words(self.revision_map, several_heads=sentence, current=heads):
            return stamp_steps(self.revision_map, revision, heads)

    @staticmethod
    def _checked(steps: list[RevisionStep]) -> list[RevisionStep]:
        """``steps``, none of whose files has a syntax error: found before the first one runs."""
        for step in steps:
            if isinstance(step.revision, Script):
                step.revision.check_syntax()
        return steps

    # -- new files

    def generate_revision(
        self,
        revid: str,
        message: str | None,
        head: Identifier = None,
        splice: bool | None = False,
        branch_labels: Identifier = None,
        version_path: str | os.PathLike[str] | None = None,
        file_template: str | None = None,
        depends_on: Identifier = None,
        **kw: Any,
    ) -> Script | None:
        """Write a new revision file and run the hooks on it; ``kw`` go to the template.

        :param revid: the new id, see :func:`alembic.util.rev_id`.
        :param head: the parents, ``head`` by default; ``base`` for a first revision.
        :param splice: let the parents be revisions that have children already.
        :param branch_labels: labels of the branch that begins here.
        :param version_path: which of the version locations; that of the first parent by default.
        :param file_template: instead of the setting.
        :param depends_on: revisions that have to be there before this one.

        Raises :class:`~alembic.script.errors.ScriptError` with no file written; a failing hook
        leaves the file.
        """
        # The half of the room that writes, with Mako, subprocess and time zones behind it.
        from alembic.script.generate import FileNaming
        from alembic.script.new_revision import Desk, Request, write_revision

        desk = Desk(
            folder=self.dir,
            locations=self.locations,
            naming=FileNaming(
                file_template or self.file_template,
                self.truncate_slug_length,
                self.recursive_version_locations,
            ),
            encoding=self.output_encoding,
            timezone=self.timezone,
            hooks=self.hooks,
            messaging=self.messaging_opts,
        )
        request = Request(
            revision=revid,
            message=message,
            head=head,
            splice=bool(splice),
            branch_labels=branch_labels,
            version_path=None if version_path is None else os.fspath(version_path),
            depends_on=depends_on,
            template_values=kw,
        )
        script = read_script(write_revision(desk, self.revision_map, request))
        self.revision_map.add_revision(script)
        return script
