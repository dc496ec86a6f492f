"""Asks a larger encoder of English what it finds alike: ``python -m tools.train_encoder.teaching``.

The teacher (all-MiniLM-L6-v2, Apache-2.0) has read far more sentences than names of skills can teach. It compares
sentences of job ads, tasks, profiles and courses with ESCO's English names of skills; what it finds is kept in a file,
so that training needs no teacher. The test and dev parts of annotated ads are not among the sentences.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from skillspace.skills.encoder import Pieces, pieces
from tools.train_encoder import reading

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]
NEAREST = 32  # names the teacher keeps for each sentence
SHORTEST, LONGEST = 8, 400  # letters of a sentence
ROUGHLY = 500  # sentences compared with all names at once
_END = re.compile(r"(?<=[.!?;])\s+|[\n\r•]+|\\n")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Sentences, names, the teacher's vectors of both (texts, width), and the nearest names of each sentence."""

    sentences: list[str]
    names: list[str]
    sentence_vectors: NDArray[np.float16]
    name_vectors: NDArray[np.float16]
    nearest: NDArray[np.int32]

    def write(self, path: Path) -> None:
        """Write what the teacher said."""
        texts = {key: np.frombuffer("\n".join(getattr(self, key)).encode(), np.uint8) for key in ("sentences", "names")}
        np.savez(
            path, **texts, nearest=self.nearest, sentence_vectors=self.sentence_vectors, name_vectors=self.name_vectors
        )

    @classmethod
    def read(cls, path: Path) -> Lessons:
        """Read what ``write`` wrote."""
        with np.load(path) as kept:
            texts = {key: kept[key].tobytes().decode().split("\n") for key in ("sentences", "names")}
            rest = {key: kept[key] for key in ("nearest", "sentence_vectors", "name_vectors")}
        return cls(**texts, **rest)


class Teaching:
    """Draws batches of sentences and names with how alike the teacher finds each two of them."""

    def __init__(self, lessons: Lessons, bits: int) -> None:
        self._lessons = lessons
        self._first_name = len(lessons.sentences)
        self.cut: Pieces = pieces([*lessons.sentences, *lessons.names], bits)

    def draw(self, size: int, chance: np.random.Generator) -> tuple[Numbers, Numbers, Floats]:
        """Return sentences (size,), as many names, and their likeness by the teacher (size, size)."""
        sentences = chance.choice(self._first_name, size, replace=False)
        # nearer names more often: the share of a place falls with the root of its rank
        places = (chance.random(size) ** 2 * NEAREST).astype(np.int64)
        names = self._lessons.nearest[sentences, places].astype(np.int64)
        ours = self._lessons.sentence_vectors[sentences].astype(np.float32)
        theirs = self._lessons.name_vectors[names].astype(np.float32)
        return sentences, names + self._first_name, ours @ theirs.T


def english(data: Path) -> list[str]:
    """Return English sentences of work and learning, each once, in a fixed order."""
    found = dict.fromkeys(
        piece
        for text in _texts(data)
        for sentence in _END.split(html.unescape(_TAG.sub(" ", text)))
        if SHORTEST <= len(piece := " ".join(sentence.split())) <= LONGEST and piece.isascii()
    )
    return list(found)


def _texts(data: Path) -> Iterator[str]:
    for line in (data / "vacancies/ads_skillspan_en/train.json").read_bytes().splitlines():
        ad = orjson.loads(line)
        yield " ".join(ad["tokens"])
        yield from _marked(ad["tokens"], ad["tags_skill"])
        yield from _marked(ad["tokens"], ad["tags_knowledge"])
    for line in (data / "vacancies/ads_kompetencer_da_en/1_en_train.tsv").read_text(encoding="utf-8").splitlines():
        yield line.rpartition("\t")[0]
    yield from (sentence for sentence, _ in reading.skillskape(data, "train"))
    onet = data / "taxonomies/onet_29.2"
    yield from (str(row[3]) for row in reading.sheet(onet / "Task Statements.xlsx"))
    yield from (str(row[2]) for row in reading.sheet(onet / "Technology Skills.xlsx"))
    yield from (str(row[2]) for row in reading.sheet(onet / "Content Model Reference.xlsx"))
    for row in reading.sheet(data / "courses/courses_skillab_esco/Course_Final.xlsx"):
        yield from (str(cell) for cell in (row[2], *row[12:16]))
    for path in sorted((data / "taxonomies/uk_job_profiles").glob("22*.json")):
        yield from _long_strings(orjson.loads(path.read_bytes()))
    for name in ("skills_en.csv", "occupations_en.csv"):
        yield from (row["description"] for row in reading.table(data / "taxonomies/esco_v1.1.1_en" / name))


def _marked(tokens: Sequence[str], tags: Sequence[str]) -> Iterator[str]:
    """Give the runs of words that are marked as naming a skill."""
    run: list[str] = []
    for token, tag in zip([*tokens, ""], [*tags, "O"], strict=True):
        if run and tag != "I":
            yield " ".join(run)
            run = []
        if tag != "O":
            run.append(token)


def _long_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str) and " " in value and "c#:" not in value:
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _long_strings(one)


def taught(data: Path, most: int) -> Lessons:
    """Ask the teacher about at most ``most`` sentences."""
    from bench.minilm import Minilm  # noqa: PLC0415 - only who asks the teacher needs it installed

    corpus = reading.skill_labels(data)
    rows = zip(corpus.texts, corpus.languages, corpus.roles, strict=True)
    names = sorted({text for text, language, role in rows if role == "label" and language == "en"})
    sentences = english(data)
    order = np.random.default_rng(11).permutation(len(sentences))[:most]
    sentences = [sentences[at] for at in sorted(order.tolist())]
    _tell(f"{len(sentences)} sentences, {len(names)} names")
    teacher = Minilm.open(small=True)
    theirs = teacher.encode(names)
    _tell("names read")
    ours = teacher.encode(sentences)
    _tell("sentences read")
    nearest = np.concatenate(
        [_nearest(ours[at : at + ROUGHLY], theirs) for at in range(0, len(ours), ROUGHLY)],
    )
    return Lessons(
        sentences=sentences,
        names=names,
        sentence_vectors=ours.astype(np.float16),
        name_vectors=theirs.astype(np.float16),
        nearest=nearest,
    )


def _nearest(ours: Floats, theirs: Floats) -> NDArray[np.int32]:
    near = ours @ theirs.T
    places = np.argpartition(-near, NEAREST, axis=1)[:, :NEAREST]
    order = np.argsort(-np.take_along_axis(near, places, 1), axis=1, kind="stable")
    return np.take_along_axis(places, order, 1).astype(np.int32)


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(arguments: Sequence[str]) -> None:
    """Ask the teacher and keep what it said."""
    parser = argparse.ArgumentParser(prog="tools.train_encoder.teaching", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--most", type=int, default=60_000, help="sentences at most")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    taught(asked.data, asked.most).write(asked.out)


if __name__ == "__main__":
    main(sys.argv[1:])
