"""The data planes: what stands behind a dataset, pulled or pushed over HTTP, resumable, and stopped at once."""

from skillspace.exchange.dataplane.sources import Configured, Content, DataSource, Payload, PullRequest, Sources

__all__ = ["Configured", "Content", "DataSource", "Payload", "PullRequest", "Sources"]
