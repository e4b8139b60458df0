"""CommandFunction: what can be registered as a command of one's own."""

from __future__ import annotations

from typing import Any, Protocol

from alembic.config import Config


class CommandFunction(Protocol):
    """A function that the command line can run, for type checkers; its name is the command's."""

    __name__: str

    def __call__(self, config: Config, *args: Any, **kwargs: Any) -> Any:
        """Run the command; ``config`` are the settings, the rest is what was typed."""
