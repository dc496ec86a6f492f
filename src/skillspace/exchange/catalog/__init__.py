"""Catalog: what this node offers (DCAT over DSP 2025-1 §5), and what it has read in the catalogs of the others."""

from skillspace.exchange.catalog.crawler import CRAWL_ROUND, Crawler
from skillspace.exchange.catalog.filter import FilterNotSupported, Question, read_filter
from skillspace.exchange.catalog.model import CrawledOffering, Offering, Reference
from skillspace.exchange.catalog.service import Catalog

__all__ = [
    "CRAWL_ROUND",
    "Catalog",
    "CrawledOffering",
    "Crawler",
    "FilterNotSupported",
    "Offering",
    "Question",
    "Reference",
    "read_filter",
]
