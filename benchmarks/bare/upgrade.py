"""The bare limit of an upgrade: the driver alone, running the same statements in a transaction."""

import configparser
import sqlite3
from pathlib import Path

settings = configparser.RawConfigParser()
settings.read("alembic.ini")
url = settings["alembic"]["sqlalchemy.url"]
statements = Path("statements.sql").read_text(encoding="utf-8").split(";\n")
if url.startswith("sqlite:///"):
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
else:
    import psycopg

    connection = psycopg.connect(url.replace("+psycopg", ""))
cursor = connection.cursor()
for statement in statements:
    cursor.execute(statement)
connection.commit()
connection.close()
