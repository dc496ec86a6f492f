"""Matching a person leaves no word of theirs in any log, on paper or on a screen."""

from __future__ import annotations

import logging
from pathlib import Path

import orjson
import pytest

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Collection, Columns, Offer
from skillspace.skills.matching.answers import Answerer
from skillspace.skills.matching.matcher import Matcher
from skillspace.skills.taxonomy import Taxonomies

TEXT = "My name is Quillfeather Ombersley. I kept the ledgers of a zeppelin works; write to q.ombersley@example.org."
WORDS = ("quillfeather", "ombersley", "ledgers", "zeppelin", "person-77")


def test_no_word_of_a_person_is_in_a_log(
    tmp_path: Path, starter: Taxonomies, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    offers = Columns.of([Offer(id="one", needs=(), title="Bookkeeper", text="You keep the ledgers of a works.")])
    Collection.build(tmp_path / "index", [offers], starter)
    with caplog.at_level(logging.DEBUG):
        answerer = Answerer(Matcher(tmp_path / "index", starter), "job", 5, {})
        assert b"one" in answerer.answer(orjson.dumps({"id": "person-77", "text": TEXT}), 1)
        with pytest.raises(BadInput) as fault:
            answerer.answer(orjson.dumps({"id": "person-77", "text": TEXT, "nmae": "Quillfeather"}), 2)
    told = capfd.readouterr()
    everything = f"{caplog.text}{told.out}{told.err}{fault.value.message}".lower()
    assert not [word for word in WORDS if word in everything]
