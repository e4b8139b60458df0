"""Drift: what a database has that its scripts do not make."""
