"""A collection answers as one index whatever its parts, and every change to it is seen whole or not at all."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.skills.matching import Collection, Columns, Offer, OfferIndex, PersonSkill, Question, Weights
from skillspace.skills.matching.collection import MANIFEST, best_of_all, in_pieces
from skillspace.skills.matching.words import Counter
from skillspace.skills.taxonomy import Need, Taxonomies
from tests.unit.skills.matching.brute import (
    OCCUPATIONS,
    OWN,
    SKILLS,
    indexed,
    meaning,
    offer_named,
    questions,
    weightings,
)

FORKS = multiprocessing.get_context("fork")
NAMES = [f"offer-{number:02d}" for number in range(8)]
SEVERAL = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)
ASKED = (
    Question(skills=[PersonSkill(uri=uri, validation=3) for uri in (*SKILLS[:5], *OWN)]),
    Question(text="night nurse school", occupations={OCCUPATIONS[0]: 1.0, OCCUPATIONS[1]: 0.5}),
    Question(skills=[PersonSkill(uri=SKILLS[9])], text="welding truck", only=NAMES[::2]),
    Question(skills=[PersonSkill(uri=SKILLS[9])], text="bread", meaning=np.array([1, -2, 3, 0], dtype=np.float32)),
)


def offers_named(names: list[str]) -> st.SearchStrategy[list[Offer]]:
    return st.tuples(*map(offer_named, names)).map(list)


def generation(number: int) -> list[Offer]:
    """Five offers of one time, all of which miss as many skills as that time's number says."""
    missing = tuple((f"urn:own:missing-{at}", 1.0, Need.ESSENTIAL) for at in range(number % 7))
    return [Offer(id=name, occupation=None, needs=((SKILLS[0], 1.0, Need.ESSENTIAL), *missing)) for name in NAMES[:5]]


def times(collection: Collection) -> list[int]:
    """Return of what time each of the five offers is that an answer holds."""
    return [len(match.missing) for match in collection.ask(Question(skills=[PersonSkill(uri=SKILLS[0])]))]


def build(folder: Path, offers: list[Offer], world: Taxonomies) -> Collection:
    return Collection.build(folder, map(meaning, in_pieces(offers, 3)), world)


class AnyChange(RuleBasedStateMachine):
    """Build, add, take away and add again, in any order."""

    world: ClassVar[Taxonomies]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize(offers=SEVERAL.flatmap(offers_named))
    def begin(self, offers: list[Offer]) -> None:
        self._built(offers)
        self.reader = Collection(self.folder / "index")

    @rule(offers=SEVERAL.flatmap(offers_named))
    def build_again(self, offers: list[Offer]) -> None:
        self._built(offers)

    @rule(offers=SEVERAL.flatmap(offers_named))
    def add(self, offers: list[Offer]) -> None:
        if offers and not self.ever:
            self._count_words(offers)
        self.ever = self.ever or bool(offers)
        assert self.collection.add(meaning(Columns.of(offers))) == len(offers)
        self.there |= {offer.id: offer for offer in offers}

    @rule(names=SEVERAL)
    def remove(self, names: list[str]) -> None:
        assert self.collection.remove(names) == len(self.there.keys() & set(names))
        self.there = {name: offer for name, offer in self.there.items() if name not in names}

    @rule(offers=SEVERAL.filter(bool).flatmap(offers_named))
    def add_one_twice(self, offers: list[Offer]) -> None:
        version = self.collection.version
        with pytest.raises(BadInput, match="identifiers must differ"):
            self.collection.add([*offers, offers[0]])
        assert self.collection.version == version

    @rule(question=questions, k=st.integers(1, 9))
    def ask(self, question: Question, k: int) -> None:
        assert self.collection.ask(question, k=k) == self._one().ask(question, k=k)

    @invariant()
    def answers_as_one_index(self) -> None:
        one = self._one()
        for question in ASKED:
            expected = one.ask(question)
            assert self.collection.ask(question) == expected
            assert self.reader.ask(question) == expected
        assert len(self.collection) == len(self.there)
        for name in NAMES:
            assert (name in self.reader) == (name in self.there)
            if name in self.there:
                assert self.reader.why(name, ASKED[0]) == one.why(name, ASKED[0])
                assert self.reader.title(name) == self.there[name].title
            else:
                with pytest.raises(NotFound, match=name):
                    self.reader.why(name, ASKED[0])

    def _built(self, offers: list[Offer]) -> None:
        self.collection = build(self.folder / "index", offers, self.world)
        self.there = {offer.id: offer for offer in offers}
        self.ever = bool(offers)
        self._count_words(offers)

    def _count_words(self, offers: list[Offer]) -> None:
        counter = Counter()
        self.vocabulary, _ = counter.vocabulary([counter.count([f"{offer.title} {offer.text}" for offer in offers])])

    def _one(self) -> OfferIndex:
        return indexed(self.there.values(), self.world, self.vocabulary)


def test_any_sequence_of_changes_answers_as_one_index(world: Taxonomies) -> None:
    AnyChange.world = world
    machine: Any = AnyChange.TestCase
    machine.settings = settings(
        max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine("runTest").runTest()


def _change_for_ever(folder: Path, began: Any) -> None:
    collection, number = Collection(folder), 0
    while True:
        number += 1
        collection.add(generation(number))
        began.set()


@pytest.mark.parametrize("seed", range(6))
def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path, world: Taxonomies, seed: int) -> None:
    folder = tmp_path / "index"
    build(folder, generation(0), world)
    began = FORKS.Event()
    writer = FORKS.Process(target=_change_for_ever, args=(folder, began))
    writer.start()
    assert began.wait(60)
    time.sleep(random.Random(seed).uniform(0, 0.1))  # noqa: S311 - repeatable
    writer.kill()
    writer.join()
    collection = Collection(folder)
    found = times(collection)
    assert len(found) == 5
    assert len(set(found)) == 1
    collection.add(generation(3))
    assert times(collection) == [3] * 5
    manifest = (folder / MANIFEST).read_text()
    assert {path.name for path in folder.iterdir() if path.name not in manifest} == {MANIFEST, "lock"}


def _read(folder: Path, began: Any, end: Any, told: Any) -> None:
    """Tell of what times the answers were, or what was answered that never was."""
    collection, seen = Collection(folder), set()
    while not end.is_set():
        found = times(collection)
        if len(found) != 5 or len(set(found)) != 1:
            break
        seen.update(found)
        began.set()
    told.put((times(collection), seen))


def test_a_reader_of_another_process_sees_every_change_whole(tmp_path: Path, world: Taxonomies) -> None:
    folder = tmp_path / "index"
    collection = build(folder, generation(0), world)
    began, end, told = FORKS.Event(), FORKS.Event(), FORKS.Queue()
    reader = FORKS.Process(target=_read, args=(folder, began, end, told))
    reader.start()
    assert began.wait(60)
    for number in range(1, 17):
        if number == 8:
            build(folder, generation(number), world)
        else:
            collection.add(generation(number))
    end.set()
    last, seen = told.get(timeout=60)
    reader.join()
    assert last == [16 % 7] * 5
    assert 0 in seen


def _add_and_remove(folder: Path, mine: str) -> None:
    collection = Collection(folder)
    for number in range(6):
        names = [f"{mine}-{number}", f"{mine}-gone"]
        collection.add([Offer(id=name, occupation=None, needs=((SKILLS[0], 1.0, Need.ESSENTIAL),)) for name in names])
        if collection.remove([f"{mine}-gone"]) != 1:
            raise AssertionError("what this process added was not there")


def test_two_writers_at_once_lose_nothing(tmp_path: Path, world: Taxonomies) -> None:
    folder = tmp_path / "index"
    build(folder, generation(0), world)
    writers = [FORKS.Process(target=_add_and_remove, args=(folder, mine)) for mine in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    collection = Collection(folder)
    expected = {*NAMES[:5], *(f"{mine}-{number}" for mine in "ab" for number in range(6))}
    found = {match.offer_id for match in collection.ask(Question(skills=[PersonSkill(uri=SKILLS[0])]), k=99)}
    assert found == expected
    assert len(collection) == len(expected)


def test_threads_ask_while_another_changes(tmp_path: Path, world: Taxonomies) -> None:
    collection = build(tmp_path / "index", generation(1), world)

    def ask(_: int) -> list[list[int]]:
        return [times(collection) for _ in range(20)]

    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(ask, at) for at in range(7)]
        for number in range(2, 10):
            collection.add(generation(number))
        seen = [answer for one in found for answer in one.result()]
    assert all(len(answer) == 5 and len(set(answer)) == 1 for answer in seen)


def test_a_saved_collection_answers_as_the_index_it_was_built_as(tmp_path: Path, world: Taxonomies) -> None:
    offers = [offer for number in range(3) for offer in generation(number)]
    named = [Offer(id=f"{at}", occupation=None, needs=offer.needs) for at, offer in enumerate(offers)]
    collection, one = build(tmp_path, named, world), indexed(named, world)
    for question in ASKED:
        assert collection.ask(question) == one.ask(question)


def test_other_folders_beside_the_index_are_left_alone(tmp_path: Path, world: Taxonomies) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo").write_text("sun")
    collection = build(tmp_path, generation(1), world)
    collection.add(generation(2))
    build(tmp_path, generation(3), world)
    assert (tmp_path / "holiday" / "photo").read_text() == "sun"


def test_a_collection_that_was_empty_learns_its_words_from_what_comes_first(tmp_path: Path, world: Taxonomies) -> None:
    collection = build(tmp_path, [], world)
    assert collection.ask(Question(text="nurse")) == []
    collection.add([Offer(id="job", occupation=None, needs=(), title="nurse")])
    assert [match.offer_id for match in collection.ask(Question(text="nurse"))] == ["job"]


def test_what_is_told_of_a_collection_counts_what_is_there(tmp_path: Path, world: Taxonomies) -> None:
    collection = build(tmp_path, generation(1), world)
    collection.add(generation(2)[:2])
    collection.remove([NAMES[4], NAMES[4], "nobody"])
    info = collection.info()
    assert (info["offers"], info["parts"], info["removed"], info["worn"]) == (4, [2, 2], 3, False)
    assert info["bytes"] > 0
    for number in range(20):
        collection.add([Offer(id=f"more-{number}", occupation=None, needs=())])
    assert collection.info()["worn"]


@pytest.mark.parametrize("content", ["", "{}", '{"layout": "other", "parts": []}', '{"layout": 1}', "[]", "\x00"])
def test_a_folder_that_holds_no_collection_is_refused(tmp_path: Path, world: Taxonomies, content: str) -> None:
    with pytest.raises(UnreadableFile, match="build it first"):
        Collection(tmp_path)
    build(tmp_path, generation(1), world)
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(UnreadableFile, match="build it again"):
        Collection(tmp_path)


def test_a_part_that_is_gone_is_told(tmp_path: Path, world: Taxonomies) -> None:
    build(tmp_path, generation(1), world)
    shutil.rmtree(next(tmp_path.glob("part-*")))
    with pytest.raises(UnreadableFile, match="build it again"):
        Collection(tmp_path)


def test_equal_offers_in_different_parts_come_in_the_order_of_their_names(tmp_path: Path, world: Taxonomies) -> None:
    collection = build(tmp_path / "index", generation(0)[::2], world)
    collection.add(generation(0)[1::2])
    asked = Question(skills=[PersonSkill(uri=SKILLS[0])])
    assert [match.offer_id for match in collection.ask(asked, k=3)] == NAMES[:3]
    assert all(match == collection.why(match.offer_id, asked) for match in collection.ask(asked))


@given(
    offers=st.integers(0, 12).flatmap(lambda count: offers_named([f"offer-{at:02d}" for at in range(count)])),
    later=SEVERAL.flatmap(offers_named),
    shards=st.integers(1, 5),
    shares=st.integers(1, 5),
    question=questions,
    weights=weightings,
    k=st.integers(1, 15),
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_shards_asked_apart_from_each_other_answer_together_as_one_index(
    tmp_path: Path,
    world: Taxonomies,
    offers: list[Offer],
    later: list[Offer],
    shards: int,
    shares: int,
    question: Question,
    weights: Weights,
    k: int,
) -> None:
    one = build(tmp_path / "one", offers, world)
    several = Collection.build(tmp_path / "several", map(meaning, in_pieces(offers, 3)), world, shards=shards)
    assert several.info()["parts"] == [len(offers[at::shards]) for at in range(shards)]
    for collection in (one, several) if offers else ():
        collection.add(meaning(Columns.of(later)))
    expected = one.ask(question, k=k, weights=weights)
    assert several.ask(question, k=k, weights=weights) == expected
    shared_out = [Collection(tmp_path / "several", (at, shares)) for at in range(shares)]
    found = [match for share in shared_out for match in share.ask(question, k=k, weights=weights)]
    assert best_of_all(found, k) == expected
    assert sum(map(len, shared_out)) == len(one)


def test_a_share_of_an_index_cannot_be_changed(tmp_path: Path, world: Taxonomies) -> None:
    build(tmp_path, generation(1), world)
    share = Collection(tmp_path, (0, 2))
    with pytest.raises(BadInput, match="the whole"):
        share.remove([NAMES[0]])
    with pytest.raises(BadInput, match="the whole"):
        share.add(generation(2))
    assert len(Collection(tmp_path)) == 5


def test_an_identifier_that_comes_twice_is_told_whatever_the_shards(tmp_path: Path, world: Taxonomies) -> None:
    with pytest.raises(BadInput, match=f"{NAMES[0]}; identifiers must differ"):
        Collection.build(tmp_path, in_pieces([*generation(1), generation(1)[0]]), world, shards=6)
