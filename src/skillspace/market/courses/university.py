"""Reads 2,133 university courses of the SKILLAB collection with their links to ESCO; teachers' names are never read."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.courses.model import Course
from skillspace.market.linking import words_of
from skillspace.market.masking import mask_contacts, one_line
from skillspace.skills.taxonomy import Taxonomies

SOURCE = "SKILLAB"
LONGEST_DESCRIPTION = 4_000
COUNTRIES = {
    "Austria": "AT",
    "Belgium": "BE",
    "Denmark": "DK",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Ireland": "IE",
    "Italy": "IT",
    "Luxembourg": "LU",
    "Netherlands": "NL",
    "Sweden": "SE",
    "Switzerland": "CH",
    "United Kingdom": "GB",
}
NAMED = {"en": "en", "engl": "en", "deut": "de", "germ": "de", "alle": "de", "de": "de", "fran": "fr", "fren": "fr",
         "dani": "da", "dans": "da", "dutc": "nl", "swed": "sv", "gree": "el", "span": "es", "espa": "es"}  # fmt: skip
COMMON_WORDS = {
    "en": "the and of to is are with this will be",
    "de": "der die das und ist werden mit den von zu",
    "fr": "le les des et une est pour dans sur aux",
    "sv": "och att som en ar det till av pa for",
    "da": "og at er det til af pa som den der",
    "nl": "het een van en de is zijn worden met voor",
    "it": "il di che e la per del con delle una",
}
TEXTS = ("description", "objectives", "learning_outcomes", "course_content")
COLUMNS = ("course_id", "university_id", "lesson_name", "language", "website", "ects_list", *TEXTS)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def read_university_courses(folder: Path, taxonomies: Taxonomies) -> list[Course]:
    """Return the courses with the skills that the collection links and a loaded taxonomy knows.

    Raises UnreadableFile naming the table that is missing or lacks a column.
    """
    uri_of = {row["skill_id"]: row["skill_url"] for row in _rows(folder / "Skill.csv", "skill_id", "skill_url")}
    taught: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "CourseSkill.csv", "course_id", "skill_id"):
        uri = uri_of.get(row["skill_id"])
        if uri and taxonomies.has(uri):
            taught[row["course_id"]].append(uri)
    columns = ("university_id", "university_name", "country")
    providers = {row["university_id"]: row for row in _rows(folder / "University.csv", *columns)}
    return [_course(row, providers, taught) for row in _sheet(folder / "Course_Final.xlsx")]


def _course(row: dict[str, str], providers: dict[str, dict[str, str]], taught: dict[str, list[str]]) -> Course:
    provider = providers.get(row["university_id"], {})
    text = "\n".join(dict.fromkeys(row[name] for name in TEXTS if row[name]))
    description = mask_contacts("\n".join(filter(None, map(one_line, text.split("\n")))))[:LONGEST_DESCRIPTION]
    website = row["website"].split()[0] if row["website"].startswith(("http://", "https://")) else None
    title = one_line(row["lesson_name"]) or "–"
    return Course(
        id=f"skillab-{row['course_id']}",
        title=title,
        language=_language(row["language"], f"{title} {text}"),
        provider=one_line(provider.get("university_name", "")) or "–",
        country=COUNTRIES.get(provider.get("country", "")),
        ects=_credits(row["ects_list"]),
        url=website,
        skills=tuple(dict.fromkeys(taught[row["course_id"]])),
        synthetic=False,
        source=SOURCE,
        description=description or None,
    )


def _language(stated: str, text: str) -> str:
    """Return the language a course states first, else the one whose commonest words its text has most of."""
    word = stated.casefold().strip()
    for beginning, language in NAMED.items():
        if word == language or (len(beginning) > 2 and word.startswith(beginning)):
            return language
    counts = Counter(words_of(text))
    votes = {language: sum(counts[each] for each in words.split()) for language, words in COMMON_WORDS.items()}
    best = max(votes, key=lambda language: (votes[language], language == "en"))
    return best if votes[best] else "en"


def _credits(listed: str) -> float | None:
    """Return the one number of credits a course states; differing ones, or a whole degree's, say nothing."""
    numbers = {float(number.replace(",", ".")) for number in _NUMBER.findall(listed)}
    number = next(iter(numbers)) if len(numbers) == 1 else 0.0
    return number if 0 < number <= 60 else None


def _sheet(path: Path) -> Iterator[dict[str, str]]:
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()
        header = [str(cell) for cell in next(rows)]
    except (OSError, CalamineError, StopIteration) as fault:
        raise UnreadableFile(f"{path.name} is no workbook with a first sheet ({fault}).") from fault
    positions = {name: header.index(name) for name in COLUMNS if name in header}
    if missing := [name for name in COLUMNS if name not in positions]:
        raise UnreadableFile(f"{path.name} has no column {missing[0]}.")
    for row in rows:
        yield {name: _cell(row[position]) for name, position in positions.items()}


def _cell(value: object) -> str:
    """Return a cell as text: whole numbers without their point, NULL as nothing, written-out line ends as line ends."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).replace("\\n", "\n").replace("\\t", " ").replace("\\r", "")
    return "" if text.upper() == "NULL" else text


def _rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := [name for name in columns if name not in (reader.fieldnames or [])]:
                raise UnreadableFile(f"{path.name} has no column {missing[0]}.")
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UnreadableFile(f"{path.name} cannot be read as a table ({fault}).") from fault
