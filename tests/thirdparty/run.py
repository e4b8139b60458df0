"""Use the impls of dialect packages with the established release and with this project (`make thirdparty`).

usage: python tests/thirdparty/run.py [--folder FOLDER]

The packages of ``requirements.txt`` and the established release are installed into one virtual environment;
this project takes its place by PYTHONPATH. Both sides play ``thirdparty_play.py``, and what they say is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

import environments  # noqa: E402

SECONDS = 600


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=environments.CACHE / "thirdparty")
    folder = parser.parse_args().folder
    python = environments.interpreter(folder / "venv", HERE / "requirements.txt")
    peer, ours = (play(python, folder, side) for side in ("peer", "ours"))
    failed = 0
    for name, answers in peer.items():
        differing = [each for each in answers if not is_same(answers[each], ours[name].get(each))]
        more = sum(is_error(answers[each]) > is_error(ours[name][each]) for each in answers)
        print(
            f"{name}: {len(answers) - len(differing)} of {len(answers)} as with the established "
            f"release" + (f", {more} of them work here only" if more else "")
        )
        for each in differing:
            print(f"    {each}\n      peer: {answers[each]}\n      ours: {ours[name].get(each)}")
        failed += len(differing)
    total = sum(map(len, peer.values()))
    print(f"{total - failed} passed, {failed} failed")
    return int(bool(failed))


def is_error(answer: str) -> bool:
    """Whether a scenario ended in an error: its type stands first."""
    first = answer.splitlines()[0] if answer else ""
    return first.split(":")[0].isidentifier() and ":" in first


def is_same(peer: str, ours: str | None) -> bool:
    """The same, or an error where there was one, or done what ended in an error; see the differences."""
    if ours is None:
        return False
    return is_error(peer) or peer.replace("%%", "%") == ours.replace("%%", "%")


def play(python: Path, folder: Path, side: str) -> dict[str, dict[str, str]]:
    result = folder / f"{side}.json"
    result.unlink(missing_ok=True)
    environ = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    environ["PYTHONPATH"] = str(ROOT / "src") if side == "ours" else ""
    done = subprocess.run(
        [python, HERE / "thirdparty_play.py", result],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environ,
        timeout=SECONDS,
        check=False,
    )
    if not result.exists():
        raise SystemExit(f"{side}: {done.stdout[-3000:]}")
    return json.loads(result.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
