"""The templates of ``init``: folders with a README, whose first line says what they are for."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from alembic.command.output import print_text
from alembic.config import Config
from alembic.util.exc import CommandError


class NoSuchTemplate(CommandError):
    """``init`` was asked for a template that isn't there."""

    def __init__(self, folder: Path, known: list[str]) -> None:
        self.folder = folder
        self.known = known
        alike = get_close_matches(folder.name, known, n=1)
        named = f"\nDid you mean:  alembic init -t {alike[0]} DIRECTORY" if alike else ""
        super().__init__(
            f"No such template {folder}; there are: {', '.join(known)}"
            f"{named}\nTo see what they are for:  alembic list_templates"
        )


def list_templates(config: Config, json: bool = False) -> None:
    """List the templates that ``init`` can start from.

    :param json: print a list of :class:`~alembic.results.revision.TemplateInfo` as JSON.
    """
    if json:
        _print_json(config)
        return
    print_text(config, "Available templates:\n")
    for name in template_names(config):
        print_text(config, f"{name} - {template_summary(config, name)}")
    print_text(config, "\nTemplates are used via the 'init' command, e.g.:")
    print_text(config, "\n  alembic init --template generic ./scripts")


def template_names(config: Config) -> list[str]:
    """The names of all templates, sorted."""
    root = Path(config.get_template_directory())
    if not root.is_dir():
        return []
    return sorted(folder.name for folder in root.iterdir() if (folder / "README").is_file())


def template_folder(config: Config, name: str) -> Path:
    """The folder of a template; raises :class:`NoSuchTemplate`."""
    folder = Path(config.get_template_directory()) / name
    if not name or not folder.is_dir() or not any(path.is_file() for path in folder.iterdir()):
        raise NoSuchTemplate(folder, template_names(config))
    return folder


def template_summary(config: Config, name: str) -> str:
    """The first line of a template's README."""
    readme = Path(config.get_template_directory()) / name / "README"
    return readme.read_text(encoding="utf-8").partition("\n")[0].strip()


def _print_json(config: Config) -> None:
    # For --json only, as with every listing.
    from alembic.command.as_json import print_json
    from alembic.results.revision import TemplateInfo

    root = Path(config.get_template_directory())
    infos = [
        TemplateInfo(name=name, summary=template_summary(config, name), path=str(root / name))
        for name in template_names(config)
    ]
    print_json(config, infos)
