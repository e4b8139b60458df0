"""The bare limit: the driver alone, and a few queries that tell of all tables."""

import sqlite3
import sys
from urllib.parse import urlsplit

_SQLITE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master",
    """SELECT m.name, p.* FROM sqlite_master m, pragma_table_xinfo(m.name) p
    WHERE m.type = 'table'""",
    """SELECT m.name, p.* FROM sqlite_master m, pragma_foreign_key_list(m.name) p
    WHERE m.type = 'table'""",
    """SELECT l.name, i.* FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
    WHERE m.type = 'table'""",
)
_POSTGRESQL = (
    """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
      pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r'""",
    """SELECT conrelid, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid <> 0""",
    "SELECT indexrelid, indrelid, pg_get_indexdef(indexrelid) FROM pg_index",
)
_MARIADB = (
    """SELECT table_name, column_name, column_type, is_nullable, column_default, extra
    FROM information_schema.columns WHERE table_schema = DATABASE()""",
    """SELECT table_name, index_name, column_name, non_unique
    FROM information_schema.statistics WHERE table_schema = DATABASE()""",
    """SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage WHERE table_schema = DATABASE()""",
)

url = sys.argv[1]
parts = urlsplit(url)
if url.startswith("sqlite:///"):
    connection, queries = sqlite3.connect(url.removeprefix("sqlite:///")), _SQLITE
elif url.startswith("postgresql"):
    import psycopg

    connection, queries = psycopg.connect(url.replace("+psycopg", "")), _POSTGRESQL
else:
    import pymysql

    socket = parts.query.partition("unix_socket=")[2].partition("&")[0] or None
    connection = pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.strip("/"),
        unix_socket=socket,
    )
    queries = _MARIADB
cursor = connection.cursor()
rows = 0
for query in queries:
    cursor.execute(query)
    rows += len(cursor.fetchall())
print(rows)
