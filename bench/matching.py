"""Figures of matching at a country's size: a million synthetic offers, beside a dense scan, BM25 and FAISS.

Building runs in a process of its own, so that its memory is its own; everything is measured on one thread unless said.
``SKILLSPACE_OFFERS`` changes how many offers there are (a million), for a quick look.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench import planning
from bench.figures import DATA, Figure, Tell, figure, timed, untold
from bench.offers import Country
from skillspace.skills.encoder import Encoder
from skillspace.skills.matching import Collection, HolderIndex, PersonSkill, Proximity, Question, Wishes
from skillspace.skills.matching.meaning import asked, encoded
from skillspace.skills.matching.shelf import Shelf
from skillspace.skills.taxonomy import Need, Taxonomies, add_pack
from skillspace.skills.taxonomy.folding import fold

OFFERS = int(os.environ.get("SKILLSPACE_OFFERS", "1000000"))
QUERIES, BATCH, K = 200, 2_000, 20
DRAWN, ASKED_FOR = 20_000, 50
SIZES = (5, 20, 40, 80)


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on ESCO's own profiles in a folder that is thrown away; nothing without the real data."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        taxonomies = Taxonomies.open(home)
        country = Country(taxonomies)
        tell(f"writing {OFFERS:,} offers")
        country.write(home / "offers.parquet", OFFERS)
        people = [country.person(SIZES[at % len(SIZES)]) for at in range(QUERIES)]
        found = list(_figures(home, taxonomies, people, tell))
    tell("planning")
    return [*found, *(one for one in planning.run(tell) if one["name"] == "plan_ms")]


def _figures(home: Path, taxonomies: Taxonomies, people: list[list[PersonSkill]], tell: Tell) -> Iterator[Figure]:
    tell("building the index")
    built = apart(home, "build")
    tell("building for the peers")
    peers = {name: apart(home, name) for name in ("tantivy", "dense", "faiss")}
    yield figure(
        "build_s_1m",
        built["seconds"],
        "s",
        "tantivy, text alone",
        peers["tantivy"]["seconds"],
        360,
        {"offers": float(OFFERS)},
    )
    yield figure(
        "memory_mb_1m", built["memory_mb"], "MB", "faiss flat, vectors alone", peers["faiss"]["memory_mb"], 2000
    )
    collection = Collection(home / "index")
    tell("asking")
    questions = [Question(skills=person) for person in people]
    times = timed(lambda one: collection.ask(one, k=K), questions)
    spread = {f"peer_{name}_p50_ms": peer["p50_ms"] for name, peer in peers.items()}
    yield figure(
        "match_p50_ms_1m",
        statistics.median(times),
        "ms",
        "numpy cosine over dense vectors, no reasons",
        peers["dense"]["p50_ms"],
        10,
        spread,
    )
    yield figure(
        "match_p95_ms_1m", p95(times), "ms", "tantivy BM25, text alone, no reasons", peers["tantivy"]["p95_ms"], 25
    )
    here = [Question(skills=person, wishes=Wishes(near=(47.5, 3.5, 30.0))) for person in people]
    few = timed(lambda one: collection.ask(one, k=K), here)
    yield figure("match_within_30_km_p50_ms_1m", statistics.median(few), "ms", limit=10, more={"p95": p95(few)})
    encoder = Encoder.open()
    texts = [" ".join(taxonomies.label(skill.uri, "en") for skill in person) for person in people]
    written = [
        Question(skills=person, text=text, meaning=asked(text, encoder))
        for person, text in zip(people, texts, strict=True)
    ]
    with_text = timed(lambda one: collection.ask(one, k=K), written)
    reading = timed(lambda text: asked(text, encoder), texts)
    yield figure(
        "match_with_text_p50_ms_1m",
        statistics.median(with_text),
        "ms",
        "numpy cosine over dense vectors, no reasons",
        peers["dense"]["p50_ms"],
        10,
        {"encoding_the_text_p50_ms": statistics.median(reading)},
    )
    yield figure("match_with_text_p95_ms_1m", p95(with_text), "ms", limit=25)
    tell("comparing with exact scoring")
    yield figure("recall_at_20_1m", _recall(collection, questions), "share", limit=0.99)
    yield figure("recall_at_20_with_text_1m", _recall(collection, written), "share", limit=0.99)
    tell("two at once")
    rate = _rate(home)
    yield figure("queries_per_s_1m", rate, "1/s", "tantivy BM25, one process", 1000 / peers["tantivy"]["p50_ms"], 300)
    yield figure("batch_100k_s", 100_000 / rate, "s", limit=900, more={"measured_on_people": float(2 * BATCH)})
    tell("from the other side")
    yield from _other_side(home)
    tell("adding and removing")
    yield from _changes(home, taxonomies)


def apart(home: Path, what: str) -> dict[str, float]:
    """Run one step in a process of its own, on one thread, and return what it told."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bench.matching", what, str(home)],
        check=True,
        stdout=subprocess.PIPE,
        env=os.environ | threads,
    )
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def _recall(collection: Collection, questions: Sequence[Question]) -> float:
    """Return which part of the twenty best by exact scoring of every offer is found."""
    shares = []
    for one in questions[:: max(len(questions) // 40, 1)]:
        scores = np.sort(collection.all_scores(one))[::-1]
        least = scores[min(K, len(scores)) - 1]
        found = collection.ask(one, k=K)
        right = sum(match.score >= least - 1e-6 for match in found)
        shares.append(right / max(min(K, int(np.count_nonzero(scores > 0))), 1))
    return float(np.mean(shares))


def _rate(home: Path) -> float:
    """Return how many people a second two processes answer together."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "bench.matching", "answer", str(home)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | threads)  # noqa: S603 - our own program
        for _ in range(2)
    ]
    told = [json.loads(one.communicate()[0].splitlines()[-1]) for one in both]
    return float(sum(BATCH / one["seconds"] for one in told))


def _changes(home: Path, taxonomies: Taxonomies) -> Iterator[Figure]:
    """Add and remove a hundred offers."""
    from skillspace.skills.matching.offer_tables import read_offers  # noqa: PLC0415 - pyarrow is an extra

    Country(taxonomies, seed=11).write(home / "more.parquet", 100)
    piece = next(iter(read_offers(home / "more.parquet")))
    piece = piece.meaning(*encoded(piece, Encoder.open()))
    collection = Collection(home / "index")
    began = time.perf_counter()
    collection.add(piece)
    added = time.perf_counter() - began
    began = time.perf_counter()
    collection.remove([f"offer-{at:07d}" for at in range(100)])
    yield figure("add_100_s_1m", added, "s", limit=1)
    yield figure("remove_100_s_1m", time.perf_counter() - began, "s", limit=1)


def _other_side(home: Path) -> Iterator[Figure]:
    """Ask who fits a job, and who has the skills that a training teaches, among as many people as there are offers."""
    found = apart(home, "people")
    for kind in ("job", "training"):
        more = {"p95": found[f"{kind}_p95_ms"], "people": float(OFFERS), "needs": found[f"{kind}_needs"]}
        yield figure(f"people_for_a_{kind}_p50_ms_1m", found[f"{kind}_p50_ms"], "ms", more=more)


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def build(home: Path) -> dict[str, float]:
    """Build the index as `skillspace index build` does."""
    from skillspace.skills.matching.offer_tables import read_offers  # noqa: PLC0415 - pyarrow is an extra

    began = time.perf_counter()
    taxonomies, encoder = Taxonomies.open(home), Encoder.open()
    pieces = (piece.meaning(*encoded(piece, encoder)) for piece in read_offers(home / "offers.parquet"))
    Collection.build(home / "index", pieces, taxonomies)
    return {"seconds": time.perf_counter() - began}


def answer(home: Path) -> dict[str, float]:
    """Answer many people, as one of several workers."""
    country = Country(Taxonomies.open(home), seed=os.getpid())
    questions = [Question(skills=country.person(SIZES[at % len(SIZES)])) for at in range(BATCH)]
    collection = Collection(home / "index")
    collection.ask(questions[0], k=K)
    began = time.perf_counter()
    for one in questions:
        collection.ask(one, k=K)
    return {"seconds": time.perf_counter() - began}


def people(home: Path) -> dict[str, float]:
    """Ask an index of people from the side of jobs and of trainings.

    Twenty thousand sets of skills are drawn; whoever has the same set differs in how it is proven and how long ago.
    """
    taxonomies = Taxonomies.open(home)
    country = Country(taxonomies, seed=5)
    drawn = [[skill.uri for skill in country.person(SIZES[at % len(SIZES)])] for at in range(min(DRAWN, OFFERS))]
    proximity = Proximity.build(taxonomies)
    rows = [proximity.rows(uris) for uris in drawn]
    sizes = np.resize([len(one) for one in rows], OFFERS)
    entries = int(sizes.sum())
    index = HolderIndex(
        shelf=Shelf(
            ids=np.array([f"person-{at:07d}".encode() for at in range(OFFERS)]),
            places=np.array([b"place"]),
            place=np.zeros(OFFERS, dtype=np.int32),
            languages=np.array([b"en"]),
            spoken=np.zeros(OFFERS, dtype=np.uint64),
            latitude=np.full(OFFERS, np.nan, dtype=np.float32),
            longitude=np.full(OFFERS, np.nan, dtype=np.float32),
        ),
        proximity=proximity,
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        skills=np.resize(np.concatenate(rows), entries),
        validation=country.random.integers(1, 7, size=entries).astype(np.int8),
        years=country.random.integers(0, 9, size=entries).astype(np.float32),
    )
    found: dict[str, float] = {}
    for kind, size in (("job", 13), ("training", 5)):  # as many as jobs and courses ask for and teach in the mean
        asked_for = [country.person(size) for _ in range(ASKED_FOR)]
        needs = [[(skill.uri, 1.0, Need.ESSENTIAL) for skill in one] for one in asked_for]
        times = timed(lambda one: index.match(one, k=K), needs)
        found |= {f"{kind}_p50_ms": statistics.median(times), f"{kind}_p95_ms": p95(times)}
        found[f"{kind}_needs"] = float(size)
    return found


def tantivy(home: Path) -> dict[str, float]:
    """Index and ask the texts with tantivy's BM25."""
    import tantivy as library  # noqa: PLC0415 - a peer, beside the environment

    schema = library.SchemaBuilder().add_text_field("text", stored=False).add_integer_field("id", stored=True).build()
    began = time.perf_counter()
    index = library.Index(schema)
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for at, (title, text) in enumerate(_texts(home)):
        writer.add_document(library.Document(text=f"{title} {text}", id=at))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    seconds = time.perf_counter() - began
    searcher = index.searcher()

    def ask(text: str) -> object:
        return searcher.search(index.parse_query(text, ["text"]), K)

    return _told(seconds, ask, [" ".join(fold(words).split()[:60]) for words in _people(home)])


def dense(home: Path) -> dict[str, float]:
    """Compare the vectors of titles with a plain product."""
    vectors, questions, seconds = _vectors(home)

    def ask(question: Any) -> object:
        scores = vectors @ question
        return np.argpartition(-scores, K)[:K]

    return _told(seconds, ask, list(questions))


def faiss(home: Path) -> dict[str, float]:
    """Compare the same vectors with FAISS's flat index."""
    import faiss as library  # noqa: PLC0415 - a peer, beside the environment

    vectors, questions, seconds = _vectors(home)
    library.omp_set_num_threads(1)
    index = library.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    del vectors
    return _told(seconds, lambda question: index.search(question[None], K), list(questions))


def _told(seconds: float, ask: Callable[[Any], object], questions: Sequence[Any]) -> dict[str, float]:
    times = timed(ask, questions)
    return {"seconds": seconds, "p50_ms": statistics.median(times), "p95_ms": p95(times)}


def _texts(home: Path) -> Iterator[tuple[str, str]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - pyarrow is an extra

    for batch in pq.ParquetFile(home / "offers.parquet").iter_batches(20_000, columns=["title", "text"]):
        yield from zip(batch["title"].to_pylist(), batch["text"].to_pylist(), strict=True)


def _people(home: Path) -> list[str]:
    country = Country(Taxonomies.open(home), seed=3)
    return [
        " ".join(country.names[skill.uri] for skill in country.person(SIZES[at % len(SIZES)])) for at in range(QUERIES)
    ]


def _vectors(home: Path) -> tuple[Any, Any, float]:
    encoder, people = Encoder.open(), _people(home)
    began = time.perf_counter()
    titles = [title for title, _ in _texts(home)]
    distinct = {title: at for at, title in enumerate(dict.fromkeys(titles))}
    vectors = encoder.encode(list(distinct))[[distinct[title] for title in titles]]
    return vectors, encoder.encode(people), time.perf_counter() - began


def _most_memory_mb() -> float:
    """Return the most memory this process had: what the kernel counts since it began, not since its parent did."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0


if __name__ == "__main__":
    STEPS = {step.__name__: step for step in (build, answer, people, tantivy, dense, faiss)}
    found = STEPS[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(found | {"memory_mb": _most_memory_mb()}))
