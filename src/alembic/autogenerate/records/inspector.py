"""An Inspector that answers from a catalog: Tables are made of it without asking the database again."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from sqlalchemy.engine.reflection import Inspector

from alembic.autogenerate.records.catalog import KINDS, Catalog
from alembic.autogenerate.stand_ins import has_dotted_target


def answering_inspector(catalog: Catalog, names: dict[str | None, list[str]]) -> Inspector:
    """An inspector of the same kind as the catalog's, for the tables ``names`` by schema."""
    kind: Any = type(catalog.inspector)
    methods = {f"get_multi_{one}": _answering(one) for one in KINDS}
    made: Any = type(f"Answering{kind.__name__}", (_Answering, kind), methods)
    inspector: _Answering = made.__new__(made)
    vars(inspector).update(vars(catalog.inspector))
    inspector.catalog, inspector.names = catalog, names
    return inspector


class _Answering(Inspector):
    catalog: Catalog
    names: dict[str | None, list[str]]

    @contextlib.contextmanager
    def _inspection_context(self) -> Iterator[Inspector]:
        """What ``MetaData.reflect`` reads by; SQLAlchemy would make another of the dialect's own kind."""
        yield self


def _answering(kind: str) -> Any:
    def answer(
        self: _Answering, schema: str | None = None, filter_names: Any = None, **kw: Any
    ) -> Any:
        names = self.names[schema] if filter_names is None else list(filter_names)
        found = self.catalog.of(kind, schema, names)
        if kw.get("unreflectable") is not None:
            kw["unreflectable"].update(self.catalog.unreflectable)
        return {(schema, name): _own(found[name]) for name in names if name in found}

    # SQLAlchemy looks the dialect's method up by this name.
    answer.__name__ = f"get_multi_{kind}"
    return answer


def _is_made_later(record: Any) -> bool:
    """Whether a foreign key can't be made by the names of its targets."""
    return "referred_table" in record and has_dotted_target(record)


def _own(record: Any) -> Any:
    """A copy for one Table, whose hooks may change it."""
    if isinstance(record, list):
        return [copy.copy(one) for one in record if not _is_made_later(one)]
    return copy.copy(record)
