"""The web shop on an asynchronous engine: it migrates its database before it serves.

    SHOP_DATABASE=postgresql+asyncpg://localhost/shop uvicorn app:app --workers 4

However many workers start at once, one of them migrates and the others wait for it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from models import Base, Product
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from alembic.api import Migrator, as_data

SCRIPTS = Path(__file__).with_name("migrations")

engine = create_async_engine(os.environ.get("SHOP_DATABASE", "sqlite+aiosqlite:///shop.db"))
migrator = Migrator(engine, scripts=SCRIPTS, metadata=Base.metadata)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Migrate, serve, and let go of the engine."""
    app.state.migrated = await migrator.aupgrade()
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/products")
async def products() -> list[dict[str, Any]]:
    """What there is to buy."""
    async with AsyncSession(engine) as session:
        found = await session.scalars(select(Product).order_by(Product.name))
        return [{"name": each.name, "price": each.price} for each in found]


@app.get("/health")
async def health() -> dict[str, Any]:
    """Where the database stands."""
    current = await migrator.acurrent()
    return {"is_at_head": current.is_at_head, "heads": as_data(current.heads)}
