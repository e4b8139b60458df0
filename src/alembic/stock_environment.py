"""The env.py of a project that has none: its settings say all that is needed."""

from alembic import context

context.run()
