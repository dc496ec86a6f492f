"""Catalog: what this node offers (DCAT over DSP 2025-1 §5), and what it has read in the catalogs of the others."""

from skillspace.exchange.catalog.crawler import CRAWL_ROUND, Crawler
from skillspace.exchange.catalog.model import CrawledOffering, Offering
from skillspace.exchange.catalog.service import Catalog

__all__ = ["CRAWL_ROUND", "Catalog", "CrawledOffering", "Crawler", "Offering"]
