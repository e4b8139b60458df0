"""Opt-in comparators, each under its documented plugin name; nothing is loaded before it is asked for."""

from __future__ import annotations
