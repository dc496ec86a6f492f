"""Reads a competency framework from a CASE package (1EdTech Competencies and Academic Standards Exchange 1.0, 1.1).

Every CFItem is a concept: its ``fullStatement`` is the preferred name, ``abbreviatedStatement`` and
``alternativeLabel`` are other names, ``humanCodingScheme`` the code, ``notes`` the description; a ``CFItemType`` called
like one of our kinds is its kind. Of the associations, ``isChildOf`` and ``isPartOf`` lead to the broader concept,
``isRelatedTo`` and ``isPeerOf`` to related ones, ``replacedBy`` to what is used instead, and ``exactMatchOf`` to a
concept of another framework. An item whose ``statusEndDate`` is past the framework's own last change is retired. What
else CASE says of an item is kept as it came (FACT), for ``as_case.py`` to say again. The rest is counted, not kept:
other associations, which say how to teach, rubrics, definitions, and members that CASE does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind
from skillspace.skills.taxonomy.sources.folder import URI
from skillspace.skills.taxonomy.sources.owning import Own, is_published

FACT = "case"
KEPT: Mapping[str, type] = {
    "identifier": str, "CFItemType": str, "CFItemTypeURI": dict, "listEnumeration": str, "conceptKeywords": list,
    "conceptKeywordsURI": dict, "educationLevel": list, "subject": list, "subjectURI": list, "licenseURI": dict,
    "statusStartDate": str, "statusEndDate": str, "lastChangeDateTime": str, "extensions": dict,
}  # fmt: skip
READ = frozenset({
    "uri", "fullStatement", "abbreviatedStatement", "alternativeLabel", "humanCodingScheme", "notes", "language",
})  # fmt: skip
PLACES = frozenset({"CFDocumentURI", "CFItemAssociationURI"})  # where it lies on somebody's server
KINDS = {kind.value: kind for kind in ConceptKind}
LINKS = {
    "isChildOf": LinkKind.BROADER,
    "isPartOf": LinkKind.BROADER,
    "isRelatedTo": LinkKind.RELATED,
    "isPeerOf": LinkKind.RELATED,
}


def is_package(document: Any) -> bool:
    """Tell whether a JSON document is a CASE package."""
    return isinstance(document, dict) and "CFItems" in document


def fill(draft: Draft, path: Path, package: dict[str, Any], own: Own) -> None:
    """Add the items of a package to a draft. Raises UnreadableFile, naming the place in it, where its shape breaks."""
    about = _member(path, "CFDocument", package, "CFDocument", dict)
    changed = _text(path, "CFDocument", about, "lastChangeDateTime")
    title, creator = (_text(path, "CFDocument", about, name) for name in ("title", "creator"))
    if not own.statement and (title or creator):
        named = "" if title == draft.scheme else title  # a framework we wrote: its creator is the whole statement
        draft.statement = ", by ".join(filter(None, (named, creator))) or draft.statement
    uris: dict[str, str] = {}
    for number, item in enumerate(_member(path, "CFItems", package, "CFItems", list)):
        where = f"CFItems[{number}]"
        if not isinstance(item, dict):
            raise UnreadableFile(f"{path}, {where}: this is no item.")
        uri = _item(draft, path, where, item, own)
        uris[_text(path, where, item, "identifier") or uri] = uri
        ended = _text(path, where, item, "statusEndDate")
        if ended and ended < changed:
            draft.retire(uri)
    for number, link in enumerate(_list(path, package, "CFAssociations")):
        where = f"CFAssociations[{number}]"
        if not isinstance(link, dict):
            raise UnreadableFile(f"{path}, {where}: this is no association.")
        _association(draft, path, where, link, uris)
    definitions = package.get("CFDefinitions")
    parts = {"CFRubrics": _list(path, package, "CFRubrics")}
    if isinstance(definitions, dict):
        parts |= {name: _list(path, definitions, name) for name in definitions if name != "extensions"}
    draft.unknown.update({name: len(found) for name, found in parts.items() if found})


def _item(draft: Draft, path: Path, where: str, item: dict[str, Any], own: Own) -> str:
    uri = _text(path, where, item, "uri")
    statement = _text(path, where, item, "fullStatement")
    if not URI.fullmatch(uri) or is_published(uri):
        raise UnreadableFile(f"{path}, {where}: {uri!r} cannot be the URI of an item of one's own.")
    if uri in draft.rows:
        raise UnreadableFile(f"{path}, {where}: {uri} is there twice; keep one of the two.")
    if not statement.strip():
        raise UnreadableFile(f"{path}, {where}: {uri} has no fullStatement.")
    language = (_text(path, where, item, "language") or own.language).lower()
    if own.languages and language not in own.languages:
        raise UnreadableFile(
            f"{path}, {where}: {uri} is in {language!r}; add it to --languages, or leave the item out."
        )
    code = _text(path, where, item, "humanCodingScheme")
    kind = KINDS.get(_text(path, where, item, "CFItemType").lower(), own.kind)
    draft.concept(uri, kind, code=code or None, description=_text(path, where, item, "notes"))
    draft.label(uri, language, statement, preferred=True)
    for name in ("abbreviatedStatement", "alternativeLabel"):
        draft.label(uri, language, _text(path, where, item, name))
    _keep(draft, uri, item)
    return uri


def _keep(draft: Draft, uri: str, item: dict[str, Any]) -> None:
    kept: dict[str, Any] = {}
    for name, value in item.items():
        if name in KEPT and isinstance(value, KEPT[name]) and value:
            kept[name] = value
        elif name not in READ and name not in PLACES and value not in (None, "", [], {}):
            draft.unknown[f"members {name!r} of items"] += 1
    if kept:
        draft.fact(uri, FACT, kept)


def _association(draft: Draft, path: Path, where: str, link: dict[str, Any], uris: dict[str, str]) -> None:
    sort = _text(path, where, link, "associationType")
    ends = []
    for name in ("originNodeURI", "destinationNodeURI"):
        end = _member(path, where, link, name, dict)
        uri = _text(path, f"{where}.{name}", end, "uri")
        ends.append(uris.get(_text(path, f"{where}.{name}", end, "identifier"), uri))
    source, target = ends
    if sort in LINKS:
        if target in draft.rows or sort != "isChildOf":  # the top items are children of the document
            draft.link(LINKS[sort], source, target)
    elif sort == "replacedBy" and source in draft.rows:
        draft.retire(source, target)
    elif sort == "exactMatchOf" and source in draft.rows and target not in draft.rows and URI.fullmatch(target):
        version = f"{draft.scheme} {draft.version}"
        draft.correspondences.append(
            Correspondence(source=source, target=target, relation=MatchKind.EXACT, author=draft.scheme, version=version)
        )
    else:
        draft.unknown[f"associations {sort!r}"] += 1


def _text(path: Path, where: str, item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise UnreadableFile(f"{path}, {where}: {name!r} must be a text.")
    return value or ""


def _list(path: Path, package: dict[str, Any], name: str) -> list[Any]:
    found: list[Any] = _member(path, name, {name: package.get(name) or []}, name, list)
    return found


def _member(path: Path, where: str, item: dict[str, Any], name: str, shape: type) -> Any:
    value = item.get(name)
    if not isinstance(value, shape):
        raise UnreadableFile(f"{path}, {where}: {name!r} is missing or has not the shape CASE gives it.")
    return value
