"""Steps: one revision in one direction, or one change by hand; what is to be done, not yet done.

A step knows its revision and nothing of a database. The file's code is loaded when the step is run,
by ``step.migration_fn()``, and not before.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence, Set as AbstractSet
from types import CoroutineType, GeneratorType

from alembic.graph.errors import MissingFunction, NotRun
from alembic.graph.heads import (
    DeleteHead,
    HeadChange,
    InsertHead,
    MoveHead,
    changes_of_downgrade,
    changes_of_upgrade,
)
from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.util.values import to_tuple

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

Ids = tuple[str, ...]


class MigrationStep:
    """One step of a run: :class:`RevisionStep` or :class:`StampStep`.

    ``str(step)`` is the line that a run says, ``step.migration_fn(**kw)`` does the work.
    """

    is_upgrade: bool

    @classmethod
    def upgrade_from_script(cls, revision_map: RevisionMap, script: Revision) -> RevisionStep:
        """The step that applies ``script``."""
        return RevisionStep(revision_map, script, is_upgrade=True)

    @classmethod
    def downgrade_from_script(cls, revision_map: RevisionMap, script: Revision) -> RevisionStep:
        """The step that takes ``script`` back."""
        return RevisionStep(revision_map, script, is_upgrade=False)

    @property
    @abstractmethod
    def name(self) -> str:
        """The name of the function that it runs."""

    @abstractmethod
    def migration_fn(self, **kw: Any) -> None:
        """Do it; ``kw`` are the arguments of the run."""

    def forget(self) -> None:
        """Let go of what doing it has loaded."""

    @property
    @abstractmethod
    def doc(self) -> str | None:
        """The message of the revision."""

    @property
    @abstractmethod
    def from_revisions(self) -> Ids:
        """The ids that it starts from, dependencies included."""

    @property
    @abstractmethod
    def to_revisions(self) -> Ids:
        """The ids that it arrives at, dependencies included."""

    @property
    @abstractmethod
    def from_revisions_no_deps(self) -> Ids:
        """The ids that it starts from, parents only."""

    @property
    @abstractmethod
    def to_revisions_no_deps(self) -> Ids:
        """The ids that it arrives at, parents only."""

    @property
    @abstractmethod
    def info(self) -> MigrationInfo:
        """What callbacks are told about it."""

    @abstractmethod
    def changes(self, heads: AbstractSet[str]) -> Sequence[HeadChange]:
        """What it does to the heads of a database."""

    @property
    def is_downgrade(self) -> bool:
        """Whether it goes down."""
        return not self.is_upgrade

    @property
    def short_log(self) -> str:
        """``upgrade a -> b``."""
        start = ", ".join(self.from_revisions_no_deps)
        return f"{self.name} {start} -> {', '.join(self.to_revisions_no_deps)}"

    def __str__(self) -> str:
        return f"{self.short_log}, {self.doc}" if self.doc else self.short_log

    # -- the same changes in other words: what programs ask a step about the heads of a database

    def should_create_branch(self, heads: AbstractSet[str]) -> bool:
        """Whether it puts a row beside the others."""
        return [type(each) for each in self.changes(heads)] == [InsertHead]

    def should_delete_branch(self, heads: AbstractSet[str]) -> bool:
        """Whether a row goes, and nothing else happens."""
        return [type(each) for each in self.changes(heads)] == [DeleteHead]

    def should_merge_branches(self, heads: AbstractSet[str]) -> bool:
        """Whether several rows become one."""
        return any(isinstance(each, DeleteHead) for each in self.changes(heads)[:-1])

    def should_unmerge_branches(self, heads: AbstractSet[str]) -> bool:
        """Whether one row becomes several."""
        return any(isinstance(each, InsertHead) for each in self.changes(heads)[:-1])

    def merge_branch_idents(self, heads: AbstractSet[str]) -> tuple[list[str], str, str]:
        """The rows that go, the one that moves, and what it becomes; for a step that merges."""
        return [*_versions(self.changes(heads), DeleteHead)], *self.update_version_num(heads)

    def unmerge_branch_idents(self, heads: AbstractSet[str]) -> tuple[str, str, Ids]:
        """The row that moves, what it becomes, and the new rows; for a step that takes a merge back."""
        return *self.update_version_num(heads), _versions(self.changes(heads), InsertHead)

    def update_version_num(self, heads: AbstractSet[str]) -> tuple[str, str]:
        """The row that moves, and what it becomes; for a step that moves one."""
        (move,) = (each for each in self.changes(heads) if isinstance(each, MoveHead))
        return move.old, move.new


class RevisionStep(MigrationStep):
    """One revision, applied or taken back."""

    def __init__(self, revision_map: RevisionMap, revision: Revision, is_upgrade: bool) -> None:
        self.revision_map = revision_map
        self.revision = revision
        self.is_upgrade = is_upgrade
        self._has_loaded = False

    @property
    def name(self) -> str:
        """``upgrade`` or ``downgrade``."""
        return "upgrade" if self.is_upgrade else "downgrade"

    def migration_fn(self, **kw: Any) -> None:
        """Load the file, and run its ``upgrade()`` or ``downgrade()``.

        Raises :class:`~alembic.graph.errors.MissingFunction`, :class:`~alembic.graph.errors.NotRun`,
        and whatever the file raises.
        """
        self._has_loaded = "module" not in vars(self.revision)
        function = getattr(getattr(self.revision, "module", None), self.name, None)
        if function is None:
            raise MissingFunction(self.revision, self.name)
        made = function(**kw)
        if isinstance(made, CoroutineType | GeneratorType):
            made.close()
            raise NotRun(self.revision, self.name, type(made).__name__)

    def forget(self) -> None:
        """Let go of the file's module if running the step has loaded it.

        A run of a thousand steps needs one at a time. Who asks for it later gets the file run anew.
        """
        if self._has_loaded:
            vars(self.revision).pop("module", None)

    def changes(self, heads: AbstractSet[str]) -> Sequence[HeadChange]:
        """What it does to the heads of a database."""
        if self.is_upgrade:
            return changes_of_upgrade(self.revision_map, self.revision, heads)
        return changes_of_downgrade(self.revision_map, self.revision, heads)

    @property
    def doc(self) -> str | None:
        """The message of the revision."""
        return getattr(self.revision, "doc", None)

    @property
    def from_revisions(self) -> Ids:
        """The ids that it starts from, dependencies included."""
        return self._below if self.is_upgrade else (self.revision.revision,)

    @property
    def to_revisions(self) -> Ids:
        """The ids that it arrives at, dependencies included."""
        return (self.revision.revision,) if self.is_upgrade else self._below

    @property
    def from_revisions_no_deps(self) -> Ids:
        """The ids that it starts from, parents only."""
        return self.revision._parents if self.is_upgrade else (self.revision.revision,)

    @property
    def to_revisions_no_deps(self) -> Ids:
        """The ids that it arrives at, parents only."""
        return (self.revision.revision,) if self.is_upgrade else self.revision._parents

    @property
    def _below(self) -> Ids:
        return self.revision_map.linked.builds_on(self.revision)

    @property
    def delete_version_num(self) -> str:
        """The row that goes where one goes."""
        return self.revision.revision

    @property
    def insert_version_num(self) -> str:
        """The row that comes where one comes."""
        return self.revision.revision

    @property
    def info(self) -> MigrationInfo:
        """What callbacks are told about it."""
        return MigrationInfo(
            self.revision_map,
            is_upgrade=self.is_upgrade,
            is_stamp=False,
            up_revisions=self.revision.revision,
            down_revisions=self._below,
        )

    def __repr__(self) -> str:
        return f"RevisionStep({self.revision.revision!r}, is_upgrade={self.is_upgrade!r})"


class StampStep(MigrationStep):
    """A change of the heads by hand, without a migration.

    ``from_`` and ``to_`` are ids, ``branch_move`` says that a row comes or goes instead of moving.
    """

    doc: str | None = None

    def __init__(
        self,
        from_: str | Collection[str] | None,
        to_: str | Collection[str] | None,
        is_upgrade: bool,
        branch_move: bool,
        revision_map: RevisionMap | None = None,
    ) -> None:
        self.from_: Ids = to_tuple(from_, default=()) or ()
        self.to_: Ids = to_tuple(to_, default=()) or ()
        self.is_upgrade = is_upgrade
        self.branch_move = branch_move
        self.revision_map = revision_map

    @property
    def name(self) -> str:
        """``stamp_revision``."""
        return "stamp_revision"

    def migration_fn(self, **kw: Any) -> None:
        """Do nothing: the heads are all that changes."""

    def stamp_revision(self, **kw: Any) -> None:
        """Do nothing; the name that ``migration_fn`` goes by."""

    def changes(self, heads: AbstractSet[str]) -> Sequence[HeadChange]:
        """What it does to the heads of a database."""
        if not self.to_:
            return [DeleteHead(each) for each in self.from_]
        # Where several targets follow one row, the first of them takes it along.
        moved = () if self.branch_move else tuple(each for each in self.from_ if each in heads)
        if not moved:
            return [InsertHead(each) for each in self.to_]
        return [
            *map(DeleteHead, moved[:-1]),
            *map(InsertHead, self.to_[:-1]),
            MoveHead(moved[-1], self.to_[-1]),
        ]

    @property
    def from_revisions(self) -> Ids:
        """The ids that it starts from."""
        return self.from_

    @property
    def to_revisions(self) -> Ids:
        """The ids that it arrives at."""
        return self.to_

    from_revisions_no_deps = from_revisions
    to_revisions_no_deps = to_revisions

    @property
    def delete_version_num(self) -> str:
        """The row that goes."""
        assert len(self.from_) == 1
        return self.from_[0]

    @property
    def insert_version_num(self) -> str:
        """The row that comes."""
        assert len(self.to_) == 1
        return self.to_[0]

    @property
    def info(self) -> MigrationInfo:
        """What callbacks are told about it."""
        up, down = (self.to_, self.from_) if self.is_upgrade else (self.from_, self.to_)
        assert self.revision_map is not None
        return MigrationInfo(
            self.revision_map,
            is_upgrade=self.is_upgrade,
            is_stamp=True,
            up_revisions=up,
            down_revisions=down,
        )

    def __repr__(self) -> str:
        return (
            f"StampStep({self.from_!r}, {self.to_!r}, is_upgrade={self.is_upgrade!r}, "
            f"branch_move={self.branch_move!r})"
        )


class MigrationInfo:
    """What ``on_version_apply`` callbacks are told about a step.

    *Up* is what is higher in the graph, *down* what is lower; *source* is where the step starts,
    *destination* where it arrives. A base has no id and no revision.
    """

    is_upgrade: bool
    is_stamp: bool
    up_revision_id: str | None
    """The first of ``up_revision_ids``."""
    up_revision_ids: Ids
    """Several where a stamp takes several rows down."""
    down_revision_ids: Ids
    revision_map: RevisionMap

    def __init__(
        self,
        revision_map: RevisionMap,
        is_upgrade: bool,
        is_stamp: bool,
        up_revisions: str | tuple[str, ...],
        down_revisions: str | tuple[str, ...],
    ) -> None:
        self.revision_map = revision_map
        self.is_upgrade = is_upgrade
        self.is_stamp = is_stamp
        self.up_revision_ids = to_tuple(up_revisions, default=()) or ()
        self.up_revision_id = self.up_revision_ids[0] if self.up_revision_ids else None
        self.down_revision_ids = to_tuple(down_revisions, default=()) or ()

    @property
    def is_migration(self) -> bool:
        """Whether a migration is run; a stamp runs none."""
        return not self.is_stamp

    @property
    def source_revision_ids(self) -> Ids:
        """The ids that the step starts from."""
        return self.down_revision_ids if self.is_upgrade else self.up_revision_ids

    @property
    def destination_revision_ids(self) -> Ids:
        """The ids that the step arrives at."""
        return self.up_revision_ids if self.is_upgrade else self.down_revision_ids

    @property
    def up_revision(self) -> Revision | None:
        """The revision of ``up_revision_id``."""
        return self.revision_map.get_revision(self.up_revision_id)

    @property
    def up_revisions(self) -> tuple[Revision, ...]:
        """The revisions of ``up_revision_ids``."""
        return self.revision_map.get_revisions(self.up_revision_ids)

    @property
    def down_revisions(self) -> tuple[Revision, ...]:
        """The revisions of ``down_revision_ids``."""
        return self.revision_map.get_revisions(self.down_revision_ids)

    @property
    def source_revisions(self) -> tuple[Revision, ...]:
        """The revisions that the step starts from."""
        return self.revision_map.get_revisions(self.source_revision_ids)

    @property
    def destination_revisions(self) -> tuple[Revision, ...]:
        """The revisions that the step arrives at."""
        return self.revision_map.get_revisions(self.destination_revision_ids)


def _versions(
    changes: Sequence[HeadChange], kind: type[InsertHead | DeleteHead]
) -> tuple[str, ...]:
    return tuple(each.version for each in changes if isinstance(each, kind))
