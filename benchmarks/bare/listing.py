"""The bare limit of a listing: look at every file, print a line for each (or for the last)."""

import os
import sys

folder, only_last = "migrations/versions", sys.argv[1:2] == ["heads"]
lines = []
with os.scandir(folder) as entries:
    for entry in entries:
        if entry.name.endswith(".py"):
            entry.stat()
            lines.append(entry.name)
lines.sort()
sys.stdout.write("\n".join(lines[-1:] if only_last else lines) + "\n")
