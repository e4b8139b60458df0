"""Measure this project against the peer and against the bare limit.

    python benchmarks/run.py --peer .peer/bin/python               everything
    python benchmarks/run.py --case 'history-*' --rounds 9         some of it
    python benchmarks/run.py --largest 1000                        no project larger than that
    python benchmarks/run.py --case 'growth-*'                     this project alone
    python benchmarks/run.py --case 'bulk-*' --case 'rebuild-*'    what many rows cost
    python benchmarks/run.py --case 'check-*'                      models against databases

Each case is a whole process, run in turn by this project, the peer and the bare limit; the table
shows the medians of CPU seconds (user and system) and of peak memory in megabytes, and the ratios.
Exit status: 0 where every goal is met, 1 where one is not.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import check
import contenders
import databases
import rows
from cases import CASES, GROWTHS, Case, Growth
from contenders import Contender
from measure import Cost, median
from report import (
    FLOOR_TITLES,
    GROWTH_TITLES,
    TITLES,
    GrowthResult,
    Result,
    machine,
    markdown_table,
    text_table,
)

from projects import Shape

# A case goes on until it has its rounds, or has taken this long (seconds) and has three of them.
ENOUGH, FEWEST = 20.0, 3
MARK = "<!-- tables -->"


def main(argv: Sequence[str] | None = None) -> int:
    options = parse(argv)
    cases = [case for case in CASES if is_wanted(case.name, [case.shape], options)]
    growths = [case for case in GROWTHS if is_wanted(case.name, case.shapes, options)]
    row_cases = [case for case in rows.CASES if is_wanted_rows(case, options)]
    checks = [case for case in check.CASES if is_wanted_rows(case, options)]
    if options.list:
        print("\n".join(case.name for case in (*cases, *growths, *row_cases, *checks)))
        return 0
    with tempfile.TemporaryDirectory(prefix="alembic-bench-") as folder:
        ours = contenders.ours(Path(folder))
        peer = contenders.peer(options.peer, Path(folder)) if options.peer else None
        bares = contenders.bare(Path(folder)), contenders.floor(Path(folder))
        try:
            results = [measure(case, ours, peer, *bares, options) for case in cases]
            grown = [measure_growth(case, ours, options) for case in growths]
            by_rows = [measure_rows(case, Path(folder), options) for case in row_cases]
            checked = [measure_check(case, Path(folder), options) for case in checks]
        finally:
            databases.drop_all(
                f"bench_{name}" for name in ("ours", "peer", "bare", "floor", "rows")
            )
    show(results, grown, by_rows, checked, options.markdown)
    everything = (*results, *grown, *by_rows, *checked)
    return 0 if all(result.is_met() for result in everything) else 1


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure against the peer and the bare limit.")
    parser.add_argument(
        "--peer", metavar="PYTHON", help="the interpreter of the peer's environment"
    )
    parser.add_argument(
        "--case", action="append", metavar="PATTERN", help="cases by name, such as 'history-*'"
    )
    parser.add_argument("--largest", type=int, metavar="N", help="leave out larger projects")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (7)")
    parser.add_argument(
        "--cap",
        type=int,
        default=60,
        metavar="SECONDS",
        help="CPU for one run, then it is ended (60)",
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="FILE",
        help=f"a page to write the tables to, after the line {MARK}",
    )
    parser.add_argument("--list", action="store_true", help="only print the names of the cases")
    return parser.parse_args(argv)


def is_wanted(name: str, shapes: Sequence[Shape], options: argparse.Namespace) -> bool:
    if options.largest and any(shape.size > options.largest for shape in shapes):
        return False
    return not options.case or any(fnmatch.fnmatch(name, pattern) for pattern in options.case)


def measure(
    case: Case,
    ours: Contender,
    peer: Contender | None,
    bare: Contender,
    floor: Contender,
    options: argparse.Namespace,
) -> Result:
    say(case.name)
    runners = [each for each in (ours, peer, bare, floor if case.floor else None) if each]
    costs: dict[str, list[Cost]] = {"ours": [], "peer": [], "bare": [], "floor": []}
    output: dict[str, bytes] = {}
    began = time.monotonic()
    for turn in range(options.rounds):
        if turn >= FEWEST and time.monotonic() - began > ENOUGH:
            break
        for contender in runners:
            if is_done(contender, case, costs[contender.name]):
                continue
            done = contender.measure(case, options.cap)
            costs[contender.name].append(done.cost)
            output[contender.name] = done.output
    say(f" {time.monotonic() - began:.0f} s\n")
    peer_cost = median(costs["peer"]) if costs["peer"] else None
    return Result(
        case,
        median(costs["ours"]),
        peer_cost,
        median(costs["bare"]),
        median(costs["floor"]) if costs["floor"] else None,
        note(case, peer_cost, output),
    )


def is_done(contender: Contender, case: Case, costs: list[Cost]) -> bool:
    """Whether the peer has run often enough: what takes it minutes is run once."""
    if contender.name != "peer" or not costs:
        return False
    return costs[-1].is_capped or len(costs) == case.peer_runs


def note(case: Case, peer: Cost | None, output: dict[str, bytes]) -> str:
    if peer is None:
        return ""
    if peer.is_capped:
        return "the peer was stopped"
    if not case.same:
        return ""
    is_same = told(case, output["ours"]) == told(case, output["peer"])
    return f"same {case.same}" if is_same else f"{case.same.upper()} DIFFER"


def told(case: Case, output: bytes) -> list[bytes]:
    """What of an output has to be the same."""
    lines = output.splitlines()
    if case.same == "steps":
        return [line for line in lines if line.startswith(b"-- Running")]
    return sorted(lines) if case.same == "lines" else lines


def measure_growth(case: Growth, ours: Contender, options: argparse.Namespace) -> GrowthResult:
    say(case.name)
    shapes = (Shape(case.shapes[0].kind, 1), *case.shapes)
    costs: dict[int, list[Cost]] = {shape.size: [] for shape in shapes}
    began = time.monotonic()
    for turn in range(options.rounds):
        if turn >= FEWEST and time.monotonic() - began > ENOUGH:
            break
        for shape in shapes:
            run = ours.measure(contenders.case_of(shape, case.words, case.start), options.cap)
            costs[shape.size].append(run.cost)
    say(f" {time.monotonic() - began:.0f} s\n")
    return GrowthResult(case.name, [(size, median(found).cpu) for size, found in costs.items()])


def is_wanted_rows(case: rows.RowCase | check.CheckCase, options: argparse.Namespace) -> bool:
    return not (options.largest and case.count > options.largest) and is_wanted(
        case.name, (), options
    )


def measure_rows(case: rows.RowCase, folder: Path, options: argparse.Namespace) -> rows.RowResult:
    say(case.name)
    began = time.monotonic()
    peer = str(Path(options.peer).absolute()) if options.peer else None
    is_over = rows.patience(ENOUGH)
    result = rows.measure(case, folder, peer, options.rounds, options.cap, is_over)
    say(f" {time.monotonic() - began:.0f} s\n")
    return result


def measure_check(
    case: check.CheckCase, folder: Path, options: argparse.Namespace
) -> check.CheckResult:
    say(case.name)
    began = time.monotonic()
    peer = str(Path(options.peer).absolute()) if options.peer else None
    is_over = rows.patience(ENOUGH)
    result = check.measure(case, folder, peer, options.rounds, options.cap, is_over)
    say(f" {time.monotonic() - began:.0f} s\n")
    return result


def show(
    results: Sequence[Result],
    grown: Sequence[GrowthResult],
    by_rows: Sequence[rows.RowResult],
    checked: Sequence[check.CheckResult],
    markdown: Path | None,
) -> None:
    tables = [
        (titles, lines)
        for titles, lines in (
            (TITLES, [result.row() for result in results]),
            (FLOOR_TITLES, [result.floor_row() for result in results if result.floor is not None]),
            (GROWTH_TITLES, [row for result in grown for row in result.rows()]),
            (rows.TITLES, [result.row() for result in by_rows]),
            (check.TITLES, [result.row() for result in checked]),
        )
        if lines
    ]
    growths = check.growth(checked)
    print("\n\n".join([machine(), *(text_table(*table) for table in tables), *growths]))
    if markdown is not None:
        text = markdown.read_text(encoding="utf-8") if markdown.exists() else ""
        before = text.partition(MARK)[0]
        parts = [before + MARK, machine() + ".", *(markdown_table(*table) for table in tables)]
        parts += [f"{line[0].upper()}{line[1:]}." for line in growths]
        markdown.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
