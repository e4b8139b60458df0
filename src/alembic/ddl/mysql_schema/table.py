"""A whole table as MySQL and MariaDB spell it: columns, keys and constraints, options.

Read from ``SHOW CREATE TABLE``, so that what a table is made anew of can be the server's own words::

    CREATE TABLE `t` (
      `a` int(11) NOT NULL,          ← columns
      KEY `ix` (`a` DESC)            ← items
    ) ENGINE=InnoDB COMMENT='x'      ← options
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alembic.ddl.mysql_schema.column import (
    TABLE_ITEMS,
    ColumnDefinition,
    Token,
    renamed_in,
    tokens,
    unquoted,
)

PRIMARY = "PRIMARY"
"""The name of every primary key."""

# https://dev.mysql.com/doc/refman/8.4/en/create-table.html#create-table-options
_OTHER_NAMES = {
    **dict.fromkeys(("CHARSET", "CHARACTER SET", "DEFAULT CHARACTER SET"), "DEFAULT CHARSET"),
    "DEFAULT COLLATE": "COLLATE",
}
_QUOTED_BY_SQLALCHEMY = frozenset(
    {"COMMENT", "CONNECTION", "DATA DIRECTORY", "INDEX DIRECTORY", "PASSWORD"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """A key, a constraint or a period; ``name`` is None where it has none."""

    name: str | None
    text: str

    @property
    def is_reference(self) -> bool:
        """Whether it is a foreign key."""
        return "FOREIGN" in self._words

    @property
    def is_check(self) -> bool:
        """Whether it is a check."""
        return "CHECK" in self._words

    @property
    def is_index(self) -> bool:
        """Whether it is an index, of a unique constraint as well."""
        return "KEY" in self._words and not self.is_reference and not self.is_primary

    @property
    def is_unique(self) -> bool:
        """Whether it is a key that no two rows may share, the primary key aside."""
        return self._words[0] == "UNIQUE"

    @property
    def is_primary(self) -> bool:
        """Whether it is the primary key."""
        return self.name == PRIMARY

    def mentions(self, column: str) -> bool:
        """Whether it speaks of a column."""
        return any(
            token.kind == "name" and unquoted(token.text).lower() == column.lower()
            for token in tokens(self._tail)
        )

    def renamed(self, old: str, new: str) -> Item:
        """The same with another name of a column; its own name may be the same and stays."""
        head = self.text[: len(self.text) - len(self._tail)]
        return replace(self, text=head + renamed_in(self._tail, old, new))

    @property
    def _words(self) -> list[str]:
        return [token.word for token in tokens(self.text) if token.depth == 0]

    @property
    def _tail(self) -> str:
        """From the first bracket on."""
        start = next((one.start for one in tokens(self.text) if one.text == "("), len(self.text))
        return self.text[start:]


@dataclass(frozen=True, slots=True)
class TableText:
    """What SHOW CREATE TABLE tells; ``options`` is what stands behind the bracket."""

    columns: Mapping[str, ColumnDefinition]
    items: tuple[Item, ...]
    options: str

    @classmethod
    def read(cls, create_table: str) -> TableText:
        """Take it apart."""
        columns: dict[str, ColumnDefinition] = {}
        items: list[Item] = []
        end = 0
        for item in _items(create_table):
            end = item[-1].end
            if len(item) > 1 and item[0].word not in TABLE_ITEMS:
                text = create_table[item[1].start : end]
                columns[unquoted(item[0].text)] = ColumnDefinition.read(text)
            else:
                items.append(Item(_name(item), create_table[item[0].start : end]))
        behind = create_table[end:].lstrip().removeprefix(")")
        return cls(columns, tuple(items), behind.strip())

    @property
    def is_versioned(self) -> bool:
        """Whether the server keeps former rows: https://mariadb.com/kb/en/system-versioned-tables/."""
        words = " ".join(token.word for token in tokens(self.options) if token.depth == 0)
        return "WITH SYSTEM VERSIONING" in words

    def keywords(self, prefix: str) -> dict[str, str]:
        """The options as SQLAlchemy's keywords for a Table, each with ``prefix`` before its name.

        The comment, which has a keyword of its own, and partitions aren't among them.
        """
        plain, _ = _split(self.options)
        return {
            f"{prefix}{canonical_option(name).lower().replace(' ', '_')}": _plain_value(name, value)
            for name, value in _options(plain)
            if name.upper() != "COMMENT"
        }

    @property
    def comment(self) -> str | None:
        """The table's comment."""
        plain, _ = _split(self.options)
        found = {name.upper(): value for name, value in _options(plain)}.get("COMMENT")
        return None if found is None else _plain_value("COMMENT", found)

    @property
    def partition(self) -> str:
        """What is said behind PARTITION BY; empty where the table isn't partitioned."""
        clause = re.sub(r"^/\*!\d*|\*/$", "", _split(self.options)[1]).strip()
        return re.sub(r"^PARTITION\s+BY\s+", "", clause)


def _items(create_table: str) -> Iterator[list[Token]]:
    """The tokens of each item within the outer brackets."""
    item: list[Token] = []
    for token in tokens(create_table):
        if token.depth == 0 or (token.depth == 1 and token.text == "("):
            continue
        is_end = token.depth == 1 and token.text in {",", ")"}
        if not is_end:
            item.append(token)
            continue
        yield item
        item = []
        if token.text == ")":
            return


def _name(item: Sequence[Token]) -> str | None:
    if item[0].word == "PRIMARY":
        return PRIMARY
    named = next((token for token in item if token.depth == 1 and token.kind == "name"), None)
    before = item[: item.index(named)] if named is not None else item
    if named is None or any(token.text == "(" for token in before):
        return None
    return unquoted(named.text)


def _split(options: str) -> tuple[str, str]:
    """The plain options, and the clause of partitions with the comment that MySQL puts around it."""
    found = next(
        (
            token.start
            for token in tokens(options)
            if token.depth == 0
            and (
                token.word == "PARTITION"
                or (token.kind == "comment" and re.match(r"/\*!\d* PARTITION BY", token.text))
            )
        ),
        len(options),
    )
    return options[:found].strip(), options[found:].strip()


def _options(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each option."""
    outer = list(tokens(text))
    signs = [number for number, token in enumerate(outer) if token.text == "=" and not token.depth]
    first = 0
    for sign in signs:
        last = sign + 1
        if outer[last].text == "(":
            while last + 1 < len(outer) and outer[last].text != ")":
                last += 1
        name = text[outer[first].start : outer[sign].start].strip()
        yield name, text[outer[sign + 1].start : outer[last].end]
        first = last + 1


def _plain_value(name: str, value: str) -> str:
    """A value as SQLAlchemy takes it, which puts quotes around those of some options itself."""
    if canonical_option(name) not in _QUOTED_BY_SQLALCHEMY:
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1].replace("''", "'"))


def canonical_option(name: str) -> str:
    """The one name of an option that has several."""
    spelled = name.replace("_", " ").upper()
    return _OTHER_NAMES.get(spelled, spelled)
