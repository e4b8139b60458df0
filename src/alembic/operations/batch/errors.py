"""What a batch refuses, each with the names that would have been right.

::

    CommandError
    ├── UnknownRecreate            ``recreate`` is none of its three words
    ├── ReflectionOffline          a script is written, and nobody says what the table is like
    ├── NotInBatch                 a verb that isn't about the table of the batch
    ├── NeedsRecreate              insert_before, insert_after while ALTER is sent
    ├── NoSuchTable                there is no such table; a left-over may hold its rows
    ├── NotATable                  a view or a virtual table
    ├── RebuildLoses               a rebuild elsewhere than on SQLite, and what it can't take along
    ├── NoSuchColumn, ColumnExists, LastColumn, ColumnNeeded
    ├── ConstraintNeedsName, NoSuchConstraint, ConstraintUnknown
    ├── NoSuchIndex, NoIdentity
    ├── ChangeNotUnderstood        a condition, default or type that is no SQL
    ├── UnknownConflictAction      a clause that SQLite's ON CONFLICT has not
    ├── NothingToConflict          a clause for a constraint that isn't there
    ├── NotForThisTable            an index or constraint of ``table_args`` over another table
    ├── CircularOrder              partial_reordering contradicts itself
    ├── LeftOverInTheWay           a table of the temporary name that no tool made
    ├── NoKeyToReferTo             a new foreign key to columns that are no key
    ├── ForeignKeysViolated        rows that a new or changed foreign key doesn't allow
    ├── ForeignKeysEnforced        child rows would be lost, and nothing can be done here
    └── BrokenByChange             views and triggers that read what is gone
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.exc import NoSuchTableError

from alembic.util.exc import CommandError

NO_KEY_TO_REFER_TO = "foreign key mismatch"
"""How SQLite begins to say that a foreign key finds no key, whatever statement it is asked about."""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"


class UnknownRecreate(CommandError, ValueError):
    """``recreate`` is none of its three words."""

    def __init__(self, given: object) -> None:
        super().__init__(f"recreate may be one of 'auto', 'always', or 'never', not {given!r}.")
        self.given = given


class ReflectionOffline(CommandError):
    """A script is written, so the table can't be read from a database."""

    def __init__(self, table: str, dialect: str) -> None:
        super().__init__(
            f"This operation cannot proceed in --sql mode; batch mode with dialect {dialect} requires "
            f'a live database connection with which to reflect the table "{table}". To generate a '
            'batch SQL migration script using table "move and copy", a complete Table object '
            'should be passed to the "copy_from" argument of the batch_alter_table() method so '
            "that table reflection can be skipped."
        )
        self.table = table


class NeedsRecreate(CommandError):
    """A place among the columns was asked for, and ALTER knows none."""

    def __init__(self) -> None:
        super().__init__(
            "Can't specify insert_before or insert_after when using ALTER; "
            "please specify recreate='always'"
        )


class NoSuchTable(CommandError, NoSuchTableError):
    """There is no such table; ``left_over`` is one that an older tool made of it, if there is."""

    __str__ = CommandError.__str__

    def __init__(self, table: str, left_over: str | None = None) -> None:
        advice = "Create it, or correct the name."
        if left_over is not None:
            advice = (
                f"{left_over!r} exists: a batch of another tool was stopped between dropping "
                f"{table!r} and renaming its copy. The copy holds all rows, and the change of that "
                "batch is made in it already, but for indexes and triggers. Look at it, run "
                f'ALTER TABLE "{left_over}" RENAME TO "{table}", create the indexes that are '
                "missing, and `alembic stamp` the revision if the rest of it is done as well."
            )
        super().__init__(f"There is no table {table!r}. {advice}")
        self.table = table
        self.left_over = left_over


class NotATable(CommandError):
    """What has the table's name is something else."""

    def __init__(self, table: str, kind: str) -> None:
        super().__init__(
            f"{table!r} is a {kind}, which can't be altered as a table; drop it and create it anew."
        )
        self.table = table
        self.kind = kind


class RebuildLoses(CommandError):
    """Things that hang on the table and wouldn't be there with the new one."""

    def __init__(self, table: str, things: Sequence[str]) -> None:
        super().__init__(
            f"Table {table!r} was left as it was: recreate='always' makes a new table, which would "
            f"be without {'; '.join(things)}. Leave recreate at 'auto', which alters the table in "
            "place, or drop these before the batch and create them anew after it."
        )
        self.table = table
        self.things = tuple(things)


class NoSuchColumn(CommandError, KeyError):
    """There is no such column."""

    __str__ = CommandError.__str__

    def __init__(self, column: str, table: str, existing: Iterable[str]) -> None:
        self.existing = tuple(existing)
        super().__init__(
            f"No such column: {column!r} in table {table!r}. Its columns: {_listed(self.existing)}."
        )
        self.column = column
        self.table = table


class ColumnExists(CommandError):
    """The name is taken."""

    def __init__(self, column: str, table: str) -> None:
        super().__init__(
            f"Table {table!r} has a column {column!r} already: choose another name, or drop that one "
            "first."
        )
        self.column = column
        self.table = table


class LastColumn(CommandError):
    """A table can't be without columns."""

    def __init__(self, column: str, table: str) -> None:
        super().__init__(
            f"Column {column!r} is the only one of table {table!r}: drop the table instead, "
            "or add another column before."
        )
        self.column = column
        self.table = table


class ColumnNeeded(CommandError):
    """Another column is computed from the one to be dropped."""

    def __init__(self, column: str, table: str, dependent: str) -> None:
        super().__init__(
            f"Column {column!r} of table {table!r} can't be dropped: the generated column "
            f"{dependent!r} is computed from it. Drop that one first."
        )
        self.column = column
        self.table = table
        self.dependent = dependent


REFUSED_BY_ALTER = (NoSuchTable, NotATable, NoSuchColumn, ColumnExists, LastColumn, ColumnNeeded)
"""What an ALTER of SQLite's own refuses as well, by an error of the driver."""


class ConstraintNeedsName(CommandError, ValueError):
    """A constraint without a name can't be told from others; ``is_new`` for one that is added."""

    def __init__(self, table: str, existing: Iterable[str], *, is_new: bool = False) -> None:
        self.existing = tuple(existing)
        advice = (
            "Give it one, or the MetaData that is target_metadata a naming_convention."
            if is_new
            else "Those without one get theirs by batch_alter_table(naming_convention={...})."
        )
        super().__init__(
            f"Constraint must have a name (table {table!r}; the constraints it has: "
            f"{_listed(self.existing)}). {advice}"
        )
        self.table = table


class NoSuchConstraint(CommandError, ValueError):
    """There is no such constraint."""

    def __init__(
        self, constraint: str, table: str, existing: Iterable[str], hint: str = ""
    ) -> None:
        self.existing = tuple(existing)
        super().__init__(
            f"No such constraint: {constraint!r} in table {table!r}. The names it has: "
            f"{_listed(self.existing)}.{hint}"
        )
        self.constraint = constraint
        self.table = table


class ConstraintUnknown(CommandError, NotImplementedError):
    """SQLite has no constraints of this kind."""

    def __init__(self, kind: str, table: str) -> None:
        super().__init__(
            f"SQLite has no {kind}s, so table {table!r} can't have one. Say what it shall forbid "
            "by a unique index, a check or a trigger, or leave it to other dialects: "
            "if op.get_context().dialect.name != 'sqlite'"
        )
        self.kind = kind
        self.table = table


class NoIdentity(CommandError, NotImplementedError):
    """SQLite has no identity columns."""

    def __init__(self, column: str, table: str) -> None:
        super().__init__(
            f"Column {column!r} of table {table!r} can't become an identity: SQLite has none. Its "
            "INTEGER PRIMARY KEY counts by itself; with table_kwargs={'sqlite_autoincrement': True} "
            "it never uses a number again. Leave the change to other dialects: "
            "if op.get_context().dialect.name != 'sqlite'"
        )
        self.column = column
        self.table = table


class NoSuchIndex(CommandError, ValueError):
    """There is no such index."""

    def __init__(self, index: str, table: str, existing: Iterable[str]) -> None:
        self.existing = tuple(existing)
        super().__init__(
            f"No such index: {index!r} on table {table!r}. Its indexes: {_listed(self.existing)}."
        )
        self.index = index
        self.table = table


class NotForThisTable(CommandError):
    """An index or constraint of ``table_args`` speaks of columns that the table hasn't."""

    def __init__(self, reason: str, table: str, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(f"{reason}. The columns of {table!r}: {_listed(self.columns)}.")
        self.table = table


class NotInBatch(CommandError, NotImplementedError):
    """A verb that isn't about the table of the batch."""

    def __init__(self, verb: str, table: str) -> None:
        super().__init__(
            f"{verb}() can't be said within the batch of table {table!r}: use op.{verb}() outside."
        )
        self.verb = verb
        self.table = table


class CircularOrder(CommandError):
    """The wanted order of columns contradicts itself."""

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(
            f"The order asked for goes round in a circle among the columns {_listed(self.columns)}: "
            "correct partial_reordering, insert_before and insert_after."
        )


class LeftOverInTheWay(CommandError):
    """A table has the name of the temporary one, and doesn't look like a left-over of it."""

    def __init__(self, name: str, table: str, why: str) -> None:
        super().__init__(
            f"Table {name!r} has the name that a rebuild of {table!r} uses for its copy, but "
            f"{why}, so it isn't removed. Rename it, or drop it if it is a left-over."
        )
        self.name = name
        self.table = table


class NoKeyToReferTo(CommandError):
    """A new foreign key to columns that aren't unique: SQLite would refuse each write to its table."""

    def __init__(self, table: str, referred: str, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(
            f"Table {table!r} was left as it was: its new foreign key refers to {_listed(self.columns)} "
            f"of {referred!r}, which is no key there. Give {referred!r} a unique constraint or a unique "
            "index over just these columns first."
        )
        self.table = table
        self.referred = referred


class ForeignKeysViolated(CommandError):
    """Rows that the changed table doesn't allow; everything was taken back."""

    def __init__(self, table: str, violations: Sequence[str]) -> None:
        shown = "; ".join(violations[:5]) + ("; …" if len(violations) > 5 else "")
        super().__init__(
            f"Table {table!r} was left as it was: the change would leave {len(violations)} row(s) "
            f"that violate a foreign key: {shown}. Correct these rows first."
        )
        self.table = table
        self.violations = tuple(violations)


class ChangeNotUnderstood(CommandError):
    """A condition, default, expression or type that can't stand in a table's SQL."""

    def __init__(self, table: str, found: str, subject: str | None = None) -> None:
        where = f"from {found!r} on" if found else "at its end"
        about = "" if subject is None else f" ({subject})"
        super().__init__(
            f"The SQL that a change of table {table!r} gives can't be read {where}{about}. Correct its "
            "condition, default, expression or type: a bracket that isn't closed, for example, or a "
            "default that is an expression and stands in none."
        )
        self.table = table
        self.subject = subject
        self.found = found


class UnknownConflictAction(CommandError, ValueError):
    """An ON CONFLICT clause of something that has none, or with a word that SQLite doesn't know."""

    def __init__(
        self, kind: str, action: str | None, kinds: Iterable[str], actions: Iterable[str]
    ) -> None:
        self.kind = kind
        self.action = action
        keywords = ", ".join(f"sqlite_on_conflict_{one}" for one in kinds)
        super().__init__(
            f"sqlite_on_conflict_{kind}={action!r} is no clause of a column of SQLite: there are "
            f"{keywords}, each with {', '.join(actions)} or None for no clause"
        )


class NothingToConflict(CommandError):
    """A column has no constraint of the kind that an ON CONFLICT clause is given for."""

    def __init__(self, kind: str, column: str, table: str) -> None:
        self.kind = kind
        self.column = column
        self.table = table
        super().__init__(
            f"Column {column!r} of table {table!r} has no {kind} that an ON CONFLICT clause could "
            "belong to; add the constraint first"
        )


class ForeignKeysEnforced(CommandError):
    """SQLite would delete child rows with the old table, and here it can't be kept from it."""

    def __init__(self, table: str, children: Iterable[str]) -> None:
        self.children = tuple(children)
        super().__init__(
            f"Table {table!r} can't be rebuilt here: foreign keys are enforced inside a running "
            f"transaction, and the rows of {_listed(self.children)} refer to it. Run "
            "PRAGMA foreign_keys=OFF before the transaction begins."
        )
        self.table = table


class BrokenByChange(CommandError):
    """Views and triggers that worked before and would not any more; everything was taken back."""

    def __init__(self, table: str, broken: Sequence[tuple[str, str]]) -> None:
        told = "; ".join(f"{name}: {reason}" for name, reason in broken)
        # It is for want of a key that SQLite can't compile these, and there is nothing wrong with them.
        is_for_want_of_key = all(reason.startswith(NO_KEY_TO_REFER_TO) for _, reason in broken)
        super().__init__(
            f"Table {table!r} was left as it was: the change would break {told}. "
            + (
                "Give the foreign key another key to refer to within the same batch, or drop it first."
                if is_for_want_of_key
                else "Drop these before the change, and create them anew after it."
            )
        )
        self.table = table
        self.broken = tuple(broken)
