"""Prometheus-X: reading what its participants wrote, and saying of each thing whether it came along, and why not."""

from skillspace.trust.prometheus.consents import read_consent, read_notice
from skillspace.trust.prometheus.contracts import read_contract
from skillspace.trust.prometheus.descriptions import read_self_description
from skillspace.trust.prometheus.intake import load
from skillspace.trust.prometheus.model import Loss, Read
from skillspace.trust.prometheus.reading import read_document, read_documents
from skillspace.trust.prometheus.templates import read_rule_template

__all__ = [
    "Loss",
    "Read",
    "load",
    "read_consent",
    "read_contract",
    "read_document",
    "read_documents",
    "read_notice",
    "read_rule_template",
    "read_self_description",
]
