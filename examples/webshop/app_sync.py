"""The web shop on an ordinary engine: the same, but for the lines that reach the database.

FastAPI runs ordinary functions in threads; ``aupgrade()`` does so too, and the loop goes on meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from models import Base, Product
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from alembic.api import Migrator, as_data

SCRIPTS = Path(__file__).with_name("migrations")

engine = create_engine(os.environ.get("SHOP_DATABASE", "sqlite:///shop.db"))
migrator = Migrator(engine, scripts=SCRIPTS, metadata=Base.metadata)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Migrate, serve, and let go of the engine."""
    app.state.migrated = await migrator.aupgrade()
    yield
    engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/products")
def products() -> list[dict[str, Any]]:
    """What there is to buy."""
    with Session(engine) as session:
        found = session.scalars(select(Product).order_by(Product.name))
        return [{"name": each.name, "price": each.price} for each in found]


@app.get("/health")
def health() -> dict[str, Any]:
    """Where the database stands."""
    current = migrator.current()
    return {"is_at_head": current.is_at_head, "heads": as_data(current.heads)}
