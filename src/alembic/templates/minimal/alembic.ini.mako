# Settings of Alembic. %(here)s is the folder of this file; a % before anything but ( stands for itself.

[alembic]
# The folder with the revisions and the template of new ones; or package:folder.
script_location = ${script_location}

# The models, as module:name; several with commas between them.
target_metadata = myapp.models:Base.metadata

# The database: dialect+driver://user:password@host:port/database
# A ${"${NAME}"} is an environment variable; a driver may be a synchronous or an asynchronous one.
sqlalchemy.url = ${"${DATABASE_URL}"}

# Folders put first on sys.path, so that the models can be imported.
prepend_sys_path = .
path_separator = os

# What autogenerate compares: here, all that it can.
autogenerate_plugins = alembic.autogenerate.*, alembic.complete.*

# Refuse keywords that op.alter_column() and op.drop_column() don't know.
strict_keywords = true

# Where the database holds more than these models, name what is theirs, or what is not.
# [alembic:include]
# schemas = public, billing
# [alembic:exclude]
# tables = spatial_ref_sys, audit_*
