"""The whole demo as it runs: its start, its pages, a yes until its skills are visible, matching, memory.

The seven nodes are built once for each state of the program, beside this machine's other temporary files, and every
run measures a copy of what was built: the people's asks are still open in each.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from starlette.requests import Request

from bench.figures import DATA, ROOT, Figure, Tell, figure, timed, untold
from bench.running import RunningDemo
from bench.visiting import Visitor
from skillspace.kernel.errors import SkillspaceError
from skillspace.node.composition import Node, compose
from skillspace.node.demo.running import running
from skillspace.node.demo.space import DemoSpace, read_space
from skillspace.people.accounts import Session
from skillspace.portal.i18n import translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.opportunities import IN_FULL, SHOWN
from skillspace.portal.pages.person.reasons import match_of, reasons_for
from skillspace.skills.matching import OfferSkills, PersonSkill
from skillspace.skills.taxonomy import Need
from skillspace.storage.database import Work

FIRST_PORT = 7300
PERSON = "person-alva"
STARTS, ROUNDS, CROWD = 3, 20, 97
PAGES = (
    "/skills",
    "/skills?view=list",
    "/opportunities?tab=jobs",
    "/opportunities?tab=trainings",
    "/opportunities?tab=moves",
    "/plan",
    "/sharing",
    "/log",
    "/you",
)


def run(tell: Tell = untold) -> list[Figure]:
    """Measure the demo in a copy that is thrown away. Raises SkillspaceError when it does not start or answer."""
    built = _built(tell)
    with tempfile.TemporaryDirectory(prefix="skillspace-bench-") as place:
        shutil.copytree(built, place, dirs_exist_ok=True)
        space = read_space(Path(place), FIRST_PORT)
        figures = [_starting(space, tell)]
        with RunningDemo(space) as started:
            figures += [_consenting(space, tell), *_pages(space, tell), *_memory(started)]
        node = compose(space.settings(space.orchestrator))
        try:
            tell("matching")
            figures += _matching(node)
        finally:
            node.stop()
        return figures


def _built(tell: Tell) -> Path:
    """Return the folder of the demo as this very program builds it, building it unless it is there."""
    name = hashlib.blake2b(str(DATA.is_dir()).encode(), digest_size=8)
    for file in sorted((ROOT / "src").rglob("*")):
        if file.suffix in {".py", ".json", ".toml", ".csv"}:
            name.update(file.read_bytes())
    home = Path(tempfile.gettempdir()) / "skillspace-bench"
    folder = home / name.hexdigest()
    for old in home.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    space = read_space(folder, FIRST_PORT)
    if not space.built_mark.exists():
        with running(space, lambda what, done: tell(f"{what.lower()} {done:.0%}")):
            tell("built")
    return folder


def _starting(space: DemoSpace, tell: Tell) -> Figure:
    """Time the second start: from the command until seven nodes answer and the portal shows its door."""
    times = []
    for number in range(STARTS):
        tell(f"start {number + 1} of {STARTS}")
        with RunningDemo(space) as started:
            times.append(started.seconds)
    more = {"nodes": len(space.nodes), "slowest": max(times)}
    return figure("second_start_s", statistics.median(times), "s", limit=10, more=more)


def _consenting(space: DemoSpace, tell: Tell) -> Figure:
    """Say yes to every ask of every person: contract, transfer, reading, until the skills are on their page."""
    times = []
    for person in space.people:
        with Visitor(space.orchestrator.address, f"person-{person['id']}") as visitor:
            for ask in visitor.asks():
                tell(f"a yes of {person['name']}")
                times.append(visitor.say_yes(ask))
    more = {"grants": len(times), "slowest": max(times)}
    return figure("consent_to_profile_s", statistics.median(times), "s", limit=2, more=more)


def _pages(space: DemoSpace, tell: Tell) -> Iterator[Figure]:
    """Time the pages of one person with gathered records, one request after the other, in rounds."""
    with Visitor(space.orchestrator.address, PERSON) as visitor:
        paths = [*PAGES, _first_link(visitor, "/skills?view=list", "/skill?"), _first_link(visitor, PAGES[2], "/opp")]
        size = int(statistics.median(len(visitor.page(path).encode()) for path in paths))
        times: dict[str, list[float]] = {path: [] for path in paths}
        for number in range(ROUNDS):
            tell(f"pages, round {number + 1} of {ROUNDS}")
            for path in paths:
                times[path].append(visitor.page_ms(path))
        static = timed(visitor.page, ["/static/site.css"] * 100)
        css = len(visitor.page("/static/site.css").encode())
    every = sorted(one for some in times.values() for one in some)
    peer = f"static file of {css / 1000:.0f} kB from the same server (median page: {size / 1000:.0f} kB)"
    each = {_plain(path): statistics.median(some) for path, some in times.items()}
    more = _counts(space) | {"rounds": ROUNDS, "p95_ms": every[int(len(every) * 0.95)]} | each
    yield figure("page_p50_ms", statistics.median(every), "ms", peer, statistics.median(static), 200, more)
    slowest = max(each, key=lambda path: each[path])
    yield figure("slowest_page_p50_ms", each[slowest], "ms", limit=200, more={"page": slowest})


def _first_link(visitor: Visitor, path: str, start: str) -> str:
    found: list[str] = re.findall(r'href="([^"]+)"', visitor.page(path))
    links = [link for link in found if link.startswith(start)]
    inside = [link.replace("&amp;", "&") for link in links if "tab=" not in link and link != "/opportunities"]
    if not inside:
        raise SkillspaceError(f"{path} links to no page that begins with {start}.")
    return inside[0]


def _plain(path: str) -> str:
    return path if path in PAGES else f"{path.partition('?')[0].rpartition('/')[0] or '/skill'}/…"


def _counts(space: DemoSpace) -> dict[str, float | str]:
    """Count what lies in the orchestrator's database while it runs."""
    asked = {
        "jobs": "SELECT count(*) FROM market_item WHERE kind = 'job'",
        "trainings": "SELECT count(*) FROM market_item WHERE kind = 'training'",
        "people": "SELECT count(*) FROM account WHERE kind = 'person'",
        "skills_held": "SELECT count(*) FROM assertion",
    }
    database = sqlite3.connect(f"file:{space.node_folder(space.orchestrator) / 'node.db'}?mode=ro", uri=True)
    try:
        return {name: database.execute(query).fetchone()[0] for name, query in asked.items()}
    finally:
        database.close()


def _memory(started: RunningDemo) -> Iterator[Figure]:
    """Add up the memory of the whole demo after everything above."""
    found = started.memory_mb()
    more = {"processes": found["processes"]}
    yield figure("demo_memory_mb", found["pss"], "MB", limit=1500, more=more)
    yield figure("demo_memory_rss_mb", found["rss"], "MB", more=more)


def _matching(node: Node) -> Iterator[Figure]:
    """Match people of the space with all open jobs as the list of jobs does, sentences included."""
    spaces = node.rooms.spaces
    index = spaces.indexes.jobs if spaces else None
    if spaces is None or index is None:
        raise SkillspaceError("The orchestrator has no index of jobs.")
    with node.database.reading() as work:
        names = _names(node, work)
        accounts = [PERSON, *(f"inhabitant-{number:05d}" for number in range(CROWD))]
        crowd = [spaces.profile.person_skills(work, account) for account in accounts]
        offers = list(spaces.market.skills_stream(work))
        essential = {each.id: {uri for uri, _, need in each.needs if need is Need.ESSENTIAL} for each in offers}

        def explained(skills: Sequence[PersonSkill]) -> None:
            for number, found in enumerate(index.match(skills, k=SHOWN + 1)[:SHOWN]):
                match_of(found, essential[found.offer_id], names)
                if number < IN_FULL:
                    reasons_for(found, essential[found.offer_id], names)

        times = timed(explained, crowd)
        bare = statistics.median(timed(lambda skills: index.match(skills, k=SHOWN + 1), crowd))
        more = {
            "jobs": len(offers),
            "people": len(crowd),
            "without_words_ms": bare,
            "p95_ms": sorted(times)[int(len(times) * 0.95)],
        }
    peer = peer_match(offers, crowd)
    yield figure("match_20k_ms", statistics.median(times), "ms", "scipy product, no reasons", peer, 30, more)


def _names(node: Node, work: Work) -> Names:
    """Return what a page would name skills with, for one person's visit."""
    account = node.rooms.accounts.get(work, PERSON)
    return Names(
        Visit(
            rooms=node.rooms,
            request=Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}),
            work=work,
            session=Session(account=account, token="", expires=work.now),
            words=translator(account.language),
        )
    )


def peer_match(offers: Sequence[OfferSkills], people: Sequence[Sequence[PersonSkill]]) -> float:
    """Time the bare minimum: exact skills only, one scipy product and the first fifty, without any reason."""
    column = {uri: at for at, uri in enumerate(sorted({uri for offer in offers for uri, _, _ in offer.needs}))}
    starts = np.cumsum([0, *(len(offer.needs) for offer in offers)])
    columns = [column[uri] for offer in offers for uri, _, _ in offer.needs]
    values = np.array(
        [1.0 if need is Need.ESSENTIAL else 0.4 for o in offers for _, _, need in o.needs], dtype=np.float32
    )
    matrix = sparse.csr_array((values, columns, starts), shape=(len(offers), len(column)))

    def match(skills: Sequence[PersonSkill]) -> list[int]:
        held = np.zeros(len(column), dtype=np.float32)
        held[[column[skill.uri] for skill in skills if skill.uri in column]] = 1
        scores = matrix @ held
        top = np.argpartition(-scores, 50)[:50]
        return [int(row) for row in top[np.argsort(-scores[top])]]

    return statistics.median(timed(match, people))
