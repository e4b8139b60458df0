"""The revision graph: pure, without files and without a database (a door without names of its own)."""
