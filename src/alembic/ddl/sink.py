"""Where statements go: one funnel for everything that a verb says.

``DefaultImpl._exec`` makes a :class:`Statement` of what it is given and sends it to the impl's
sink, which is one of three::

    LiveSink(connection)      a database
    ScriptSink(writer, …)     a script, as text (--sql)
    RecordSink()              a list, to look at what would be said
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, CursorResult, Executable, FunctionElement, exc, text
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import ExecutableDDLElement, Sequence as DatabaseSequence

from alembic.ddl.literals import check_values, script_dialect
from alembic.ddl.unsayable import UNSAYABLE, NotSayable
from alembic.util.exc import CommandError
from alembic.util.values import EMPTY_DICT

if TYPE_CHECKING:
    from alembic.ddl.absent.changes import Changes

Parameters = Mapping[str, Any]
"""Bound parameter → value."""

_STRING = re.compile(r"""'(?:[^']|'')*'|"[^"]*\"""")
_QUOTED_OR_TAB = re.compile(r"""('(?:[^']|'')*'|"[^"]*"|`[^`]*`)|\t""")


class NothingToSendTo(CommandError):
    """A statement is to be sent, and there is no connection."""

    def __init__(self) -> None:
        super().__init__(
            "There is no database connection to execute this on: configure() was given a dialect "
            "only. Pass it connection=…, or write a script with --sql"
        )


class ParametersInScript(CommandError, TypeError):
    """Parameters were given beside a statement that is written to a script."""

    def __init__(self) -> None:
        super().__init__(
            "SQL parameters not allowed with as_sql: a script has no place for them. Spell the "
            "values in the statement, with op.inline_literal() or literal_binds=True"
        )


class Spelled(Executable):
    """A statement that is text already, as the script shall hold it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def compile(self, *_args: Any, **_kw: Any) -> Spelled:
        """Itself: there is nothing left to spell."""
        return self

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of SQL on its way: a construct, and the values to be bound to it.

    ``many`` are the rows of a statement that is executed once for each; None otherwise.
    """

    construct: Executable
    options: Mapping[str, Any] = field(default_factory=dict)
    many: Sequence[Parameters] | None = None
    parameters: Parameters = field(default_factory=lambda: EMPTY_DICT)


def as_statement(given: Executable | str) -> Executable:
    """What says by itself what is asked for: of a sequence the next value, of a function its call."""
    if isinstance(given, str):
        return text(given)
    call = given.next_value() if isinstance(given, DatabaseSequence) else given
    return call.select() if isinstance(call, FunctionElement) else call


class Sink(Protocol):
    """Takes statements."""

    def send(self, statement: Statement) -> CursorResult[Any] | None:
        """Take one; gives the database's answer where there is a database."""


class ScriptWriter(Protocol):
    """What writes a script down: the impl, whose ``static_output`` dialects may override."""

    command_terminator: str

    def static_output(self, text: str) -> None:
        """Write a piece of the script."""


class LiveSink:
    """Executes statements on a connection; a refusal is told what names there are in the database."""

    def __init__(self, connection: Connection | None) -> None:
        self.connection = connection
        self._changes: Changes | None = None

    def send(self, statement: Statement) -> CursorResult[Any]:
        """Execute it; raises NothingToSendTo without a connection, and NotSayable."""
        connection = self.connection
        if connection is None:
            raise NothingToSendTo
        options = dict(statement.options)
        level = options.pop("isolation_level", None)
        if level is not None:
            # The one option that SQLAlchemy takes for a connection only.
            connection = connection.execution_options(isolation_level=level)
        given = statement.parameters if statement.many is None else statement.many
        try:
            result = connection.execute(statement.construct, given, execution_options=options)
        except UNSAYABLE as error:
            if isinstance(error, CommandError):
                raise
            raise NotSayable(error, connection.dialect) from error
        except exc.DBAPIError as error:
            from alembic.ddl.absent.note import tell  # for what fails only

            changes = [] if self._changes is None else self._changes.now(connection)
            tell(error, statement.construct, connection, changes)
            raise
        if connection.dialect.name == "postgresql":
            # Elsewhere names can be asked for after a refusal, or nobody has said how.
            self._note(statement.construct, connection)
        return result

    def _note(self, construct: Executable, connection: Connection) -> None:
        if self._changes is None:
            from alembic.ddl.absent.changes import Changes

            self._changes = Changes()
        self._changes.note(construct, connection)


class ScriptSink:
    """Writes statements down as text, each with its terminator."""

    def __init__(self, writer: ScriptWriter, dialect: Dialect, *, literal_binds: bool) -> None:
        self._writer = writer
        self.dialect = script_dialect(dialect)
        self._literal_binds = literal_binds

    def send(self, statement: Statement) -> None:
        """Write it; raises :class:`ParametersInScript` where values stand beside it."""
        if statement.many is not None or statement.parameters:
            raise ParametersInScript
        self.write(self.spell(statement.construct))

    def spell(self, construct: Executable) -> str:
        """The text of a statement, without its terminator."""
        is_ddl = isinstance(construct, ExecutableDDLElement)
        return self._spell(construct, literal_binds=self._literal_binds and not is_ddl)

    def spell_with_values(self, construct: Executable) -> str:
        """The same with the values in it that are bound to it, whatever ``literal_binds`` says."""
        return self._spell(construct, literal_binds=True)

    def _spell(self, construct: Any, *, literal_binds: bool) -> str:
        if isinstance(construct, Spelled):
            return construct.text
        options = {"literal_binds": True} if literal_binds else {}
        try:
            compiled = construct.compile(dialect=self.dialect, compile_kwargs=options)
        except UNSAYABLE as error:
            if isinstance(error, CommandError):
                raise
            raise NotSayable(error, self.dialect) from error
        if literal_binds:
            check_values(compiled)
        return _expanded(str(compiled)).strip()

    def write(self, text: str) -> None:
        """Write the text of a statement with its terminator."""
        terminator = self._writer.command_terminator
        if terminator and "--" in text and "--" in _STRING.sub("", text).rpartition("\n")[2]:
            text += "\n"  # within a comment it would end nothing
        self._writer.static_output(text + terminator)


class RecordSink:
    """Keeps statements in a list; nothing is executed or written."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def send(self, statement: Statement) -> None:
        """Keep it."""
        self.statements.append(statement)


def _expanded(text: str) -> str:
    """Tabs as four blanks each, but for those in a string or a name."""
    if "\t" not in text:
        return text
    return _QUOTED_OR_TAB.sub(lambda found: found[1] or "    ", text)
