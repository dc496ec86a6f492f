"""Makes anew all that translation carries and tells, after the encoder, a pack or a judgement has changed.

    python -m tools.remake_translation HOME DATA [loss]

HOME holds the compiled packs esco, rome, jobtech, onet and crosswalks, DATA the published sources. Written are, in this
order: ``confidence.json`` (official and composed), ``learned.json`` with its figures, the table of ROME competences
with its figures, with ``loss`` the losses of all pairs, and the tables of docs/translation.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools import (
    make_skill_mappings,
    measure_learned,
    measure_loss,
    measure_translation,
    tell_translation,
)


def main(home: Path, data: Path, *, with_loss: bool) -> None:
    """Run every step; each writes its own files."""
    measure_translation.main(home, data)
    measure_learned.main(home, data)
    make_skill_mappings.main(home)
    if with_loss:
        measure_loss.main(home)
    tell_translation.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), with_loss="loss" in sys.argv[3:])
