"""Questioner: who decides whether a drop and an add are one rename.

What was said beforehand (``--rename old=new``, a hint in the models) needs no question. For the rest
somebody may be asked; where nobody can be, nothing is guessed, and the suspicion is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alembic.autogenerate.renames.model import Kind, Rename, Suspicion
from alembic.util.exc import CommandError


class MalformedRename(CommandError):
    """A text of ``--rename`` that isn't ``old=new``."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"--rename {text!r} is not understood; write old=new, table.old=new or "
            "schema.table.old=new, for a table that goes to another schema schema.table=schema.table"
        )


class RenameNotFound(CommandError):
    """``--rename`` names something that isn't gone, or isn't new."""

    def __init__(self, text: str, gone: Sequence[str], new: Sequence[str]) -> None:
        self.text = text
        super().__init__(
            f"--rename {text}: the database and the models don't differ by that.\n"
            f"Only in the database: {', '.join(gone) or 'nothing'}\n"
            f"Only in the models: {', '.join(new) or 'nothing'}"
        )


class RenameAmbiguous(CommandError):
    """``--rename`` may mean several things."""

    def __init__(self, text: str, meant: Sequence[Rename]) -> None:
        self.text = text
        ways = " or ".join(f"--rename {one.flag}" for one in meant)
        super().__init__(f"--rename {text} may mean several renames; write {ways}")


class RenamesCollide(CommandError):
    """Two of ``--rename`` give one thing two names, or two things one name."""

    def __init__(self, one: Rename, other: Rename) -> None:
        super().__init__(
            f"--rename {one.flag} and --rename {other.flag} can't both be: "
            + (
                f"{one.place!r} gets one new name"
                if one.old == other.old
                else f"one thing can be renamed to {one.new!r}"
            )
            + "; leave one of them out"
        )


class MalformedHint(CommandError):
    """A hint in the models that isn't what it has to be."""

    def __init__(self, key: str, what: str, hint: object, wanted: str) -> None:
        super().__init__(f"info[{key!r}] of {what} in the models is {hint!r}; write {wanted}")


class NameStays(CommandError):
    """``--rename`` gives something a new name, and the models have another thing under the old one."""

    def __init__(self, text: str, rename: str, old: str) -> None:
        self.text = text
        super().__init__(
            f"--rename {text}: the models still have {old!r}, and nothing is renamed to it, so that "
            f"{rename} would leave two things of one name. Rename in a revision of its own, and add "
            f"the new {old!r} to the models for the next one"
        )


class NoMoveBetweenSchemas(CommandError):
    """``--rename`` moves a table to another schema where the database can't."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        super().__init__(
            f"--rename {text}: {dialect} has no statement that moves a table to another schema; "
            "write a revision that creates the table, copies the rows and drops the old one"
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """``--rename path=new``; the path ends in the old name.

    ``schema`` is the other schema that a table goes to, None where it stays. ``is_plain`` is whether
    this is one of the documented forms: names with a dot or an equals sign in them look like others, and
    are found by their whole text.
    """

    text: str
    path: tuple[str, ...]
    new: str
    schema: str | None = None
    is_plain: bool = True

    @classmethod
    def parse(cls, text: str) -> Wish:
        """Read ``old=new``, ``table.old=new``, ``schema.table.old=new``, ``schema.table=schema.table``.

        Raises MalformedRename.
        """
        old, equals, new = (part.strip() for part in text.partition("="))
        path = tuple(part.strip() for part in old.split("."))
        # The new name may be as long as the old one, with the same beginning.
        given = tuple(part.strip() for part in new.split("."))
        is_long = len(given) > 1 and given[:-1] == path[:-1]
        if not equals or not all(path) or not all(given):
            raise MalformedRename(text)
        if len(given) == 2 and len(path) <= 2 and not is_long:
            return cls(text, path, given[-1], given[0])
        is_plain = len(path) <= 3 and (len(given) == 1 or is_long)
        return cls(text, path, given[-1], is_plain=is_plain)

    def moves(self, schema: str, table: str, default_schema: str | None) -> bool:
        """Whether a table of this schema is to go to another one."""
        is_of_default = len(self.path) == 1 and schema == default_schema
        return self.schema is not None and (
            self.path == (schema, table) or (is_of_default and self.path == (table,))
        )

    def means(self, rename: Rename, default_schema: str | None) -> bool:
        """Whether this is a way to write ``rename``; a column or a value is written with what it is in."""
        parts = [rename.schema or default_schema, rename.parent, rename.old]
        whole = tuple(part for part in parts if part)
        least = 2 if rename.kind in {Kind.COLUMN, Kind.ENUM_VALUE} else 1
        if any(c in name for name in (*whole, rename.new) for c in ".="):
            ways = (".".join(whole[-size:]) for size in range(least, len(whole) + 1))
            return self.text.strip() in {f"{way}={rename.new}" for way in ways}
        if self.schema is not None or len(self.path) < least:
            return False
        return self.new == rename.new and whole[-len(self.path) :] == self.path


class Questioner:
    """Who decides; one for each command, though it looks into several databases.

    ``ask`` is asked about a suspicion, and answers whether it is a rename; without it the answer is
    no, and the suspicion is kept in ``suspicions``. ``renames`` are those that were decided on.
    """

    def __init__(
        self, wishes: Iterable[str] = (), ask: Callable[[Suspicion], bool] | None = None
    ) -> None:
        self.wishes = [Wish.parse(text) for text in wishes]
        self.renames: list[Rename] = []
        self.suspicions: list[Suspicion] = []
        self._ask = ask
        self._granted: set[Wish] = set()
        self._gone: set[str] = set()
        self._new: set[str] = set()

    @property
    def keeps_suspicions(self) -> bool:
        """Whether nobody is asked."""
        return self._ask is None

    @property
    def has_wishes(self) -> bool:
        """Whether anything was wished for."""
        return bool(self.wishes)

    def is_rename(self, suspicion: Suspicion) -> bool:
        """Whether somebody confirms it."""
        if self._ask is None:
            self.suspicions.append(suspicion)
            return False
        return self._ask(suspicion)

    def wished(self, candidates: Sequence[Rename], default_schema: str | None) -> list[Rename]:
        """Those of ``candidates``, all that could be, that were wished for; raises RenameAmbiguous."""
        self._gone.update(one.place for one in candidates)
        self._new.update(one.place.removesuffix(one.old) + one.new for one in candidates)
        found: list[Rename] = []
        for wish in self.wishes:
            meant = [one for one in candidates if wish.means(one, default_schema)]
            if len(meant) > 1:
                raise RenameAmbiguous(wish.text, meant)
            if meant:
                self._granted.add(wish)
                found += meant
        return found

    def grant(self, wish: Wish) -> None:
        """Note that a wish was for something that there is."""
        self._granted.add(wish)

    def refuse_unused(self) -> None:
        """Raise RenameNotFound for a wish that no comparison could grant."""
        for wish in self.wishes:
            if wish not in self._granted:
                if not wish.is_plain:
                    raise MalformedRename(wish.text)
                raise RenameNotFound(wish.text, sorted(self._gone), sorted(self._new))
