[tool.alembic]
# Settings of Alembic about code; the database and logging are in alembic.ini.
# %(here)s is the folder of this file; a % before anything but ( stands for itself.

# The folder with env.py and the template of new revisions; or package:folder.
script_location = "${script_location}"

# Folders put first on sys.path while env.py runs, so that it can import the application.
prepend_sys_path = ["."]

# How new files are named. Tokens: rev, slug, epoch, year, month, day, hour, minute, second.
# file_template = "%%(year)d-%%(month).2d-%%(day).2d_%%(rev)s_%%(slug)s"
# truncate_slug_length = 40

# The time zone of the date in new files, such as Europe/Berlin; local time by default.
# timezone = "UTC"

# The folders of revisions, and whether their subfolders count too.
# version_locations = ["%(here)s/migrations/versions", "%(here)s/billing/versions"]
# recursive_version_locations = false

# What autogenerate compares: here, all that it can. Without this line it compares what releases
# before 1.21 did; "~alembic.complete.sequences" among the names leaves one kind out.
autogenerate_plugins = ["alembic.autogenerate.*", "alembic.complete.*"]

# Refuse keywords that op.alter_column() and op.drop_column() don't know, which releases before 1.21
# passed over.
strict_keywords = true

# Whether `alembic revision` runs env.py even without --autogenerate.
# revision_environment = false

# Whether .pyc files without a source are revisions too.
# sourceless = false

# The encoding of new files.
# output_encoding = "utf-8"

# Programs to run on each new file, one after another.
# [[tool.alembic.post_write_hooks]]
# name = "ruff"
# type = "exec"
# executable = "ruff"
# options = "check --fix REVISION_SCRIPT_FILENAME"
