"""The documents these tests read: invented, in the shapes Prometheus-X's services write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
#: Who the participants of the documents are here; aa03 has not joined.
IDENTITIES = {"aa01": "did:web:birch.example", "aa02": "did:web:elm.example"}
BIRCH = "https://catalog.birch.example/v1/catalog"


@pytest.fixture
def document() -> Callable[[str], Any]:
    """Return one of the documents by its name."""
    return lambda name: json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
