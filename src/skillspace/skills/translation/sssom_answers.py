"""Translations as a mapping set in SSSOM, line by line: the same answers, for those who keep mappings in tables."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.translation.answers import Answerer
from skillspace.skills.translation.model import Mapping, Way
from skillspace.skills.translation.sssom import COLUMNS, NO_TERM, SEMAPV, SKOS, SSSOM, Row, body, head

KNOWN = {
    "esco": "http://data.europa.eu/esco/",
    "jobtech": "http://data.jobtechdev.se/taxonomy/concept/",
}
JUSTIFICATIONS = {
    # how the national services made their tables is not published, so it is not guessed here
    Way.OFFICIAL: "UnspecifiedMatching",
    Way.COMPOSED: "MappingChaining",
    Way.LEARNED: "SemanticSimilarityThresholdMatching",
}
USED = tuple(
    column
    for column in COLUMNS
    if column
    in {
        "subject_id",
        "subject_label",
        "predicate_id",
        "object_id",
        "object_label",
        "mapping_justification",
        "confidence",
        "author_label",
        "subject_source_version",
        "object_source_version",
        "comment",
    }
)


class SssomAnswerer:
    """Writes one mapping set: ``head`` once, then ``answer`` for every line of requests."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._taxonomies = answerer.translator.taxonomies
        self._prefixes = {scheme: prefix_of(self._taxonomies, scheme) for scheme in sorted({answerer.frm, answerer.to})}

    def head(self) -> bytes:
        """Return the metadata block and the header line."""
        frm, to = self._answerer.frm, self._answerer.to
        metadata: dict[str, str | tuple[str, ...]] = {
            "mapping_set_id": f"urn:skillspace:translation:{frm}:{to}",
            "mapping_set_title": f"Translation from {frm} to {to}",
            "license": f"{SSSOM}license/unspecified",
            "mapping_tool": "skillspace translate",
        }
        statements = [pack.statement for pack in self._taxonomies.schemes if pack.scheme in {frm, to, "crosswalks"}]
        if statements:
            metadata["other"] = " ".join(statements)
        return head(self._prefixes, metadata, USED).encode()

    def answer(self, line: bytes, number: int) -> bytes:
        """Return the rows of one request; where there is no match, the row that says so. Raises BadInput."""
        _, found = self._answerer.ask(line, number)
        rows = [self._row(found.source, one) for one in found.mappings]
        if not rows:
            none = {"comment": found.note or ""}
            rows = [self._plain(found.source, f"{SKOS}exactMatch", NO_TERM, "UnspecifiedMatching", None, none)]
        try:
            return body(rows, self._prefixes, USED).encode()
        except UnreadableFile as fault:
            raise BadInput(f"line {number}: {fault.message}") from fault

    def _row(self, source: str, one: Mapping) -> Row:
        slots = {"comment": self._comment(one)}
        if one.path:
            authors = dict.fromkeys(step.author for step in one.path)
            slots["author_label"] = "|".join(author.replace("|", "/") for author in authors)
            slots["subject_source_version"] = one.path[0].source_version
            slots["object_source_version"] = one.path[-1].target_version
        predicate = f"{SKOS}{one.relation.value}Match"
        return self._plain(source, predicate, one.target, JUSTIFICATIONS[one.way], one.confidence, slots)

    def _comment(self, one: Mapping) -> str:
        through = ", then ".join(f"{step.relation.value} {step.target}" for step in one.path[:-1])
        words = [f"through {through}" if through else ""]
        if one.retired:
            words.append(f"retired; replaced by {', '.join(one.replaced_by) or 'nothing known'}")
        return "; ".join(filter(None, words))

    def _plain(
        self, source: str, predicate: str, target: str, reason: str, share: float | None, slots: dict[str, str]
    ) -> Row:
        labels = {"subject_label": self._label(source), "object_label": self._label(target)}
        kept = {slot: value for slot, value in {**labels, **slots}.items() if value}
        return Row(
            subject=source,
            predicate=predicate,
            object=target,
            justification=f"{SEMAPV}{reason}",
            confidence=share,
            slots=kept,
        )

    def _label(self, uri: str) -> str:
        return self._taxonomies.label(uri, "en") if self._taxonomies.has(uri) else ""


def prefix_of(taxonomies: Taxonomies, scheme: str) -> str:
    """Return what the URIs of a scheme begin with: a published namespace, our URN, or what a pack's own URIs share."""
    uris = taxonomies.concepts(scheme=scheme)
    if scheme in KNOWN or not uris or uris[0].startswith(f"urn:{scheme}:"):
        return KNOWN.get(scheme, f"urn:{scheme}:")
    first, last = uris[0], uris[-1]  # they are sorted, so what these two share, all share
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[: max(first.rfind(mark, 0, length) for mark in "/#:") + 1]
