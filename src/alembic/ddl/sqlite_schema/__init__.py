"""The text of a SQLite table: read it, change a part of it, keep every other byte."""
