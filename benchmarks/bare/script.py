"""The bare limit of --sql: look at every file, print the statements."""

import os
import sys
from pathlib import Path

with os.scandir("migrations/versions") as entries:
    found = [entry.stat().st_size for entry in entries if entry.name.endswith(".py")]
for statement in Path("statements.sql").read_text(encoding="utf-8").split(";\n"):
    sys.stdout.write(f"{statement};\n\n")
