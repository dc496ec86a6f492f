"""Skills intelligence over HTTP: enrich, link, translate, taxonomies; for members at a node, or on a machine alone."""

from skillspace.node.intelligence.api import router

__all__ = ["router"]
