"""Old place of the value helpers and the dispatchers (a door)."""

from __future__ import annotations

from alembic.util.dispatch import (
    Dispatcher as Dispatcher,
    DispatchPriority as DispatchPriority,
    PriorityDispatcher as PriorityDispatcher,
    PriorityDispatchResult as PriorityDispatchResult,
)
from alembic.util.values import (
    EMPTY_DICT as EMPTY_DICT,
    asbool as asbool,
    dedupe_tuple as dedupe_tuple,
    immutabledict as immutabledict,
    not_none as not_none,
    rev_id as rev_id,
    to_list as to_list,
    to_tuple as to_tuple,
    unique_list as unique_list,
)
