"""An index shared out: each worker answers everybody from its share of the parts, and the answers are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from skillspace.cli.json_lines import Answered, Batch, Encode, answer_batch
from skillspace.engines.engine import Engine
from skillspace.skills.answering import Answers, MatchPeople

Piece = tuple[int, Batch]
"""(the share that is asked, lines with their numbers)"""


def answered_by_shards(
    run: Engine, home: Path, question: MatchPeople, encode: Encode, batches: Iterable[Batch], *, workers: int
) -> Iterator[Answered]:
    """Give each batch's answers in order, those that one worker with the whole index gives.

    Ray hands pieces out in turn, so that each of its workers opens one share and no other. Raises BadInput where what
    is asked cannot be answered in shares.
    """
    pieces = ((shard, batch) for batch in batches for shard in range(workers))
    found = run(partial(begin, home, question, workers), pieces, workers=workers)
    while several := list(islice(found, workers)):
        each = zip(*(answers for answers, _, _ in several), strict=True)
        whole = [put_together(answers, question.k) for answers in each]
        yield encode(whole), len(whole), several[0][2]


def begin(home: Path, question: MatchPeople, shards: int) -> Callable[[Piece], Answered]:
    """Return what answers a batch from one of so many shares, each opened when it is first asked."""
    answers = Answers(home)
    return partial(_answered, [partial(answers.to, replace(question, shard=(at, shards))) for at in range(shards)])


def put_together(answers: Iterable[bytes], k: int) -> bytes:
    """Return the answer to one person from those of every share: the k best, equal ones in the order of their names."""
    said: list[dict[str, Any]] = [orjson.loads(answer) for answer in answers]
    matches = [match for one in said for match in one["matches"]]
    best = sorted(matches, key=lambda match: (-match["score"], match["offer"].encode()))[:k]
    return orjson.dumps(said[0] | {"matches": best}, option=orjson.OPT_APPEND_NEWLINE)


def _answered(opening: list[Callable[[], Callable[[bytes, int], bytes]]], piece: Piece) -> Answered:
    shard, batch = piece
    return answer_batch(opening[shard](), list, batch)
