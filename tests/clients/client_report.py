"""Compare what pytest has written on both sides, and put the figures into ``docs/clients.md``."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import page_table
from text_difference import difference

_HEAD = ("package", "version", "what", "databases", "passed", "here", "fail with both", "here only")
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Result:
    """How one test ended."""

    state: str
    """"passed", "failed" or "skipped"."""
    message: str = ""
    said: tuple[tuple[str, str], ...] = ()
    """What a scenario has written down: (what, text)."""


@dataclass
class Outcome:
    """One suite on both sides."""

    client: str
    version: str
    what: str
    databases: tuple[str, ...]
    seconds: float = 0
    passed: int = 0
    """Tests that pass with the established release."""
    passed_here: int = 0
    """Those of them that pass here, with the same words."""
    failed: int = 0
    """Tests that fail on both sides."""
    more: int = 0
    """Tests that pass here only."""
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return bool(self.passed) and self.passed == self.passed_here

    def lines(self) -> list[str]:
        """For the terminal: the figures, and each problem."""
        on = " and ".join(_NAMES[each] for each in self.databases)
        first = (
            f"{self.client} {self.version}, {self.what} on {on}: {self.passed_here} of the"
            f" {self.passed} that pass with the established release; {self.failed} fail with both,"
            f" {self.more} pass here only, {self.skipped} skipped  ({self.seconds:.0f} s)"
        )
        return [first, *(each.replace("\n", "\n    ") for each in self.problems)]


def outcome(
    client: str,
    version: str,
    what: str,
    databases: tuple[str, ...],
    peer: Path,
    ours: Path,
    seconds: float,
) -> Outcome:
    """Compare two files of pytest."""
    found = Outcome(client, version, what, databases, seconds)
    theirs, mine = results(peer), results(ours)
    for name in sorted(theirs.keys() | mine.keys()):
        one, other = (side.get(name, Result("missing")) for side in (theirs, mine))
        match one.state == "passed", other.state == "passed":
            case True, True:
                found.passed += 1
                difference = words(one, other)
                found.passed_here += not difference
                if difference:
                    found.problems.append(f"{name}: {difference}")
            case True, False:
                found.passed += 1
                found.problems.append(f"{name}: {other.state}: {other.message}")
            case False, True:
                found.more += 1
            case _:
                found.failed += other.state == "failed"
                found.skipped += other.state == "skipped"
    return found


def words(one: Result, other: Result) -> str:
    """Where two results have written down different things."""
    if [what for what, _ in one.said] != [what for what, _ in other.said]:
        return f"{one.said} / {other.said}"
    pairs = zip(one.said, other.said, strict=True)
    return "\n".join(
        f"{what}\n{difference(text, mine)}" for (what, text), (_, mine) in pairs if text != mine
    )


def results(path: Path) -> dict[str, Result]:
    """{test: how it ended}."""
    return {
        f"{case.get('classname')}::{case.get('name')}": _result(case)
        for case in ET.parse(path).iter("testcase")
    }


def _result(case: ET.Element) -> Result:
    said = tuple((str(each.get("name")), str(each.get("value"))) for each in case.iter("property"))
    for tag, state in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = case.find(tag)
        if found is not None:
            message = found.get("message") or (found.text or "").strip()
            return Result(state, message[:2000], said)
    return Result("passed", said=said)


def write(page: Path, outcomes: list[Outcome]) -> None:
    """Put the table into the page."""
    page_table.write(page, _HEAD, map(_row, outcomes))


def _row(each: Outcome) -> list[object]:
    on = ", ".join(_NAMES[name] for name in each.databases)
    here = each.passed_here if each.is_same else f"**{each.passed_here}**"
    return [
        *(each.client, each.version, each.what, on),
        *(each.passed, here, each.failed or "", each.more or ""),
    ]
