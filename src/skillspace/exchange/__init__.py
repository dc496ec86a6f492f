"""The connector: catalog, negotiation, transfer (Dataspace Protocol 2025-1)."""
