"""Sphinx settings: Markdown pages, reference pages made of the project itself, warnings are errors (`make docs`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

project = "Alembic"
author = "The Alembic engineers"
copyright = "2026, the Alembic engineers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinxcontrib.mermaid", "sphinx_reference"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Alembic"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
# Diagrams become pictures when the pages are built: nothing is fetched when they are read.
mermaid_cmd = str(Path(sys.executable).parent / "mermaidx")
mermaid_output_format = "svg"
mermaid_params = ["-q"]
