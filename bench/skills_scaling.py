"""How enrichment scales: advertisements a second by one worker and by two, as processes and as Ray; with a plot."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import DATA, ROOT, Figure, Tell, figure, untold
from skillspace.cli.enrich import BATCH
from skillspace.engines.engine import EngineName
from skillspace.skills.answering import Answers, Enrich
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies, add_pack

PLOT = ROOT / "docs" / "figures" / "skills-scaling.svg"
WORKERS = (1, 2)
ADS, WORDS = 480, 360
SENTENCES = (
    "You will {} together with our team.",
    "Experience: {} and {} in a busy place.",
    "We look for somebody to {}; being able to {} is a plus.",
    "Our customers count on us every day, and so can you on your colleagues.",
    "You know how to {} and learn quickly.",
    "We offer flexible hours, a pension and thirty days of holiday.",
)


def run(tell: Tell = untold) -> list[Figure]:
    """Measure every engine there is on all of ESCO, in a folder that is thrown away; draws the plot."""
    if not DATA.is_dir():
        return []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        tell("compiling ESCO")
        add_pack("esco", home, DATA)
        measured = list(scaling(home, tell))
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(plot(measured), encoding="utf-8")
    return measured


def scaling(home: Path, tell: Tell = untold) -> Iterator[Figure]:
    """Give advertisements a second of each engine and number of workers, beside what one process does alone."""
    source = home / "ads.jsonl"
    source.write_bytes(b"".join(synthetic_ads(Taxonomies.open(home), ADS)))
    tell("preparing English")
    Answers(home).to(Enrich(language="en"))
    alone: float | None = None
    for name in EngineName:
        if importlib.util.find_spec("ray") is None and name is EngineName.RAY:
            continue
        for workers in WORKERS:
            tell(f"{name.value}, {workers} of them")
            per_second = rate(home, source, name, workers)
            alone = alone or per_second
            more = {"engine": name.value, "workers": workers, "ads": ADS, "times_one_process": per_second / alone}
            yield figure(f"enrich_{name.value}_{workers}_ads_per_s", per_second, "1/s", more=more)


def rate(home: Path, source: Path, name: EngineName, workers: int) -> float:
    """Return how many a second the program answers once every worker has begun: starting is measured elsewhere."""
    environment = {**os.environ, "SKILLSPACE_HOME": str(home)}
    words = ["enrich", "--lang", "en", "--engine", name.value, "--workers", str(workers), str(source)]
    command = [sys.executable, "-m", "skillspace.cli", *words]
    warm, answered, began = BATCH * workers, 0, 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as running:  # noqa: S603 - our own program
        assert running.stdout is not None  # noqa: S101 - it was asked for
        for answered, _ in enumerate(running.stdout, 1):
            if answered == warm:
                began = time.perf_counter()
        took = time.perf_counter() - began
    if running.returncode or answered != ADS:
        raise RuntimeError(f"the program ended with {running.returncode} after {answered} answers")
    return (answered - warm) / took


def synthetic_ads(taxonomies: Taxonomies, count: int) -> list[bytes]:
    """Return invented advertisements of 360 words with names of ESCO's skills in them, the same ones in every run."""
    rng = random.Random(5)  # noqa: S311 - invented texts
    names = sorted({label for label, _, _ in taxonomies.labels("en", kinds=SKILL_KINDS)})
    made = []
    for at in range(count):
        words: list[str] = []
        while len(words) < WORDS:
            sentence = rng.choice(SENTENCES)
            words += sentence.format(*rng.sample(names, sentence.count("{}"))).split()
        made.append(json.dumps({"id": at, "text": " ".join(words[:WORDS])}).encode() + b"\n")
    return made


def plot(measured: Sequence[Figure]) -> str:
    """Draw a bar for each figure, with its number beside it."""
    largest = max(one["value"] for one in measured)
    height = 58 + 30 * len(measured)
    told = "; ".join(f"{_name(one)}: {one['value']:.0f}" for one in measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" role="img" '
        'aria-labelledby="title about" font-family="system-ui, sans-serif" font-size="14">',
        '<title id="title">Advertisements of 360 words read a second, by workers</title>',
        f'<desc id="about">{told}</desc>',
        "<style>text{fill:#1b1f24}.bar{fill:#2f6f9f}.ray{fill:#8a5a9e}rect.page{fill:#fff}"
        "@media(prefers-color-scheme:dark){text{fill:#e6e6e6}.bar{fill:#6aa9d6}.ray{fill:#c08fd3}"
        "rect.page{fill:#16191d}}</style>",
        f'<rect class="page" width="640" height="{height}"/>',
        '<text x="16" y="28" font-weight="600">Advertisements read a second, by workers</text>',
    ]
    for at, one in enumerate(measured):
        y, length = 46 + 30 * at, max(2.0, 360 * one["value"] / largest)
        kind = "ray" if "_ray_" in one["name"] else "bar"
        times = one.get("more", {})["times_one_process"]
        parts.append(f'<text x="160" y="{y + 15}" text-anchor="end">{_name(one)}</text>')
        parts.append(f'<rect class="{kind}" x="170" y="{y}" width="{length:.1f}" height="20" rx="2"/>')
        parts.append(f'<text x="{178 + length:.1f}" y="{y + 15}">{one["value"]:.0f} (× {times:.2f})</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _name(one: Figure) -> str:
    more = one.get("more", {})
    count = int(float(more["workers"]))
    if more["engine"] == EngineName.RAY:
        return f"Ray, {count} worker{'s' if count > 1 else ''}"
    return f"{count} process{'es' if count > 1 else ''}"
