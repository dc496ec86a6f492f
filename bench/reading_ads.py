"""Whole advertisements, and what it takes a program to read them: time and the memory of its largest process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from bench.figures import DATA, ROOT

WORDS = 360
MEASURED = """
import os, sys, time
began = time.perf_counter()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet), 0)
print(time.perf_counter() - began, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


def whole_ads() -> list[str]:
    """Return advertisements of SkillSpan train, an empty line after each sentence, cut at 360 words."""
    sentences: dict[int, list[str]] = {}
    with (DATA / "vacancies" / "ads_skillspan_en" / "train.json").open(encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            sentences.setdefault(row["idx"], []).append(" ".join(row["tokens"]))
    return [" ".join("\n\n".join(ad).split(" ")[:WORDS]) for ad in sentences.values()]


def took(command: Sequence[str]) -> tuple[float, float]:
    """Run a program to its end; return seconds and the megabytes of its largest process. Raises RuntimeError."""
    # A process counts what its parent held when it was started, so a small one stands between this one and the program.
    between = [sys.executable, "-S", "-c", MEASURED, *command]
    said = subprocess.run(between, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own programs
    if said.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} ended with {said.returncode}: {said.stderr[-500:]}")
    seconds, kilobytes = said.stdout.split()
    return float(seconds), float(kilobytes) / 1024
