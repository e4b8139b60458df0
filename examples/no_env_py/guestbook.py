"""A guest book on an asynchronous driver, which brings its database up to date when it starts.

    python guestbook.py                     on embedded SQLite, in guestbook.db beside this file
    GUESTBOOK_URL=… python guestbook.py     on a database of your own

The same migrations by hand: `GUESTBOOK_URL=… alembic upgrade head`, with whichever driver.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from alembic import command
from alembic.config import Config

HERE = Path(__file__).resolve().parent

metadata = sa.MetaData()
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("guest", sa.String(80), nullable=False),
)


def bring_up_to_date(connection: sa.Connection) -> None:
    """Run the migrations that this database hasn't seen, on a connection of the program's own."""
    config = Config(HERE / "alembic.ini", attributes={"connection": connection})
    command.upgrade(config, "head")


async def main() -> None:
    """Start, write into the book, and read it."""
    url = os.environ.get("GUESTBOOK_URL", f"sqlite+aiosqlite:///{HERE / 'guestbook.db'}")
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(bring_up_to_date)
    async with engine.begin() as connection:
        await connection.execute(entry.insert(), {"guest": "Ada"})
        guests = await connection.scalars(sa.select(entry.c.guest))
        print("In the book:", *guests)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
