"""Sphinx settings: Markdown pages, warnings are errors (`make docs`)."""

project = "Alembic"
author = "The Alembic engineers"
copyright = "2026, the Alembic engineers"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Alembic"
