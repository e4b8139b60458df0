"""Compare two answers to one step, but for the differences that are listed.

``docs/differences.md`` has an entry for each, with an anchor ``(difference-NAME)=``. A difference is either
marked at a step of a project (``~ NAME: output database`` names what differs there), or it is a
rule of this file: what the rule takes away from both answers may differ in any of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[2] / "docs" / "differences.md"
ASPECTS = ("status", "output", "log", "files", "database", "journals")
_NOTHING = {"status": 0, "output": "", "log": [], "files": {}, "database": {}, "journals": []}

FAILED = 255

Answer = dict[str, Any]


def listed() -> set[str]:
    """The names of all listed differences."""
    return set(re.findall(r"^\(difference-([a-z-]+)\)=$", LIST.read_text("utf-8"), re.MULTILINE))


def in_one_order(answer: Answer, line: str) -> Answer:
    """Lists of revisions that stand beside one another, sorted."""
    output = re.sub(
        r"(Branches into: |Branch names: |(?m:^.*[0-9a-z]) \()([\w, ]+)",
        lambda found: found[1] + ", ".join(sorted(found[2].split(", "))),
        answer["output"],
    )
    output = re.sub(
        r"(?: +-> .*\n)+",
        lambda found: "".join(sorted(found[0].splitlines(keepends=True))),
        output,
    )
    if re.search(r"\bcurrent\b", line):
        parts = re.split(r"(?m)^(?=Rev: )", output) if "Rev: " in output else output.splitlines()
        output = "\n".join(sorted(part.rstrip("\n") for part in parts))
    if re.search(r"\b(init|list_templates)\b", line):
        output = "\n".join(sorted(output.splitlines()))
    log = answer["log"]
    if re.search(r"\bstamp\b", line):
        log = sorted(log)
    return {**answer, "output": output, "log": log}


def as_sets_of_rows(answer: Answer) -> Answer:
    """SQL in which what each step does to the version table is told as the rows gone and the rows new."""

    def rows(found: re.Match[str]) -> str:
        gone = re.findall(r"version_num = '(\w+)'", found[0])
        new = re.findall(r"(?:SET version_num=|VALUES \()'(\w+)'", found[0])
        return f"{sorted(gone)} -> {sorted(new)}\n"

    one = r"(?:INSERT INTO|UPDATE|DELETE FROM) \S*(?:alembic_version|my_versions)\b.*;\n+"
    return {**answer, "output": re.sub(f"(?:{one})+", rows, answer["output"])}


def order(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """Orders that the established release leaves to chance."""
    theirs, ours = (as_sets_of_rows(in_one_order(each, line)) for each in (theirs, ours))
    return theirs, ours


def messages(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """A failure is told in the same words and some more; it may be found sooner."""
    if not theirs["status"] == ours["status"] == FAILED:
        return theirs, ours
    if _begins_with(theirs["log"], ours["log"]):
        theirs, ours = _without(theirs, ours, "log")
    if ours["output"].startswith(theirs["output"].rstrip(". \n")):
        theirs, ours = _without(theirs, ours, "output")
    return theirs, ours


def tracebacks(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """The established release ends in a traceback; this one says what is wrong, or does what was asked."""
    if theirs["status"] != 1 or ours["status"] not in {0, FAILED}:
        return theirs, ours
    if ours["status"] == 0:
        is_mistake = re.match("(Assertion|Key)Error", theirs["error"])
        return _without(theirs, ours, *ASPECTS) if is_mistake else (theirs, ours)
    if _begins_with(theirs["log"], ours["log"]):
        theirs, ours = _without(theirs, ours, "log")
    return _without(theirs, ours, "status", "output")


def read_only(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """Listings that look at the database leave it as it is."""
    if re.match(r"alembic (history|show)\b", line) and not any(_tables(ours)):
        return _without(theirs, ours, "database")
    return theirs, ours


def check_heads(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """A head that another revision depends on need not have a row of its own."""
    if "--check-heads" in line and (theirs["status"], ours["status"]) == (FAILED, 0):
        return _without(theirs, ours, "status", "output")
    return theirs, ours


def stamp_several(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """Of several revisions to stamp, the second does not undo the first."""
    if re.fullmatch(r"alembic stamp \w+ \w+", line) and ours["status"] == 0:
        return _without(theirs, ours, "log", "database")
    return theirs, ours


def percent_signs(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """A percent sign in a script stands alone: no driver is going to halve it."""
    if "--sql" in line:
        theirs = {**theirs, "output": theirs["output"].replace("%%", "%")}
    return theirs, ours


def sqlite_transactions(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """SQLite's transactions are real: a failure leaves not even a version table. The log says so."""
    if any("SQLiteImpl" in each for each in theirs["log"]):
        theirs, ours = (
            {
                **each,
                "log": [text.replace("non-transactional", "transactional") for text in each["log"]],
            }
            for each in (theirs, ours)
        )
        if theirs["status"] and ours["status"] and not any(_tables(ours)):
            theirs, ours = _without(theirs, ours, "database")
    return theirs, ours


def journal(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """A failed run leaves a journal; the next that succeeds drops it."""
    if ours["status"] or "upgrade" not in line:
        return _without(theirs, ours, "journals")
    return theirs, ours


def relative_ranges(line: str, theirs: Answer, ours: Answer) -> tuple[Answer, Answer]:
    """A range that begins some steps below the heads."""
    if "--rev-range=-" in line and (theirs["status"], ours["status"]) == (FAILED, 0):
        return _without(theirs, ours, "status", "output")
    return theirs, ours


RULES: dict[str, Callable[[str, Answer, Answer], tuple[Answer, Answer]]] = {
    "sqlite-transactions": sqlite_transactions,
    "order": order,
    "tracebacks": tracebacks,
    "messages": messages,
    "read-only": read_only,
    "check-heads": check_heads,
    "stamp-several": stamp_several,
    "journal": journal,
    "percent-signs": percent_signs,
    "relative-ranges": relative_ranges,
}
"""The rules by the names of their entries: what they leave of two answers is the same, or listed elsewhere."""


def _without(theirs: Answer, ours: Answer, *aspects: str) -> tuple[Answer, Answer]:
    nothing = {aspect: _NOTHING[aspect] for aspect in aspects}
    return {**theirs, **nothing}, {**ours, **nothing}


def _begins_with(log: list[str], start: list[str]) -> bool:
    return log[: len(start)] == start


def _tables(answer: Answer) -> list[Any]:
    return [dump.get("schema", dump) for dump in answer["database"].values() if dump]


def compare(
    line: str, theirs: Answer, ours: Answer, marks: list[str]
) -> tuple[list[str], set[str]]:
    """(what differs and isn't listed, the listed differences that were seen)."""
    problems: list[str] = []
    shown: set[str] = set()
    for mark in marks:
        name, _, aspects = mark.partition(": ")
        for aspect in aspects.split():
            if theirs[aspect] == ours[aspect]:
                problems.append(f"{line}: {aspect} differs no longer, see {name}")
            theirs, ours = _without(theirs, ours, aspect)
        shown.add(name)
    for name, rule in RULES.items():
        if _differing(theirs, ours):
            before = _differing(theirs, ours)
            theirs, ours = rule(line, theirs, ours)
            if _differing(theirs, ours) != before:
                shown.add(name)
    problems += [_told(line, aspect, theirs, ours) for aspect in _differing(theirs, ours)]
    return problems, shown


def _differing(theirs: Answer, ours: Answer) -> list[str]:
    return [aspect for aspect in ASPECTS if theirs[aspect] != ours[aspect]]


def _told(line: str, aspect: str, theirs: Answer, ours: Answer) -> str:
    texts = [
        each if isinstance(each, str) else json.dumps(each, indent=1).replace("\\n", "\n")
        for each in (theirs[aspect], ours[aspect])
    ]
    difference = "\n".join(
        unified_diff(
            *(text.splitlines() for text in texts), "established", "this", lineterm="", n=1
        )
    )
    error = f"\n{ours['error']}" if aspect == "status" else ""
    return f"{line}: {aspect} differs\n{difference}{error}"
