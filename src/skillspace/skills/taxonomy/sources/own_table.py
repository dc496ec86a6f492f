"""Reads an organisation's own taxonomy from one table: a row a concept, columns as they have them.

    uri or code      what names the concept; with ``code`` alone the URI is ``urn:<name>:<code>``
    label            the preferred name, in the first of the languages given; or label:<language> columns
    alt              other names, separated by |; or alt:<language> columns
    kind             occupation, skill, knowledge, … (else as the command says)
    description
    broader, related            codes or URIs of the table, separated by |
    essential, optional         the skills an occupation needs, the same way
    exact, close, broad, narrow, related-match     URIs of another taxonomy, separated by |
    status           empty, current or retired
    replaced_by      codes or URIs of the table; who has some is retired

UTF-8, with commas, semicolons or tabs. A column of another name is refused, so that a misspelt one is not lost.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft
from skillspace.skills.taxonomy.model import Correspondence
from skillspace.skills.taxonomy.sources.folder import KINDS, LINKS, MATCHES, NEEDS, URI
from skillspace.skills.taxonomy.sources.owning import Own, is_published
from skillspace.skills.taxonomy.sources.tables import lines, rows_below_header

DELIMITERS = {".csv": ",;", ".tsv": "\t"}
PLAIN = ("uri", "code", "label", "alt", "kind", "description", "status", "replaced_by")
COLUMNS = frozenset({*PLAIN, *LINKS, *NEEDS, *MATCHES})
NAMED = re.compile(r"(label|alt):([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)")

Row = tuple[int, dict[str, str]]


def fill(draft: Draft, path: Path, own: Own) -> None:
    """Add what a table says to a draft. Raises UnreadableFile, naming the line, for whatever it cannot take."""
    rows = list(_rows(path))
    names: dict[str, str] = {}
    for line, row in rows:
        uri = _concept(draft, path, line, row, own)
        for name in (uri, row.get("code", "")):
            if name and names.setdefault(name, uri) != uri:
                raise UnreadableFile(f"{path}, line {line}: the code {name!r} is there twice; keep one of the two.")
    for line, row in rows:
        _links(draft, path, line, row, names)


def _rows(path: Path) -> list[Row]:
    first, header = next(lines(path, delimiter="\0"), (0, [""]))
    choices = DELIMITERS[path.suffix.lower()]
    delimiter = max(choices, key=header[0].count)
    found: list[Row] = []
    for line, columns, cells in rows_below_header(path, delimiter=delimiter):
        if not found:
            _check(path, first, columns)
        found.append((line, {name: cells[place].strip() for name, place in columns.items()}))
    return found


def _check(path: Path, line: int, columns: dict[str, int]) -> None:
    unknown = [name for name in columns if name not in COLUMNS and not NAMED.fullmatch(name)]
    if unknown:
        known = ", ".join(sorted(COLUMNS))
        raise UnreadableFile(
            f"{path}, line {line}: {unknown[0]!r} is no column of this table; they are {known}, label:<language> "
            "and alt:<language>."
        )
    if not {"uri", "code"} & columns.keys():
        raise UnreadableFile(f"{path}, line {line}: there is neither a column 'uri' nor a column 'code'.")


def _concept(draft: Draft, path: Path, line: int, row: dict[str, str], own: Own) -> str:
    code = row.get("code", "")
    uri = row.get("uri", "") or (f"urn:{draft.scheme}:{quote(code, safe='')}" if code else "")
    kind = row.get("kind", "") or own.kind.value
    if not URI.fullmatch(uri):
        raise UnreadableFile(f"{path}, line {line}: {uri!r} is not a URI, and there is no code to make one of.")
    if is_published(uri):
        raise UnreadableFile(
            f"{path}, line {line}: {uri} belongs to a published taxonomy; match it in a column 'exact'."
        )
    if kind not in KINDS:
        raise UnreadableFile(f"{path}, line {line}: {kind!r} is no kind of concept; use one of {', '.join(KINDS)}.")
    if uri in draft.rows:
        raise UnreadableFile(f"{path}, line {line}: {uri} is there twice; keep one of the two.")
    draft.concept(uri, KINDS[kind], code=code or None, description=row.get("description", ""))
    for column, cell in row.items():
        named = NAMED.fullmatch(column)
        sort, language = (named[1], named[2].lower()) if named else (column, own.language)
        if own.languages and language not in own.languages:
            continue
        if sort == "label":
            draft.label(uri, language, cell, preferred=True)
        elif sort == "alt":
            for text in cell.split("|"):
                draft.label(uri, language, text)
    if not any(draft.rows[uri] in texts for texts in draft.preferred.values()):
        raise UnreadableFile(f"{path}, line {line}: {uri} has no label; fill the column 'label' or 'label:<language>'.")
    return uri


def _links(draft: Draft, path: Path, line: int, row: dict[str, str], names: dict[str, str]) -> None:
    source = names[row.get("uri", "") or row["code"]]

    def targets(column: str) -> list[str]:
        named = [name.strip() for name in row.get(column, "").split("|") if name.strip()]
        unknown = [name for name in named if name not in names]
        if unknown:
            raise UnreadableFile(f"{path}, line {line}: {column} {unknown[0]!r} is no concept of this table.")
        return [names[name] for name in named]

    for column, link in LINKS.items():
        for target in targets(column):
            draft.link(link, source, target)
    for column, need in NEEDS.items():
        for target in targets(column):
            draft.need(source, target, need)
    for column, relation in MATCHES.items():
        for target in filter(None, (name.strip() for name in row.get(column, "").split("|"))):
            if not URI.fullmatch(target):
                raise UnreadableFile(f"{path}, line {line}: {column} {target!r} is not a URI of another taxonomy.")
            version = f"{draft.scheme} {draft.version}"
            draft.correspondences.append(
                Correspondence(source=source, target=target, relation=relation, author=draft.scheme, version=version)
            )
    status, instead = row.get("status", ""), targets("replaced_by")
    if status not in {"", "current", "retired"}:
        raise UnreadableFile(f"{path}, line {line}: the status {status!r} is neither current nor retired.")
    if instead and status == "current":
        raise UnreadableFile(f"{path}, line {line}: {source} is replaced, and cannot be current.")
    if instead or status == "retired":
        draft.retire(source, *instead)
