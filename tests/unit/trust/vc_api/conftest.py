"""A node with the VC-API switched on, and its application in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.node.composition import Node
from tests.nodes import make_node, running


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node on this machine whose programs may issue without a token, by its proof key's own name."""
    folder: Path = tmp_path_factory.mktemp("vc-api") / "node"
    with running(make_node(folder, "Invented issuer", "authority", vc_api={"issuer": "key"})) as [node]:
        yield node
