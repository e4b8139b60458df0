"""All pairs of models, whichever test asks first: those that both releases compare, and those that only a
complete comparison tells apart.
"""

from __future__ import annotations

import cases_at_once  # noqa: F401 - the cases of these join the others
import cases_kinds  # noqa: F401
import cases_mariadb  # noqa: F401
import cases_names  # noqa: F401
import cases_postgresql  # noqa: F401
import cases_servers  # noqa: F401
import cases_sqlite  # noqa: F401
from cases import CASES
from cases_complete import COMPLETE_CASES

__all__ = ["CASES", "COMPLETE_CASES"]
