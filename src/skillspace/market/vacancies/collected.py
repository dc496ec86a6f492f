"""The vacancies of the folder of real data, whatever form each collection has: about 300 whole ads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.linking import LabelLink, Link
from skillspace.market.vacancies.eures import read_eures
from skillspace.market.vacancies.model import Vacancy
from skillspace.market.vacancies.skillspan import read_skillspan
from skillspace.market.vacancies.workindenmark import read_workindenmark
from skillspace.skills.taxonomy import Taxonomies

SKILLSPAN = ("train", "dev", "test")


def collected_vacancies(data: Path, taxonomies: Taxonomies, link: Link | None = None) -> Iterator[Vacancy]:
    """Give every real ad under ``<data>/vacancies``, skills linked by ``link`` (word for word where none is given).

    An ad exported twice counts once. Collections of loose sentences (SkillSkape, Kompetencer) do not say where an ad
    ends and are left out.
    Raises UnreadableFile naming the file that is missing or broken.
    """
    link = link or LabelLink(taxonomies)
    folder = data / "vacancies"
    ads = sorted((folder / "ads_eures_hropen_no").glob("*.xml"))
    if not ads:
        raise UnreadableFile(f"{folder.name}/ads_eures_hropen_no holds no ads; check the folder of real data.")
    exported: dict[str, Vacancy] = {}
    for path in ads:
        vacancy = read_eures(path, "NAV, EURES export", taxonomies, link)
        exported[vacancy.id] = vacancy
    yield from exported.values()
    export = folder / "ads_workindenmark" / "ExplorationStage3AsJson.txt"
    yield from read_workindenmark(export, "workindenmark.dk", taxonomies, link)
    for part in SKILLSPAN:
        yield from read_skillspan(folder / "ads_skillspan_en" / f"{part}.json", "SkillSpan", taxonomies, link)
