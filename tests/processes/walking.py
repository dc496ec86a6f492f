"""Nodes that fall and are started again while people live through something, and what is looked at afterwards."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any

import httpx2 as httpx

from skillspace.node.settings import Settings
from tests.nodes import until
from tests.patience import PATIENCE_S
from tests.processes import falling


@dataclass
class Walker:
    """One node by its folder, as a process that can fall."""

    settings: Settings
    process: BaseProcess | None = None

    @property
    def did(self) -> str:
        return self.settings.did

    @property
    def has_fallen(self) -> bool:
        return self.process is not None and not self.process.is_alive()

    def start(self) -> None:
        """Start it, wait until it answers, and look whether its journal is whole."""
        self.process = falling.start(self.settings.folder)
        until(self._answers, f"{self.settings.name} answers")
        self.audit()

    def audit(self) -> None:
        """Look whether its journal is whole; who fell only now, once all was done, is started again before that."""
        try:
            found = httpx.get(f"{self.settings.address}/walk/audit", timeout=30, trust_env=False).json()
        except httpx.TransportError:
            until(lambda: self.has_fallen, f"{self.settings.name} fell")
            self.start()
        else:
            assert found == []

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join(timeout=60)

    def fall_at(self, touch: int) -> None:
        (self.settings.folder / falling.ORDER).write_text(str(touch))

    def spare(self) -> bool:
        """Take the order to fall back; tell whether it was carried out."""
        order = self.settings.folder / falling.ORDER
        has_fallen = not order.exists()
        order.unlink(missing_ok=True)
        return has_fallen

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read from its database, beside it."""
        address = f"file:{self.settings.folder / 'node.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_S)) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """Return the first value of the first row, None where there is none."""
        found = self.rows(query, *values)
        return found[0][0] if found else None

    def do(self, move: str, is_done: Callable[[], object], **facts: str) -> str:
        """Press a button as a person does: who gets no answer looks whether it happened, and else presses again."""
        for _ in range(3):
            try:
                address = f"{self.settings.address}/walk/{move}"
                answer = httpx.post(address, json=facts, timeout=30, trust_env=False)
            except httpx.TransportError:
                until(lambda: self.has_fallen, f"{self.settings.name} fell")
                self.start()
                if is_done():
                    return ""
            else:
                assert answer.status_code == 200, (move, answer.text)
                assert is_done(), f"{self.settings.name} said yes to {move}, and it is not so"
                return str(answer.json()["made"])
        raise AssertionError(f"{move} is not done.")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.is_alive(), (self.settings.folder / "node.log").read_text()[-2000:]
        try:
            return httpx.get(f"{self.settings.address}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class Valley:
    """Some nodes, each by its name, and the lives that are walked there, one after another."""

    walkers: Mapping[str, Walker]
    lives: int = 0

    @property
    def hub(self) -> Walker:
        return self.walkers["hub"]

    @property
    def works(self) -> Walker:
        return self.walkers["works"]

    def wait(self, is_so: Callable[[], object], what: str) -> None:
        """Wait for what tasks bring about, and start again who falls meanwhile."""

        def look() -> object:
            for each in self.walkers.values():
                if each.has_fallen:
                    each.start()
            return is_so()

        until(look, what)

    def walk(self, life: Life, victim: str, touch: int | None) -> int:
        """Walk a life in which a node falls at one touch, or one life after another for each; return how many falls.

        A life begins before anybody can fall, and ends with everything held against what was said.
        """
        if touch is not None:
            assert self._walked(life, victim, touch), f"{victim} had no {touch} touches in this life"
            return 1
        falls = 0
        while self._walked(life, victim, falls + 1):
            falls += 1
        return falls

    def _walked(self, life: Life, victim: str, touch: int) -> bool:
        self.lives += 1
        walked = life(self, f"Robin {self.lives}")
        next(walked)
        self.walkers[victim].fall_at(touch)
        for _ in walked:
            raise AssertionError("A life has one beginning.")
        has_fallen = self.walkers[victim].spare()
        for each in self.walkers.values():
            assert each.rows("SELECT name, last_error FROM task WHERE state = 'dead'") == []
            each.audit()
        return has_fallen


#: A life that is walked: it yields once, when the person is there and nothing has happened yet.
Life = Callable[[Valley, str], Iterator[None]]


@contextmanager
def standing(nodes: Mapping[str, Settings]) -> Iterator[Valley]:
    """Run each of these nodes as a process of its own until the end of the block."""
    made = Valley({name: Walker(settings) for name, settings in nodes.items()})
    for each in made.walkers.values():
        each.start()
    # An ask whose notice changes is asked anew: who asks whom is told before anybody lives.
    others = {each.did for name, each in made.walkers.items() if name != "hub"}
    until(lambda: others <= {did for (did,) in made.hub.rows("SELECT did FROM known_record")}, "the hub knows them all")
    yield made
    for each in made.walkers.values():
        each.stop()


def falls(lengths: Mapping[str, tuple[int, int]]) -> list[tuple[str, int | None]]:
    """Choose who falls at which touch: of as many touches as a life has at least, so many.

    The environment's SKILLSPACE_FALLS is a number, by which others are chosen, or “all” for each touch there is.
    """
    wanted = os.environ.get("SKILLSPACE_FALLS", "1")
    if wanted == "all":
        return [(victim, None) for victim in lengths]
    return [
        (victim, touch)
        for victim, (length, count) in lengths.items()
        for touch in sorted(Random(f"{wanted} {victim}").sample(range(1, length + 1), count))  # noqa: S311 - no secret
    ]
