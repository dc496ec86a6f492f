"""Links: which organisations a person connected to their space, under which pseudonym, and what is held there."""

from skillspace.people.links.model import Asked, Link, LinkLine, LinkMove, Offer
from skillspace.people.links.service import Links

__all__ = ["Asked", "Link", "LinkLine", "LinkMove", "Links", "Offer"]
