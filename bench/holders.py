"""Many whole nodes in one process: `python -m bench.holders FOLDER …` runs one in each folder until its input ends."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from skillspace.node.composition import compose
from skillspace.node.serving import answering, configure_log
from skillspace.node.settings import read_settings

ERROR = 40


def main(*folders: str) -> None:
    """Run a node in each folder."""
    configure_log(ERROR)
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(answering(compose(read_settings(Path(folder)))))
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
