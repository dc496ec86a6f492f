"""Measuring on languages that nothing was learnt of: their own titles teach neither encoder nor weighing."""

from __future__ import annotations

import numpy as np
import pytest

from skillspace.skills.linking.fusion import FEATURES, Weighing
from tools.train_encoder import unseen
from tools.train_encoder.fusing import Evidence
from tools.train_encoder.splits import Question


def row(group: str, place: int) -> tuple[Question, str, Evidence]:
    question = Question(group=group, text=group, scheme="esco-occupation", language="en", answers=frozenset({"a"}))
    features = np.zeros((3, len(FEATURES)), np.float32)
    features[place, 0] = 1
    return question, "occupation", Evidence(features=features, right=np.array([True, False, False]))


def test_a_group_is_weighed_by_what_other_languages_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[int] = []

    def learn(seen: list[Evidence]) -> Weighing:
        taught.append(len(seen))
        return Weighing(weights=(1.0, *[0.0] * (len(FEATURES) - 1)), slope=1, gap=0, base=0)

    monkeypatch.setattr(unseen, "learn", learn)
    rows = [row("title fr fr-fr", 0), row("title fr fr-en", 0), row("title sv sv-sv", 1)]
    assert unseen.by_group(rows) == {
        "title fr fr-fr": 1.0,
        "title fr fr-en": 1.0,
        "title sv sv-sv": pytest.approx(1 / 2.5),
    }
    assert taught == [1, 1, 2]
