"""How matching grows with offers: what one question with a text takes from ten thousand offers on, and where; a plot.

``SKILLSPACE_OFFERS`` is the most offers there are (a million), for a quick look, or for more where memory allows.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.figures import DATA, ROOT, Figure, Tell, figure, timed, untold
from bench.matching import OFFERS, SIZES, K, apart, p95
from bench.offers import Country
from skillspace.skills.encoder import Encoder
from skillspace.skills.matching import Collection, Question
from skillspace.skills.matching.meaning import asked
from skillspace.skills.taxonomy import Taxonomies, add_pack

PLOT = ROOT / "docs" / "figures" / "matching-growth.svg"
QUERIES = 60
#: Each question counts by its quickest time: growth shows, and not what else a shared machine did just then.
ROUNDS = 3
STEPS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
#: Where time goes: functions of `skillspace.skills.matching`; words are added by what adds skills, and counted once.
STAGES = {
    "words": (("words.py", "question"), ("words.py", "add")),
    "skills": (("worth.py", "of"), ("postings.py", "add")),
    "meaning": (("meaning.py", "add"), ("meaning.py", "most_alike")),
    "exact scores": (("needed.py", "scores"),),
    "reasons": (("needed.py", "reasons"),),
}
COLOURS = ("#2f6f9f", "#8a5a9e", "#b5651d", "#4d7c3a", "#9f2f4f", "#777777")
OTHER = "all else"


def run(tell: Tell = untold) -> list[Figure]:
    """Measure every size up to the most, each in a folder that is thrown away; draws the plot."""
    if not DATA.is_dir():
        return []
    measured = [one for size in STEPS if size <= OFFERS for one in _sized(size, tell)]
    if measured:
        PLOT.write_text(plot(measured), encoding="utf-8")
    return measured


def _sized(size: int, tell: Tell) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        add_pack("esco", home, DATA)
        taxonomies, encoder = Taxonomies.open(home), Encoder.open()
        country = Country(taxonomies)
        tell(f"{size:,} offers: building")
        country.write(home / "offers.parquet", size)
        built = apart(home, "build")
        people = [country.person(SIZES[at % len(SIZES)]) for at in range(QUERIES)]
        texts = [" ".join(taxonomies.label(skill.uri, "en") for skill in person) for person in people]
        questions = [
            Question(skills=person, text=text, meaning=asked(text, encoder))
            for person, text in zip(people, texts, strict=True)
        ]
        tell(f"{size:,} offers: asking")
        collection = Collection(home / "index")
        rounds = [timed(lambda one: collection.ask(one, k=K), questions) for _ in range(ROUNDS)]
        times = [min(found) for found in zip(*rounds, strict=True)]
        more = {
            "offers": float(size),
            "p95_ms": p95(times),
            "build_s": built["seconds"],
            "build_mb": built["memory_mb"],
        }
        yield figure(
            f"match_with_text_{size}_p50_ms", statistics.median(times), "ms", more=more | shares(collection, questions)
        )


def shares(collection: Collection, questions: Sequence[Question]) -> dict[str, float]:
    """Return which part of the time each stage takes, as a profiler counts it, and what is left."""
    profile = cProfile.Profile()
    profile.enable()
    for one in questions:
        collection.ask(one, k=K)
    profile.disable()
    stats = pstats.Stats(profile)
    spent: Counter[tuple[str, str]] = Counter()
    total = 0.0
    for (file, _, name), (_, _, own, whole, _) in stats.stats.items():  # type: ignore[attr-defined]
        spent[Path(file).name, name] += whole
        total += own
    spent["postings.py", "add"] -= spent["words.py", "add"]
    found = {stage: sum(spent[name] for name in names) / total for stage, names in STAGES.items()}
    return found | {OTHER: max(1 - sum(found.values()), 0.0)}


def plot(measured: Sequence[Figure]) -> str:
    """Draw a bar for each size, parted by stage, with its milliseconds beside it."""
    largest, stages = max(one["value"] for one in measured), [*STAGES, OTHER]
    height = 84 + 30 * len(measured)
    told = "; ".join(f"{_facts(one)['offers']:,.0f} offers: {one['value']:.1f} ms" for one in measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" role="img" '
        'aria-labelledby="title about" font-family="system-ui, sans-serif" font-size="14">',
        '<title id="title">Milliseconds for one question with a text, by offers and by where they go</title>',
        f'<desc id="about">{told}</desc>',
        "<style>text{fill:#1b1f24}rect.page{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#e6e6e6}rect.page{fill:#16191d}}</style>",
        f'<rect class="page" width="640" height="{height}"/>',
        '<text x="16" y="28" font-weight="600">Milliseconds for one question with a text, by offers</text>',
    ]
    for at, (stage, colour) in enumerate(zip(stages, COLOURS, strict=True)):
        parts.append(f'<rect x="{16 + 102 * at}" y="42" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{33 + 102 * at}" y="53" font-size="12">{stage}</text>')
    for at, one in enumerate(measured):
        y, x = 72 + 30 * at, 110.0
        parts.append(f'<text x="100" y="{y + 15}" text-anchor="end">{_facts(one)["offers"]:,.0f}</text>')
        for stage, colour in zip(stages, COLOURS, strict=True):
            length = 420 * one["value"] / largest * _facts(one)[stage]
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="20" fill="{colour}"/>')
            x += length
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 15}">{one["value"]:.1f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _facts(one: Figure) -> Mapping[str, float]:
    return {name: float(fact) for name, fact in one.get("more", {}).items()}
