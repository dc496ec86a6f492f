"""Lists of skills in demand, as a region or a trade publishes them: a table of concepts and how much each is wanted."""

from __future__ import annotations

import datetime as dt

from skillspace.kernel.errors import BadInput
from skillspace.skills.ranking.policy import InDemand
from skillspace.skills.tables import Find, Table

MOST_SKILLS = 5_000


def read_in_demand(content: bytes, *, name: str, source: str, day: dt.date, find: Find) -> InDemand:
    """Return the list of a CSV file with the column ``concept`` and perhaps ``share``.

    ``share`` is any number above 0, such as a count of jobs: the largest of the file stands for 1. Without it each
    skill counts in full. ``find`` turns names into concepts. Raises BadInput, naming line and column.
    """
    table = Table.read(content, required=("concept",), optional=("share",))
    shares: dict[str, float] = {}
    for row in table.rows:
        uri = row.concept("concept", find)
        if uri in shares:
            raise row.fault("concept", f"{uri} stands here twice")
        shares[uri] = row.number("share", usual=1.0, least=0.0)
        if shares[uri] <= 0:
            raise row.fault("share", "give a number above 0")
    if not 0 < len(shares) <= MOST_SKILLS:
        raise BadInput(f"A list of skills in demand has 1 to {MOST_SKILLS:,} lines; this one has {len(shares):,}.")
    largest = max(shares.values())
    return InDemand(name=name, source=source, day=day, skills={uri: share / largest for uri, share in shares.items()})
