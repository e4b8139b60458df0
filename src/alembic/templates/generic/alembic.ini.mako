# Settings of Alembic: where the revisions are, which database, what is logged.
# %(here)s is the folder of this file; a % before anything but ( stands for itself.

[alembic]
# The folder with env.py and the template of new revisions; or package:folder.
script_location = ${script_location}

# The database: dialect+driver://user:password@host:port/database
sqlalchemy.url = driver://user:pass@localhost/dbname

# Folders put first on sys.path while env.py runs, so that it can import the application.
prepend_sys_path = .

# What separates the paths in prepend_sys_path and version_locations:
# os (: or ; as the system has it), space, newline, : or ;
path_separator = os

# How new files are named. Tokens: rev, slug, epoch, year, month, day, hour, minute, second.
# file_template = %%(year)d-%%(month).2d-%%(day).2d_%%(rev)s_%%(slug)s
# truncate_slug_length = 40

# The time zone of the date in new files, such as Europe/Berlin; local time by default.
# timezone = UTC

# The folders of revisions, and whether their subfolders count too.
# version_locations = %(here)s/migrations/versions:%(here)s/billing/versions
# recursive_version_locations = false

# What autogenerate compares: here, all that it can. Without this line it compares what releases
# before 1.21 did; "~alembic.complete.sequences" among the names leaves one kind out.
autogenerate_plugins = alembic.autogenerate.*, alembic.complete.*

# Refuse keywords that op.alter_column() and op.drop_column() don't know, which releases before 1.21
# passed over.
strict_keywords = true

# Whether `alembic revision` runs env.py even without --autogenerate.
# revision_environment = false

# Whether .pyc files without a source are revisions too.
# sourceless = false

# The encoding of new files.
# output_encoding = utf-8

# Programs to run on each new file, one after another.
[post_write_hooks]
# hooks = ruff
# ruff.type = exec
# ruff.executable = ruff
# ruff.options = check --fix REVISION_SCRIPT_FILENAME

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
