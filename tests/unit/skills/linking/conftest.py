"""The starter pack, and an encoder of random weights: texts made of the same pieces lie close together by it too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillspace.skills.encoder import Encoder, encoder, write_encoder
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import Taxonomies


@pytest.fixture(scope="session")
def untaught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that nothing was learnt into."""
    file = tmp_path_factory.mktemp("untaught") / "weights.safetensors"
    write_encoder(file, np.random.default_rng(11).standard_normal((1 << 14, 64), np.float32), "untaught")
    return file


@pytest.fixture(scope="session")
def linker(starter_taxonomies: Path, untaught: Path) -> Linker:
    return Linker(Taxonomies.open(starter_taxonomies), encoder=Encoder.open(untaught))


@pytest.fixture
def home(starter_taxonomies: Path, untaught: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with the starter pack, in which the program finds the untaught weights."""
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))
    monkeypatch.setattr(encoder, "WEIGHTS", untaught)
    return starter_taxonomies.parent
