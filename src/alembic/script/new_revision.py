"""From what was asked for to a new revision file: check, decide, render, write, run hooks.

Everything that can be refused is refused before the file is made: an identifier that is taken or
holds a path, parents that are no heads, a label or a folder that can't be, a text that isn't Python.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.graph.map import RevisionMap
from alembic.graph.revision import Revision
from alembic.script.errors import NoRevisionId, RevisionFileError, ScriptError, short_path
from alembic.script.generate import (
    FileNaming,
    creation_date,
    file_path,
    revision_text,
)
from alembic.script.lookup import in_users_words
from alembic.script.names import refuse_unusable_id, refuse_unusable_label
from alembic.script.read_header import read_header
from alembic.script.script import Script
from alembic.script.template import Template, TemplateError, TemplateValue
from alembic.script.whole_file import CantWrite, make_folder, remove_folders, write_new
from alembic.util.messaging import status
from alembic.util.values import format_as_comma, to_tuple, unique_list

if TYPE_CHECKING:
    from alembic.script.write_hooks import HookOptions

Names = str | Sequence[str] | None


class RevisionExists(ScriptError):
    """A revision id that a file has already."""

    def __init__(self, revision: str, path: str | None) -> None:
        self.revision = revision
        self.path = path
        where = "" if path is None else f" in {short_path(path)}"
        super().__init__(f"Revision {revision} exists already{where}; choose another --rev-id")


class LabelTaken(ScriptError):
    """A branch label that is another revision's label or id."""

    def __init__(self, label: str, revision: str, taken_by: str) -> None:
        self.label = label
        self.revision = revision
        self.taken_by = taken_by
        super().__init__(
            f"Branch name {label!r} in revision {revision} already used by revision {taken_by}; "
            "choose another label"
        )


class NotAHead(ScriptError):
    """A parent that has children already, and nobody asked for a branch.

    ``joined`` are all parents of the new revision.
    """

    def __init__(self, revision: str, joined: Sequence[str] = ()) -> None:
        self.revision = revision
        command = (
            f"merge --splice {' '.join(joined)}"
            if len(joined) > 1
            else f"revision --splice --head {revision}"
        )
        super().__init__(
            f"Revision {revision} is not a head revision; please specify --splice to create a new "
            "branch from this revision\n"
            f'To do so:  alembic {command} -m "..."'
        )


class DuplicateHeads(ScriptError):
    """The same parent was given twice."""

    def __init__(self) -> None:
        super().__init__("Duplicate head revisions specified; name each of them once")


class NoSuchDependency(ScriptError):
    """``--depends-on`` names the base, which is no revision."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"A revision can't depend on {name!r}: that is no revision\n"
            "To see all revisions:  alembic history"
        )


class NotALocation(ScriptError):
    """``--version-path`` is none of the version locations."""

    def __init__(self, path: str, locations: Sequence[str]) -> None:
        self.path = path
        known = ", ".join(map(short_path, locations))
        super().__init__(
            f"Path {path} is not represented in current version locations, which are: {known}; "
            "choose one of them, or add it to version_locations"
        )


class LocationNeeded(ScriptError):
    """There are several version locations, and nothing tells which one is meant."""

    def __init__(self, locations: Sequence[str]) -> None:
        self.locations = tuple(locations)
        known = ", ".join(map(short_path, locations))
        super().__init__(
            f"Multiple version locations present, please specify --version-path: one of {known}"
        )


class TemplateLacks(ScriptError):
    """The rendered file doesn't say what it was given: the template has no place for it."""

    def __init__(self, template: str, revision: str, section: str, given: object) -> None:
        self.template = template
        self.section = section
        super().__init__(
            f"Version {revision} specified {section} {format_as_comma(given)}, however the "  # type: ignore[arg-type]
            f"migration file would not have them; have you upgraded your script.py.mako to include "
            f"the {section!r} section? No file was written from {short_path(template)}; add to it: "
            f"{section} = ${{repr({'up_revision' if section == 'revision' else section})}}"
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and how new files are written: settings of the project."""

    folder: str
    locations: tuple[str, ...]
    naming: FileNaming
    encoding: str
    timezone: str | None
    hooks: Sequence[HookOptions]
    messaging: Mapping[str, Any]

    @property
    def template(self) -> str:
        """The path of the template of revision files."""
        return str(Path(self.folder, "script.py.mako"))


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, as it was typed."""

    revision: str
    message: str | None
    head: Names
    splice: bool
    branch_labels: Names
    version_path: str | None
    depends_on: Names
    template_values: Mapping[str, TemplateValue]


def write_revision(desk: Desk, revisions: RevisionMap, request: Request) -> str:
    """Write the file and run the hooks on it; the file's path.

    Raises :class:`ScriptError` or the graph's errors with no file written, and
    :class:`~alembic.script.write_hooks.HookError` with the file in its place.
    """
    _refuse_id(revisions, request.revision)
    parents = _parents(revisions, request)
    depends_on = _dependencies(revisions, request.depends_on)
    labels = to_tuple(request.branch_labels)
    _refuse_labels(revisions, request.revision, labels or ())
    location = _location(desk, parents, request.version_path)
    date = creation_date(desk.timezone)
    path = file_path(location, desk.naming, request.revision, request.message or "", date)
    down = tuple(parent.revision for parent in parents if parent is not None)
    values = {
        **request.template_values,
        "up_revision": request.revision,
        "down_revision": down[0] if len(down) == 1 else down or None,
        "branch_labels": labels,
        "depends_on": depends_on,
        "create_date": date,
        "comma": format_as_comma,
        "message": request.message if request.message is not None else "empty message",
    }
    source = _checked_text(desk, path, values)
    made = _make_folder(Path(path).parent, desk)
    try:
        with status(f"Generating {path}", **desk.messaging):
            write_new(path, source)
    except CantWrite:
        remove_folders(made)
        raise
    if desk.hooks:
        # What runs other programs is for projects that have some run.
        from alembic.script.write_hooks import run_hooks

        run_hooks(path, desk.hooks, desk.messaging)
    return path


def _refuse_id(revisions: RevisionMap, revision: str) -> None:
    refuse_unusable_id(revision)
    existing = revisions._revision_map.get(revision)
    if existing is not None and existing.revision == revision:
        raise RevisionExists(revision, existing.path if isinstance(existing, Script) else None)


def _parents(revisions: RevisionMap, request: Request) -> tuple[Revision | None, ...]:
    sentence = (
        "Multiple heads are present; please specify the head revision on which the new revision "
        "should be based, or perform a merge."
    )
    with in_users_words(revisions, several_heads=sentence):
        parents = revisions.get_revisions(request.head if request.head is not None else "head")
    if len(set(parents)) != len(parents):
        raise DuplicateHeads
    for parent in parents:
        if parent is not None and not parent.is_head and not request.splice:
            joined = [each.revision for each in parents if each is not None]
            raise NotAHead(parent.revision, joined)
    return tuple(parents)


def _dependencies(revisions: RevisionMap, depends_on: Names) -> Names:
    """Full ids; a label stays a label, so that it means what it will mean then."""
    if depends_on is None:
        return None
    names = to_tuple(depends_on) or ()
    resolved = unique_list(_dependency(revisions, name) for name in names)
    return resolved[0] if len(resolved) == 1 else resolved


def _dependency(revisions: RevisionMap, name: str) -> str:
    with in_users_words(revisions):
        found = revisions.get_revision(name)
    if found is None:
        raise NoSuchDependency(name)
    return name if name in found.branch_labels else found.revision


def _refuse_labels(revisions: RevisionMap, revision: str, labels: Sequence[str]) -> None:
    for label in labels:
        refuse_unusable_label(label)
        holder = revisions._revision_map.get(label)
        if holder is not None:
            raise LabelTaken(label, revision, holder.revision)
        if label == revision:
            raise LabelTaken(label, revision, revision)


def _location(desk: Desk, parents: Sequence[Revision | None], version_path: str | None) -> str:
    if version_path is not None:
        wanted = os.path.normpath(Path(version_path).absolute())
        for location in desk.locations:
            if os.path.normpath(location) == wanted:
                return location
        raise NotALocation(version_path, desk.locations)
    if len(desk.locations) == 1:
        return desk.locations[0]
    for parent in parents:
        if isinstance(parent, Script):
            return _location_of(desk, parent)
    raise LocationNeeded(desk.locations)


def _location_of(desk: Desk, script: Script) -> str:
    """The version location that holds the file, the innermost one where they are nested."""
    path = Path(os.path.normpath(script.path))
    holding = [
        location for location in desk.locations if path.is_relative_to(os.path.normpath(location))
    ]
    if not holding:
        raise LocationNeeded(desk.locations)
    return max(holding, key=len)


def _make_folder(folder: Path, desk: Desk) -> list[Path]:
    """The folders that had to be made."""
    if folder.is_dir():
        return []
    with status(f"Creating directory {folder}", **desk.messaging):
        return make_folder(folder)


def _checked_text(desk: Desk, path: str, values: Mapping[str, Any]) -> bytes:
    """The new file's bytes; refuses a text that lacks what it was given."""
    template = Template(desk.template)
    source = revision_text(template, values, desk.encoding)
    try:
        header = read_header(source, path)
    except RevisionFileError as error:
        raise TemplateError(template.path, None, error.problem) from error
    except NoRevisionId as error:
        raise TemplateError(template.path, None, "it has no line for 'revision'") from error
    if header is None:  # the template computes them
        return source
    given_and_found = {
        "revision": (values["up_revision"], header.revision),
        "down_revision": (values["down_revision"], header.down),
        "branch_labels": (values["branch_labels"], header.labels),
        "depends_on": (values["depends_on"], header.depends_on),
    }
    for section, (given, found) in given_and_found.items():
        if set(to_tuple(given, default=()) or ()) != set(to_tuple(found, default=()) or ()):
            raise TemplateLacks(template.path, values["up_revision"], section, given)
    return source
