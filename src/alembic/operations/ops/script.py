"""MigrationScript: the ops of one revision file that is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from alembic.operations.ops.base import MigrateOperation, OpContainer

T = TypeVar("T", bound=OpContainer)

# The documented default looks like this; each script has a set of its own.
_NO_IMPORTS: set[str] = set()


class UpgradeOps(OpContainer):
    """The ops of ``upgrade()``; ``upgrade_token`` is the template's name for their text."""

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        upgrade_token: str = "upgrades",  # noqa: S107 - a name in templates
    ) -> None:
        super().__init__(ops)
        self.upgrade_token = upgrade_token

    def reverse_into(self, downgrade_ops: DowngradeOps) -> DowngradeOps:
        """Make ``downgrade_ops`` hold the reverse of these ops, and nothing else."""
        downgrade_ops.ops[:] = [op.reverse() for op in reversed(self.ops)]
        return downgrade_ops

    def reverse(self) -> DowngradeOps:
        """The ops of ``downgrade()`` that take these back."""
        return self.reverse_into(DowngradeOps())


class DowngradeOps(OpContainer):
    """The ops of ``downgrade()``; ``downgrade_token`` is the template's name for their text."""

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        downgrade_token: str = "downgrades",  # noqa: S107
    ) -> None:
        super().__init__(ops)
        self.downgrade_token = downgrade_token

    def reverse(self) -> UpgradeOps:
        """The ops of ``upgrade()`` that take these back."""
        return UpgradeOps([op.reverse() for op in reversed(self.ops)])


class MigrationScript(MigrateOperation):
    """One revision file to be written: its ops and its header.

    Most have one UpgradeOps and one DowngradeOps; where one file serves several databases there
    is one of each for every database, told apart by their tokens.
    """

    def __init__(
        self,
        rev_id: str | None,
        upgrade_ops: UpgradeOps | Sequence[UpgradeOps],
        downgrade_ops: DowngradeOps | Sequence[DowngradeOps],
        *,
        message: str | None = None,
        imports: set[str] = _NO_IMPORTS,
        head: str | None = None,
        splice: bool | None = None,
        branch_label: str | Sequence[str] | None = None,
        version_path: str | None = None,
        depends_on: str | Sequence[str] | None = None,
    ) -> None:
        self.rev_id = rev_id
        self.message = message
        self.imports: set[str] = set() if imports is _NO_IMPORTS else imports
        self.head = head
        self.splice = splice
        self.branch_label = branch_label
        self.version_path = version_path
        self.depends_on = depends_on
        self._upgrade_ops = _listed(UpgradeOps, upgrade_ops)
        self._downgrade_ops = _listed(DowngradeOps, downgrade_ops)

    @property
    def upgrade_ops(self) -> UpgradeOps | None:
        """The only UpgradeOps, None where there is none; raises ValueError where there are several."""
        return _only(self._upgrade_ops, "UpgradeOps", "upgrade_ops_list")

    @upgrade_ops.setter
    def upgrade_ops(self, upgrade_ops: UpgradeOps | Sequence[UpgradeOps]) -> None:
        self._upgrade_ops = _listed(UpgradeOps, upgrade_ops)

    @property
    def downgrade_ops(self) -> DowngradeOps | None:
        """The only DowngradeOps, None where there is none; raises ValueError where there are several."""
        return _only(self._downgrade_ops, "DowngradeOps", "downgrade_ops_list")

    @downgrade_ops.setter
    def downgrade_ops(self, downgrade_ops: DowngradeOps | Sequence[DowngradeOps]) -> None:
        self._downgrade_ops = _listed(DowngradeOps, downgrade_ops)

    @property
    def upgrade_ops_list(self) -> list[UpgradeOps]:
        """Every UpgradeOps; the list may be changed in place."""
        return self._upgrade_ops

    @property
    def downgrade_ops_list(self) -> list[DowngradeOps]:
        """Every DowngradeOps; the list may be changed in place."""
        return self._downgrade_ops


def _listed(kind: type[T], ops: T | Sequence[T]) -> list[T]:
    listed = [ops] if isinstance(ops, kind) else list(ops)  # type: ignore[arg-type]
    wrong = next((each for each in listed if not isinstance(each, kind)), None)
    if wrong is not None:
        raise TypeError(f"{kind.__name__} expected, got {wrong!r}")
    return listed


def _only(listed: list[T], kind: str, attribute: str) -> T | None:
    if len(listed) > 1:
        raise ValueError(
            f"This MigrationScript instance has a multiple-entry list for {kind}; "
            f"please use the {attribute} attribute."
        )
    return listed[0] if listed else None
