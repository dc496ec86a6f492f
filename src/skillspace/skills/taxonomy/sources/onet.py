"""Reads O*NET 29.2: occupations with their alternate titles, rated skills, technology skills and related occupations.

O*NET publishes no URIs, so they are ``urn:onet:<O*NET-SOC code>`` (as the crosswalk to ESCO names them),
``urn:onet:<element id>`` for the rated skills and their groups, ``urn:onet:unspsc-<commodity code>`` for classes of
technology and ``urn:onet:technology:<name>`` for a technology. A rated skill is essential where its importance is 3
("important") or more on the scale of 1 to 5 and optional below; ratings O*NET suggests to suppress are left out. A
technology is essential where O*NET calls it in demand for the occupation. Tasks are sentences about one occupation and
no concepts; they are not read.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import ConceptKind, Need
from skillspace.skills.taxonomy.sources.workbook import sheet_records

VERSION = "29.2"
FOLDER = "taxonomies/onet_29.2"
LICENCE = "CC BY 4.0"
STATEMENT = (
    "This service includes information from the O*NET 29.2 Database by the U.S. Department of Labor, Employment and "
    "Training Administration (USDOL/ETA), used under CC BY 4.0; arranged anew. O*NET is a trademark of USDOL/ETA."
)
IMPORTANT = 3.0
SKILLS = "2."  # the branches of the content model that hold worker requirements: basic and cross-functional skills
CODE = "O*NET-SOC Code"


def uri_of(code: str) -> str:
    """Return the URI of an occupation or element, such as ``urn:onet:15-1252.00``."""
    return f"urn:onet:{code}"


def read(data: Path) -> Draft:
    """Return O*NET 29.2 as a draft. Raises UnreadableFile for a missing or broken table."""
    draft = Draft(scheme="onet", version=VERSION, licence=LICENCE, statement=STATEMENT)
    folder = data / FOLDER
    for _, (code, title, text) in sheet_records(folder / "Occupation Data.xlsx", CODE, "Title", "Description"):
        draft.concept(uri_of(code), ConceptKind.OCCUPATION, code=code, description=text)
        draft.label(uri_of(code), "en", title, preferred=True)
    for _, (code, *names) in sheet_records(folder / "Alternate Titles.xlsx", CODE, "Alternate Title", "Short Title"):
        for name in names:
            draft.label(uri_of(code), "en", "" if name == "n/a" else name)
    _read_skills(draft, folder)
    _read_technologies(draft, folder)
    columns = (CODE, "Related O*NET-SOC Code", "Index")
    for row, (code, other, rank) in sheet_records(folder / "Related Occupations.xlsx", *columns):
        if not rank.isdecimal():
            raise UnreadableFile(f"{folder / 'Related Occupations.xlsx'}, row {row}: {rank!r} is no rank.")
        draft.link(LinkKind.MOBILITY, uri_of(code), uri_of(other), int(rank))
    return draft


def _read_skills(draft: Draft, folder: Path) -> None:
    table = folder / "Skills.xlsx"
    columns = (CODE, "Element ID", "Scale ID", "Data Value", "Recommend Suppress")
    rated = list(sheet_records(table, *columns))
    used = {element for _, (_, element, *_) in rated}
    groups = {element[:end] for element in used for end, letter in enumerate(element) if letter == "."}
    names = ("Element ID", "Element Name", "Description")
    for _, (element, name, text) in sheet_records(folder / "Content Model Reference.xlsx", *names):
        if element in used or (element in groups and element.startswith(SKILLS)):
            kind = ConceptKind.SKILL if element in used else ConceptKind.SKILL_GROUP
            draft.concept(uri_of(element), kind, code=element, description=text)
            draft.label(uri_of(element), "en", name, preferred=True)
            if "." in element and uri_of(element.rpartition(".")[0]) in draft.rows:
                draft.link(LinkKind.BROADER, uri_of(element), uri_of(element.rpartition(".")[0]))
    for row, (code, element, scale, value, suppressed) in rated:
        if scale != "IM" or suppressed == "Y":
            continue
        try:
            need = Need.ESSENTIAL if float(value) >= IMPORTANT else Need.OPTIONAL
        except ValueError as error:
            raise UnreadableFile(f"{table}, row {row}: {value!r} is no rating.") from error
        draft.need(uri_of(code), uri_of(element), need)


def _read_technologies(draft: Draft, folder: Path) -> None:
    columns = (CODE, "Example", "Commodity Code", "Commodity Title", "In Demand")
    for _, (code, name, commodity, title, wanted) in sheet_records(folder / "Technology Skills.xlsx", *columns):
        group = uri_of(f"unspsc-{commodity}")
        if group not in draft.rows:
            draft.concept(group, ConceptKind.SKILL_GROUP, code=f"unspsc-{commodity}")
            draft.label(group, "en", title, preferred=True)
        # fold keeps + and #, which a URN must not hold as they are
        uri = uri_of("technology:" + quote(fold(name).replace(" ", "-"), safe=""))
        if uri not in draft.rows:
            draft.concept(uri, ConceptKind.KNOWLEDGE)
        draft.label(uri, "en", name, preferred=True)
        draft.link(LinkKind.BROADER, uri, group)
        draft.need(uri_of(code), uri, Need.ESSENTIAL if wanted == "Y" else Need.OPTIONAL)
