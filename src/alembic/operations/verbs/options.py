"""Options that several verbs share, checked in one place: schemas, names, comments, switches.

What can be taken for a switch is taken for one, as ever: revision files hold 0, 1, and "True".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy.schema import BLANK_SCHEMA

from alembic.operations.ops.base import MigrateOperation, verb_of
from alembic.operations.ops.column import AlterColumnOp, DropColumnOp
from alembic.operations.verbs.arguments import IGNORED_KEYWORDS, BadArgument, is_expression


def check_options(op: MigrateOperation) -> None:
    """Raise BadArgument where an option of an op that a verb has made is of the wrong kind."""
    attributes = vars(op)
    # What changing a column passes over isn't looked at.
    passed_over = IGNORED_KEYWORDS if isinstance(op, AlterColumnOp | DropColumnOp) else frozenset()
    for given in (attributes, *(attributes.get(kw, {}) for kw in ("kw", "table_kw"))):
        for name in (given.keys() & _KINDS.keys()) - passed_over:
            is_fine, wanted = _KINDS[name]
            if not is_fine(given[name]):
                raise BadArgument(verb_of(op), name, given[name], wanted)


def check_schema(verb: str, schema: object) -> None:
    """Raise BadArgument where a schema is of the wrong kind."""
    is_fine, wanted = _SCHEMA
    if not is_fine(schema):
        raise BadArgument(verb, "schema", schema, wanted)


def is_name(value: object) -> bool:
    """A string, or nothing."""
    return value is None or value is False or isinstance(value, str)


def is_schema(value: object) -> bool:
    """A name, or the word of ``Table`` for none, whatever its metadata says."""
    return is_name(value) or value is BLANK_SCHEMA


def is_condition(value: object) -> bool:
    """Text or an expression, or nothing; True and False are expressions."""
    return value is None or isinstance(value, str | bool) or is_expression(value)


def is_words(value: object) -> bool:
    """Several strings."""
    is_many = isinstance(value, Collection) and not isinstance(value, str)
    return value is None or (is_many and all(isinstance(word, str) for word in value))  # type: ignore[attr-defined]


def is_switch(value: Any) -> bool:
    """Whatever is either true or false: expressions of SQLAlchemy are neither."""
    try:
        return bool(value) in {True, False}
    except TypeError:
        return False


Kind = tuple[Callable[[object], bool], str]

_NAME: Kind = is_name, "a name or None"
_SCHEMA: Kind = is_schema, "the name of a schema or None"
_TEXT: Kind = is_name, "a string or None"
_CONDITION: Kind = is_condition, "text or an expression, as in column('sum') > 0"
_WORD: Kind = lambda value: isinstance(value, str), "a name"
_WORDS: Kind = is_words, "a list of words, as in ['TEMPORARY']"
_SWITCH: Kind = is_switch, "True, False or None"
_MAPPING: Kind = lambda value: isinstance(value, Mapping), "a dictionary"
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("schema", "source_schema", "referent_schema"), _SCHEMA),
    **dict.fromkeys(("constraint_name", "index_name", "insert_before", "insert_after"), _NAME),
    **dict.fromkeys(("comment", "existing_comment", "onupdate", "ondelete"), _TEXT),
    **dict.fromkeys(("initially", "match"), _TEXT),
    **dict.fromkeys(("where", "postgresql_where", "mssql_where", "sqlite_where"), _CONDITION),
    **dict.fromkeys(("if_exists", "if_not_exists", "unique", "deferrable"), _SWITCH),
    **dict.fromkeys(("inline_references", "inline_primary_key", "existing_nullable"), _SWITCH),
    **dict.fromkeys(("autoincrement", "existing_autoincrement", "multiinsert"), _SWITCH),
    "table_name": _NAME,
    "using": _WORD,
    "prefixes": _WORDS,
    "ops": _MAPPING,
}
"""Option → what it has to be."""
