"""Statements: the learning record store of an organisation, where its tools leave traces of learning (xAPI)."""

from skillspace.people.statements.api import router
from skillspace.people.statements.clients import Client, Clients, Scope
from skillspace.people.statements.describing import described
from skillspace.people.statements.resources import PATH, RecordStore
from skillspace.people.statements.service import Received, Statements
from skillspace.people.statements.shelf import KIND, RecordStoreTerms, StatementShelf

__all__ = [
    "KIND",
    "PATH",
    "Client",
    "Clients",
    "Received",
    "RecordStore",
    "RecordStoreTerms",
    "Scope",
    "StatementShelf",
    "Statements",
    "described",
    "router",
]
