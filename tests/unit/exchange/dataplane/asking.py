"""What tests of the data plane share: a dataset with a source behind it, and a consumer that asks for it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

from skillspace.exchange import DataSource, Transfer
from skillspace.exchange.messages import HTTP_PULL, HTTP_PUSH
from skillspace.trust.policy import offer_rules
from tests.unit.exchange.neighbours import Town, agreed, started


def opened(town: Town, source: DataSource | None, dataset: str | None = None, **more: Any) -> str:
    """Start a transfer of an open dataset with `source` behind it; return the bureau's pid."""
    name = dataset or open_dataset(town)
    if source is not None:
        town.school.exchange.sources.register(name, source)
    agreement = agreed(town.bureau, town.school, name)
    return started(town.bureau, town.school, agreement, f"ref-{name}", **more)


def open_dataset(town: Town, policy: Mapping[str, object] | None = None) -> str:
    """Publish a dataset that is not about people."""
    rules = policy or offer_rules(purposes=["statistics"])
    formats = (HTTP_PULL, HTTP_PUSH)
    kind = "application/octet-stream"
    return town.dataset(personal=False, kinds=(), media_type=kind, policy=rules, formats=formats)


def at_bureau(town: Town, pid: str) -> Transfer:
    """Return a transfer as the bureau sees it."""
    with town.bureau.work() as work:
        return town.bureau.exchange.transfers.transfer(work, pid)


def ask(
    town: Town, pid: str, path: str = "", method: str = "GET", content: bytes | None = None, **headers: str
) -> httpx.Response:
    """Send one request with the transfer's token; names of headers are written with _ for -."""
    address = at_bureau(town, pid).address
    assert address is not None
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    named.setdefault("Authorization", f"Bearer {address['token']}")
    named.setdefault("Accept-Encoding", "identity")
    with httpx.Client(trust_env=False) as client:
        return client.request(method, address["endpoint"] + path, headers=named, content=content)
