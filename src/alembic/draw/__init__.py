"""Pictures of the revision graph: characters, Mermaid, DOT, SVG, one page of HTML.

Each is made of a list of :class:`~alembic.results.revision.RevisionInfo`, children before parents.
"""
