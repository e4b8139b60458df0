"""Programs that are run on a new file: which, how, and what is said where one fails."""

from __future__ import annotations

import sys

import pytest

from alembic.script import write_hooks
from alembic.script.write_hooks import (
    HookError,
    HookFailed,
    HookOptionMissing,
    HookTargetMissing,
    UnknownHookType,
    run_hooks,
)

NOTE = "import sys; open('noted', 'a').write(repr(sys.argv[1:]) + '\\n')"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*hooks, path="new file.py"):
    run_hooks(
        path, [{"_hook_name": f"h{n}", **hook} for n, hook in enumerate(hooks)], {"quiet": True}
    )


def python(options):
    return {"type": "exec", "executable": sys.executable, "options": options}


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ("", ["new file.py"]),
        ("-l 79", ["new file.py", "-l", "79"]),
        ("-l 79 REVISION_SCRIPT_FILENAME -q", ["-l", "79", "new file.py", "-q"]),
        ("--file=REVISION_SCRIPT_FILENAME 'two words'", ["--file=new file.py", "two words"]),
    ],
)
def test_the_path_stands_where_the_options_say_or_in_front(
    tmp_path, monkeypatch, options, arguments
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "note.py").write_text(NOTE)
    run({"type": "module", "module": "note", "options": options, "cwd": str(tmp_path)})
    assert (tmp_path / "noted").read_text() == f"{arguments!r}\n"


def test_hooks_run_in_their_order_until_one_fails(tmp_path, capsys):
    seen = []
    write_hooks.register("test-first")(lambda path, options: seen.append((path, options["x"])))

    @write_hooks.register("test-failing")
    def fail(path, options):
        raise ZeroDivisionError

    hooks = [
        {"_hook_name": "one", "type": "test-first", "x": 1},
        {"_hook_name": "two", "type": "test-failing"},
        {"_hook_name": "three", "type": "test-first", "x": 3},
    ]
    try:
        with pytest.raises(ZeroDivisionError):
            run_hooks("a.py", hooks, {})
    finally:
        del write_hooks._registry["test-first"], write_hooks._registry["test-failing"]
    assert seen == [("a.py", 1)]
    assert capsys.readouterr().out.splitlines() == [
        "Running post write hook 'one' ...",
        "  done",
        "Running post write hook 'two' ...",
        "  FAILED",
    ]


@pytest.mark.parametrize(
    ("hook", "error", "said"),
    [
        ({}, HookOptionMissing, r"Key 'h0\.type' \(or 'type' in toml\) is required .*'h0'"),
        ({"type": ""}, HookOptionMissing, "type"),
        ({"type": "odd"}, UnknownHookType, r"No formatter with name 'odd' registered"),
        ({"type": "exec"}, HookOptionMissing, r"Key h0\.executable is required"),
        ({"type": "module"}, HookOptionMissing, r"Key h0\.module is required"),
        ({"type": "console_scripts"}, HookOptionMissing, r"Key h0\.entrypoint is required"),
        ({"type": "exec", "executable": "no-such"}, HookTargetMissing, "executable no-such"),
        ({"type": "module", "module": "no_such"}, HookTargetMissing, "module no_such"),
        ({"type": "module", "module": "no.such"}, HookTargetMissing, r"module no\.such"),
        ({"type": "console_scripts", "entrypoint": "x"}, HookTargetMissing, r"console_scripts\.x"),
        ({"type": "exec", "executable": "true", "cwd": "no"}, HookTargetMissing, "folder no"),
        ({"type": "exec", "executable": "/"}, HookError, "can't be run"),
        ({"type": "exec", "executable": "true", "options": "'open"}, HookError, "options"),
    ],
)
def test_a_hook_that_cannot_run_is_named(hook, error, said):
    with pytest.raises(error, match=said) as caught:
        run(hook)
    assert caught.value.hook == "h0"
    assert "The new revision file stays: new file.py" in str(caught.value)


def test_a_program_that_fails_is_told_with_its_status():
    with pytest.raises(
        HookFailed, match=r"'h0' failed with status 3; to run it again: .*new file\.py"
    ) as caught:
        run(python("-c 'import sys; sys.exit(3)' REVISION_SCRIPT_FILENAME"))
    assert caught.value.returncode == 3
    assert "The new revision file stays: new file.py" in str(caught.value)


def test_a_program_that_is_killed_is_told_with_the_signal():
    with pytest.raises(HookFailed, match="signal 9"):
        run(python("-c 'import os; os.kill(os.getpid(), 9)' REVISION_SCRIPT_FILENAME"))


def test_a_console_script_of_an_installed_package_is_run(capfd):
    run(
        {
            "type": "console_scripts",
            "entrypoint": "pytest",
            "options": "--version REVISION_SCRIPT_FILENAME",
        }
    )
    assert "pytest" in capfd.readouterr().out


@pytest.mark.parametrize(("wanted", "fits"), [((1,), True), ((9999, 1), False)])
def test_a_console_script_may_ask_for_a_version(wanted, fits, capfd):
    options = {
        "_hook_name": "h0",
        "entrypoint": "pytest",
        "options": "--version REVISION_SCRIPT_FILENAME",
    }
    if fits:
        write_hooks.console_scripts("x.py", options, verify_version=wanted)
        assert "pytest" in capfd.readouterr().out
    else:
        with pytest.raises(HookError, match=r"needs pytest 9999\.1; .* is installed"):
            write_hooks.console_scripts("x.py", options, verify_version=wanted)


def test_output_may_be_ignored(capfd):
    options = {
        "_hook_name": "h0",
        "executable": sys.executable,
        "options": "-c 'print(5)' REVISION_SCRIPT_FILENAME",
    }
    write_hooks.exec_("x.py", options, ignore_output=True)
    assert capfd.readouterr().out == ""
