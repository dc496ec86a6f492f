"""Speed of reading whole advertisements through the program itself: full quality, labels alone, start and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.figures import DATA, Figure, figure

WORDS = 360
FULL, QUICK = 280, 42_000
RECIPE = "cosine of character TF-IDF on every sentence, one core"


def speed_figures(home: Path, peer: Callable[[Sequence[str]], object]) -> Iterator[Figure]:
    """Read English advertisements of about 360 words with two workers, what starting takes apart.

    ``peer`` ranks sentences by the usual recipe. The same 140 advertisements come again and again, so answers that a
    program remembers by text would show; ours remembers labels alone.
    """
    ads = whole_ads()
    one = home / "one.jsonl"
    one.write_text(json.dumps({"id": 0, "text": ads[0]}) + "\n", encoding="utf-8")
    _run(home, one)  # the lexicon is prepared once
    cold, memory = min(_run(home, one) for _ in range(3))
    began = time.perf_counter()
    peer([line for ad in ads[:4] for line in ad.split("\n\n")])
    recipe = 4 / (time.perf_counter() - began)
    for name, count, words, least in (
        ("ads_per_s", FULL, (), 100),
        ("ads_per_s_gazetteer", QUICK, ("--gazetteer-only",), 10_000),
    ):
        many = home / f"{name}.jsonl"
        with many.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": at, "text": ads[at % len(ads)]}) + "\n" for at in range(count))
        took, peak = _run(home, many, "--workers", "2", *words)
        memory = max(memory, peak)
        yield figure(name, count / (took - cold), "1/s", RECIPE, recipe, least, more={"workers": 2, "ads": count})
    yield figure("cold_start_s", cold, "s", limit=1.5)
    yield figure("memory_mb", memory, "MB", limit=600, more={"of": "the largest of its processes"})


def whole_ads() -> list[str]:
    """Return advertisements of SkillSpan train, an empty line after each sentence, cut at 360 words."""
    sentences: dict[int, list[str]] = {}
    with (DATA / "vacancies" / "ads_skillspan_en" / "train.json").open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            sentences.setdefault(row["idx"], []).append(" ".join(row["tokens"]))
    return [" ".join("\n\n".join(ad).split(" ")[:WORDS]) for ad in sentences.values()]


def _run(home: Path, source: Path, *words: str) -> tuple[float, float]:
    """Run the program over a file; return seconds and the megabytes of its largest process."""
    environment = {**os.environ, "SKILLSPACE_HOME": str(home)}
    command = [sys.executable, "-m", "skillspace.cli", "enrich", "--lang", "en", *words, str(source)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the program ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024
