"""The database as plain records: read for many tables at once, and compared before any Table is made of them."""

from __future__ import annotations
