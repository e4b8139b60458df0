"""The bare limit of --help and --version: an interpreter with argparse, and as many commands."""

import argparse

COMMANDS = (
    "branches check current downgrade edit ensure_version heads history init list_templates "
    "merge rebase revision show stamp upgrade"
)

parser = argparse.ArgumentParser(prog="bare")
parser.add_argument("--version", action="version", version="%(prog)s 1")
commands = parser.add_subparsers()
for name in COMMANDS.split():
    commands.add_parser(name, help=f"What {name} does.")
parser.parse_args()
