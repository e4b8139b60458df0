"""What is known of a script, as a value: for programs, JSON and pictures."""

from __future__ import annotations

import re
from collections.abc import Collection

from alembic.results.database import Current
from alembic.results.revision import RevisionInfo
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script

_DATE = re.compile(r"^Create Date:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)


def facts_of(script: Script, current: Collection[str] | None = None) -> RevisionInfo:
    """All that is known of ``script``; ``current`` are the ids that a database is at, if one was asked."""
    doc = script.longdoc
    date = _DATE.search(doc)
    return RevisionInfo(
        revision=script.revision,
        down_revisions=script._parents,
        depends_on=script._requires,
        children=tuple(sorted(script._children)),
        dependents=tuple(sorted(script._dependents)),
        branch_labels=tuple(sorted(script.branch_labels)),
        message=script.doc,
        doc=doc,
        create_date=date[1] if date else None,
        path=script.path,
        is_head=script.is_head,
        is_base=script.is_base,
        is_branch_point=script.is_branch_point,
        is_merge_point=script.is_merge_point,
        is_current=None if current is None else script.revision in current,
    )


def current_of(
    script: ScriptDirectory, heads: Collection[str], database: str, half_done: str | None
) -> Current:
    """Where a database with these heads stands; raises CommandError for one that no file has."""
    found = sorted(script.get_all_current(tuple(heads)), key=lambda each: each.revision)
    return Current(
        database=database,
        heads=tuple(sorted(heads)),
        revisions=tuple(facts_of(each, heads) for each in found),
        is_at_head=half_done is None
        and set(heads) >= set(script.get_heads(consider_depends_on=True)),
        half_done=half_done,
    )
