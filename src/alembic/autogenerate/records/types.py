"""Types by their text: whether two are one to the comparison, each pair of texts looked at once."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.types import Enum, NullType, TypeEngine

from alembic.ddl.comparison import Comparison
from alembic.ddl.typetext import Params

_WIDTH = re.compile(r"\b(TINYINT|SMALLINT|MEDIUMINT|INTEGER|BIGINT)\((\d+)\)")
"""MySQL's display widths, which say nothing of the type where the models leave them out."""

# https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT,
# https://mariadb.com/kb/en/boolean/, https://mariadb.com/kb/en/dec-numeric-fixed/
_NAMES = {
    "postgresql": {"FLOAT": "DOUBLE PRECISION"},
    "mariadb": {"BOOL": "TINYINT(1)"},
    "mysql": {"BOOL": "TINYINT(1)"},
}


class TypeTexts:
    """The texts of types on one dialect. With ``exactly`` only those of one text are the same."""

    def __init__(self, dialect: Dialect, impl: Comparison, *, exactly: bool) -> None:
        self._process = dialect.type_compiler_instance.process
        self._names = _NAMES.get(dialect.name, {})
        self._has_widths = dialect.name in {"mysql", "mariadb"}
        self._is_sqlite = dialect.name == "sqlite"
        self._impl = impl
        self._exactly = exactly
        self._answers: dict[tuple[str, str], bool] = {}

    def are_same(self, existing: TypeEngine[Any], wanted: TypeEngine[Any]) -> bool:
        """Whether a comparison would find them equal for sure.

        A type that can't be spelled raises what its own spelling raises.
        """
        if isinstance(existing, NullType) or isinstance(wanted, NullType):
            return False
        texts = self._process(existing), self._process(wanted)
        if texts[0] == texts[1]:
            return True
        if texts not in self._answers:
            self._answers[texts] = self._is_one(*texts) or (
                not self._exactly
                and not (isinstance(existing, Enum) and isinstance(wanted, Enum))
                and self._match(*texts)
            )
        return self._answers[texts]

    def _is_one(self, existing: str, wanted: str) -> bool:
        widths = [found[2] for text in (existing, wanted) if (found := _WIDTH.search(text))]
        if self._has_widths and len(set(widths)) == 2:
            return False  # the models say one, and it is another
        return self._spelled(existing) == self._spelled(wanted)

    def _match(self, existing: str, wanted: str) -> bool:
        params = Params.read(existing), Params.read(wanted)
        impl = self._impl
        return impl._column_types_match(*params) and impl._column_args_match(*params)

    def _spelled(self, text: str) -> str:
        text = self._names.get(text, text)
        if text.startswith("DECIMAL") and not self._is_sqlite:  # which keeps what was written
            text = f"NUMERIC{text.removeprefix('DECIMAL')}"
        if self._has_widths and not text.startswith("TINYINT(1)"):
            text = _WIDTH.sub(r"\1", text)
        return text
