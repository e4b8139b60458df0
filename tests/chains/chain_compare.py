"""Compare what the two sides did with one chain."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import chain_sqlite
from chain_list import Chain

from text_difference import difference

_TRANSACTIONAL = re.compile(r"Will assume (non-)?transactional DDL")
_KEY = re.compile(r"\s*(UNIQUE |FULLTEXT |SPATIAL )?KEY\b")
_ORDER = re.compile(r"\s+(DESC|ASC|COLLATE\s+\w+)\b", re.IGNORECASE)
_LIMIT = 12
_LOGGED = re.compile(r"^.* loc=\w+\.py:\d+\n?", re.MULTILINE)
"""A line of a package's own log on standard output: it tells which file of Alembic logged."""

_JSON = "mysql.LONGTEXT(charset='utf8mb4', collation='utf8mb4_bin')"
_TEXT = "::character varying"
_ANY_OF = re.compile(rf"(\w+)::text = ANY \(ARRAY\[((?:'[^']*'{_TEXT}(?:, )?)+)\]::text\[\]\)")


@dataclass
class Outcome:
    """One chain on one database."""

    chain: Chain
    database: str
    revisions: int = 0
    upgraded: int = 0
    downgraded: int = 0
    compared: int = 0
    further: int = 0
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Where both sides fail, and in which words."""
    problems: list[str] = field(default_factory=list)
    catalogs: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))
    """What both catalogs say at this point of the walk."""
    told: set[str] = field(default_factory=set)

    @property
    def known(self) -> str:
        """Why the sides differ, where that is looked into and listed."""
        return self.chain.known.get(self.database, "")

    def line(self) -> str:
        """One line for the terminal."""
        verdict = "same"
        if self.problems:
            verdict = f"differs as listed ({self.known})" if self.known else "DIFFERS"
        notes = "; ".join(sorted(set(self.notes)))
        return (
            f"{self.chain.name} {self.database}: {verdict}; {self.revisions} revisions,"
            f" {self.upgraded} up, {self.downgraded} down, {self.compared} catalogs"
            + (f"; {notes}" if notes else "")
        )


_DATE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")


def compare(chain: Chain, database: str, theirs: Any, ours: Any) -> Outcome:
    """The outcome of one chain on one database."""
    outcome = Outcome(chain, database)
    pairs = list(zip(theirs["answers"], ours["answers"], strict=True))
    for number, (peer, mine) in enumerate(pairs):
        words = " ".join(peer["words"])
        if words == "history":
            outcome.revisions = len(peer["output"].splitlines())
        if words.startswith("upgrade") and not words.endswith("--sql"):
            outcome.upgraded = outcome.upgraded or len(peer["walk"])
        if words == "downgrade base":
            outcome.downgraded = len(peer["walk"])
        if number == len(pairs) - 1 and words == "upgrade heads":
            # How far each gets where the established release does not get to the end.
            failed = any(each["words"][0] == "downgrade" and each["status"] for each, _ in pairs)
            if not failed or len(mine["walk"]) > len(peer["walk"]):
                further(outcome, words, peer["walk"], mine["walk"])
            outcome.told.clear()
            outcome.failures.append(f"to the end: peer {tail(peer)!r}; ours {tail(mine)!r}")
        elif not (number and after_failure(database, pairs[number - 1])):
            step(outcome, words, peer, mine)
    return outcome


def after_failure(database: str, before: tuple[Any, Any]) -> bool:
    """Whether the sides are apart on purpose: a failure leaves half of its work with one of them."""
    peer, mine = before
    if peer["words"] != ["downgrade", "base"] or not peer["status"]:
        return False
    return not mine["status"] or (database != "postgresql" and bool(peer["walk"] or mine["walk"]))


def step(outcome: Outcome, words: str, peer: Any, mine: Any) -> None:
    """Compare one step."""
    if words == "downgrade base" and not peer["status"] and "stopped half-way" in tail(mine):
        # The upgrade before it has failed where DDL commits by itself: the journal asks for its end.
        outcome.notes.append("a half-done upgrade is told of")
        return
    if words == "downgrade base" and peer["status"] and not mine["status"]:
        outcome.failures.append(f"{words}: peer {tail(peer)!r}; ours gets to the end")
        walks(outcome, words, peer["walk"], mine["walk"])
        return
    if (peer["status"], mine["status"]) == (1, 255) and peer["status"]:
        outcome.notes.append(f"{first(words)}: a message in place of a traceback")
    elif peer["status"] != mine["status"] and not (mine["status"] and "--sql" in words):
        outcome.problems.append(
            f"{words}: status {peer['status']} / {mine['status']}\n"
            f"  peer: {tail(peer)}\n  ours: {tail(mine)}"
        )
    elif peer["status"]:
        outcome.failures.append(f"{words}: peer {tail(peer)!r}; ours {tail(mine)!r}")
    if peer["status"] == 0 == mine["status"] or peer["walk"]:
        theirs = peer["output"].replace("%%", "%") if "--sql" in words else peer["output"]
        texts(outcome, words, "output", theirs, mine["output"])
        log = [
            [_TRANSACTIONAL.sub("Will assume transactional DDL", each) for each in side["log"]]
            for side in (peer, mine)
        ]
        texts(outcome, words, "log", *("\n".join(each) for each in log))
    if peer["files"] != mine["files"]:
        texts(outcome, words, "files", *(str_of(side["files"]) for side in (peer, mine)))
    walks(outcome, words, peer["walk"], mine["walk"])
    if peer["rows"] != mine["rows"] and peer["status"] == mine["status"] == 0:
        texts(outcome, words, "rows", *(str_of(side["rows"]) for side in (peer, mine)))


def first(words: str) -> str:
    """The name of a command."""
    return "autogenerate" if words.startswith("-c") else words.split(" ", maxsplit=1)[0]


def tail(answer: Any) -> str:
    """The last words of a failure."""
    text = answer["error"].strip() or answer["output"].strip()
    return text.splitlines()[-1] if text else ""


def str_of(things: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {thing}" for name, thing in sorted(things.items()))


def texts(outcome: Outcome, words: str, aspect: str, peer: str, mine: str) -> None:
    """Compare two texts; one in another order is a note."""
    peer, mine = (_DATE.sub("<date>", _LOGGED.sub("", each)) for each in (peer, mine))
    if peer == mine:
        return
    if sorted(in_order(peer)) == sorted(in_order(mine)):
        outcome.notes.append(f"{aspect} of {first(words)} in another order")
        return
    if aspect == "files":
        # The order of the operations is a difference of its own: it would hide the others.
        outcome.notes.append("operations rendered in another order")
        if outcome.database == "sqlite":
            # Each rebuild by the established release puts another pair around an expression.
            peer, mine = (re.sub(r"[()]", "", each) for each in (peer, mine))
        if outcome.database == "mariadb":
            # JSON comes back as JSON, by which the server means a text with a check.
            mine = mine.replace("mysql.JSON()", _JSON)
        if outcome.database == "postgresql":
            # A check comes back in words that the database spells the same once more.
            peer, mine = (
                _ANY_OF.sub(lambda found: f"{found[1]} IN ({found[2].replace(_TEXT, '')})", each)
                for each in (peer, mine)
            )
        peer, mine = ("\n".join(sorted(each.splitlines())) for each in (peer, mine))
        if peer == mine:
            return
        if outcome.database == "sqlite" and only_more_checks(peer, mine):
            outcome.notes.append("keeps what the peer loses: check")
            return
        if outcome.database == "mariadb" and only_indexes_of_whole_tables(peer, mine):
            outcome.notes.append("the indexes of a foreign key go and come with their table")
            return
    outcome.problems.append(f"{words}: {aspect}\n{difference(peer, mine)}")


def only_more_checks(peer: str, mine: str) -> bool:
    """Whether all that ours has more of is CHECK constraints."""
    more = Counter(mine.splitlines())
    more.subtract(Counter(peer.splitlines()))
    return all(
        number == 0 or (number > 0 and "sa.CheckConstraint" in line)
        for line, number in more.items()
    )


def only_indexes_of_whole_tables(peer: str, mine: str) -> bool:
    """Whether ours only leaves out to drop indexes of dropped tables, which the server refuses while a
    foreign key needs them, and only makes more indexes of the tables that the way back makes.
    """
    lines = set(mine.splitlines())
    more = Counter(mine.splitlines())
    more.subtract(Counter(peer.splitlines()))
    for line, number in more.items():
        made = re.match(r"\s*op\.create_index\(.*?, ('\w+'), \[.*\], unique=False\)$", line)
        gone = re.match(r"\s*op\.drop_index\(.*, table_name=('\w+')\)$", line)
        if number > 0 and made is not None and f"    op.create_table({made[1]}," in lines:
            continue
        if number < 0 and gone is not None and f"    op.drop_table({gone[1]})" in lines:
            continue
        if number:
            return False
    return True


def in_order(text: str) -> list[str]:
    """Lines, each with its comma-separated words sorted."""
    return ["".join(sorted(re.split(r"[\s,()]+", line))) for line in text.splitlines()]


def walks(outcome: Outcome, words: str, peer: Any, mine: Any) -> None:
    """Compare the catalog after each revision."""
    labels = [[label for label, _ in walk] for walk in (peer, mine)]
    common = 0
    for one, other in zip(*labels, strict=False):
        if one != other:
            break
        common += 1
    if labels[0][common:] and labels[1][common:]:
        outcome.problems.append(
            f"{words}: step {common} is {labels[0][common]} / {labels[1][common]}"
        )
    further(outcome, words, peer, mine)
    one, other = outcome.catalogs
    told = outcome.told
    for (label, change), (_, my_change) in zip(peer[:common], mine[:common], strict=True):
        apply(one, change)
        apply(other, my_change)
        outcome.compared += 1
        touched = (change.keys() | my_change.keys()) - told
        for name in sorted(touched):
            if one.get(name) == other.get(name):
                continue
            verdict = meaning(outcome, name, one.get(name), other.get(name))
            if verdict:
                told.add(name)
                if len(told) <= _LIMIT:
                    outcome.problems.append(f"{words}: {label}: {name}: {verdict}")
    if len(told) > _LIMIT:
        outcome.problems.append(f"{words}: … {len(told)} objects differ")


def further(outcome: Outcome, words: str, peer: Any, mine: Any) -> None:
    """Note who ran more revisions; fewer than the established release is a problem."""
    if len(mine) > len(peer):
        outcome.further += len(mine) - len(peer)
        outcome.notes.append(f"{words} goes {len(mine) - len(peer)} revisions further")
    elif len(mine) < len(peer):
        outcome.problems.append(f"{words}: {len(mine)} of {len(peer)} revisions")


def meaning(outcome: Outcome, name: str, peer: str | None, mine: str | None) -> str:
    """What differs of one object, if anything that matters."""
    if peer is not None and mine is not None:
        if outcome.database == "mariadb":
            # A Python set decides in which order the established release makes the indexes of a new table.
            peer, mine = keys_sorted(peer), keys_sorted(mine)
        if unquoted(peer) == unquoted(mine):
            return ""
    if outcome.database == "sqlite":
        kept = kept_on_sqlite(name, peer, mine)
        if kept is not None:
            outcome.notes += kept
            return ""
    if peer is None or mine is None:
        return f"{'peer' if mine is None else 'ours'} only: {peer or mine}"
    if outcome.database == "sqlite" and name.startswith("table "):
        theirs, ours = chain_sqlite.facts(peer), chain_sqlite.facts(mine)
        return f"peer only {sorted(map(str, theirs - ours))}, ours only {sorted(map(str, ours - theirs))}"
    return "\n" + difference(peer, mine)


def kept_on_sqlite(name: str, peer: str | None, mine: str | None) -> list[str] | None:
    """What a rebuild keeps here and loses with the established release; None: that is not all."""
    if name.startswith("index ") and mine is not None:
        if peer is None:
            return ["keeps indexes over expressions"] if "(" in columns_of(mine) else None
        if _ORDER.sub("", unquoted(peer)).lower() == _ORDER.sub("", unquoted(mine)).lower():
            return ["keeps the order and collation of indexes"]
        return None
    if peer is None or mine is None:
        return None
    lost, gained = chain_sqlite.facts(peer), chain_sqlite.facts(mine)
    lost, gained = lost - gained, gained - lost
    notes = ["tables spelled otherwise"]
    if any(each[0] == "place" for each in lost):
        notes.append("columns in another order")
    lost = {each for each in lost if each[0] != "place"}
    gained = {each for each in gained if each[0] != "place"}
    defaults = chain_sqlite.without_parentheses(lost), chain_sqlite.without_parentheses(gained)
    lost, gained = defaults[0] - defaults[1], defaults[1] - defaults[0]
    if lost or not all(each[0] in chain_sqlite.KEPT for each in gained):
        return None
    return [*notes, *(f"keeps: {each[0]}" for each in gained)]


def columns_of(index: str) -> str:
    """What stands between the parentheses of CREATE INDEX."""
    return index.partition("(")[2]


def keys_sorted(table: str) -> str:
    """What SHOW CREATE TABLE gives, with its indexes in the order of their names."""
    lines = [line.rstrip(",") for line in table.splitlines()]
    keys = iter(sorted(line for line in lines if _KEY.match(line)))
    return "\n".join(next(keys) if _KEY.match(line) else line for line in lines)


def unquoted(text: str) -> str:
    return " ".join(text.replace('"', "").split())


def apply(state: dict[str, str], changes: dict[str, str | None]) -> None:
    for name, text in changes.items():
        if text is None:
            state.pop(name, None)
        else:
            state[name] = _DATE.sub("<date>", text)
