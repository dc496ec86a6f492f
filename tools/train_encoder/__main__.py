"""Trains the encoder and writes its weights: ``python -m tools.train_encoder --out weights.safetensors``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skillspace.skills.encoder import write_encoder
from tools.train_encoder import pairs
from tools.train_encoder.descent import Learner
from tools.train_encoder.teaching import Lessons, Teaching

MIXES = {  # of a batch, in sixteenths: which text stands on the left
    "occupations": {"label": 9, "title": 4, "synonym": 2, "description": 1},
    "skills": {"label": 8, "title": 2, "description": 2, "sentence": 2, "composed": 2},
}


def main(arguments: Sequence[str]) -> None:
    """Train as asked; every run with the same arguments and data writes the same weights."""
    asked = _asked(arguments)
    started = time.monotonic()
    without = frozenset(filter(None, asked.without.split(",")))
    occupations = pairs.occupations(asked.data, asked.bits, without, all_titles=asked.all)
    skills = pairs.skills(asked.data, asked.bits, asked.seed, all_titles=asked.all)
    sources = {"occupations": occupations, "skills": skills}
    teaching = Teaching(Lessons.read(asked.lessons), asked.bits) if asked.lessons else None
    _tell(f"read in {time.monotonic() - started:.0f} s")
    learner = Learner(bits=asked.bits, width=asked.width, rate=asked.rate, seed=asked.seed, drop=asked.drop)
    chance = np.random.default_rng(asked.seed + 1)
    losses: dict[str, list[float]] = {"occupations": [], "skills": [], "teacher": []}
    for step in range(asked.steps):
        # the rate falls in a straight line to a twentieth of where it began
        learner.rate = asked.rate * (1 - 0.95 * step / asked.steps)
        kind = "occupations" if step % 2 else "skills"
        mix = {role: share * asked.batch // 16 for role, share in MIXES[kind].items()}
        drawn = sources[kind].draw(mix, bool(step % 4 // 2), chance)
        losses[kind].append(learner.step(sources[kind].cut, *drawn))
        if teaching and kind == "skills" and chance.random() < asked.taught:
            losses["teacher"].append(learner.mimic(teaching.cut, *teaching.draw(asked.batch, chance)))
        if step % 200 == 199:
            means = ", ".join(f"{name} {np.mean(values[-100:]):.3f}" for name, values in losses.items() if values)
            _tell(f"step {step + 1} of {asked.steps}, {time.monotonic() - started:.0f} s: {means}")
    write_encoder(asked.out, learner.table, asked.version)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.train_encoder", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bits", type=int, default=18)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--drop", type=float, default=0.0, help="share of pieces left out at random")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--without", default="", help="crosswalks whose titles are not learnt, with commas")
    parser.add_argument("--all", action="store_true", help="learn held-out titles too: for the weights that ship")
    parser.add_argument("--lessons", type=Path, help="what a teacher said: the file of tools.train_encoder.teaching")
    parser.add_argument("--taught", type=float, default=1.0, help="share of the steps of skills that a lesson follows")
    parser.add_argument("--version", default="trial")
    return parser.parse_args(arguments)


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
