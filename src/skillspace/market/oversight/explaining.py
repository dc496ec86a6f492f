"""Why and why not, for whom it is about: matching's bands and reasons at each vacancy, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence

from skillspace.kernel.clock import iso
from skillspace.market.oversight.circle import Circle
from skillspace.market.oversight.decisions import Decision
from skillspace.market.oversight.fits import Fits, Placed
from skillspace.market.oversight.machine import Standing
from skillspace.market.oversight.messages import (
    MOST_DECIDED,
    MOST_NEEDS,
    MOST_VACANCIES,
    Band,
    Compared,
    Decided,
    Explanation,
    Needed,
)
from skillspace.market.vacancies import Vacancy
from skillspace.skills.matching import Gap
from skillspace.storage.database import Work

#: So many vacancies are compared for one answer, in the order of the page; `looked_at` says how many.
MOST_LOOKED_AT = 1000
_ORDER = {Standing.UP: 0, Standing.MATCHED: 1, Standing.ASIDE: 2}


def explain(
    work: Work, grant_id: str, circle: Circle, fits: Fits, etag: str, vacancies: Sequence[Vacancy], said: list[Decision]
) -> Explanation:
    """Return what matching makes of one person, and what was decided (`said`); nothing is compared once they stopped.

    What stands decided on a vacancy that is gone, or after they stopped, is told without reasons.
    """
    decided: dict[str, list[Decision]] = {}
    for one in said:
        decided.setdefault(one.vacancy, []).append(one)
    looked_at = fits.ranked(circle, etag, vacancies)[:MOST_LOOKED_AT] if grant_id in circle.people else []
    found: list[tuple[Placed, Vacancy]] = []
    for vacancy in looked_at:
        mine = {grant_id: decided.pop(vacancy.id)} if vacancy.id in decided else {}
        placed = fits.placed(circle, etag, vacancy, mine)
        found += [(one, vacancy) for one in placed if one.grant_id == grant_id]
    found.sort(key=lambda pair: (_ORDER[pair[0].standing], pair[0].place or len(looked_at), -pair[0].found.coverage))
    told = [_compared(one, vacancy) for one, vacancy in found]
    told += [_gone(one) for one in decided.values()]
    return Explanation(at=iso(work.now), looked_at=len(looked_at), vacancies=told[:MOST_VACANCIES])


def _compared(one: Placed, vacancy: Vacancy) -> Compared:
    where = [name for name in (vacancy.place_name, vacancy.region_name) if name]
    band: Band = "beyond" if one.place is None else "first-three" if one.place <= 3 else "first-ten"
    return Compared(
        vacancy=vacancy.id,
        title=vacancy.title,
        where=", ".join(dict.fromkeys(where)),
        band=band,
        needs=_needs(one.found)[:MOST_NEEDS],
        decided=_decided(one.decided),
    )


def _gone(said: Sequence[Decision]) -> Compared:
    last = said[-1]
    return Compared(vacancy=last.vacancy, title=last.title, where="", band="beyond", needs=[], decided=_decided(said))


def _needs(found: Gap) -> list[Needed]:
    have = [Needed(uri=one.need_uri, weight=one.weight, validation=one.validation) for one in found.have]
    close = [Needed(uri=one.need_uri, weight=one.weight, by=one.by_uri) for one in found.close]
    return [*have, *close, *(Needed(uri=one.need_uri, weight=one.weight) for one in found.missing)]


def _decided(said: Sequence[Decision]) -> list[Decided]:
    return [Decided(at=iso(one.at), state=one.state, why=one.why, words=one.words) for one in said[-MOST_DECIDED:]]
