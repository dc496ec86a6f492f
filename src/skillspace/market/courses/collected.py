"""The courses a node can start with: the folder of real data where there is one, the starter pack's everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skillspace.market.courses.model import Course
from skillspace.market.courses.swedish import read_swedish_courses
from skillspace.market.courses.university import read_university_courses
from skillspace.market.linking import LabelLink, Link
from skillspace.skills.taxonomy import Taxonomies


def collected_courses(data: Path, taxonomies: Taxonomies, link: Link | None = None) -> Iterator[Course]:
    """Give Sweden's training offers, then the university courses; raises UnreadableFile naming the broken file.

    ``link`` finds the skills a text speaks of; word for word where none is given.
    """
    table = data / "territory" / "jobtech_territory_education" / "utbildningsdata.json"
    yield from read_swedish_courses(table, taxonomies, link or LabelLink(taxonomies))
    yield from read_university_courses(data / "courses" / "courses_skillab_esco", taxonomies)
