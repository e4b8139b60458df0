"""Scripts whose statements stand in batches, as the clients of SQL Server and Oracle read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable

from alembic.ddl.impl import DefaultImpl, UserValue
from alembic.ddl.sink import ScriptSink
from alembic.util.values import EMPTY_DICT


class SeparatedImpl(DefaultImpl):
    """Writes a separator behind each statement of a script.

    The option ``<dialect>_batch_separator`` of ``configure()`` gives another one; with an empty
    string there is none.
    """

    batch_separator: str = ""
    """What ends a batch."""

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        option = f"{self.__dialect__}_batch_separator"
        self.batch_separator = self.context_opts.get(option, self.batch_separator)

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, UserValue] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = EMPTY_DICT,
    ) -> CursorResult[Any] | None:
        result = super()._exec(construct, execution_options, multiparams, params)
        if isinstance(self.sink, ScriptSink):
            self.end_batch()
        return result

    def end_batch(self) -> None:
        """Write the separator, if there is one."""
        if self.batch_separator:
            self.static_output(self.batch_separator)
