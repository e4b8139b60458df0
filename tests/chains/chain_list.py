"""The packages whose migrations are played: what to install, where their scripts lie, and how to run them."""

from __future__ import annotations

from dataclasses import dataclass, field

DRIVERS = ("psycopg[binary]", "psycopg2-binary", "PyMySQL")


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of migrations, as one package ships it."""

    name: str
    folder: str
    """The package's script folder, below site-packages."""
    environment: str = ""
    """The virtual environment that has the package; the chain's own name where it is empty."""
    versions: tuple[str, ...] = ("versions",)
    """Folders of revisions, below ``folder``."""
    recursive: bool = False
    own_env: bool = False
    """Run the package's own ``env.py`` (else a plain one, without models)."""
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    settings: dict[str, str] = field(default_factory=dict)
    """More lines of ``alembic.ini``; {url} is filled in."""
    variables: dict[str, str] = field(default_factory=dict)
    """Environment variables; {url} and {folder} are filled in."""
    options: dict[str, object] = field(default_factory=dict)
    """Keywords that the plain ``env.py`` gives to ``configure()``, as the package's own does."""
    imports: tuple[str, ...] = ()
    """What the plain ``env.py`` imports: revisions may rely on what the package's own brings along."""
    begin: str = ""
    """Python that makes the tables which the first revision expects; ``engine`` is there."""
    driver: dict[str, str] = field(default_factory=dict)
    """{database: driver of its URL} where it isn't the usual one."""
    known: dict[str, str] = field(default_factory=dict)
    """{database: why the sides differ}, where that has been looked into."""
    setup: str = ""
    """SQL that the database needs beforehand."""

    @property
    def home(self) -> str:
        return self.environment or self.name


OPENSTACK = "openstack"
ALL_THREE = ("sqlite", "postgresql", "mariadb")
_STACK = {
    "keystone": ("keystone/common/sql/migrations", True),
    "neutron": ("neutron/db/migration/alembic_migrations", False),
    "cinder": ("cinder/db/migrations", True),
    "glance": ("glance/db/sqlalchemy/alembic_migrations", False),
    "nova-main": ("nova/db/main/migrations", True),
    "nova-api": ("nova/db/api/migrations", True),
    "ironic": ("ironic/db/sqlalchemy/alembic", False),
    "heat": ("heat/db/migrations", True),
    "magnum": ("magnum/db/sqlalchemy/alembic", False),
    "manila": ("manila/db/migrations/alembic", False),
    "masakari": ("masakari/db/sqlalchemy/migrations", True),
    "mistral": ("mistral/db/sqlalchemy/migration/alembic_migrations", False),
    "octavia": ("octavia/db/migration/alembic_migrations", False),
    "aodh": ("aodh/storage/sqlalchemy/alembic", False),
    "barbican": ("barbican/model/migration/alembic_migrations", False),
    "blazar": ("blazar/db/migration/alembic_migrations", False),
    "watcher": ("watcher/db/sqlalchemy/alembic", False),
    "zun": ("zun/db/sqlalchemy/alembic", False),
    "designate": ("designate/storage/sqlalchemy/alembic", True),
    "cloudkitty-hash": ("cloudkitty/rating/hash/db/sqlalchemy/alembic", False),
}
_IMPORTS = {"zun": ("zun.db.sqlalchemy.models",), "barbican": ("barbican.model.models",)}
_NOT_NULL = "NOT NULL stays where a type is changed"
_KNOWN = {
    "designate": {
        "sqlite": "a foreign key that stands twice loses one of its names to the established release",
        "mariadb": _NOT_NULL,
    },
    "cloudkitty-hash": {
        "sqlite": "the established release makes a CHECK twice",
        "mariadb": _NOT_NULL,
    },
    "nova-main": {"mariadb": "its migration copies every table that it finds, the journal too"},
    "octavia": {"mariadb": _NOT_NULL},
}
CHAINS = [
    Chain(
        name,
        folder,
        OPENSTACK,
        own_env=own,
        recursive=name in {"keystone", "neutron"},
        databases=ALL_THREE,
        imports=_IMPORTS.get(name, ()),
        known=_KNOWN.get(name, {}),
    )
    for name, (folder, own) in _STACK.items()
]

BATCH = {"render_as_batch": True}
EACH = {"transaction_per_migration": True}
CHAINS += [
    Chain(
        "airflow",
        "airflow/migrations",
        own_env=True,
        variables={
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "{url}",
            "AIRFLOW_HOME": "{folder}/airflow",
        },
        known={
            "sqlite": "a primary key gets the name asked for, and foreign keys stay",
            "postgresql": "a script has the values given beside a statement",
        },
        begin="import airflow.settings",
    ),
    Chain("jupyterhub", "jupyterhub/alembic", own_env=True),
    Chain(
        "mlflow",
        "mlflow/store/db_migrations",
        own_env=True,
        begin="from mlflow.store.db.base_sql_model import Base\n"
        "from mlflow.store.tracking.dbmodels.initial_models import Base as Initial\n"
        "Initial.metadata.create_all(engine)",
    ),
    Chain("mlflow-auth", "mlflow/server/auth/db/migrations", "mlflow"),
    Chain("optuna", "optuna/storages/_rdb/alembic", own_env=True),
    Chain(
        "prefect-sqlite",
        "prefect/server/database/_migrations",
        "prefect",
        versions=("versions/sqlite",),
        databases=("sqlite",),
        options={**BATCH, **EACH},
        imports=("prefect.server.database.orm_models",),
    ),
    Chain(
        "prefect-postgresql",
        "prefect/server/database/_migrations",
        "prefect",
        versions=("versions/postgresql",),
        databases=("postgresql",),
        options=EACH,
        imports=("prefect.server.database.orm_models",),
        setup="CREATE EXTENSION IF NOT EXISTS pg_trgm",
    ),
    Chain("dagster", "dagster/_core/storage/alembic", imports=("dagster._core.storage.sql",)),
    Chain(
        "langflow",
        "langflow/alembic",
        own_env=True,
        known={
            "sqlite": "two foreign keys over one column: SQLAlchemy reads the one that stands last"
        },
        settings={"sqlalchemy.url": "{asynchronous}"},
    ),
    Chain(
        "galaxy",
        "galaxy/model/migrations/alembic",
        versions=("versions_gxy", "versions_tsi"),
        imports=("galaxy.model", "galaxy.model.migrations"),
    ),
    Chain("phoenix", "phoenix/db/migrations", options={**EACH, "transactional_ddl": True}),
    Chain("ckan", "ckan/migration", databases=("postgresql",), imports=("ckan.model",)),
    Chain(
        "fractal", "fractal_server/migrations", options=BATCH, databases=("postgresql", "sqlite")
    ),
    Chain(
        "conda-store",
        "conda_store_server/_internal/alembic",
        own_env=True,
    ),
    Chain(
        "quetz",
        "quetz/migrations",
        own_env=True,
        known={"sqlite": "a dropped table comes back with its collations"},
    ),
    Chain(
        "faraday",
        "faraday/migrations",
        databases=("postgresql",),
        options=EACH,
        imports=("faraday.server.models",),
    ),
    Chain(
        "ihatemoney",
        "ihatemoney/migrations",
        options=BATCH,
        imports=("ihatemoney.models",),
        known=dict.fromkeys(
            ("sqlite", "postgresql"),
            "the log says upgrade where a decorator calls the function otherwise",
        ),
    ),
    Chain("zuul", "zuul/driver/sql/alembic", own_env=True, databases=ALL_THREE),
    Chain("aiida", "aiida/storage/psql_dos/migrations", databases=("postgresql",), options=EACH),
    Chain("dstack", "dstack/_internal/server/migrations", recursive=True, options=BATCH),
    Chain("sky-global", "sky/schemas/db", "sky", versions=("global_user_state",)),
    Chain("sky-jobs", "sky/schemas/db", "sky", versions=("spot_jobs",)),
]
