"""Reads a pack from a folder of plain tables: the layout for an organisation's own taxonomy, and of the starter pack.

    pack.toml       scheme, version, licence, statement (strings)
    concepts.csv    uri,kind,code,description, then label:<language> and alt:<language> columns as needed
    relations.csv   source,relation,target

Tables are UTF-8 with commas. ``kind`` is one of occupation, skill, knowledge, language, transversal,
occupation-group, skill-group. Other names in an ``alt:`` column are separated by ``|``. ``relation`` is ``broader``,
``related``, ``essential`` or ``optional`` (from an occupation to a skill) between concepts of the pack, or ``exact``,
``close``, ``broad``, ``narrow``, ``related-match`` to a concept of another taxonomy, such as an ESCO URI.
Several targets of one source may share a row, separated by ``|``.
``scheme`` has lower-case letters, digits and hyphens; every ``uri`` starts with ``http://``, ``https://`` or ``urn:``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind, Need
from skillspace.skills.taxonomy.sources.tables import records, rows_below_header

KINDS = {kind.value: kind for kind in ConceptKind}
LINKS = {"broader": LinkKind.BROADER, "related": LinkKind.RELATED}
MATCHES = {"related-match" if kind is MatchKind.RELATED else kind.value: kind for kind in MatchKind}
NEEDS = {need.value: need for need in Need}
PATTERNS = {"scheme": r"[a-z0-9][a-z0-9-]{0,39}", "version": r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}"}
URI = re.compile(r"(https?://|urn:)[^\s<>\"|]{1,400}")
LANGUAGE = re.compile(r"(label|alt):([a-z]{2,3}(?:-[A-Za-z]{2,4})?)")
LONGEST_PREAMBLE = 4000


def read(folder: Path) -> Draft:
    """Return the pack a folder describes. Raises UnreadableFile, naming file and line, for anything out of layout."""
    card = _read_card(folder / "pack.toml")
    scheme, version, licence, statement = (card[name] for name in ("scheme", "version", "licence", "statement"))
    draft = Draft(scheme=scheme, version=version, licence=licence, statement=statement)
    _read_concepts(draft, folder / "concepts.csv")
    _read_relations(draft, folder / "relations.csv")
    return draft


def _read_card(path: Path) -> dict[str, str]:
    try:
        card = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; a pack's folder needs pack.toml with scheme and version.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableFile(f"{path} is not a TOML file in UTF-8 ({error}).") from error
    values = {name: card.get(name, "") for name in ("scheme", "version", "licence", "statement")}
    for name, value in values.items():
        if not isinstance(value, str) or len(value) > LONGEST_PREAMBLE:
            raise UnreadableFile(f"{path}: {name!r} must be a short text.")
        # scheme and version become the name of a folder
        if name in PATTERNS and not re.fullmatch(PATTERNS[name], value):
            raise UnreadableFile(f"{path}: {name!r} is {value!r}; use letters, digits, dots and hyphens.")
    return values


def _read_concepts(draft: Draft, path: Path) -> None:
    for line, header, row in rows_below_header(path, "uri", "kind"):
        uri, kind = row[header["uri"]].strip(), row[header["kind"]].strip()
        if not URI.fullmatch(uri):
            raise UnreadableFile(f"{path}, line {line}: {uri!r} is not a URI.")
        if kind not in KINDS:
            raise UnreadableFile(f"{path}, line {line}: {kind!r} is no kind of concept; use one of {', '.join(KINDS)}.")
        if uri in draft.rows:
            raise UnreadableFile(f"{path}, line {line}: {uri} is there twice; keep one of the two.")
        code, description = (row[header[name]].strip() if name in header else "" for name in ("code", "description"))
        draft.concept(uri, KINDS[kind], code=code or None, description=description)
        _read_labels(draft, header, row, uri)
        if not any(draft.rows[uri] in texts for texts in draft.preferred.values()):
            raise UnreadableFile(f"{path}, line {line}: {uri} has no label; fill at least one label:<language> column.")


def _read_labels(draft: Draft, header: dict[str, int], row: list[str], uri: str) -> None:
    for name, position in header.items():
        column = LANGUAGE.fullmatch(name)
        if column and column[1] == "label":
            draft.label(uri, column[2], row[position], preferred=True)
        elif column:
            for text in row[position].split("|"):
                draft.label(uri, column[2], text)


def _read_relations(draft: Draft, path: Path) -> None:
    for line, (source, relation, targets) in records(path, "source", "relation", "target"):
        if source not in draft.rows:
            raise UnreadableFile(f"{path}, line {line}: {source!r} is not in concepts.csv.")
        for target in targets.split("|"):
            if not _is_related(draft, source, relation, target.strip()):
                names = ", ".join([*LINKS, *NEEDS, *MATCHES])
                raise UnreadableFile(
                    f"{path}, line {line}: {relation!r} to {target!r} cannot be kept; relations are {names}; matches "
                    "lead to a URI of another taxonomy, all others to a concept of concepts.csv."
                )


def _is_related(draft: Draft, source: str, relation: str, target: str) -> bool:
    """Add one relation and tell whether it could be added."""
    if relation in MATCHES:
        version = f"{draft.scheme} {draft.version}"
        draft.correspondences.append(
            Correspondence(
                source=source, target=target, relation=MATCHES[relation], author=draft.scheme, version=version
            )
        )
        return bool(URI.fullmatch(target)) and target not in draft.rows
    if target not in draft.rows:
        return False
    if relation in NEEDS:
        draft.need(source, target, NEEDS[relation])
    elif relation in LINKS:
        draft.link(LINKS[relation], source, target)
    return relation in NEEDS or relation in LINKS
