"""The bare limit of a new revision: look at every file, render the template, write the file."""

import datetime as dt
import os
import secrets

from mako.template import Template

folder = "migrations/versions"
with os.scandir(folder) as entries:
    found = [entry.stat().st_size for entry in entries if entry.name.endswith(".py")]
revision = secrets.token_hex(6)
text = Template(filename="migrations/script.py.mako").render(
    message="bare",
    up_revision=revision,
    down_revision=None,
    comma=", ".join,
    create_date=dt.datetime.now(),  # noqa: DTZ005
    imports="",
    upgrades="",
    downgrades="",
    branch_labels=None,
    depends_on=None,
)
path = f"{folder}/{revision}_bare.txt"
with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
    file.write(text)
print(path, len(found))
