"""One node of a negotiation race, as a program of its own: `python -m bench.party FOLDER [PROVIDER]`.

The provider offers one invented dataset and answers. The consumer, told the provider's identifier, reads commands from
its input, a line of JSON each (`at_once`, `count`), and writes the times of each as a line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.racing import Race
from skillspace.exchange import Offering
from skillspace.node.composition import Node, compose
from skillspace.node.serving import answering, configure_log
from skillspace.node.settings import read_settings
from skillspace.storage.database import Work

DATASET = "invented-records"
ERROR = 40


def main(folder: Path, provider: str | None = None) -> None:
    """Run the node until its input ends."""
    configure_log(ERROR)
    node = compose(read_settings(folder))
    race = _racing(node, provider) if provider else None
    if race is None:
        with node.database.writing() as work:
            node.exchange.catalog.publish(work, _offering(work))
    with answering(node):
        print("ready", flush=True)
        for line in sys.stdin:
            if race is not None:
                print(json.dumps(asdict(race.run(**json.loads(line)))), flush=True)


def _racing(node: Node, provider: str) -> Race:
    offers: list[Mapping[str, Any]] = []

    def open_one() -> str:
        if not offers:
            offers.append(node.exchange.crawler.look_up(provider, DATASET).offer)
        with node.database.writing() as work:
            return node.exchange.negotiations.open(work, provider, DATASET, offers[0]).pid

    race = Race(open_one)
    node.book.on_event("negotiation.finalized", lambda _work, event: race.ended(str(event["about"])))
    node.book.on_event("negotiation.terminated", lambda _work, event: race.ended(str(event["about"]), is_good=False))
    return race


def _offering(work: Work) -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Invented records"},
        description={},
        kinds=(),
        personal=False,
        purposes=(),
        media_type="application/x-ndjson",
        policy={"permission": [{"action": "use"}]},
        updated=work.now,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
