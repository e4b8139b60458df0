"""``--dry-run``: show the steps of a run in place of running them.

It is imported for that option only.
"""

from __future__ import annotations

from collections.abc import Iterable

from alembic.command.output import print_previewed
from alembic.config import Config
from alembic.graph.step import MigrationStep
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import PreviewFn, UserValue
from alembic.runtime.preview import preview_steps


def preview_into(config: Config) -> PreviewFn:
    """What prints the steps of a run, to be called in place of running them."""

    def preview(
        context: MigrationContext, steps: Iterable[MigrationStep], arguments: dict[str, UserValue]
    ) -> None:
        print_previewed(config, preview_steps(context, steps, arguments))

    return preview
