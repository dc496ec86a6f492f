"""Skills intelligence over HTTP: enrich, link, translate, taxonomies; for members at a node, or on a machine alone."""

from skillspace.node.intelligence.api import router
from skillspace.node.intelligence.door import Door

__all__ = ["Door", "router"]
