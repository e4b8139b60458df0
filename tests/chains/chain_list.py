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
    driver: dict[str, str] = field(default_factory=dict)
    """{database: driver of its URL} where it isn't the usual one."""
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
CHAINS = [
    Chain(
        name,
        folder,
        OPENSTACK,
        own_env=own,
        recursive=name in {"keystone", "neutron"},
        databases=ALL_THREE,
    )
    for name, (folder, own) in _STACK.items()
]
