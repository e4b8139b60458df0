"""A column's definition after a change: what the change says, and everything else as it was.

A clause that the new type can't have (AUTO_INCREMENT of a text, a default that is no number) can't
be kept; it is left out, as it is when the change is spelled by hand, and :class:`Redefined` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from alembic.ddl.mysql_schema.column import (
    AUTO_INCREMENT,
    CHARSET,
    CHECK,
    COLLATE,
    COMMENT,
    DEFAULT,
    GENERATED,
    NULL,
    ON_UPDATE,
    OTHER,
    TYPE,
    ColumnDefinition,
)

Said = str | Literal[False] | None
"""What a change says of a clause: its text; None for "none"; False for nothing, it stays."""

_INTEGERS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_NUMBERS = frozenset({*_INTEGERS, "decimal", "float", "double", "bit"})
_TEXTS = frozenset({"tinytext", "text", "mediumtext", "longtext"})
_CHARACTERS = frozenset({"char", "varchar", "enum", "set", *_TEXTS})
_MOMENTS = frozenset({"datetime", "timestamp"})

# https://dev.mysql.com/doc/refman/8.4/en/other-vendor-data-types.html,
# https://mariadb.com/kb/en/numeric-data-type-overview/
_ALIASES = {
    "bool": "tinyint",
    "boolean": "tinyint",
    "character": "char",
    "dec": "decimal",
    "fixed": "decimal",
    "int1": "tinyint",
    "int2": "smallint",
    "int3": "mediumint",
    "int4": "int",
    "int8": "bigint",
    "integer": "int",
    "numeric": "decimal",
    "real": "double",
}
_FIXED_ARGUMENTS = {"char": "1", "binary": "1", "bit": "1", "decimal": "10,0", "year": "4"}
_NOW = re.compile(
    r"(?:current_timestamp|now|localtime|localtimestamp)\b\s*(?:\(\s*\d?\s*\))?", re.IGNORECASE
)
_LITERAL = re.compile(
    r"""[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|(?:_\w+\s*|[bxn])?'.*'|null|true|false""",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a change says of a column.

    ``type_`` and ``default`` are SQL text (a default with what belongs to it, ``x ON UPDATE y``);
    ``generated`` is a whole clause, ``comment`` a literal in quotes. ``forget_on_update`` says that
    the ON UPDATE clause was known to whoever wrote the new default.
    """

    type_: str | None = None
    nullable: bool | None = None
    default: Said = False
    generated: Said = False
    autoincrement: bool | None = None
    comment: Said = False
    forget_on_update: bool = False


@dataclass(frozen=True, slots=True)
class Redefined:
    """The new definition, and the clauses that the new type left no place for."""

    definition: ColumnDefinition
    lost: tuple[str, ...] = ()


def redefined(existing: ColumnDefinition, wanted: Wanted) -> Redefined:
    """The definition of a column after a change."""
    result = existing
    lost: tuple[str, ...] = ()
    if wanted.type_ is not None:
        result, lost = _retyped(existing, wanted)
    if wanted.generated is not False:
        result = result.with_clause(GENERATED, wanted.generated or "")
        if wanted.generated:
            result = result.without(DEFAULT, ON_UPDATE, NULL, AUTO_INCREMENT)
    if wanted.default is not False:
        result = _with_default(result, wanted)
    if wanted.comment is not False:
        result = result.with_clause(COMMENT, f"COMMENT {wanted.comment}" if wanted.comment else "")
    if wanted.autoincrement is not None:
        result = result.with_clause(AUTO_INCREMENT, "AUTO_INCREMENT" * wanted.autoincrement)
        if wanted.autoincrement:
            result = result.without(*() if isinstance(wanted.default, str) else (DEFAULT,))
    return Redefined(_with_null(result, wanted), lost)


def same_type(existing: ColumnDefinition, text: str) -> bool:
    """Whether a type's text is another spelling of the type that a column has.

    What the text leaves out (a length, UNSIGNED, a collation) doesn't make it another.
    """
    given = ColumnDefinition.read(text)
    base = _base(given)
    if base == "json":
        return existing.base == "json" or is_json(existing)
    if base != _base(existing):
        return False
    if CHARSET in given and CHARSET in existing and not _same(CHARSET, given, existing):
        return False
    if COLLATE in given and COLLATE in existing and not _same(COLLATE, given, existing):
        return False
    if base in _INTEGERS or base in {"year", "float", "double"} or base in _TEXTS:
        return True
    return given.arguments in {"", existing.arguments} or (
        base == "decimal" and f"{given.arguments},0" == existing.arguments
    )


def is_literal(default: str) -> bool:
    """Whether the SQL of a default is a plain value, not an expression."""
    return _LITERAL.fullmatch(default.strip()) is not None


def needs_brackets(default: str) -> bool:
    """Whether a default has to stand in brackets where the server takes expressions.

    https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html#data-type-defaults-explicit
    """
    text = default.strip()
    return not (
        text.startswith("(")
        or is_literal(text)
        or _NOW.match(text) is not None
        or re.search(r"\bON\s+UPDATE\b", text, re.IGNORECASE) is not None
        or re.fullmatch(r"\w+", text) is not None
    )


def is_json(existing: ColumnDefinition) -> bool:
    """Whether this is MariaDB's JSON: a text with a check, see https://mariadb.com/kb/en/json/."""
    return existing.base == "longtext" and "json_valid" in existing.of(CHECK).lower()


def _same(kind: str, first: ColumnDefinition, second: ColumnDefinition) -> bool:
    return first.of(kind).split()[-1].lower() == second.of(kind).split()[-1].lower()


def _base(definition: ColumnDefinition) -> str:
    words = re.findall(r"\w+", re.sub(r"\(.*\)", "", definition.of(TYPE), flags=re.DOTALL).lower())
    if words[:1] == ["national"] or words[:1] == ["long"]:
        words = words[1:]
    base = words[0] if words else ""
    if base in {"nchar", "nvarchar"}:
        return base[1:]
    if base == "char" and "varying" in words:
        return "varchar"
    return _ALIASES.get(base, base)


def _with_default(definition: ColumnDefinition, wanted: Wanted) -> ColumnDefinition:
    default = wanted.default
    says_on_update = isinstance(default, str) and "ON UPDATE" in " ".join(default.upper().split())
    if says_on_update or wanted.forget_on_update:
        definition = definition.without(ON_UPDATE)
    if not isinstance(default, str):
        return definition.without(DEFAULT)
    return definition.without(GENERATED).with_clause(DEFAULT, f"DEFAULT {default}")


def _with_null(definition: ColumnDefinition, wanted: Wanted) -> ColumnDefinition:
    # MariaDB takes neither word for a generated column: https://mariadb.com/kb/en/generated-columns/
    if wanted.nullable and GENERATED in definition:
        return definition.without(NULL)
    if wanted.nullable is not None:
        return definition.with_clause(NULL, "NULL" if wanted.nullable else "NOT NULL")
    if NULL in definition or GENERATED in definition:
        return definition
    # A TIMESTAMP without either word is NOT NULL on servers that are set so:
    # https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html
    return definition.with_clause(NULL, "NULL")


def _retyped(
    existing: ColumnDefinition, wanted: Wanted
) -> tuple[ColumnDefinition, tuple[str, ...]]:
    """The definition with another type, and what was left out of it."""
    given = ColumnDefinition.read(wanted.type_ or "")
    base, kept = _base(given), existing.without(TYPE)
    for clause in given.clauses:
        if clause.kind != OTHER:
            kept = kept.with_clause(clause.kind, clause.text)
    if is_json(existing):
        # What made it JSON belongs to the old type.
        kept = kept.without(CHECK, *{CHARSET, COLLATE} - {one.kind for one in given.clauses})
    elif not _takes_collation(existing, given):
        kept = kept.without(*{CHARSET, COLLATE} - {one.kind for one in given.clauses})
    lost: list[str] = []
    if base not in _MOMENTS and ON_UPDATE in kept:
        lost.append(kept.of(ON_UPDATE))
        kept = kept.without(ON_UPDATE)
    if base not in _NUMBERS and AUTO_INCREMENT in kept:
        lost.append(AUTO_INCREMENT.upper())
        kept = kept.without(AUTO_INCREMENT)
    is_carried = DEFAULT in existing and DEFAULT not in given and wanted.default is False
    if is_carried and not _takes_default(existing, given):
        lost.append(kept.of(DEFAULT))
        kept = kept.without(DEFAULT)
    return _with_precision(kept, given), tuple(lost)


def _takes_collation(existing: ColumnDefinition, given: ColumnDefinition) -> bool:
    """Whether the new type goes on with the character set and collation of the old one."""
    says_its_own = (
        CHARSET in given
        or COLLATE in given
        or re.search(
            r"\b(?:national|nchar|nvarchar|ascii|unicode|binary|byte|json)\b",
            given.of(TYPE).lower(),
        )
    )
    return not says_its_own and _base(given) in _CHARACTERS and _base(existing) in _CHARACTERS


def _takes_default(existing: ColumnDefinition, given: ColumnDefinition) -> bool:
    """Whether the default of the old type is one of the new type."""
    default = existing.of(DEFAULT)[len("DEFAULT") :].strip()
    old, new = _base(existing), _base(given)
    value = default[1:-1].replace("''", "'") if default[:1] == "'" else default
    if new in _NUMBERS:
        return _is_number_of(given, value)
    if not is_literal(default):
        return old == new or {old, new} <= _MOMENTS or {old, new} <= _CHARACTERS
    if new in {"enum", "set"}:
        return value.lower() in {
            one.lower() for one in re.findall(r"'((?:[^']|'')*)'", given.arguments)
        }
    if new in {"char", "varchar"}:
        return default[:1] != "b" and len(value) <= int(given.arguments or 1)
    if new in _TEXTS:
        return old in _CHARACTERS
    return old == new or {old, new} <= _MOMENTS


def _is_number_of(given: ColumnDefinition, value: str) -> bool:
    base = _base(given)
    if base == "bit":
        return value[:2].lower() == "b'" or value.isdigit()
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    bits = _INTEGERS.get(base)
    if bits is None:
        return True
    is_unsigned = "unsigned" in given.of(TYPE).lower()
    low, high = (0, 2**bits) if is_unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1))
    return bool(low <= number < high)


def _with_precision(definition: ColumnDefinition, given: ColumnDefinition) -> ColumnDefinition:
    """The moments in DEFAULT and ON UPDATE with the digits of the new type, which have to agree.

    https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html
    """
    if _base(given) not in _MOMENTS:
        return definition
    moment = f"current_timestamp({given.arguments})"
    for kind, words in ((DEFAULT, "DEFAULT"), (ON_UPDATE, "ON UPDATE")):
        said = definition.of(kind)[len(words) :].strip()
        if _NOW.fullmatch(said):
            definition = definition.with_clause(kind, f"{words} {moment}")
    return definition
