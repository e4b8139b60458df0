"""Values as they are spelled in a script.

A statement that a driver executes is written for the driver: with ``%`` doubled where it reads
``%s`` as a parameter, with values left out that it will fill in. A script is read by the database's
own client. So it is compiled for a copy of the dialect, which differs in these points only.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from sqlalchemy import exc, literal, types
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import IdentifierPreparer, SQLCompiler
from sqlalchemy.types import TypeEngine

from alembic.ddl.client_text import for_client
from alembic.ddl.postgresql_kinds import is_postgresql
from alembic.util.exc import CommandError

_BYTES = {
    # https://www.postgresql.org/docs/current/datatype-binary.html
    "postgresql": "'\\x{}'",
    # https://www.sqlite.org/lang_expr.html#literal_values_constants_
    "sqlite": "X'{}'",
    # https://dev.mysql.com/doc/refman/8.4/en/hexadecimal-literals.html
    "mysql": "X'{}'",
    "mariadb": "X'{}'",
    # https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql
    "mssql": "0x{}",
    # https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/HEXTORAW.html
    "oracle": "HEXTORAW('{}')",
}
"""Dialect → how it spells bytes, given their hexadecimal digits."""

_INFINITE = {
    # https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT
    "postgresql": {"inf": "'Infinity'", "-inf": "'-Infinity'", "nan": "'NaN'"},
    # https://www.sqlite.org/floatingpoint.html#floating_point_accuracy: too large a number
    "sqlite": {"inf": "9e999", "-inf": "-9e999", "nan": "NULL"},
}
"""Dialect → how it spells the numbers that are none."""

_WITHOUT_INFINITE = frozenset({"mysql", "mariadb", "mssql", "oracle"})
_WITHOUT_ARRAYS = frozenset({"mysql", "mariadb", "mssql", "oracle", "sqlite"})


_PLAIN = frozenset({bool, date, int})
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9 _.,;()/@+=-]*").fullmatch


class NoLiteral(CommandError):
    """A value has no text that could stand in a script."""

    def __init__(self, value: object, type_: TypeEngine[Any], reason: str | None = None) -> None:
        if reason is None:
            reason = (
                f"its type {type_!r} has no literals. Give op.inline_literal() or text() in its "
                "place, or the type a process_literal_param()"
            )
        super().__init__(f"The value {value!r} can't be written into a script: {reason}")
        self.value = value
        self.type_ = type_


class ValueMissing(CommandError):
    """A parameter of a statement has no value."""

    def __init__(self, name: str) -> None:
        binding = f"Bind it, as in text(…).bindparams({name}=…); where it is none, write"
        super().__init__(
            f"The parameter {name!r} of a statement has no value, and whoever reads the script can't "
            f"give it one. {binding if name.isidentifier() else 'Write'} the colon before it as \\:"
        )
        self.name = name


class _Literals(SQLCompiler):
    """What SQLAlchemy's compilers can't spell, or spell for text only."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> Any:
        """As elsewhere; a parameter without a value would become NULL, and raises ValueMissing.

        In DDL, which is compiled without a statement, it is NULL for a run as well; so it is in an
        expression that is a part of DDL, which stands without its table.
        """
        is_statement = self.statement is not None and kw.get("include_table", True)
        if kw.get("literal_binds") and is_statement and _lacks_value(bindparam):
            raise ValueMissing(bindparam.key)
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[no-untyped-call]

    def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
        text = self._spelled(value, type_)
        if self.statement is None:
            return text  # DDL asks for one literal in many a place
        if self.dialect.name == "mssql" and text.startswith("'") and not text.isascii():
            # Without it SQL Server reads it in the database's code page, and loses characters:
            # https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql
            text = f"N{text}"
        return for_client(text, self.dialect.name)

    def _spelled(self, value: Any, type_: TypeEngine[Any]) -> str:
        value, type_ = _undecorated(value, type_, self.dialect)
        if type_._isnull and value is not None:
            type_ = literal(value).type
        spell = self._own_way(value, type_)
        if spell is not None:
            return spell
        try:
            return super().render_literal_value(value, type_)
        except exc.CompileError as error:
            if isinstance(type_, types.Enum):
                raise NoLiteral(value, type_, f"{type_!r} has no such label") from error
            # The type says nothing of literals: what the value itself is decides.
            plain = literal(value).type
            if plain._isnull or type(plain) is type(type_):
                raise NoLiteral(value, type_) from error
            return self.render_literal_value(value, plain)

    def _own_way(self, value: Any, type_: TypeEngine[Any]) -> str | None:
        """The text of a value that is spelled here; None leaves it to SQLAlchemy."""
        if isinstance(type_, types.JSON):
            return self._json(value, type_)
        if isinstance(value, str) and "\x00" in value and self.dialect.name == "postgresql":
            # https://www.postgresql.org/docs/current/datatype-character.html
            raise NoLiteral(value, type_, "text has no character zero in postgresql")
        if value is None or isinstance(value, str):
            return None
        if isinstance(value, bytes | bytearray | memoryview):
            pattern = _BYTES.get(self.dialect.name)
            return None if pattern is None else pattern.format(bytes(value).hex())
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            return self._infinite(value, type_)
        if isinstance(value, datetime | time | timedelta):
            return self._moment(value, type_)
        if isinstance(type_, types.ARRAY):
            return self._array(value, type_)
        text = _as_text(value, type_)
        return None if text is None else self._text(text)

    def _infinite(self, value: float | Decimal, type_: TypeEngine[Any]) -> str | None:
        """A number that is none; most databases have no such numbers."""
        if self.dialect.name in _WITHOUT_INFINITE:
            raise NoLiteral(value, type_, f"there is no such number in {self.dialect.name}")
        return _INFINITE.get(self.dialect.name, {}).get(str(float(value)))

    def _json(self, value: Any, type_: types.JSON) -> str:
        if value is None and type_.none_as_null:
            return "NULL"
        if value is types.JSON.NULL:
            value = None
        serialize = getattr(self.dialect, "_json_serializer", None) or json.dumps
        try:
            return self._text(serialize(value))
        except TypeError as error:
            raise NoLiteral(value, type_, str(error)) from error

    def _moment(self, value: datetime | time | timedelta, type_: TypeEngine[Any]) -> str | None:
        """Times that a database doesn't take in the standard's spelling."""
        if isinstance(value, timedelta):
            return self._duration(value, type_)
        if isinstance(value, datetime) and value.tzinfo is not None:
            return self._zoned(value)
        if self.dialect.name == "mssql" and value.microsecond and value.tzinfo is None:
            # DATETIME takes three digits of a text, and all of a DATETIME2, which it rounds:
            # https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
            kind = "DATETIME2" if isinstance(value, datetime) else "TIME"
            return f"CAST('{value}' AS {kind})"
        return None

    def _duration(self, value: timedelta, type_: TypeEngine[Any]) -> str | None:
        """A time span where an Interval is none; a database that has no such type has no literal."""
        if self.dialect.name in {"mysql", "mariadb"}:
            # https://dev.mysql.com/doc/refman/8.4/en/time.html
            hours, rest = divmod(abs(value), timedelta(hours=1))
            sign = "-" if value < timedelta() else ""
            return f"'{sign}{hours:02}:{str(rest)[2:]}'"
        if self.dialect.name in {"mssql", "sqlite"}:
            raise NoLiteral(value, type_)
        return None

    def _zoned(self, value: datetime) -> str | None:
        """A time with its zone, in databases that have another spelling than the standard's."""
        if self.dialect.name in {"mysql", "mariadb"}:
            # Drivers leave the zone out as well.
            return self.render_literal_value(value.replace(tzinfo=None), types.DateTime())
        if self.dialect.name == "oracle":
            text = value.isoformat(sep=" ", timespec="microseconds")
            return f"TO_TIMESTAMP_TZ('{text}', 'YYYY-MM-DD HH24:MI:SS.FFTZH:TZM')"
        return None

    def _array(self, value: Any, type_: types.ARRAY[Any]) -> str | None:
        """An array with a cast, where PostgreSQL can't tell its type from the elements."""
        if self.dialect.name in _WITHOUT_ARRAYS:
            raise NoLiteral(value, type_, f"there are no arrays in {self.dialect.name}")
        if not isinstance(value, list | tuple | set | frozenset):
            raise NoLiteral(value, type_, "an array is a list")
        if not value:
            return self._text("{}")
        item = type_.item_type
        tells = isinstance(item, types.Integer | types.Numeric | types.String | types.Boolean)
        if tells and not isinstance(item, types.Enum) and None not in value:
            return None
        return (
            f"{self._elements(value, item)}::{self.dialect.type_compiler_instance.process(type_)}"
        )

    def _elements(self, value: Any, item: TypeEngine[Any]) -> str:
        texts = [
            self._elements(one, item)
            if isinstance(one, list | tuple)
            else self.render_literal_value(one, item)
            for one in value
        ]
        return f"ARRAY[{', '.join(texts)}]"

    def _text(self, text: str) -> str:
        return super().render_literal_value(text, types.String())


def check_values(compiled: Any) -> None:
    """Raise ValueMissing where a parameter is left that was to be written as a literal."""
    for bindparam in getattr(compiled, "bind_names", ()):
        if _lacks_value(bindparam):
            raise ValueMissing(bindparam.key)


def _lacks_value(bindparam: Any) -> bool:
    return bool(bindparam.required and bindparam.value is None and bindparam.callable is None)


def text_literal(text: str) -> str:
    """A text in quotes, as standard SQL has it: a backslash stands for itself."""
    return "'" + text.replace("'", "''") + "'"


def is_plain(value: Any) -> bool:
    """Whether SQLAlchemy itself spells such a value, which isn't text, well."""
    of = type(value)
    return (
        of in _PLAIN
        or ((of is float or of is Decimal) and math.isfinite(value))
        or (of is datetime and value.tzinfo is None)
    )


def is_plain_text(value: Any) -> bool:
    """Whether it is text without a character that any database or client reads otherwise in quotes."""
    return type(value) is str and _PLAIN_TEXT(value) is not None


def is_text(type_: TypeEngine[Any], dialect: Dialect) -> bool:
    """Whether the type takes any text as it is."""
    impl = type_.dialect_impl(dialect)
    return isinstance(impl, types.String) and not isinstance(impl, types.Enum)


def plain_writer(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], str] | None:
    """What spells plain values of a type at once; None where the type needs a look."""
    special = (types.TypeDecorator, types.JSON, types.ARRAY, types.NullType)
    impl = type_.dialect_impl(dialect)
    if isinstance(impl, special) or (dialect.name == "mssql" and isinstance(impl, types.DateTime)):
        return None
    return type_._cached_literal_processor(dialect)


def _undecorated(
    value: Any, type_: TypeEngine[Any], dialect: Dialect
) -> tuple[Any, TypeEngine[Any]]:
    """The value as the database has it, and the type that it has there."""
    impl = type_.dialect_impl(dialect)
    if not isinstance(impl, types.TypeDecorator):
        return value, impl if isinstance(impl, types.JSON) else type_
    if isinstance(type_, types.PickleType):
        packed = None if value is None else type_.pickler.dumps(value, type_.protocol)
        return packed, types.LargeBinary()
    if isinstance(type_, types.Interval) and isinstance(value, timedelta):
        return type_.epoch + value, types.DateTime()
    if _overrides(type_, "process_literal_param") or not _overrides(type_, "process_bind_param"):
        return value, type_
    inner = impl.impl_instance
    if not isinstance(inner, types.JSON | types.LargeBinary | types.ARRAY):
        return value, type_
    return impl.process_bind_param(value, dialect), inner


def _overrides(type_: TypeEngine[Any], name: str) -> bool:
    return getattr(type(type_), name, None) is not getattr(types.TypeDecorator, name)


def _as_text(value: Any, type_: TypeEngine[Any]) -> str | None:
    """What a value of a database's own is as text."""
    if is_postgresql(value, "Range"):
        return str(value)
    if is_postgresql(type_, "AbstractMultiRange"):
        return f"{{{','.join(str(one) for one in value)}}}"
    if is_postgresql(type_, "HSTORE") and isinstance(value, dict):
        return ",".join(f"{_quoted(key)}=>{_quoted(one)}" for key, one in value.items())
    if isinstance(value, set | frozenset) and hasattr(type_, "values"):
        if not value <= set(type_.values):
            raise NoLiteral(value, type_, f"{type_!r} has no such values")
        return ",".join(one for one in type_.values if one in value)  # MySQL's SET
    if isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network):
        return str(value)
    return None


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def script_dialect(dialect: Dialect) -> Dialect:
    """A copy of the dialect that writes for the database's own client, not for a driver."""
    copied = copy.copy(dialect)
    # Types remember how they spell values, by dialect: not to be shared with the original.
    vars(copied).pop("_type_memos", None)
    copied.identifier_preparer = plain_preparer(dialect, copied)
    # Its class has two names among dialect packages; the instance knows.
    copied.type_compiler_instance = type(dialect.type_compiler_instance)(copied)
    plain = dialect.statement_compiler
    copied.statement_compiler = type(f"Script{plain.__name__}", (_Literals, plain), {})
    if dialect.name == "postgresql" and "_backslash_escapes" not in vars(dialect):
        # Nobody has asked a server yet: backslashes mean nothing since release 9.1, see
        # https://www.postgresql.org/docs/current/runtime-config-compatible.html
        copied._backslash_escapes = False  # type: ignore[attr-defined]
    return copied


def plain_preparer(dialect: Dialect, copied: Dialect) -> IdentifierPreparer:
    """The dialect's own, whose reserved words may be those of one server, without doubled ``%``.

    ``copied`` is the dialect that it belongs to.
    """
    preparer = copy.copy(dialect.identifier_preparer)
    preparer.dialect = copied
    preparer._strings = {}
    preparer._double_percents = False
    return preparer
