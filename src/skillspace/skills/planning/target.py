"""What a plan aims at: the open needs of a gap, and what each training of a catalogue brings to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from skillspace.skills.matching import Gap
from skillspace.skills.planning.catalogue import Numbers
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.model import Ability

LITTLE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Target:
    """The needs of a gap that are not fully met: their shares of the target and the part met already."""

    uris: tuple[str, ...]
    share: Numbers
    met: Numbers
    brings: Numbers
    before: float

    @classmethod
    def of(cls, found: Gap, frame: Frame, levels: Mapping[str, int]) -> Target:
        """Ask of the catalogue what each training brings to the open needs; ``levels`` are those that are needed."""
        rows = [(one.need_uri, one.weight, 0.0) for one in found.missing]
        rows += [(one.need_uri, one.weight, one.credit) for one in found.close]
        wanted = [Ability(uri=uri, level=levels.get(uri)) for uri, _, _ in rows]
        return cls(
            uris=tuple(uri for uri, _, _ in rows),
            share=np.array([share for _, share, _ in rows], dtype=np.float64),
            met=np.array([met for _, _, met in rows], dtype=np.float64),
            brings=frame.catalogue.brings(wanted),
            before=found.coverage,
        )

    def after(self, rows: Sequence[int]) -> Target:
        """Return the same target once these trainings are done."""
        met = np.maximum(self.met, self.brings[list(rows)].max(axis=0, initial=0.0))
        return replace(self, met=met, before=self.before + float((met - self.met) @ self.share))

    def gain(self, brings: Numbers) -> Numbers:
        """Return the coverage that each row of ``brings`` would add by itself."""
        gained: Numbers = np.maximum(brings - self.met, 0) @ self.share
        return gained
