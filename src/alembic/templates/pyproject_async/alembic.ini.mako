# Settings of Alembic: which database, what is logged; those about code are in pyproject.toml.
# %(here)s is the folder of this file; a % before anything but ( stands for itself.

[alembic]
# The database: dialect+driver://user:password@host:port/database
sqlalchemy.url = driver://user:pass@localhost/dbname

# Logging, as the module logging.config of Python reads it.
[loggers]
keys = root,sqlalchemy,alembic,plugins

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

# Which plugins `revision --autogenerate` and `check` use.
[logger_plugins]
level = WARNING
handlers =
qualname = alembic.runtime.plugins

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
